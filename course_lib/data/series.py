"""Series of numbers: one made by an equation, scaled, and cut into windows.

Shapes: N values of a series, T steps of a window (its size), B windows in a batch. A
series is (N,) floats; what a model reads is (B, T, 1), one number at each step.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .. import validation

BETA, GAMMA, POWER = 0.2, 0.1, 10  # of Mackey & Glass 1977
MULTIPLE = 1e-9  # how far from a whole number of steps a time may lie


def mackey_glass(
    length: int,
    sample: float = 6.0,
    tau: float = 17.0,
    dt: float = 0.1,
    history: float | Tensor = 1.2,
    discard: float = 1000.0,
) -> Tensor:
    """Return a series of Mackey and Glass: how many blood cells there are, over time.

    >>> series = cl.mackey_glass(100)
    >>> tuple(series.shape), series.dtype, bool((series > 0.2).all())
    ((100,), torch.float64, True)

    dx/dt = 0.2 x(t - tau) / (1 + x(t - tau)^10) - 0.1 x(t)

    Integrated by the Runge-Kutta method of fourth order in steps of dt, with the
    delayed value halfway through a step interpolated linearly; so halving dt divides
    the error by about four. length: N values, `sample` seconds apart; tau, sample and
    discard, in seconds, are multiples of dt. history: x at all times up to the start,
    or (tau / dt + 1,) values of it, oldest first, dt apart. discard: how long the
    equation runs before the first value.
    Returns (N,) float64, of which the first is x after `discard` seconds. Raises
    ValueError for a time that is no multiple of dt or a history that does not fit,
    and for values that grow without bound, as a dt near tau makes them.
    Mackey & Glass 1977; with tau = 17 it is chaotic.
    """
    N = validation.whole(length, 1, "length")
    every, lag = _steps(sample, dt, "sample", 1), _steps(tau, dt, "tau", 1)
    skip = _steps(discard, dt, "discard", 0)
    if isinstance(history, Tensor):
        validation.shape(history, (lag + 1,), "history")
        x = finite(history, "history").tolist()
    else:
        x = [float(validation.number(history, "history"))] * (lag + 1)
    try:
        for k in range(skip + every * (N - 1)):
            x.append(_runge_kutta(x[-1], x[k], x[k + 1], dt))
    except OverflowError:
        raise ValueError(
            f"the values outgrow all numbers: expected a history near 1 and a dt far "
            f"below tau, got dt = {dt}, tau = {tau} and a history up to "
            f"{max(x[: lag + 1]):g}"
        ) from None
    return torch.tensor(x[lag + skip :: every], dtype=torch.float64)


def _runge_kutta(x: float, before: float, after: float, dt: float) -> float:
    """Take one step from x; the delayed value goes from `before` to `after`."""
    halfway = (before + after) / 2
    k1 = _slope(x, before)
    k2 = _slope(x + dt / 2 * k1, halfway)
    k3 = _slope(x + dt / 2 * k2, halfway)
    k4 = _slope(x + dt * k3, after)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _slope(x: float, delayed: float) -> float:
    """Return dx/dt."""
    return BETA * delayed / (1 + delayed**POWER) - GAMMA * x


def _steps(time: float, dt: float, name: str, least: int) -> int:
    """Return how many steps of dt a time is, or raise ValueError."""
    if validation.number(dt, "dt") == 0:
        raise ValueError("dt must be above 0, got 0")
    ratio = validation.number(time, name) / dt
    steps = round(ratio) if ratio < math.inf else 0
    if abs(steps * dt - time) > MULTIPLE * max(1.0, time) or steps < least:
        raise ValueError(
            f"{name} must be a multiple of dt = {dt}, at least {least * dt}, got {time}"
        )
    return steps


class Scale(NamedTuple):
    """A mean and a standard deviation, found on one part and applied to all.

    >>> scale = cl.Scale.fit(torch.tensor([1.0, 2.0, 3.0]))
    >>> scale.apply(torch.tensor([2.0, 4.0]))
    tensor([0., 2.])
    >>> scale.invert(torch.tensor([0.0, 2.0]))
    tensor([2., 4.])

    mean, std: in the units of the series; std has N - 1 below the line. Made by
    `Scale.fit(training_part)`; what the test part holds must have no say in it.
    """

    mean: float
    std: float

    @classmethod
    def fit(cls, series: Tensor) -> "Scale":
        """Return the scale of a series (N,), as a rule the training part alone.

        Raises ValueError for a gap, for fewer than two values, or if all are equal.
        """
        if len(finite(series)) < 2:
            raise ValueError(f"a scale needs at least 2 values, got {len(series)}")
        scale = cls(float(series.mean()), float(series.std()))
        level = bool((series == series[0]).all())  # rounding may give it a deviation
        if level or not scale.std > 0:
            raise ValueError(
                f"the series never changes: all {len(series)} values are "
                f"{float(series[0])}, and nothing can be divided by a deviation of 0"
            )
        return scale

    def apply(self, series: Tensor) -> Tensor:
        """Return (series - mean) / std, of any shape."""
        return (validation.tensor(series, "series") - self.mean) / self.std

    def invert(self, scaled: Tensor) -> Tensor:
        """Return scaled * std + mean, in the units that the series had."""
        return validation.tensor(scaled, "scaled") * self.std + self.mean


def series_windows(
    series: Tensor, size: int, ahead: int = 1, every: int = 1
) -> tuple[Tensor, Tensor]:
    """Cut a series into windows, each with the values that come after it.

    >>> x, y = cl.series_windows(torch.arange(6.0), size=3)
    >>> x.squeeze(-1).tolist(), y.tolist()
    ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0]], [[3.0], [4.0], [5.0]])

    series: (N,) floats; size: T; ahead: how many values after a window; every: how
    many steps from one window's start to the next.
    Returns x, (B, T, 1), and y, (B, ahead), with every window that fits; they share no
    memory with the series. Cut the series into parts first, and each part into windows:
    then no window straddles two parts. Raises ValueError if the series has a gap, or
    fewer than size + ahead values.
    """
    T, ahead = validation.whole(size, 1, "size"), validation.whole(ahead, 1, "ahead")
    every = validation.whole(every, 1, "every")
    if len(finite(series)) < T + ahead:
        raise ValueError(
            f"the series has {len(series)} values, but a window of {T} and {ahead} "
            f"after it need at least {T + ahead}: take a longer series, or a smaller "
            "window"
        )
    rows = series.unfold(0, T + ahead, every)  # (B, T + ahead)
    return rows[:, :T, None].clone(), rows[:, T:].clone()


def finite(series: Tensor, name: str = "the series") -> Tensor:
    """Return a series (N,) of floats if it has no gap; raise ValueError if not."""
    bad = (~validation.shape(series, ("N",), name).isfinite()).nonzero()
    if len(bad):
        place = int(bad[0])
        raise ValueError(
            f"{name} must be finite numbers, got {float(series[place])} at position "
            f"{place} ({len(bad)} of {len(series)} are none): fill or leave out gaps "
            "first"
        )
    return series
