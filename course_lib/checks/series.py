"""The checks of "Time series"."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from ..data.series import Scale, series_windows
from .answers import answers_back, call
from .compare import choice, number, one_number, same
from .verdict import Wrong
from .words import kind


@answers_back
def from_autocorrelation(persistence, weighted):
    """What two forecasts from the last value alone reach, by the autocorrelation."""
    for rho in (0.66, 0.99, 0.0, -0.4):
        what = f"persistence, rho = {rho}"
        mistakes = {
            "that is the square of it: the root is missing": 2 * (1 - rho),
            "that is right but for a factor: how many variances are there?": math.sqrt(
                1 - rho
            ),
            "neither the root nor the second variance is there": 1 - rho,
            "a difference has less variance if its parts go together": math.sqrt(
                2 * (1 + rho)
            ),
        }
        yield number(call(persistence, rho), math.sqrt(2 * (1 - rho)), what, mistakes)
    for rho in (0.66, 0.99, 0.0, -0.4):
        what = f"the best weight, rho = {rho}"
        mistakes = {
            "that is its square: take the root": 1 - rho**2,
            "that is persistence again, whose weight is 1": math.sqrt(2 * (1 - rho)),
            "put the best weight in for w, and multiply out": math.sqrt(1 - abs(rho)),
            "that is what is explained, not what is left": abs(rho),
        }
        yield number(call(weighted, rho), math.sqrt(1 - rho**2), what, mistakes)


def odd_model(x: Tensor) -> Tensor:
    """Predict (B, 1) from the first and the last values of windows of any length."""
    return torch.tanh(0.5 * x[:, 0] + 0.9 * x[:, -1] - 0.6 * x[:, -2] + 0.3)


@answers_back
def runs_free(run_free):
    """A free run: each prediction becomes the window's last value."""
    for B, T, steps in ((2, 5, 6), (1, 2, 3), (3, 4, 1)):
        start = torch.randn(B, T, 1)
        given = call(run_free, odd_model, start, steps, name="run_free")
        slips = {
            "every step is predicted from the same window": {"moves": "not"},
            "the window grows: is there a value that should drop out?": {
                "moves": "grows"
            },
            "the prediction stands at the wrong end of the window": {"moves": "front"},
            "the newest value drops out, and not the oldest": {"moves": "replaces"},
            "the window moves before the first prediction is made": {"early": True},
            "does each prediction count twice, once in the window before it?": {
                "moves": "twice"
            },
        }
        hints = {
            hint: partial(run_wrong, start, steps, **how) for hint, how in slips.items()
        }
        what = f"B = {B}, T = {T}, {steps} steps"
        yield same(given, run_wrong(start, steps), what, hints)


def run_wrong(
    start: Tensor, steps: int, moves: str = "on", early: bool = False
) -> Tensor:
    """Run the odd model free, with something wrong in how the window moves."""
    window, said = start, []
    for _ in range(steps + early):
        y = odd_model(window)
        new = y[:, None]  # (B, 1, 1)
        said.append(y)
        window = {
            "on": torch.cat([window[:, 1:], new], dim=1),
            "not": window,
            "grows": torch.cat([window, new], dim=1),
            "front": torch.cat([new, window[:, :-1]], dim=1),
            "replaces": torch.cat([window[:, :-1], new], dim=1),
            "twice": torch.cat([window[:, 2:], new, new], dim=1),
        }[moves]
    return torch.cat(said[int(early) :], dim=1)


@answers_back
def no_leak(prepared):
    """Windows of two parts, of which the first knows nothing of the second."""
    for N, size in ((50, 4), (100, 10), (35, 1)):
        series = torch.randn(N).cumsum(0) + 5
        n = round(0.8 * N)
        given = call(prepared, series, size, name="prepared")
        for place, name in enumerate(("first part", "rest")):
            for k, letter in enumerate("xy"):
                hints = {
                    hint: slip(series, size, n)[place][k]
                    for hint, slip in LEAKS.items()
                }
                right = cut(series, size, n)[place][k]
                what = f"N = {N}, size = {size}, {letter} of the {name}"
                yield same(_part(given, place, k), right, what, hints)


def _part(given: object, place: int, k: int) -> object:
    """Return x or y of one part; raise `Wrong` if there are not two of two."""
    pairs = isinstance(given, list | tuple) and len(given) == 2
    if not pairs or not all(isinstance(p, list | tuple) and len(p) == 2 for p in given):
        raise Wrong(f"expected two pairs, (x, y) and (x, y), came {kind(given)}")
    return given[place][k]


def cut(
    series: Tensor,
    size: int,
    n: int,
    of: Callable = lambda series, n: series[:n],
    straddle: int = 0,
) -> tuple:
    """Return windows of the first n and of the rest, perhaps with a leak.

    of: what the scale is fitted on; straddle: 1 lets the first part's windows reach
    over the cut, 2 lets the rest's reach back.
    """
    scaled = Scale.fit(of(series, n)).apply(series)
    first = scaled[: n + size] if straddle == 1 else scaled[:n]
    rest = scaled[n - size :] if straddle == 2 else scaled[n:]
    return series_windows(first, size), series_windows(rest, size)


def whole(series: Tensor, n: int) -> Tensor:
    """Return all of a series."""
    return series


LEAKS = {
    "the scale has seen more than the first part, and windows straddle the cut": (
        partial(cut, of=whole, straddle=1)
    ),
    "the scale has seen more than the first part": partial(cut, of=whole),
    "windows of the first part hold values of the rest": partial(cut, straddle=1),
    "windows of the rest hold values of the first part": partial(cut, straddle=2),
    "the rest has the scale of its own; a model would see other units": partial(
        cut, of=lambda series, n: series[n:]
    ),
}


@answers_back
def price_of_steps(until, more, first_error):
    """What a smaller first error buys, where errors grow tenfold in 70 steps."""
    right, gained = 70 * math.log10(40), 70 * math.log10(2)
    what = "the steps from .01 to .4"
    yield number(until, right, what, UNTIL_WRONG, tolerance=0.01)
    what = "steps on top for half the error"
    yield number(more, gained, what, MORE_WRONG, tolerance=0.01)
    mistakes = {
        "half the error buys 21 steps, and you need 112": 0.005,
        "that is the factor; asked is the error": 40,
        "that factor is right, but on the wrong side of .01": 0.4,
        "that buys 70 steps, as a tenth always does": 0.001,
    }
    what = "the first error for twice the steps"
    yield number(first_error, 0.01 / 40, what, mistakes, 0.02)


UNTIL_WRONG = {
    "tenfold growth asks for the logarithm to base 10": 70 * math.log(40),
    "the error does not grow by equal amounts but by equal factors": 280.0,
    "that counts from an error of 1": -70 * math.log10(0.4),
}
MORE_WRONG = {
    "half the error does not buy twice the steps": 70 * math.log10(40),
    "tenfold growth asks for the logarithm to base 10": 70 * math.log(2),
    "70 steps are what a tenth of the error buys": 70.0,
    "that is the whole horizon; asked is what comes on top": 70 * math.log10(80),
    "a smaller error lasts longer, not shorter": -70 * math.log10(2),
    "the error does not grow by equal amounts but by equal factors": 35.0,
}


@answers_back
def window_enough(horizons, enough):
    """The horizon of a network by its window, and the smallest window that will do."""
    if not isinstance(horizons, dict) or set(horizons) != {2, 3, 4, 20}:
        raise Wrong("`horizons` is to have an entry for each window: 2, 3, 4 and 20")
    found = {T: one_number(value, f"window {T}") for T, value in horizons.items()}
    for T, (low, high) in {2: (0, 14), 3: (5, 34), 4: (22, 90), 20: (22, 90)}.items():
        if not low <= found[T] <= high:
            hint = f"is far from the {low} to {high} of our runs: is it the median"
            raise Wrong(f"window {T}: {found[T]:.4g} steps {hint} over the test part?")
    if not found[2] < found[3] < found[4]:
        raise Wrong("up to 4, each window is to last longer than the one before it")
    yield "the horizons are plausible and grow up to a window of 4"
    hints = {
        2: "a window of 3 is much better: can 2 then be enough?",
        3: "a window of 4 is much better: how far back does 3 reach, in seconds?",
        20: "compare 20 with the one before it in your own numbers",
    }
    yield choice(enough, 4, "the smallest window that will do", hints)
