"""Self-attention: every step looks at all others, at once and as far back as it likes.

Shapes: B batch, T time steps, D input size, H hidden size.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..data.text import one_hot
from .arguments import check_sequence


def self_attention(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    """Return for each query the mean of the values, weighted by how its key fits.

    >>> q, k, v = torch.rand(3, 1, 4, 8)
    >>> torch.allclose(cl.self_attention(q, k, v, causal=True)[:, 0], v[:, 0])
    True

    softmax(q k^T / sqrt(H)) v

    q: (B, S, H); k: (B, T, H); v: (B, T, D). causal: step t sees none that comes after
    it, which needs S = T. Returns (B, S, D). The (B, S, T) weights are computed whole:
    as clear as it gets, and as costly. Raises ValueError for shapes that do not fit, or
    a size of 0. Vaswani et al. 2017.
    """
    validation.shape(q, ("B", "S", "H"), "q")
    B, S, H = q.shape
    validation.shape(k, (B, "T", H), "k")
    T = k.shape[1]
    validation.shape(v, (B, T, "D"), "v")
    for name, part in (("k", k), ("v", v)):
        validation.like(part, q, name, "q is")
    if 0 in (*q.shape, *k.shape, *v.shape):
        raise ValueError("q, k and v must have no size 0: what is there to look at?")
    if causal and S != T:
        raise ValueError(f"causal needs as many queries as keys, got {S} and {T}")
    scores = q @ k.transpose(1, 2) / math.sqrt(H)  # (B, S, T)
    if causal:
        later = torch.ones(S, T, dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(later, -math.inf)
    return scores.softmax(dim=-1) @ v


class Attending(nn.Module):
    """Self-attention over a whole sequence, of which the last step says one thing.

    >>> model = cl.Attending(13, 32, output_size=8)
    >>> tuple(model(torch.randint(13, (4, 32))).shape)  # (B, T) ids
    (4, 8)

    Query, key and value of each step are linear in its input. Every step looks at all,
    and a linear head reads what the last one found. Nothing tells the steps' places, so
    all but the last could be shuffled. x: (B, T, D) floats or (B, T) ids. fused:
    torch's own `scaled_dot_product_attention` in place of `self_attention`. Raises
    ValueError for another shape.
    """

    def __init__(
        self, input_size: int, hidden_size: int, output_size: int, fused: bool = False
    ):
        super().__init__()
        self.input_size, self.fused = (
            validation.whole(input_size, 1, "input_size"),
            fused,
        )
        self.into = nn.Linear(
            input_size, 3 * validation.whole(hidden_size, 1, "hidden_size")
        )
        self.head = nn.Linear(hidden_size, output_size)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, output_size)."""
        check_sequence(x, self.input_size)
        validation.like(x, self.head.weight, "x")
        if validation.is_ids(x):
            x = one_hot(x, self.input_size).to(self.head.weight.dtype)
        q, k, v = self.into(x).chunk(3, dim=-1)  # (B, T, H) each
        if self.fused:  # of one head, (B, 1, T, H): else torch keeps all weights, too
            q, k, v = (part[:, None] for part in (q, k, v))
            return self.head(F.scaled_dot_product_attention(q, k, v)[:, 0, -1])
        return self.head(self_attention(q, k, v)[:, -1])
