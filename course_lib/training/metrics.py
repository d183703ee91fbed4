"""Measures: cross-entropy and perplexity, accuracy, edits from one text to another."""

import math
import operator
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..data.padding import PADDING
from .history import exponential
from .passes import Batches, mode, outputs

Loss = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(output: Tensor, y: Tensor) -> Tensor:
    """Return the mean of -log softmax(output)[y], in nats.

    output: (..., V) logits; y: (...) ids, of which -100 is padding and does not count.
    Raises ValueError if shapes differ or an id lies outside 0 .. V - 1.
    """
    if output.shape[:-1] != validation.ids(y, "y").shape:
        raise ValueError(
            f"y must be {tuple(output.shape[:-1])}, as the output is without its last "
            f"axis, got {tuple(y.shape)}"
        )
    validation.ids_below(y.masked_fill(y == PADDING, 0), output.shape[-1], "y")
    return F.cross_entropy(
        output.flatten(0, -2), y.long().flatten(), ignore_index=PADDING
    )


def mean_loss(model: nn.Module, data: Batches, loss: Loss = cross_entropy) -> float:
    """Return the mean loss a token over the data, without training."""
    total, tokens = total_loss(model, data, loss)
    return total / tokens


def total_loss(model: nn.Module, data: Batches, loss: Loss) -> tuple[float, int]:
    """Return the sum of the losses of all tokens, and their number."""
    losses, tokens = [], []
    with torch.no_grad(), mode(model, training=False):
        for batch in outputs(model, data):
            losses.append(batch.scored(loss))
            tokens.append(batch.count)
    if not sum(tokens):
        raise ValueError("there is nothing to score: expected batches (x, y), got none")
    values = torch.stack(losses).tolist()  # one wait for the device, not one a batch
    return math.fsum(map(operator.mul, values, tokens)), sum(tokens)


def perplexity(model: nn.Module, data: Batches) -> float:
    """Return exp of the mean cross-entropy a token: the geometric mean of 1 / p.

    >>> uniform = cl.NGram(torch.tensor([0]), V=27, order=0)
    >>> round(cl.perplexity(uniform, cl.whole_text(torch.tensor([3, 1, 4]))), 6)
    27.0

    data: batches (x, y) as for `fit`; a whole text is the one batch
    [(ids[None, :-1], ids[None, 1:])]. Jelinek et al. 1977.
    """
    return exponential(mean_loss(model, data))


def accuracy(model: nn.Module, data: Batches) -> float:
    """Return the share of targets, 0 to 1, that the highest logit names.

    >>> uniform = cl.NGram(torch.tensor([0]), V=27, order=0)  # says 0 where all tie
    >>> cl.accuracy(uniform, cl.whole_text(torch.tensor([3, 0, 4])))
    0.5

    data: batches (x, y) as for `fit`; y ids, of which -100 is padding and does not
    count. Raises ValueError if there is nothing to score, TypeError if y is no ids.
    """
    right, tokens = [], 0
    with torch.no_grad(), mode(model, training=False):
        for _, output, y, count in outputs(model, data):
            right.append((output.argmax(dim=-1) == validation.ids(y, "y")).sum())
            tokens += count
    if not tokens:
        raise ValueError("there is nothing to score: expected batches (x, y), got none")
    return int(torch.stack(right).sum()) / tokens


def edit_distance(a: Sequence, b: Sequence) -> int:
    """Return the fewest insertions, deletions and replacements that turn a into b.

    >>> cl.edit_distance("gate", "great")
    3

    a, b: strings, or lists of anything that can be compared. O(len(a) * len(b)) time,
    O(len(b)) memory: row i of the table holds the distances of a[:i] to every b[:j].
    Levenshtein 1966; Wagner & Fischer 1974. Raises TypeError for no sequence, or for a
    string beside a list.
    """
    for name, value in (("a", a), ("b", b)):
        if not isinstance(value, Sequence):
            raise TypeError(
                f"{name} must be a string or a list, got {type(value).__name__}"
            )
    if isinstance(a, str) is not isinstance(b, str):
        raise TypeError(
            "a and b must both be strings or both be lists, "
            f"got {type(a).__name__} and {type(b).__name__}"
        )
    row = list(range(len(b) + 1))
    for i, a_i in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, b_j in enumerate(b, start=1):
            replaced = diagonal + (a_i != b_j)
            diagonal, row[j] = row[j], min(replaced, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def error_rate(said: Sequence, wanted: Sequence) -> float:
    """Return the edits between what was said and wanted, a symbol that was wanted.

    >>> round(cl.error_rate(["1986", "2001"], ["1987", "2001"]), 3)  # 1 edit in 8
    0.125

    said, wanted: lists of N strings (or of N lists). The edits of all pairs are added
    and divided by the length of all that was wanted, so that long texts count more;
    with characters it is the character error rate. 0 is perfect; it can pass 1, when
    more is said than was wanted. Raises ValueError for lists of different lengths, or
    if nothing was wanted; TypeError for a bare string.
    """
    for name, value in (("said", said), ("wanted", wanted)):
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise TypeError(
                f"{name} must be a list of texts, got {type(value).__name__}"
            )
    if len(said) != len(wanted):
        raise ValueError(
            f"said and wanted must be as long as each other, got {len(said)} texts "
            f"and {len(wanted)}"
        )
    length = sum(map(len, wanted))
    validation.whole(length, 1, "the length of all that is wanted")
    return sum(map(edit_distance, said, wanted)) / length
