"""Rows of different lengths in one batch, and targets that are not scored.

Shapes: B rows, T_k steps of row k, T of the longest, D numbers a step.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

PADDING = -100  # a target that does not count, as in torch


def in_one_batch(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return rows (T_k, ...) as one batch (B, T, ...), 0 after an end, and T_k (B,)."""
    lengths = torch.tensor([len(row) for row in rows])
    return pad_sequence(list(rows), batch_first=True), lengths
