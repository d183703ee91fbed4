"""A linear forecast from the last values of a series."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..data.series import finite, series_windows


class AutoRegression(nn.Module):
    """A linear forecast from the last p values, by least squares.

    >>> series = torch.sin(torch.arange(100).double())
    >>> model = cl.AutoRegression(series, p=2)
    >>> x, y = cl.series_windows(series, size=5)
    >>> torch.allclose(model(x), y)  # a sine is its last two values, weighted
    True

    y = b + w_1 x_(t-p+1) + ... + w_p x_t

    series: (N,) to be fitted on, the training part; p: the order, at most N - 1 over
    two so that there are more equations than weights. The weights are found in float64
    whatever the type of the series: neighbours in a series are much alike, and float32
    has too few digits to tell them apart. Raises ValueError for a series with a gap or
    too short. Yule 1927.
    """

    def __init__(self, series: Tensor, p: int):
        super().__init__()
        self.p = validation.whole(p, 1, "p")
        if len(finite(series)) < 2 * p + 1:
            raise ValueError(
                f"order p = {p} needs a series of at least 2 * p + 1 = {2 * p + 1} "
                f"values, got {len(series)}"
            )
        x, y = series_windows(series.detach().cpu().double(), p)
        x = F.pad(x.squeeze(-1), (0, 1), value=1.0)  # (N - p, p + 1)
        found = torch.linalg.lstsq(x, y, driver="gelsd").solution.squeeze(-1)
        self.register_buffer("weight", found[:-1])  # (p,), oldest first
        self.register_buffer("bias", found[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, 1) for windows x, (B, T, 1) with T at least p.

        The sum is taken in float64 where the weights are, on the CPU; the result is of
        x's type, where x is. Raises ValueError for another shape.
        """
        if validation.shape(x, ("B", "T", 1), "x").shape[1] < self.p:
            raise ValueError(
                f"x must have at least p = {self.p} steps, got {x.shape[1]}"
            )
        last = x[:, -self.p :, 0].to(self.weight)  # (B, p)
        return (last @ self.weight + self.bias)[:, None].to(x)
