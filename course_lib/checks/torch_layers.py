"""The checks of "nn.RNN, nn.LSTM, nn.GRU"."""

import math

import torch
from torch import Tensor, nn
from torch.nn.utils import rnn

from ..nn.layers import LSTM
from .answers import answers_back, call
from .compare import number, one_number, same
from .verdict import Wrong
from .words import brief

TIME_HINT = "batch_first was given: in what goes in and in output, B comes first"
OUTPUT_HINTS = {
    (7, 4, 40): TIME_HINT,
    (7, 4, 20): TIME_HINT,
    (4, 7, 20): "that is what one direction puts out; two are joined",
    (4, 7, 120): "output belongs to one layer, not to all three",
    (4, 40): "that is one step; output has them all",
}
STATE_HINTS = {
    (4, 6, 20): "batch_first leaves the axes of a state in their order",
    (3, 4, 20): "each layer has two directions, and each of them an end",
    (2, 4, 20): "these are the rows of one layer; how many layers are there?",
    (3, 4, 40): "directions are joined in output only; in h_n each has a row",
    (1, 4, 20): "every layer and direction has an end of its own",
}
ROW_HINTS = {
    4: "that would be so if all forward rows came first; they go layer by layer",
    2: "it is the right layer; forward or backward?",
    1: "count from 0, and two rows for each layer below",
    5: "that is the top layer, and it is asked for the middle one",
    -3: "the right row, counted from the end; count from 0",
}
WEIGHT_HINTS = {
    (60, 20): "what does the top layer read: one direction of the layer below?",
    (60, 10): "only the bottom layer reads the input itself",
    (20, 40): "a GRU's weight has more than one block of rows",
    (80, 40): "four blocks are an LSTM's",
    (40, 60): "rows are what comes out, columns what comes in",
}


@answers_back
def stacked_shapes(output_shape, h_n_shape, row, weight_shape):
    """The shapes of a GRU of three layers and two directions, and a row of h_n."""
    layer = nn.GRU(10, 20, num_layers=3, bidirectional=True, batch_first=True)
    output, h_n = layer(torch.zeros(4, 7, 10))
    shape = tuple(output.shape)
    yield _known(output_shape, shape, "the shape of output", OUTPUT_HINTS)
    yield _known(h_n_shape, tuple(h_n.shape), "the shape of h_n", STATE_HINTS)
    yield _known(row, 3, "the row of h_n", ROW_HINTS)
    shape = tuple(layer.weight_ih_l2_reverse.shape)
    what = "the shape of weight_ih_l2_reverse"
    yield _known(weight_shape, shape, what, WEIGHT_HINTS)


def _known(given, right, what: str, hints: dict) -> str:
    """Return `what` if a shape or a row is right, and do not tell what would be."""
    given = tuple(given) if isinstance(given, list | tuple) else given
    parts = given if isinstance(given, tuple) else (given,)
    whole = all(type(part) is int for part in parts)
    if type(given) is not type(right) or not whole:
        wanted = "a tuple, such as (2, 3)" if isinstance(right, tuple) else "a number"
        raise Wrong(f"{what}: expected {wanted}, came {brief(given)}")
    if given == right:
        return what
    raise Wrong(f"{what}: {hints.get(given, f'{brief(given)} is not it')}")


@answers_back
def projected_size(count, largest):
    """The parameters of an LSTM with a projection, and where it begins to save some."""
    for D, H, P in ((3, 10, 3), (7, 5, 1), (1, 12, 11)):
        layer = nn.LSTM(D, H, proj_size=P)
        right = sum(p.numel() for p in layer.parameters())
        mistakes = _miscounted(right, D, H, P)
        what = f"the parameters for D = {D}, H = {H}, P = {P}"
        yield number(call(count, D, H, P), right, what, mistakes, tolerance=0)
    for H in (10, 7, 64):
        right = (4 * H - 1) // 5
        mistakes = {
            "any P below H is allowed, but the projection costs a matrix, too": H - 1,
            "with that P it saves nothing; fewer parameters are asked for": right + 1,
        }
        what = f"the largest P that saves parameters, for H = {H}"
        yield number(call(largest, H), right, what, mistakes, tolerance=0)


def _miscounted(right: int, D: int, H: int, P: int) -> dict[str, int]:
    """Return what the usual mistakes count."""
    return {
        "there are two biases, and each has a number for every row": right - 4 * H,
        "the projection's own matrix is missing": right - P * H,
        "which state does the recurrent matrix read, H wide or P?": (
            right + 4 * H * (H - P)
        ),
        "the projection has a matrix and no bias": right + P,
        "a block is missing: how many does an LSTM stack?": right - H * (D + P + 2),
    }


@answers_back
def states_at_the_end(last_states):
    """The states after each row's own last step, from a layer that reads padding."""
    for lengths in (torch.tensor(n) for n in ([3, 6, 4], [5], [2, 2, 7, 1])):
        ours, theirs = LSTM(3, 4), nn.LSTM(3, 4, batch_first=True)
        theirs.load_state_dict(ours.state_dict())
        x = torch.randn(len(lengths), int(lengths.max()), 3)  # no zeros after the end
        right = _packed(theirs, x, lengths)
        given = call(last_states, ours, x, lengths)
        if not isinstance(given, tuple) or len(given) != 2:
            raise Wrong("expected a pair of states, (h, c), as the layer returns it")
        for place, name in enumerate("hc"):
            hints = _misread(ours, theirs, x, lengths)
            mistakes = {hint: state[place] for hint, state in hints.items()}
            ended = (lengths < lengths.max())[None, :, None]
            hint = "a row that has ended is set to zeros; it is to keep what it had"
            mistakes[hint] = right[place].masked_fill(ended, 0)
            what = f"{name} for lengths {lengths.tolist()}"
            yield same(given[place], right[place], what, mistakes)


def _misread(ours: LSTM, theirs: nn.LSTM, x: Tensor, lengths: Tensor) -> dict:
    """Return the states that the usual mistakes end with."""
    shortest, most = lengths.min().repeat(len(lengths)), x.shape[1]
    return {
        "the padding was read: nothing was kept at a row's end": theirs(x)[1],
        "each row stops a step too early": (
            _packed(theirs, x, (lengths - 1).clamp(min=1))
        ),
        "each row reads one step of its padding": (
            _packed(theirs, x, (lengths + 1).clamp(max=most))
        ),
        "all rows stop where the shortest does": _packed(theirs, x, shortest),
        "the mask is upside down: rows stand still while they have steps": (
            _late(ours, x, lengths)
        ),
    }


def _packed(layer: nn.LSTM, x: Tensor, lengths: Tensor) -> tuple:
    """Return a layer's states after the given numbers of steps."""
    packed = rnn.pack_padded_sequence(x, lengths, True, enforce_sorted=False)
    return layer(packed)[1]


def _late(layer: LSTM, x: Tensor, lengths: Tensor) -> tuple:
    """Return the states if each row read its padding and nothing else."""
    state = tuple(torch.zeros(1, len(x), layer.hidden_size) for _ in "hc")
    for t in range(x.shape[1]):
        new = layer(x[:, t : t + 1], state)[1]
        ended = (t >= lengths)[None, :, None]
        state = tuple(
            torch.where(ended, *pair) for pair in zip(new, state, strict=True)
        )
    return state


@answers_back
def both_ends(summary):
    """The last states of the top layer in both directions, for a time-first layer."""
    for L, B, T in ((2, 3, 5), (1, 2, 4), (3, 1, 6)):
        layer = nn.GRU(3, 4, L, bidirectional=True)
        x = torch.randn(B, T, 3)
        _, h_n = layer(x.transpose(0, 1))
        right = torch.cat([h_n[-2], h_n[-1]], dim=1)
        what = f"{L} layers, B = {B}, T = {T}"
        yield same(call(summary, layer, x), right, what, _wrong_ends(layer, x))


def _wrong_ends(layer: nn.GRU, x: Tensor) -> dict[str, Tensor]:
    """Return what the usual mistakes take for the ends."""
    output, h_n = layer(x.transpose(0, 1))
    swapped, h_swapped = layer(x)
    return {
        "the layer took the batch for time: which axis does it want in front?": (
            swapped[:, -1]
        ),
        "there is a row for each step: the layer took time for the batch": (
            torch.cat([h_swapped[-2], h_swapped[-1]], dim=1)
        ),
        "output, too, has time in front": output[:, -1],
        "its second half has read a single step: where does it end?": output[-1],
        "its first half has read a single step: where does it end?": output[0],
        **_wrong_rows(h_n, layer.num_layers),
    }


def _wrong_rows(h_n: Tensor, L: int) -> dict[str, Tensor]:
    """Return what the usual mistakes take of h_n, (2 * L, B, H)."""
    ahead, back = h_n[-2], h_n[-1]
    return {
        "that is the bottom layer": torch.cat([h_n[0], h_n[1]], dim=1),
        "the rows of h_n go layer by layer, not direction by direction": (
            torch.cat([h_n[L - 1], h_n[2 * L - 1]], dim=1)
        ),
        "the two directions stand in each other's place": (
            torch.cat([back, ahead], dim=1)
        ),
        "that is one direction alone": back,
        "that is one direction alone, the forward one": ahead,
        "the two stand one below the other; a row is to have both": (
            torch.cat([ahead, back])
        ),
        "the shape is right, but the sequences are mixed up": (
            h_n[-2:].reshape(-1, 2 * h_n.shape[2])
        ),
    }


@answers_back
def onednn_ratios(ratios, gap, made_faster):
    """The time of our LSTM to torch's, with oneDNN and without, and what follows."""
    wanted = {(units, on) for units in (16, 64, 256) for on in (True, False)}
    if not isinstance(ratios, dict) or set(ratios) != wanted:
        raise Wrong(f"ratios should have the keys {sorted(wanted)}")
    ratios = {k: one_number(v, f"the ratio for {k}") for k, v in ratios.items()}
    for key, value in ratios.items():
        if not 0 < value < 200:
            raise Wrong(f"{value:.3g} for {key} is no plausible ratio of two times")
    if max(ratios.values()) < 0.02:
        raise Wrong("these look like seconds; a ratio of two times has no unit")
    apart = ratios[16, True] / ratios[16, False]
    if apart < 0.7:
        raise Wrong(
            "by these numbers oneDNN makes nn.LSTM slower: is the ratio upside down?"
        )
    yield "six ratios, positive and plausible"
    yield _follows_for_size(ratios, gap)
    yield _follows_for_onednn(apart, made_faster)


def _follows_for_size(ratios: dict, gap: str) -> str:
    """Return a line if what is said of the gap is so in the reader's own numbers."""
    if not isinstance(gap, str) or gap not in ("closes", "widens"):
        raise Wrong(f"gap: expected one of the two words, came {brief(gap)}")
    seen = set()
    for on in (True, False):
        small, large = (abs(math.log(ratios[units, on])) for units in (16, 256))
        seen.add("closes" if large < small else "widens")
    if gap not in seen:
        raise Wrong(
            "gap: compare how far the ratios are from 1, for 16 units and for 256"
        )
    return "what you say of the gap follows from your ratios"


def _follows_for_onednn(apart: float, made_faster: str) -> str:
    """Return a line if what is said of oneDNN is so in the reader's own numbers."""
    words = ("cl.LSTM", "nn.LSTM", "neither")
    if not isinstance(made_faster, str) or made_faster not in words:
        allowed = "'cl.LSTM', 'nn.LSTM' or 'neither'"
        raise Wrong(f"made_faster: expected {allowed}, came {brief(made_faster)}")
    if made_faster == "cl.LSTM":
        raise Wrong("made_faster: then the ratio would be the smaller one with oneDNN")
    if made_faster == "neither" and apart > 1.3:
        raise Wrong(
            f"made_faster: with oneDNN your ratio for 16 units is {apart:.1f} times "
            "what it is without"
        )
    if made_faster == "nn.LSTM" and apart < 1.05:
        raise Wrong(
            "made_faster: with oneDNN and without, your ratios are hardly different"
        )
    return "what you say of oneDNN follows from your ratios"
