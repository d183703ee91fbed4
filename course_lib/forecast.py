"""Forecasting: one step ahead, and running free on what was predicted before.

A model here is anything that is called with windows (B, T, 1) and gives (B, 1): a
`ManyToOne` with output_size=1, an `AutoRegression`, or a function of your own.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import guard
from .batching import batches
from .history import History
from .models import ManyToOne
from .series import finite, series_windows
from .training import fit

Forecaster = Callable[[Tensor], Tensor]


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
        self.p = guard.whole(p, 1, "p")
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
        if guard.shape(x, ("B", "T", 1), "x").shape[1] < self.p:
            raise ValueError(
                f"x must have at least p = {self.p} steps, got {x.shape[1]}"
            )
        last = x[:, -self.p :, 0].to(self.weight)  # (B, p)
        return (last @ self.weight + self.bias)[:, None].to(x)


def train_forecaster(
    layer: Callable[[], nn.Module],
    train: Tensor,
    valid: Tensor,
    seed: int = 0,
    *,
    size: int = 20,
    epochs: int = 20,
    lr: float = 0.01,
    device: torch.device | str = "cpu",
) -> tuple[ManyToOne, History]:
    """Train a recurrent layer to say the value after a window of a series.

    >>> train, valid = cl.split(cl.mackey_glass(300).float(), (0.7, 0.3))
    >>> trained = cl.train_forecaster(lambda: cl.RNN(1, 8), train, valid, epochs=2)
    >>> model, history = trained
    >>> tuple(model(torch.zeros(5, 20, 1)).shape), len(history)
    ((5, 1), 2)

    layer: makes a layer with input_size 1; it is called after the seed is set. train,
    valid: (N,) float32 parts of a scaled series; size: T.
    Adam, batches of 32, the gradient clipped at 1; the learning rate falls from lr to
    0 along half a cosine. Returns the model, on the device, and the curves of the mean
    square error. Raises ValueError for a part that is shorter than a window and the
    value after it.
    """
    torch.manual_seed(seed)
    model = ManyToOne(layer(), output_size=1).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    generator = torch.Generator().manual_seed(seed)
    history = fit(
        model,
        batches(*series_windows(train, size), 32, generator),
        epochs=epochs,
        optimizer=optimizer,
        loss=F.mse_loss,
        valid=batches(*series_windows(valid, size), 512),
        on_epoch=lambda epoch, history: schedule.step(),
    )
    return model, history


@torch.no_grad()
def free_run(model: Forecaster, start: Tensor, steps: int) -> Tensor:
    """Let a model run on its own predictions, and return them.

    >>> model = cl.ManyToOne(cl.GRU(1, 8), output_size=1)
    >>> tuple(cl.free_run(model, torch.zeros(4, 20, 1), steps=50).shape)
    (4, 50)

    start: (B, T, 1), the true values up to where it is let loose. Each prediction is
    put at the end of the window, whose first value drops out. A model that is a module
    is put into evaluation mode meanwhile. Returns (B, steps). Raises ValueError if
    start has another shape or the model gives anything but (B, 1).
    """
    if not callable(model):
        kind = type(model).__name__
        raise TypeError(f"model must be callable with windows (B, T, 1), got {kind}")
    window = guard.shape(start, ("B", "T", 1), "start")
    B, was_training = len(window), getattr(model, "training", False)
    if isinstance(model, nn.Module):
        model.eval()
    said = []
    try:
        for _ in range(guard.whole(steps, 1, "steps")):
            y = guard.shape(model(window), (B, 1), "what the model gives")
            said.append(y)
            window = torch.cat([window[:, 1:], y[:, None]], dim=1)  # (B, T, 1)
    finally:
        if was_training:
            model.train()
    return torch.cat(said, dim=1)


def nrmse(predicted: Tensor, true: Tensor) -> float:
    """Return the root mean square error, in standard deviations of what is true.

    >>> true = torch.tensor([1.0, 2.0, 3.0])
    >>> cl.nrmse(true + 0.5, true), cl.nrmse(true.mean().expand(3), true) < 1
    (0.5, True)

    0 is perfect, and about 1 is what the mean of the series reaches. predicted, true:
    of one shape, in the same units. Raises ValueError if shapes differ, for numbers
    that are not finite, or if the true values are all equal.
    """
    if guard.tensor(predicted, "predicted").shape != guard.tensor(true, "true").shape:
        raise ValueError(
            "predicted and true must have the same shape, got "
            f"{tuple(predicted.shape)} and {tuple(true.shape)}"
        )
    predicted = finite(predicted.detach().flatten(), "predicted").double()
    true = finite(true.detach().flatten(), "true").double()
    if len(true) < 2 or bool((true == true[0]).all()):
        raise ValueError("true must have at least two values that differ")
    return float((predicted - true).square().mean().sqrt() / true.std())


def horizon(predicted: Tensor, true: Tensor, limit: float = 0.4) -> Tensor:
    """Count the steps for which a forecast stays close, from its beginning on.

    >>> true = torch.zeros(2, 4)
    >>> said = torch.tensor([[0.1, 0.3, 0.5, 0.0], [0.1, 0.1, 0.1, 0.1]])
    >>> cl.horizon(said, true)
    tensor([2, 4])

    predicted, true: (B, steps), in the same units; limit: the largest error that is
    close, in these units, and so in standard deviations if the series is scaled.
    Returns (B,) int64: how many steps come before the first error above the limit. A
    forecast that never fails gets `steps`, which is then a lower bound; what is
    predicted and no number is not close. Raises ValueError if the shapes differ or
    the true values have a gap.
    """
    B, steps = guard.shape(true, ("B", "steps"), "true").shape
    guard.shape(predicted, (B, steps), "predicted")
    finite(true.flatten(), "true")
    close = (predicted - true).abs() <= guard.number(limit, "limit")  # (B, steps)
    return close.long().cumprod(dim=1).sum(dim=1)
