"""Additive attention: where to look, learnt by a small network.

Shapes: B batch, S steps that can be looked at, K size of a key, Q size of a query,
A size of the network that compares them.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import validation


class Memory(NamedTuple):
    """What attention looks at: made once for an input, used at every step.

    >>> attention = cl.AdditiveAttention(3, 4, 5)
    >>> memory = attention.remember(torch.rand(2, 7, 4))
    >>> [tuple(part.shape) for part in memory]
    [(2, 7, 4), (2, 7, 5), (2, 7)]

    values: (B, S, K); keys: (B, S, A), U times the values; hidden: (B, S) true at what
    may not be looked at.
    """

    values: Tensor
    keys: Tensor
    hidden: Tensor


class AdditiveAttention(nn.Module):
    """Look at S places at once, at each as much as a small network says.

    >>> attention = cl.AdditiveAttention(3, 4, 5)
    >>> memory = attention.remember(torch.rand(1, 3, 4), torch.tensor([2]))
    >>> context, weights = attention(torch.rand(1, 3), memory)
    >>> tuple(context.shape), bool(weights[0, 2] == 0)  # the third place is padding
    ((1, 4), True)

        score_s = v . tanh(W query + U value_s)
        weights = softmax(score),  context = sum of weights_s value_s

    query_size, key_size: Q and K; size: A. Bahdanau, Cho & Bengio 2015, with a bias
    in W.
    """

    def __init__(self, query_size: int, key_size: int, size: int):
        super().__init__()
        self.key_size = validation.whole(key_size, 1, "key_size")
        self.W = nn.Linear(validation.whole(query_size, 1, "query_size"), size)
        self.U = nn.Linear(key_size, validation.whole(size, 1, "size"), bias=False)
        self.v = nn.Linear(size, 1, bias=False)

    def remember(self, values: Tensor, lengths: Tensor | None = None) -> Memory:
        """Return what is looked at, from values (B, S, K) and their lengths (B,).

        Places from a row's length on are padding; without lengths none are. Raises
        ValueError for another shape, or for a length outside 1 .. S.
        """
        B, S, _ = validation.shape(values, ("B", "S", self.key_size), "values").shape
        validation.like(values, self.U.weight, "values")
        if lengths is None:
            lengths = torch.full((B,), S, device=values.device)
        validation.lengths(lengths, B, S)
        validation.like(lengths, values, "lengths", "values are")
        places = torch.arange(S, device=values.device)
        return Memory(values, self.U(values), places >= lengths[:, None])

    def forward(self, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        """Return (context (B, K), weights (B, S)) for queries (B, Q).

        Raises ValueError for another shape.
        """
        validation.shape(query, (len(memory.values), self.W.in_features), "query")
        validation.like(query, self.W.weight, "query")
        mixed = torch.tanh(self.W(query)[:, None] + memory.keys)  # (B, S, A)
        scores = self.v(mixed).squeeze(-1)  # (B, S)
        scores = scores.masked_fill(memory.hidden, -torch.inf)
        weights = torch.softmax(scores, dim=-1)
        context = (weights[:, None] @ memory.values).squeeze(1)  # (B, K)
        return context, weights
