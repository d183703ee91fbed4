"""Forecasting: one step ahead, and running free on what was predicted before.

A model here is anything that is called with windows (B, T, 1) and gives (B, 1): a
`ManyToOne` with output_size=1, an `AutoRegression`, or a function of your own.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..data.series import finite, series_windows
from ..data.windows import batches
from ..models.heads import ManyToOne
from ..training.history import History
from ..training.loop import fit

Forecaster = Callable[[Tensor], Tensor]


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
        schedule=schedule,
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
    window = validation.shape(start, ("B", "T", 1), "start")
    B, was_training = len(window), getattr(model, "training", False)
    if isinstance(model, nn.Module):
        model.eval()
    said = []
    try:
        for _ in range(validation.whole(steps, 1, "steps")):
            y = validation.shape(model(window), (B, 1), "what the model gives")
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
    if (
        validation.tensor(predicted, "predicted").shape
        != validation.tensor(true, "true").shape
    ):
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
    B, steps = validation.shape(true, ("B", "steps"), "true").shape
    validation.shape(predicted, (B, steps), "predicted")
    finite(true.flatten(), "true")
    close = (predicted - true).abs() <= validation.number(limit, "limit")  # (B, steps)
    return close.long().cumprod(dim=1).sum(dim=1)
