"""Small problems with a point, made from a seed."""

import torch
from torch import Tensor

from .. import validation


def temporal_xor(length: int, generator: torch.Generator | None = None) -> Tensor:
    """Return a sequence of bits in which every third is the XOR of the two before it.

    >>> bits = cl.temporal_xor(9, torch.Generator().manual_seed(0))
    >>> bool((bits[2::3] == bits[0::3] ^ bits[1::3]).all())
    True

    length: N, a multiple of 3. Returns (N,) int64 of zeros and ones. The first two bits
    of each three are random, so only the third can be predicted. Elman 1990.
    """
    if validation.whole(length, 3, "length") % 3:
        raise ValueError(f"length must be a multiple of 3, got {length}")
    pairs = torch.randint(2, (length // 3, 2), generator=generator)
    third = pairs[:, :1] ^ pairs[:, 1:]
    return torch.cat([pairs, third], dim=1).flatten()


def memory_stream(
    n: int,
    length: int,
    write: float,
    ask: float,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Return streams in which a value is to be held, and what is held at each step.

    >>> x, held = cl.memory_stream(2, 5, write=0.0, ask=0.0)
    >>> bool((held == x[:, :1, 0]).all())
    True

    n: B streams; length: T steps. Returns x, (B, T, 3) floats: a value in -1 .. 1, a
    mark that says "remember this" (1 at the first step, and later with probability
    `write`), and a mark that says "tell me now" (1 with probability `ask`); and held,
    (B, T), the value that was marked last. Written for this course, after the adding
    and latch problems of Hochreiter & Schmidhuber 1997 and the continual streams of
    Gers et al. 2000.
    """
    B, T = validation.whole(n, 1, "n"), validation.whole(length, 1, "length")
    for name, share in (("write", write), ("ask", ask)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must be a probability, 0 .. 1, got {share}")
    value = torch.rand(B, T, generator=generator) * 2 - 1
    marks = torch.rand(2, B, T, generator=generator)
    remember, tell = marks[0] < write, marks[1] < ask
    remember[:, 0] = True
    places = torch.where(remember, torch.arange(T), 0).cummax(dim=1).values
    x = torch.stack([value, remember.float(), tell.float()], dim=-1)
    return x, value.gather(1, places)
