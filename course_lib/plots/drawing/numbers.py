"""A step's numbers for a drawing: those of one unit, by name."""

from collections.abc import Mapping

import numpy as np

from .said import Said


def of_one_unit(values: Mapping, said: Said, unit: int) -> dict[str, float]:
    """Return the numbers of one unit, with those of the old states if they are known.

    values: by name, each (H,) for one step or (2, H) for the step before and the step.
    Raises ValueError if a value is missing, has another shape, or has no such unit.
    """
    found = {}
    for name in said.values:
        if name not in tuple(values):
            raise ValueError(
                f"values must have {', '.join(said.values)}, got no {name}"
            )
        steps = np.asarray(values[name], dtype=float)
        if steps.ndim not in (1, 2) or (steps.ndim == 2 and len(steps) != 2):
            raise ValueError(
                "values must be of one step, (H,), or of two, (2, H), such as "
                f"trace[0, t] or trace[0, t - 1 : t + 1]; got {name} with {steps.shape}"
            )
        if not 0 <= unit < steps.shape[-1]:
            raise ValueError(f"unit must be in 0 .. {steps.shape[-1] - 1}, got {unit}")
        found[name] = float(steps[..., unit].flat[-1])
        if steps.ndim == 2 and name in said.states:
            found[f"{name}_prev"] = float(steps[0, unit])
    return found
