"""Counting models: how far one gets by counting which token follows which.

Shapes: B rows, T steps, V tokens. An n-gram model of order n sees n - 1 tokens back.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import validation

SMOOTHINGS = ("witten-bell", "kneser-ney")


class Seen(NamedTuple):
    """What was seen after one context: p(w|u) = share of w + rest * p(w|u')."""

    tokens: Tensor
    share: Tensor
    rest: float


class NGram(nn.Module):
    """Predict the next token from the n - 1 before it, by smoothed counts.

    >>> ids = torch.tensor([0, 1, 0, 1, 0, 2])
    >>> model = cl.NGram(ids, V=3, order=2)
    >>> [round(p, 2) for p in model.distribution([0]).tolist()]  # after a 0
    [0.18, 0.53, 0.29]

    Each order leans on the one below it, down to the uniform distribution 1 / V. With
    u a context, u' the same less its oldest token, count(u w) how often w came after it
    and kinds(u) the number of different tokens seen after u:

        witten-bell:  p(w|u) = (count(u w) + kinds(u) p(w|u')) / (count(u) + kinds(u))
        kneser-ney:   p(w|u) = (max(count(u w) - d, 0) + d kinds(u) p(w|u')) / count(u)

    where Kneser-Ney counts, below the top order, not how often w came after u but after
    how many different tokens u w came; d is estimated for each order from how many
    counts are one and how many are two, ones / (ones + 2 twos).

    ids: (N,) training ids; V: the size of the vocabulary; order: 0 for uniform, 1 for
    unigram, 2 for bigram and so on.

    It is called as `CharLM` is, and its logits are log-probabilities, so `perplexity`
    and `generate` take either.
    Witten & Bell 1991 (their method C, interpolated); Kneser & Ney 1995, in the
    interpolated form of Chen & Goodman 1999.
    """

    def __init__(self, ids: Tensor, V: int, order: int, smoothing: str = "witten-bell"):
        super().__init__()
        if smoothing not in SMOOTHINGS:
            raise ValueError(
                f"smoothing must be one of {SMOOTHINGS}, got {smoothing!r}"
            )
        if validation.ids(ids).dim() != 1:
            raise ValueError(f"ids must be (N,), got {tuple(ids.shape)}")
        validation.ids_below(ids, validation.whole(V, 1, "V"))
        self.vocab_size = V
        self.order = validation.whole(order, 0, "order")
        if len(ids) < order:
            raise ValueError(f"order {order} needs {order} ids or more, got {len(ids)}")
        self.smoothing = smoothing
        counts = [_count(ids.tolist(), n) for n in range(1, order + 1)]
        if smoothing == "kneser-ney":
            counts[:-1] = [_count_histories(above) for above in counts[1:]]
        self.tables = [self._freeze(table) for table in counts]

    def _freeze(self, table: dict[tuple, Counter]) -> dict[tuple, Seen]:
        """Turn one order's counts into probabilities, context by context."""
        d = _discount(table)
        return {
            context: Seen(
                torch.tensor(list(followers)),
                *self._shares(torch.tensor(list(followers.values())).double(), d),
            )
            for context, followers in table.items()
        }

    def _shares(self, c: Tensor, d: float) -> tuple[Tensor, float]:
        """Return what the seen tokens get, and what is left for the order below."""
        total, kinds = float(c.sum()), len(c)
        if self.smoothing == "witten-bell":
            return c / (total + kinds), kinds / (total + kinds)
        return (c - d) / total, d * kinds / total

    def distribution(self, context: Sequence[int]) -> Tensor:
        """Return p(w | context) for every token w: (V,) float64, adding up to 1.

        context: the ids before, oldest first. Raises ValueError for an id outside
        0 .. V - 1.
        """
        context = [int(k) for k in context]
        if context:
            validation.ids_below(torch.tensor(context), self.vocab_size, "context")
        return self._distribution(context)

    def _distribution(self, context: list[int]) -> Tensor:
        p = torch.full((self.vocab_size,), 1 / self.vocab_size, dtype=torch.float64)
        for back, table in enumerate(self.tables):
            if back > len(context):
                break
            seen = table.get(tuple(context[len(context) - back :]))
            if seen is None:
                break
            p = (p * seen.rest).index_add_(0, seen.tokens, seen.share)
        return p

    def check_inputs(self, ids: Tensor, state: Tensor | None = None) -> None:
        """Raise ValueError if ids are not (B, T) or one lies outside 0 .. V - 1."""
        if validation.ids(ids).dim() != 2 or 0 in ids.shape:
            raise ValueError(
                f"ids must be (B, T) with no size 0, got {tuple(ids.shape)}"
            )
        validation.ids_below(ids, self.vocab_size)
        if state is not None:
            if validation.ids(state, "state").dim() != 2 or len(state) != len(ids):
                raise ValueError(
                    f"state must be ({len(ids)}, up to {max(self.order - 1, 0)}), "
                    f"got {tuple(state.shape)}"
                )
            validation.ids_below(state, self.vocab_size, "state")

    def forward(self, ids: Tensor, state: Tensor | None = None):
        """Return (log p of every next token (B, T, V) float64, state).

        ids: (B, T). The state is the last n - 1 ids read, (B, up to n - 1): hand it
        back to go on. Without one, a row begins with no context.
        """
        self.check_inputs(ids, state)
        past = ids if state is None else torch.cat([state, ids], dim=1)
        begin = past.shape[1] - ids.shape[1]
        back = max(self.order - 1, 0)
        rows = [
            [self._distribution(row[max(0, t - back) : t]) for t in ends]
            for row in past.tolist()
            for ends in [range(begin + 1, past.shape[1] + 1)]
        ]
        p = torch.stack([torch.stack(row) for row in rows])  # (B, T, V)
        return p.log().to(ids.device), past[:, max(0, past.shape[1] - back) :]


def _count(ids: list[int], n: int) -> dict[tuple, Counter]:
    """Count the n-grams: context of n - 1 tokens -> the tokens after it."""
    table = defaultdict(Counter)
    for end in range(n - 1, len(ids)):
        table[tuple(ids[end - n + 1 : end])][ids[end]] += 1
    return table


def _count_histories(above: dict[tuple, Counter]) -> dict[tuple, Counter]:
    """Count, for u w, the different tokens that came before it: Kneser-Ney's view."""
    table = defaultdict(Counter)
    for (_, *context), followers in above.items():
        table[tuple(context)].update(followers.keys())
    return table


def _discount(table: dict[tuple, Counter]) -> float:
    """Estimate how much a count overstates, n1 / (n1 + 2 n2); one half without n1."""
    counts = Counter(c for followers in table.values() for c in followers.values())
    once, twice = counts[1], counts[2]
    return once / (once + 2 * twice) if once else 0.5
