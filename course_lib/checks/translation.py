"""The checks of "Translation"."""

import torch
from torch import Tensor

from .answers import answers_back, call
from .compare import choice, number, one_number, ordinary, same
from .verdict import Wrong
from .words import kind


@answers_back
def additive_weights(weights_of):
    """How many weights additive attention has, by the sizes Q, K and A."""
    for Q, K, A in ((3, 4, 5), (64, 128, 64), (2, 7, 3)):
        right = A * (Q + 1) + A * K + A
        known = {
            "A too few: W has a bias, and A numbers have to become one score": right
            - A,
            "2 A too few: W has a bias, and A numbers have to become one score": (
                right - 2 * A
            ),
            "only W has a bias": right + A,
            "which of the two is looked at? Both have a matrix": A * (Q + 1) + A,
            "the two are added, after a matrix each, not multiplied": A * Q * K + 2 * A,
        }
        what = f"Q = {Q}, K = {K}, A = {A}"
        yield number(call(weights_of, Q, K, A), right, what, known, tolerance=0)


@answers_back
def masked_attention(attend):
    """Weights and context from scores, with nothing for padding."""
    for B, S, K in ((2, 5, 3), (3, 4, 2)):
        scores, values = torch.randn(B, S), torch.randn(B, S, K)
        lengths = torch.arange(B) + 2
        lengths[-1] = S
        given = pair(call(attend, scores, values, lengths), "(context, weights)")
        padding = torch.arange(S) >= lengths[:, None]
        weights = scores.masked_fill(padding, -torch.inf).softmax(dim=1)
        what = f"{B} texts of up to {S} symbols"
        if bool(ordinary(given[1], f"{what}, weights").isnan().any()):
            raise Wrong("the weights are NaN: is a text hidden from end to end?")
        yield same(given[1], weights, f"{what}, weights", unmasked(scores, lengths))
        context = torch.einsum("bs,bsk->bk", weights, values)
        slips = {
            "weights already add up to 1: is anything divided once more?": context / S,
            "the plain mean is taken: where are the weights?": values.mean(dim=1),
        }
        yield same(given[0], context, f"{what}, context", slips)


def unmasked(scores: Tensor, lengths: Tensor) -> dict[str, Tensor]:
    """Return the weights that come of masks that are none, a hint for each."""
    places = torch.arange(scores.shape[1])
    padding = places >= lengths[:, None]
    hidden = scores.masked_fill(padding, -torch.inf)
    return {
        "padding has weight: where do the lengths come in?": scores.softmax(dim=1),
        "padding has none, but do the others still add up to 1?": scores.softmax(
            dim=1
        ).masked_fill(padding, 0),
        "a score of 0 is a score like any other: what has no weight at all?": (
            scores.masked_fill(padding, 0).softmax(dim=1)
        ),
        "one place too many has weight: a text of 2 symbols has the places 0 and 1": (
            scores.masked_fill(places > lengths[:, None], -torch.inf).softmax(dim=1)
        ),
        "along which axis are the weights of a text to add up to 1?": hidden.softmax(
            dim=0
        ),
    }


def pair(given: object, what: str) -> tuple:
    """Return two tensors that came as a pair, or raise `Wrong`."""
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Wrong(f"expected a pair, {what}, came {kind(given)}")
    return tuple(given)


@answers_back
def told_and_targets(prepared):
    """What a decoder is told, and what it is to say, for texts of several lengths."""
    mark = 9
    for lengths, T in (([3, 1], 3), ([2, 4, 1], 5)):
        n = torch.tensor(lengths)
        places = torch.arange(T + 1)
        rows = torch.randint(8, (len(n), T))
        rows[places[:T] >= n[:, None]] = mark
        marks = torch.full((len(n), 1), mark)
        late, soon = torch.cat([marks, rows], 1), torch.cat([rows, marks], 1)
        given = pair(call(prepared, rows, n, mark), "(told, targets)")
        what = f"texts of {', '.join(map(str, lengths))} symbols"
        hints = {
            "it is told the very symbol that it has to say: what came before?": soon,
            "it is told nothing of the text": marks.expand(-1, T + 1),
        }
        yield same(given[0], late, f"{what}, told", hints)
        right = soon.masked_fill(places > n[:, None], -100)
        hints = {
            "who then teaches it to end? The first mark has to count": (
                soon.masked_fill(places >= n[:, None], -100)
            ),
            "what stands behind the first mark is padding, and counts": soon,
            "the targets are a step late, not what it is told": late,
        }
        yield same(given[1], right, f"{what}, targets", hints)


@answers_back
def without_a_teacher(exact_free, calls_forced, calls_free):
    """What is known of a run without a teacher from one with, and its price."""
    hints = {
        "the 90 % are of whole texts already, not of single symbols": 0.9**11,
        "the mark is no step of its own here: 90 % are of whole texts already": 0.9**10,
        "as a share, between 0 and 1, please": 90,
        "that is the share of texts with a mistake": 0.1,
        "is not a text right with a teacher also right without?": 0.0,
    }
    yield number(exact_free, 0.9, "exact, running free", hints, tolerance=1e-9)
    hints = {
        "all that it is told is known beforehand: must it wait for anything?": 11,
        "that is for every symbol, and without the mark": 10,
    }
    yield number(calls_forced, 1, "calls with a teacher", hints, tolerance=0)
    hints = {
        "each symbol has to be said before the next can be read": 1,
        "how does it say that it has finished?": 10,
        "the mark before the text is read, but nobody has to say it": 12,
    }
    yield number(calls_free, 11, "calls without", hints, tolerance=0)


@answers_back
def wider_beams(log_p, exact, raised):
    """Mean log p and share of exact texts by the beam's width, and what is sought."""
    for name, given in (("log_p", log_p), ("exact_by_width", exact)):
        if not isinstance(given, dict) or set(given) != {1, 2, 4}:
            raise Wrong(f"`{name}` is to have an entry for each width: 1, 2 and 4")
    log_p = {w: one_number(value, f"log p, {w}") for w, value in log_p.items()}
    exact = {w: one_number(value, f"exact, {w}") for w, value in exact.items()}
    for width in (1, 2, 4):
        if not -20 < log_p[width] < 0:
            hint = "is no mean of the logarithms of probabilities of whole texts"
            raise Wrong(f"width {width}: {log_p[width]:.4g} {hint}")
        if not 0 <= exact[width] <= 1:
            hint = "is no share between 0 and 1"
            raise Wrong(f"width {width}: {exact[width]:.4g} {hint}")
    if not log_p[1] < log_p[2] <= log_p[4] + 1e-6:
        raise Wrong("wider beams are to find likelier texts: is it the first of each?")
    if max(exact.values()) - min(exact.values()) > 0.3:
        raise Wrong("exactness moves by far more than in our runs: the same texts?")
    yield "a wider beam finds likelier texts"
    hints = {
        "exact": "does the search know the right translation?",
        "both": "one of the two needs the right translation: does the search know it?",
    }
    yield choice(raised, "log p", "what the search itself can raise", hints)
