"""The checks of "The GRU"."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import permutations
from statistics import median

import torch
from torch import Tensor

from ..nn.layers import GRU
from ..records.store import read_record
from .answers import answers_back, call
from .compare import choice, number, one_number, ordinary, same
from .verdict import Wrong
from .words import kind

SQUASHED = {"s": torch.sigmoid, "t": torch.tanh, "-": lambda a: a}
SLIPS = {  # what makes each usual mistake, as options of `run_wrong`
    "is the gate that shuts out the past squashed?": {"functions": "-st"},
    "is the gate that blends old and new squashed?": {"functions": "s-t"},
    "no gate is squashed: is each a number from 0 to 1?": {"functions": "--t"},
    "is the candidate squashed?": {"functions": "ss-"},
    "a candidate is no gate: should it never be negative?": {"functions": "sss"},
    "the blend is the other way round: which share is z's?": {"blend": "other"},
    "the reset gate stands on the other side of the product": {"reset": "before"},
    "the bias that belongs inside the reset stands outside": {"reset": "partly"},
    "the reset gate is at what comes in from x": {"reset": "input"},
    "the reset gate is at all that the candidate gets": {"reset": "all"},
    "the reset gate has no effect on the candidate": {"reset": "none"},
    "of the two biases the second is missing": {"biases": (1, 0)},
    "of the two biases the first is missing": {"biases": (0, 1)},
    "where are the biases?": {"biases": (0, 0)},
    "the state is not carried: every step begins as the first": {"carry": False},
    "it begins from zeros, not from the state given": {"begin": 0},
}


@answers_back
def rnn_of_equal_size(rnn_units, reached, lead):
    """An RNN with as many parameters as a GRU: its units, and what it reaches."""
    for V, H in ((27, 64), (5, 10), (100, 8), (1, 200)):
        what = f"V = {V}, a GRU of {H} units"
        given = one_number(call(rnn_units, V, H), what)
        if given == units(V, H) + 1:
            raise Wrong(f"{what}: that is rounded up; the nearest is asked for")
        if isinstance(given, float) and not given.is_integer():
            raise Wrong(f"{what}: units are whole; {given:.4g} is to be rounded")
        yield number(given, units(V, H), what, miscounted(V, H), tolerance=0)
    rows = read_record("lighthouse")["results"]["networks"]
    tests = {row["model"].partition(",")[0]: row["test"] for row in rows}
    if not isinstance(reached, float) or not 1 < reached < math.inf:
        raise Wrong("`reached` is to be a perplexity, the run's `test_perplexity`")
    if reached < 1.1 * median(tests["GRU"]):
        raise Wrong(f"{reached:.2f} is what a gated network reaches: is this an RNN?")
    if reached > 1.2 * max(tests["RNN"]):
        hint = "is worse than every recorded RNN of 64 units: is the rate 0.01?"
        raise Wrong(f"{reached:.4g} {hint}")
    yield f"{reached:.2f} on the third part, which is plausible"
    hints = {
        "gone": "compare the two perplexities once more",
        "unknown": "one seed is little, but seeds differ by less than this; see above",
    }
    yield choice(lead, "there", "the GRU's lead at equal parameters", hints)


def miscounted(V: int, H: int) -> dict[str, int]:
    """Return the units that the usual mistakes in counting parameters give."""
    return {
        "three blocks are three times the parameters, not the units": 3 * H,
        "that is right without the term in V; it counts as well": round(
            math.sqrt(3) * H
        ),
        "are all biases counted, of the RNN and of the GRU?": units(V, H, biases=1),
        "that is right without biases; they count as well": units(V, H, biases=0),
        "in the RNN's count its units stand twice, not in the square alone": round(
            math.sqrt(3 * H * (H + V + 2))
        ),
        "that has as many as an LSTM": units(V, H, blocks=4),
    }


def units(V: int, H: int, biases: int = 2, blocks: int = 3) -> int:
    """Return the units of an RNN with as many parameters as H units in `blocks`."""
    p = V + biases
    return round((math.sqrt(p * p + 4 * blocks * H * (H + p)) - p) / 2)


@answers_back
def inside_the_tanh(after, before):
    """What stands inside the candidate's tanh, reset after and before the product."""
    x, w, b, h = 0.3, 2.0, 0.5, 0.6
    gates = (1.0, 0.5, 0.0)
    right_after = [x + r * (w * h + b) for r in gates]
    right_before = [x + r * w * h + b for r in gates]
    tanh = [math.tanh(inside) for inside in right_after]
    mistakes = {
        "b_hn came through whole; where does it stand in torch's equation?": (
            right_before
        ),
        "that is the same for every r": [x + w * h + b] * 3,
        "the reset gate acts on what comes from h alone": [r * 2.0 for r in gates],
        "where is what comes from x?": [r * (w * h + b) for r in gates],
        "a tanh is still to come; what stands inside it was asked for": tanh,
    }
    yield numbers(after, right_after, "after", mistakes)
    mistakes = {
        "before the product the reset gate does not reach the bias": right_after,
        "in the paper's variant the state is reset, nothing else": [
            r * (x + w * h) + b for r in gates
        ],
        "where is the bias in this variant?": [x + r * w * h for r in gates],
    }
    yield numbers(before, right_before, "before", mistakes)


def numbers(given, right: list[float], what: str, mistakes: dict) -> str:
    """Check three numbers, for r = 1, 0.5 and 0."""
    if not isinstance(given, list | tuple) or len(given) != len(right):
        came = kind(given)
        raise Wrong(f"`{what}`: expected a list of three numbers, came {came}")
    for k, r in enumerate((1, 0.5, 0)):
        known = {hint: values[k] for hint, values in mistakes.items()}
        number(given[k], right[k], f"reset {what}, r = {r}", known, tolerance=1e-3)
    return f"reset {what} the product, for r = 1, 0.5 and 0"


@answers_back
def gru_with_lengths(my_gru):
    """A GRU over sequences that end at different times, from torch's weights."""
    for B, T, D, H, ends in (
        (2, 1, 3, 4, (1, 1)),
        (2, 5, 3, 4, (5, 5)),
        (3, 6, 2, 3, (6, 1, 4)),
        (1, 4, 2, 2, (2,)),
        (1, 1, 1, 1, (1,)),
    ):
        layer = GRU(D, H).double()
        for parameter in layer.parameters():
            torch.nn.init.normal_(parameter.data)
        weights = [p.detach() for p in layer.parameters()]
        x, h = torch.randn(B, T, D).double(), torch.randn(B, H).double()
        lengths = torch.tensor(ends)
        given = call(my_gru, x, lengths, h, *weights, name="my_gru")
        right = ended(layer(x, h[None])[0].detach(), lengths)
        hints = slips(x, h, weights, lengths)
        what = f"B = {B}, T = {T}, D = {D}, H = {H}, lengths {list(ends)}"
        yield same(given, right, what, hints, 1e-8)


def ended(states: Tensor, lengths: Tensor) -> Tensor:
    """Return states (B, T, H) that stay as they are after each sequence's end."""
    steps = torch.arange(states.shape[1])
    places = torch.minimum(steps[None], lengths[:, None] - 1)  # (B, T)
    return states.gather(1, places[..., None].expand_as(states))


def slips(x: Tensor, h: Tensor, weights: Sequence[Tensor], lengths: Tensor) -> dict:
    """Return what each usual mistake computes, or a function: a hint for each."""
    wrong = dict(SLIPS)
    for order in list(permutations("rzn"))[1:]:
        hint = f"the blocks are read as {', '.join(order)}, which is not torch's order"
        wrong[hint] = {"order": "".join(order)}
    over = torch.arange(x.shape[1])[None, :, None] >= lengths[:, None, None]
    whole = run_wrong(x, h, weights)
    later = lengths.clamp(max=x.shape[1] - 1) + 1
    ends = {
        "the state goes on changing after a sequence's end": whole,
        "after its end a state is to stay, not to become 0": whole.masked_fill(over, 0),
        "a sequence is read one step too far": ended(whole, later),
        "the state is kept while a sequence is read": h[:, None].expand_as(whole),
        "after a sequence's end z keeps nothing": run_wrong(x, h, weights, over=over),
    }
    run = partial(run_wrong, x, h, weights)
    return ends | {
        hint: (lambda how=how: ended(run(**how), lengths))
        for hint, how in wrong.items()
    }


def run_wrong(
    x: Tensor,
    h: Tensor,
    weights: Sequence[Tensor],
    order: str = "rzn",
    functions: str = "sst",
    reset: str = "after",
    blend: str = "torch's",
    biases: tuple[int, int] = (1, 1),
    carry: bool = True,
    begin: int = 1,
    over: Tensor | None = None,
) -> Tensor:
    """Run a GRU with something wrong and return all states, (B, T, H).

    order: of the blocks; functions: of r, z and n, s for sigmoid, t for tanh, - for
    none; reset: where r acts; blend: which share is z's; biases: how often each counts;
    carry: whether a step gets the state of the one before; begin: 0 is from zeros;
    over: where z is 0, (B, T, 1).
    """
    W_ih, W_hh, b_ih, b_hh = weights
    h = start = begin * h
    states = []
    W_n, b_n = (dict(zip(order, w.chunk(3), strict=True))["n"] for w in (W_hh, b_hh))
    for t, x_t in enumerate(x.unbind(dim=1)):
        from_x = (x_t @ W_ih.T + biases[0] * b_ih).chunk(3, dim=-1)
        from_h = (h @ W_hh.T + biases[1] * b_hh).chunk(3, dim=-1)
        X, Y = (dict(zip(order, part, strict=True)) for part in (from_x, from_h))
        squash_r, squash_z, squash_n = (SQUASHED[kind] for kind in functions)
        r, z = squash_r(X["r"] + Y["r"]), squash_z(X["z"] + Y["z"])
        z = z if over is None else z.masked_fill(over[:, t], 0)
        inside = {
            "after": X["n"] + r * Y["n"],
            "before": X["n"] + (r * h) @ W_n.T + b_n,
            "partly": X["n"] + r * (h @ W_n.T) + b_n,
            "input": r * X["n"] + Y["n"],
            "all": r * (X["n"] + Y["n"]),
            "none": X["n"] + Y["n"],
        }
        n = squash_n(inside[reset])
        keeps, writes = (z, 1 - z) if blend == "torch's" else (1 - z, z)
        states.append(keeps * h + writes * n)
        h = states[-1] if carry else start
    return torch.stack(states, dim=1)


@answers_back
def from_elsewhere(to_torch):
    """Parameters from z, r, n where z writes, carried over to torch's convention."""
    for shape in ((12, 5), (6, 2), (9,), (3, 1)):
        theirs = torch.randn(shape)
        z, r, n = theirs.chunk(3)
        mistakes = {
            "the order is right; but z still writes where it is to keep": [r, z, n],
            "z is right; but the blocks are still in the other order": [-z, r, n],
            "nothing has changed: neither order nor blend": [z, r, n],
            "all blocks have another sign; which gate means the opposite?": [
                -r,
                -z,
                -n,
            ],
            "it is r whose sign has changed; which gate means the opposite?": [
                -r,
                z,
                n,
            ],
            "1 minus the gate is not had by 1 minus its weights": [r, 1 - z, n],
            "the first block is to be r: are two blocks exchanged wrongly?": [n, r, -z],
            "the blocks are moved round by one, and not two exchanged": [r, n, -z],
        }
        hints = {hint: torch.cat(blocks) for hint, blocks in mistakes.items()}
        what = f"a parameter of shape {shape}"
        yield same(call(to_torch, theirs), torch.cat([r, -z, n]), what, hints)


@answers_back
def where_variants_agree(agree):
    """The nearest W_hn and b_hn for which both places of the reset gate agree."""
    for H in (3, 1, 4):
        W, b = torch.randn(H, H), torch.randn(H)
        given = call(agree, W, b)
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise Wrong("expected two tensors, W_hn and b_hn")
        what = f"H = {H}: r ⊙ (W_hn h + b_hn) = W_hn (r ⊙ h) + b_hn for all r and h"
        yield agreeing(*given, W, b, what)


def agreeing(given_W, given_b, W: Tensor, b: Tensor, what: str) -> str:
    """Check that a matrix and a bias make the variants agree, and are the nearest."""
    for given, like, name in ((given_W, W, "W_hn"), (given_b, b, "b_hn")):
        if ordinary(given, name).shape != like.shape:
            raise Wrong(f"{name} must be a tensor of shape {tuple(like.shape)}")
    given_W, given_b = ordinary(given_W, "W_hn").to(W), ordinary(given_b, "b_hn").to(b)
    r, h = torch.rand(50, len(b)), torch.randn(50, len(b))
    if not torch.allclose(r * given_b, given_b.expand_as(r), atol=1e-5):
        raise Wrong("they differ already for h = 0: look at the bias alone")
    after, before = r * (h @ given_W.T), (r * h) @ given_W.T
    k = int((after - before).abs().max(dim=0).values.argmax())
    if not torch.allclose(after, before, atol=1e-5):
        hint = "they differ: which r does an entry of W_hn meet before the product"
        raise Wrong(f"{hint}, and which after it? Look at row {k} of yours.")
    if not torch.allclose(given_W, W.diag().diag(), atol=1e-6):
        hint = "they agree, but there is a W_hn nearer to the one given; with one unit"
        raise Wrong(f"{hint}, for example, must W_hn change at all?")
    return what
