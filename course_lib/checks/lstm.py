"""The checks of "The LSTM, invented"."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from statistics import median

import torch
from torch import Tensor

from ..nn.layers import LSTM
from ..tasks import memory_stream
from .answers import answers_back, call
from .compare import choice, number, same
from .verdict import Wrong
from .words import said

SQUASHED = {"s": torch.sigmoid, "t": torch.tanh, "-": lambda a: a}
SLIPS = {  # what makes each usual mistake, as options of `run_wrong`
    "is the gate that lets the candidate in squashed?": {"functions": "-sts"},
    "is the gate that lets the old memory stay squashed?": {"functions": "s-ts"},
    "is the gate that shows the memory squashed?": {"functions": "sst-"},
    "no gate is squashed: is each a number from 0 to 1?": {"functions": "--t-"},
    "all blocks go through tanh: which are shares, from 0 to 1?": {"functions": "tttt"},
    "is the candidate squashed?": {"functions": "ss-s"},
    "a candidate is no gate: should it never be negative?": {"functions": "ssss"},
    "what does h show of c: is nothing missing between them?": {"seen": "bare"},
    "h shows the memory as it was before this step": {"seen": "old"},
    "a sigmoid stands between c and h: may h never be negative?": {"seen": "share"},
    "what is kept is the old h: is that the memory?": {"keeps": "h"},
    "one gate is 1 minus the other here; they have blocks of their own": {"tied": 1},
    "of the two biases the second is missing": {"biases": (1, 0)},
    "of the two biases the first is missing": {"biases": (0, 1)},
    "where are the biases?": {"biases": (0, 0)},
    "the state is not carried: every step begins as the first": {"carry": ""},
    "the memory is not carried from step to step": {"carry": "h"},
    "the hidden state is not carried from step to step": {"carry": "c"},
    "it begins from zeros, not from the state given": {"begin": "zeros"},
    "h and c are swapped: which goes into the product?": {"begin": "swapped"},
    "what is handed back is c at every step, not h": {"shown": "c"},
    "what is handed back is as it was before the first step": {"shown": "start"},
}


@answers_back
def full_memory(c_10, c_end, h_end):
    """What is in a memory that is written at every step."""
    mistakes = {
        "that is one step's candidate; with f = 1 what was there stays": 0.5,
        "each step adds the candidate, and the candidate is not 1": 10,
        "the tanh stands between c and h, and c itself may be large": math.tanh(5),
    }
    yield number(c_10, 5, "c after ten steps with f = 1", mistakes, tolerance=1e-3)
    mistakes = {
        "it would be so if f were 1: what is lost in a step when c is large?": math.inf,
        "what f lets go is not all: each step also writes": 0,
        "that is one step's candidate: is c = 0.5 the same a step later?": 0.5,
        "that is for a candidate of 1": 10,
        "of this 90 % is kept, and then something is written, so it grows": 4.5,
        "that is the way after ten steps, and c still grows": 5 * (1 - 0.9**10),
    }
    yield number(c_end, 5, "what c tends to with f = 0.9", mistakes, tolerance=1e-3)
    mistakes = {
        "that is c: what stands between c and h?": 5,
        "that is the tanh of one step's candidate": math.tanh(0.5),
    }
    yield number(h_end, math.tanh(5), "what h then is", mistakes, tolerance=0.01)


@answers_back
def memory_lengths(half_life, mean_age):
    """A memory's half-life and mean age along the cell path, for a forget bias."""
    for b in (0.0, 1.0, 3.0, -1.0):
        f = 1 / (1 + math.exp(-b))
        mistakes = {
            "time runs forwards: a number of steps below 0": math.log(2) / math.log(f),
            "does every step lose the same amount, or the same share?": 0.5 / (1 - f),
            "that is the step after which 1/e is left, not a half": -1 / math.log(f),
            "that is a mean time, and half is gone sooner": 1 / (1 - f),
            "that is for fading without steps: k steps are k factors of f": (
                math.log(2) / (1 - f)
            ),
            "upside down: that is a number of half-lives in a step": (
                -math.log(f) / math.log(2)
            ),
        }
        given = call(half_life, b)
        yield number(given, -math.log(2) / math.log(f), f"half-life, b = {b}", mistakes)
    for b in (0.5, 0.0, 2.0, -1.0):
        f = 1 / (1 + math.exp(-b))
        mistakes = {
            "that counts from 1: what was written just now has age 0": 1 / (1 - f),
            "do the shares of all ages add up to 1?": f / (1 - f) ** 2,
            "a mean is no median: that is the half-life": -math.log(2) / math.log(f),
            "upside down: a larger bias keeps longer": (1 - f) / f,
        }
        yield number(call(mean_age, b), math.exp(b), f"mean age, b = {b}", mistakes)


@answers_back
def lstm_over_time(my_lstm):
    """An LSTM over sequences, from torch's weights and a given state."""
    for B, T, D, H in ((2, 1, 3, 4), (2, 5, 3, 4), (1, 6, 2, 3), (1, 1, 1, 1)):
        layer = LSTM(D, H).double()
        for parameter in layer.parameters():
            torch.nn.init.normal_(parameter.data)
        weights = [p.detach() for p in layer.parameters()]
        x, (h, c) = torch.randn(B, T, D).double(), torch.randn(2, B, H).double()
        given = call(my_lstm, x, h, c, *weights, name="my_lstm")
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise Wrong("expected two tensors, h after every step and the last c")
        outputs, (_, last) = layer(x, (h[None], c[None]))
        wrong = slips(x, h, c, weights)
        what = f"B = {B}, T = {T}, D = {D}, H = {H}"
        hints = {"that is the c it began with: is the new one kept?": c}
        hints["that is the last h: h and c are swapped"] = outputs[:, -1].detach()
        hints |= {hint: (lambda run=run: run()[1]) for hint, run in wrong.items()}
        yield same(given[1], last[0].detach(), f"the last c, {what}", hints, 1e-8)
        hints = {hint: (lambda run=run: run()[0]) for hint, run in wrong.items()}
        yield same(given[0], outputs.detach(), f"h, {what}", hints, 1e-8)


def slips(*inputs) -> dict[str, Callable]:
    """Return what each usual mistake computes of x, h, c and weights, as functions."""
    wrong = dict(SLIPS)
    for order in list(permutations("ifgo"))[1:]:
        hint = f"the blocks are read as {', '.join(order)}, which is not torch's order"
        wrong[hint] = {"order": "".join(order)}
    return {hint: partial(run_wrong, *inputs, **how) for hint, how in wrong.items()}


def run_wrong(
    x: Tensor,
    h: Tensor,
    c: Tensor,
    weights: Sequence[Tensor],
    order: str = "ifgo",
    functions: str = "ssts",
    seen: str = "new",
    biases: tuple[int, int] = (1, 1),
    carry: str = "hc",
    begin: str = "given",
    shown: str = "h",
    keeps: str = "c",
    tied: int = 0,
) -> tuple[Tensor, Tensor]:
    """Run an LSTM with something wrong: h after every step (B, T, H), the last c.

    order: of the blocks; functions: of i, f, g and o, s for sigmoid, t for tanh, - for
    none; seen: what h is made of, the new c, that without tanh, or the old one; biases:
    how often each counts; carry: what the next step gets; begin: the first state;
    shown: what is returned instead of h; keeps: what f keeps; tied: 1 for i = 1 - f.
    """
    W_ih, W_hh, b_ih, b_hh = weights
    h, c = {"given": (h, c), "swapped": (c, h), "zeros": (0 * h, 0 * c)}[begin]
    start, outputs = (h, c), []
    for x_t in x.unbind(dim=1):
        summed = x_t @ W_ih.T + biases[0] * b_ih + h @ W_hh.T + biases[1] * b_hh
        named = dict(zip(order, summed.chunk(4, dim=-1), strict=True))
        squash = zip("ifgo", functions, strict=True)
        i, f, g, o = (SQUASHED[kind](named[name]) for name, kind in squash)
        i = tied * (1 - f) + (1 - tied) * i
        last = f * {"c": c, "h": h}[keeps] + i * g
        shows = {"new": torch.tanh(last), "bare": last, "old": torch.tanh(c)}
        shows["share"] = torch.sigmoid(last)
        new = o * shows[seen]
        outputs.append({"h": new, "c": last, "start": start[0]}[shown])
        h = new if "h" in carry else start[0]
        c = last if "c" in carry else start[1]
    return torch.stack(outputs, dim=1), last


@answers_back
def gates_by_hand(rows):
    """Weights set by hand, with which one unit solves the third task."""
    weights = four_rows(rows)
    layer = LSTM(3, 1).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.weight_ih_l0.copy_(weights[:, :3])
        layer.bias_ih_l0.copy_(weights[:, 3])
        x, held = memory_stream(200, 20, write=0.4, ask=0.15)
        x, answer = x.double(), (held * x[..., 2]).double()
        h = layer(x)[0][..., 0]
    overlap = (h * answer).sum() ** 2 / (h.square().sum() * answer.square().sum())
    if not overlap > 0.99:
        raise Wrong(what_leaks(weights))
    yield "h is the value held, where it is asked for, but for one factor"
    yield "and nearly 0 elsewhere, on 200 streams of 20 steps"


def four_rows(rows) -> Tensor:
    """Return the reader's rows as (4, 4), in torch's order, or raise `Wrong`."""
    if not isinstance(rows, Mapping) or set(rows) != set("ifgo"):
        raise Wrong("expected a dictionary with the rows of i, f, g and o")
    try:
        weights = torch.tensor([[float(w) for w in rows[name]] for name in "ifgo"])
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise Wrong(f"a row is four numbers: {said(error)}") from error
    if weights.shape != (4, 4):
        raise Wrong("a row is four numbers: for value, remember, tell, and the bias")
    return weights.double()


def what_leaks(weights: Tensor) -> str:
    """Say which gate is wrong, by where it stands with and without a mark."""
    ends = torch.tensor([-1.0, 1.0]).double()
    marks = torch.tensor([0.0, 1.0]).double()
    x = torch.cartesian_prod(ends, marks, marks)  # (8, 3): value, remember, tell
    sums = x @ weights[:, :3].T + weights[:, 3]
    i, f, o = torch.sigmoid(sums[:, [0, 1, 3]]).unbind(dim=1)
    marked, asked = x[:, 1] == 1, x[:, 2] == 1
    hints = {
        "what is marked is not let in: the gate for it is shut": i[marked].max() < 0.05,
        "what is not marked is let in as well": i[~marked].max() > 0.03,
        "between two marks the old value fades or is lost": f[~marked].min() < 0.97,
        "a new value is added to the old one, which stays": f[marked].max() > 0.03,
        "it stays silent when it is asked": o[asked].max() < 0.05,
        "the memory is shown although nobody asks": o[~asked].max() > 0.03,
        "the candidate is to be the value: here the value has no part in it": (
            weights[2, 0] == 0
        ),
        "the candidate is to be the value alone, without marks and without a bias": (
            weights[2, 1:].any()
        ),
        "the gates are right, but large values are squeezed together on their way": (
            True
        ),
    }
    return next(hint for hint, holds in hints.items() if holds)


@answers_back
def twice_as_long(without, longer, buys):
    """What the forget gate buys: the third task with twice the training, without it."""
    for name, errors in (("without", without), ("longer", longer)):
        numbers = isinstance(errors, list | tuple) and len(errors) == 3
        if not (numbers and all(isinstance(e, float) for e in errors)):
            raise Wrong(f"`{name}` must be the three errors that `errors` returns")
        if not all(0 < error < 1.5 for error in errors):
            raise Wrong(f"`{name}` holds no shares of the variance: {errors}")
    before, after = median(without), median(longer)
    if not after < 0.75 * before:
        hint = "hardly less is missed than before: was it trained for 16 epochs?"
        raise Wrong(f"{hint} The middle one was {before:.3f} and is {after:.3f}.")
    yield f"the middle one of three seeds misses {after:.3f}, before {before:.3f}"
    hints = {"ability": "what the numbers show comes closer without the gate, too"}
    hints["nothing"] = "the cell with the gate was there after eight epochs"
    yield choice(buys, "time", "what the gate buys", hints)
