"""Connectionist temporal classification: a text's probability, without an alignment.

A network says at each step one of V symbols, of which number 0 is the blank. A path is
such a row of T symbols; the text is what is left of it once repeats have become one and
blanks are dropped. Shapes: B clips, T steps, S symbols in a target, V symbols in all.
Graves et al. 2006.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation
from ..data.padding import PADDING

BLANK = 0
NEVER = -1e30  # stands for ln 0 on the way: with -inf there would be no gradient


def ctc_collapse(path: Sequence, blank=BLANK) -> list:
    """Return what a path says: of neighbours that are equal one, and then no blanks.

    >>> "".join(cl.ctc_collapse("__gg_a_ttt_t__e", blank="_"))
    'gatte'

    path: T symbols, a string or a list. Only a blank between them keeps two equal
    symbols apart. Graves et al. 2006, section 3.1.
    """
    if not isinstance(path, Sequence):
        raise TypeError(f"path must be a string or a list, got {type(path).__name__}")
    kept = [b for a, b in zip([blank, *path], path, strict=False) if a != b]
    return [symbol for symbol in kept if symbol != blank]


def ctc_greedy(log_p: Tensor) -> list[list[int]]:
    """Return, for each row, what the likeliest symbols say, one a step.

    >>> log_p = cl.one_hot(torch.tensor([[1, 1, 0, 1, 2, 0]]), 3).log()
    >>> cl.ctc_greedy(log_p)
    [[1, 1, 2]]

    log_p: (B, T, V) floats, logarithms of probabilities or logits. It is the text of
    the likeliest path, which need not be the likeliest text: that one's probability is
    a sum over paths. Graves et al. 2006, section 3.2.
    """
    paths = _checked(log_p, ("B", "T", "V")).argmax(dim=-1)  # (B, T)
    return [ctc_collapse(path) for path in paths.tolist()]


def ctc_log_probability(log_p: Tensor, target: Sequence[int]) -> Tensor:
    """Return ln p(target), the sum over all paths that say it, by the forward way.

    >>> log_p = torch.tensor([[0.4, 0.6], [0.5, 0.5]]).log()  # two steps, V = 2
    >>> p = cl.ctc_log_probability(log_p, [1]).exp()  # the paths _1, 1_ and 11
    >>> round(float(p), 6)
    0.8

    alpha_t(s) = (alpha_{t-1}(s) + alpha_{t-1}(s-1) + alpha_{t-1}(s-2)) p_t(l_s)

    l is the target with blanks between, before and after; the last term is there only
    if l_s is no blank and differs from l_{s-2}. All in logarithms. log_p: (T, V);
    target: S symbols, each 1 .. V - 1. -inf if T is too short: it takes S steps and one
    more for each pair of equal neighbours. Raises ValueError for a symbol that cannot
    be. Graves et al. 2006, equations 6 to 8.
    """
    T, V = _checked(log_p, ("T", "V")).shape
    if any(
        not 0 < validation.whole(k, 0, "a symbol of the target") < V for k in target
    ):
        raise ValueError(f"target must be of symbols 1 .. {V - 1}, got {list(target)}")
    l = torch.full((2 * len(target) + 1,), BLANK)  # noqa: E741
    l[1::2] = torch.tensor(list(target), dtype=torch.long)
    two_back = F.pad(l, (2, 0), value=BLANK)[:-2]
    may_skip = ((l != BLANK) & (l != two_back)).to(log_p.device)
    alpha = log_p.new_full((len(l),), NEVER)
    alpha[:2] = log_p[0, l[:2]]
    for t in range(1, T):
        from_one = F.pad(alpha, (1, 0), value=NEVER)[:-1]
        from_two = F.pad(alpha, (2, 0), value=NEVER)[:-2]
        from_two = from_two.masked_fill(~may_skip, NEVER)
        ways = torch.stack([alpha, from_one, from_two])
        alpha = ways.logsumexp(dim=0) + log_p[t, l]
    total = alpha[-2:].logsumexp(dim=0)
    return total if total > NEVER / 2 else total - math.inf


def ctc_loss(log_p: Tensor, y: Tensor) -> Tensor:
    """Return the mean of -ln p(target), a symbol of the targets; a loss for `fit`.

    >>> log_p = torch.tensor([[[0.4, 0.6], [0.5, 0.5]]]).log()  # (B, T, V)
    >>> round(float(cl.ctc_loss(log_p, torch.tensor([[1]]))), 4)  # -ln 0.8
    0.2231

    log_p: (B, T, V) logarithms of probabilities; y: (B, S) symbols, with -100 after a
    target's end. A clip that ends before step T must say the blank with certainty from
    there on, as a `Listener` does: that changes no probability. By torch's own
    `ctc_loss`. Raises ValueError for shapes or symbols that do not fit, and, on the
    CPU, for a clip that is too short for its target. Graves et al. 2006.
    """
    B, T, V = _checked(log_p, ("B", "T", "V")).shape
    if validation.ids(y, "y").dim() != 2 or len(y) != B:
        raise ValueError(f"y must be ({B}, S), got {tuple(y.shape)}")
    validation.ids_below(y.masked_fill(y == PADDING, BLANK), V, "y")
    sizes = (y != PADDING).sum(dim=1)  # (B,)
    steps = torch.full((B,), T, device=log_p.device)
    each = F.ctc_loss(
        log_p.transpose(0, 1), y.clamp(min=0), steps, sizes, BLANK, reduction="none"
    )
    if each.device.type == "cpu" and each.isinf().any():
        row = int(each.isinf().nonzero()[0])
        raise ValueError(
            f"row {row} has no path of {T} steps or fewer for its {int(sizes[row])} "
            "symbols (one step each, and one between equal neighbours): take longer "
            "clips, or shorter steps"
        )
    return each.sum() / sizes.sum()


def _checked(log_p: Tensor, expected: tuple) -> Tensor:
    """Return log_p if it has the shape, a step, a symbol, and enough bits; or raise."""
    shape = validation.shape(log_p, expected, "log_p").shape
    if 0 in shape[-2:]:
        raise ValueError(
            f"log_p must have a step and a symbol at least, got {tuple(shape)}"
        )
    if log_p.dtype.itemsize < 4:
        raise ValueError(
            f"log_p must have 32 bits or more, got {log_p.dtype}: .float()"
        )
    return log_p
