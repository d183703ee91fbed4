"""The way back, drawn: each factor and each share is the gradient that was measured."""

import re
import xml.etree.ElementTree as ET

import pytest
import torch

import course_lib as cl
from course_lib import plots

T = 6
SVG = "{http://www.w3.org/2000/svg}"
both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


class WrongDrawing(AssertionError):
    """A drawing of a gradient that was not measured."""


def corners(polygon):
    """Return the corners of a polygon."""
    return [tuple(map(float, p.split(","))) for p in polygon.get("points").split()]


def told_beside(root, at):
    """Return the number in red that is nearest to a place."""
    texts = [t for t in root.iter(f"{SVG}text") if t.get("fill") == "var(--red-ink)"]

    def far(text):
        return abs(float(text.get("x")) - at[0]) + abs(float(text.get("y")) - at[1])

    return min(texts, key=far).text


def check(svg, measured):
    """Raise WrongDrawing unless a drawing's arrows are the gradient, by lag."""
    root = ET.fromstring(svg)
    down = [p for p in root.iter() if p.get("class") == "arrives"]
    back = [p for p in root.iter() if p.get("class") == "gradient"]
    product, inputs = 1.0, by_time(down)
    for lag, arrow in enumerate([None, *by_time(back)]):
        share = float(measured[lag] / measured[0])
        if arrow is not None:
            factor = float(arrow.get("data-factor"))
            product *= factor
            xs = [x for x, _ in corners(arrow)]
            at = (min(xs) + max(xs)) / 2, max(y for _, y in corners(arrow)) + 16
            same(told_beside(root, at), f"×{factor:.2f}")
        if product != pytest.approx(share, rel=1e-9):
            raise WrongDrawing(f"lag {lag}: factors to {product}, measured {share}")
        left = corners(inputs[lag])
        wide = abs(left[0][0] - left[-1][0])
        if wide != pytest.approx(max(0.8, 8 * share), abs=1e-3):
            raise WrongDrawing(f"lag {lag}: an arrow {wide} wide for {share}")
        tip = left[3]
        same(told_beside(root, (tip[0], tip[1] + 15)), f"{share:.2f}")


def by_time(arrows):
    """Return arrows from the last step to the first: rows, and places in a row."""

    def place(arrow):
        x, y = corners(arrow)[0]
        return round(y / 60), x

    return sorted(arrows, key=place, reverse=True)


def same(told, expected):
    """Raise WrongDrawing if another number is written."""
    if told != expected:
        raise WrongDrawing(f"written is {told}, measured {expected}")


@pytest.fixture
def measured():
    """Measure a gradient by lag, by autograd alone, on a network of the course."""
    torch.manual_seed(1)
    layer, x = cl.RNN(4, 32).double(), torch.randn(8, T, 4, dtype=torch.float64)
    x.requires_grad_()
    direction = torch.randn(32, dtype=torch.float64)
    (gradient,) = torch.autograd.grad((layer(x)[0][:, -1] @ direction).sum(), x)
    return gradient.norm(dim=-1).mean(dim=0).flip(0)


@both_forms
def test_factors_multiplied_are_the_gradient_that_was_measured(measured, narrow):
    drawing = plots.unrolled(cl.RNNCell, T, gradient=measured, factors=True)
    check(drawing.svg(narrow), measured)
    factors = measured[1:] / measured[:-1]
    assert all(f"{factor:.2f}" in drawing.words for factor in factors)


def test_wrong_drawings_are_found_out(measured):
    other = measured.clone()
    other[2] *= 1.5
    svg = plots.unrolled(cl.RNNCell, T, gradient=other, factors=True).svg()
    with pytest.raises(WrongDrawing, match="lag 2"):
        check(svg, measured)
    right = plots.unrolled(cl.RNNCell, T, gradient=measured, factors=True).svg()
    first = re.search(r"×0\.\d\d", right)[0]
    with pytest.raises(WrongDrawing, match="written is"):
        check(right.replace(first, "×0.99"), measured)
    widths = re.sub(r'(class="arrives"[^>]*points=")([\d.]+)', r"\g<1>9", right)
    with pytest.raises(WrongDrawing, match="wide for"):
        check(widths, measured)


@both_forms
def test_beyond_a_cut_every_input_gets_exactly_nothing(measured, narrow):
    drawing = plots.unrolled(cl.RNNCell, T, cut=[2, 4], gradient=measured, factors=True)
    root = ET.fromstring(drawing.svg(narrow))
    red = [t.text for t in root.iter(f"{SVG}text") if t.get("fill") == "var(--red-ink)"]
    assert red.count("0") == 4
    assert len([p for p in root.iter() if p.get("class") == "arrives"]) == 2
    assert drawing.words.endswith("It is 0 at the input of step 0, 1, 2 and 3.")


def test_factors_need_a_gradient():
    with pytest.raises(ValueError, match="gradient is None"):
        plots.unrolled(cl.RNNCell, T, factors=True)
