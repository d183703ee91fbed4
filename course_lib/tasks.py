"""Small problems with a point, made from a seed."""

import torch
from torch import Tensor

from . import guard


def temporal_xor(length: int, generator: torch.Generator | None = None) -> Tensor:
    """Return a sequence of bits in which every third is the XOR of the two before it.

    >>> bits = temporal_xor(9, torch.Generator().manual_seed(0))
    >>> bool((bits[2::3] == bits[0::3] ^ bits[1::3]).all())
    True

    length: N, a multiple of 3. Returns (N,) int64 of zeros and ones. The first two bits
    of each three are random, so only the third can be predicted. Elman 1990.
    """
    if guard.whole(length, 3, "length") % 3:
        raise ValueError(f"length must be a multiple of 3, got {length}")
    pairs = torch.randint(2, (length // 3, 2), generator=generator)
    third = pairs[:, :1] ^ pairs[:, 1:]
    return torch.cat([pairs, third], dim=1).flatten()
