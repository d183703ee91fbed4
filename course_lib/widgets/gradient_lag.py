"""Gradient against lag: a closed form beside what is measured, by a parameter.

Shapes: T time steps.
"""

import math
from collections.abc import Callable, Sequence

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor, nn

from .. import plots
from ..analysis.gradients import gradient_by_lag
from .carrier import Explorable, checked

FACTORS = {
    "sigmoid": ("σ(b)^k", torch.sigmoid),
    "itself": ("ρ^k", torch.clone),
}


class GradientByLag(Explorable):
    """How much of a gradient is left after k steps, for the parameter that is chosen.

    >>> curves = [[1.0, 0.5, 0.25], [1.0, 0.7, 0.5]]  # one for each value
    >>> explorable = widgets.GradientByLag("b", [0.0, 1.0], curves)
    >>> explorable.chosen = 1
    >>> [round(left, 2) for left in explorable.closed_form().tolist()]
    [1.0, 0.73, 0.53]

    parameter: its name. values: the numbers that the slider takes. curves: for each of
    them, T measured norms, of which the first is lag 0. factor: what the closed form
    multiplies at each step, "sigmoid" of the value or the value "itself". `chosen` is
    the index of the value. Raises ValueError for what does not fit, TraitError for an
    index that is not there.
    """

    module = "gradient_lag.js"
    carried = ("parameter", "values", "curves", "factor", "chosen")

    parameter = traitlets.Unicode().tag(sync=True)
    values = traitlets.List(traitlets.Float()).tag(sync=True)
    curves = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    factor = traitlets.Enum(tuple(FACTORS), "sigmoid").tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        parameter: str,
        values: Sequence[float],
        curves: Tensor,
        factor: str = "sigmoid",
        chosen: int = 0,
    ):
        curves = torch.as_tensor(curves, dtype=torch.float64)
        T = curves.shape[-1]
        if curves.shape != (len(values), T) or T < 2 or not len(values):
            raise ValueError(
                f"curves must be ({len(values)}, T), one for each value, got "
                f"{tuple(curves.shape)}"
            )
        relative = curves / curves[:, :1]
        if not relative.isfinite().all() or not (curves >= 0).all():
            raise ValueError("curves must be finite, 0 or more, and above 0 at lag 0")
        if not all(math.isfinite(value) for value in values):
            raise ValueError(f"values must be finite, got {list(values)}")
        rounded = [[float(f"{x:.4g}") for x in curve] for curve in relative.tolist()]
        super().__init__(
            parameter=parameter,
            values=[float(value) for value in values],
            curves=rounded,
            factor=factor,
            chosen=chosen,
        )

    @classmethod
    def measure(
        cls,
        layer: Callable[[float], nn.Module],
        values: Sequence[float],
        x: Tensor,
        parameter: str,
        factor: str = "sigmoid",
        chosen: int = 0,
    ) -> "GradientByLag":
        """Measure `gradient_by_lag` of layer(value) on x (B, T, D) for every value.

        All are measured in one random direction and from one seed of torch's.
        """
        curves = []
        for value in values:
            direction = torch.Generator().manual_seed(0)
            with torch.random.fork_rng(devices=[]):  # the reader's own goes on after
                torch.manual_seed(0)
                curves.append(gradient_by_lag(layer(value).to(x), x, direction))
        return cls(parameter, values, torch.stack(curves), factor, chosen)

    @traitlets.validate("chosen")
    @checked
    def _check_chosen(self, chosen: int) -> int:
        if not 0 <= chosen < len(self.values):
            raise ValueError(
                f"chosen must be from 0 to {len(self.values) - 1}, got {chosen}"
            )
        return chosen

    def closed_form(self) -> Tensor:
        """Return factor^k for k = 0 .. T - 1, for the chosen value: (T,)."""
        value = torch.tensor(self.values[self.chosen], dtype=torch.float64)
        return FACTORS[self.factor][1](value) ** torch.arange(len(self.curves[0]))

    def sentence(self) -> str:
        """Return what is left at the largest lag, in words."""
        last, value = len(self.curves[0]) - 1, self.values[self.chosen]
        return (
            f"Gradient against lag for {self.parameter} = {value:g}: "
            f"after {last} steps, {self.closed_form()[last]:.1e} is left by "
            f"{FACTORS[self.factor][0]}, and {self.curves[self.chosen][last]:.1e} was "
            "measured."
        )

    def figure(self) -> Figure:
        """Draw both curves for the chosen value."""
        curves = {
            FACTORS[self.factor][0]: self.closed_form().tolist(),
            "measured": self.curves[self.chosen],
        }
        title = f"{self.parameter} = {self.values[self.chosen]:g}"
        return plots.lag_curves(title, curves)
