"""Attention as a fan: `plots.attention_fan`."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ... import validation
from ..style import BLUE, GREY
from .arcs import LEAST, arc, joint
from .canvas import INPUT, STATE, Canvas
from .picture import Drawing

MOST = 16
EVEN, WIDEST = 2.2, 10  # the width of a wire without weights, and for a weight of 1


def attention_fan(
    steps: int = 8, *, causal: bool = True, weights: Tensor | None = None
) -> Drawing:
    """Draw self-attention: each step looks at all steps up to its own, or at all.

    >>> drawing = plots.attention_fan(8)
    >>> drawing.words.rpartition(". ")[2]
    'These are 36 wires, where a recurrent network has 7.'

    The fan of the last step is darker. steps: 2 to 16. causal: whether a step sees
    those behind it only. weights: (T, T), a row for each step that looks; a wire is
    then as wide as its weight. Raises ValueError for another number of steps, and for
    weights of another shape, that are no shares, or that look ahead although causal.
    """
    validation.whole(steps, 2, "steps")
    if steps > MOST:
        raise ValueError(f"steps must be at most {MOST} to be drawn, got {steps}")
    seen = torch.ones(steps, steps, dtype=torch.float64)
    seen = seen.tril() if validation.boolean(causal, "causal") else seen
    if weights is not None:
        weights = _shares(weights, seen)
    count = int(seen.sum())
    words = (
        f"Self-attention over {steps} steps: each of them takes a weighted mean of the "
        f"values of {'itself and all steps before it' if causal else 'all steps'}. "
        f"These are {count} wires, where a recurrent network has {steps - 1}."
    )
    shares = seen * EVEN / WIDEST if weights is None else weights
    forms = [Fan(shares, weights is None, narrow).svg(words) for narrow in (0, 1)]
    return Drawing(*forms, words)


def _shares(weights: Tensor, seen: Tensor) -> Tensor:
    """Return weights that fit; raise otherwise."""
    weights = validation.shape(weights, tuple(seen.shape), "weights")
    weights = weights.detach().cpu().double()
    sums = weights.sum(dim=1)
    if not torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
        raise ValueError(f"rows of weights must add up to 1, got {sums.tolist()}")
    if (weights * (1 - seen)).any():
        raise ValueError("weights must be 0 at later steps, or causal must be False")
    return weights


@dataclass
class Fan:
    """One form: values at the foot, sums above, a wire for each pair that is seen."""

    shares: Tensor
    is_even: bool
    narrow: bool

    def __post_init__(self):
        self.canvas = Canvas({"h": GREY, "alpha": BLUE})
        self.steps = len(self.shares)
        self.pitch = min(68, (343 - 24 if self.narrow else 560) / self.steps)
        self.width = self.steps * self.pitch + 24
        self.top, self.foot = 66.0, 66.0 + (130 if self.narrow else 150)

    def x(self, step: int) -> float:
        """Return the middle of a step's column."""
        return 12 + self.pitch * (step + 0.5)

    def svg(self, words: str) -> str:
        """Return the drawing."""
        pairs = [(float(w), t, s) for (t, s), w in _entries(self.shares) if w >= LEAST]
        last = self.steps - 1
        for share, t, s in sorted(pairs, key=lambda pair: (pair[1] == last, pair[0])):
            name = "alpha" if t == last or not self.is_even else "h"
            half = min(9, 0.36 * self.pitch)
            ends = (self.x(s), self.foot), (self.x(t), self.top + half)
            thin = 0.55 if name == "h" else 1.0
            arc(self.canvas, *ends, WIDEST * share * thin, name)
        for step in range(self.steps):
            self.ends(step)
        told = {"class_": "narrow" if self.narrow else "wide", "aria_label": words}
        return self.canvas.svg(self.width, self.foot + 68, "", **told)

    def ends(self, step: int) -> None:
        """Draw a step's value, and what it takes from all of them."""
        canvas, x, half = self.canvas, self.x(step), min(9, 0.36 * self.pitch)
        name = "alpha" if step == self.steps - 1 or not self.is_even else "h"
        joint(canvas, name, x, self.top, half)
        canvas.wire("h", [(x, self.top - half), (x, self.top - 32)], STATE)
        canvas.words(canvas.symbol("h", f"{step}"), x - 7, self.top - 40, data_v="h")
        box = min(17, 0.44 * self.pitch)
        place = {"x": x - box, "y": self.foot, "width": 2 * box, "height": 24, "rx": 6}
        look = {"fill": "var(--panel)", "stroke": "var(--line)", "stroke_width": 1.4}
        canvas.put("back", "rect", class_="box", **place, **look)
        canvas.words("v", x, self.foot + 17, anchor="middle", font_style="italic")
        canvas.wire("x_t", [(x, self.foot + 48), (x, self.foot + 24)], INPUT)
        canvas.words(canvas.symbol("x_t", f"{step}"), x - 7, self.foot + 62)


def _entries(matrix: Tensor):
    """Give each entry of a matrix with its place."""
    for t, row in enumerate(matrix):
        for s, value in enumerate(row):
            yield (t, s), value
