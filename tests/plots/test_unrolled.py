"""Layers over time: steps, states, what is cut and what comes back."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from drawn import corners

import course_lib as cl
from course_lib import plots

SVG = "{http://www.w3.org/2000/svg}"
both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def shapes(svg, kind):
    """Return what there is of one class, in order."""
    return [each for each in ET.fromstring(svg).iter() if each.get("class") == kind]


def said_in(svg):
    """Return each text of a drawing."""
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def ways(svg, name):
    """Return where each wire of a value begins and ends."""
    wires, heads = shapes(svg, "wire"), shapes(svg, "head")
    ends = [corners(head.get("d"))[0] for head in heads]
    found = zip(wires, ends, strict=True)
    return [
        (corners(wire.get("d"))[0], end)
        for wire, end in found
        if wire.get("data-v") == name
    ]


def places(svg):
    """Return each cell's left and right edge, and its upper and lower one."""
    sizes = [
        [float(box.get(name)) for name in ("x", "y", "width", "height")]
        for box in shapes(svg, "box")
    ]
    return [(x, x + width, y, y + height) for x, y, width, height in sizes]


def test_each_step_hands_its_state_to_the_next_and_no_further():
    svg = plots.unrolled(cl.RNNCell, 5).svg()
    boxes = sorted(places(svg))
    assert len(boxes) == 5
    handed = {(a[0], b[0]) for a, b in ways(svg, "h") if a[1] == b[1]}
    for before, after in pairwise(boxes):
        assert (before[1], after[0]) in handed
    assert len(handed) == 6  # and one comes in, one goes out


@both_forms
@pytest.mark.parametrize(("layers", "both_ways"), [(1, False), (3, False), (2, True)])
def test_every_layer_and_direction_has_its_steps_and_its_end(layers, both_ways, narrow):
    options = {"num_layers": layers, "bidirectional": both_ways}
    svg = plots.unrolled(cl.GRUCell, 4, **options).svg(narrow)
    runs = layers * (1 + both_ways)
    assert len(places(svg)) == 4 * runs
    ends = [f"h_n[{run}]" for run in range(runs)] if runs > 1 else ["h_n"]
    assert set(ends) <= set(said_in(svg))
    shape = "(B, T, 2H)" if both_ways else "(B, T, H)"
    assert {"(B, T, D)", shape} <= set(said_in(svg))
    memory = [b[0] - a[0] for a, b in ways(svg, "h") if a[1] == b[1]]
    assert [length < 0 for length in memory].count(True) == layers * both_ways


@both_forms
def test_only_the_steps_that_are_named_read_and_answer(narrow):
    svg = plots.unrolled(cl.LSTMCell, 4, inputs=[0, 1], outputs=[2, 3]).svg(narrow)
    said = said_in(svg)
    assert [name for name in said if name.startswith("x")] == ["x0", "x1"]
    assert [name for name in said if re.fullmatch(r"h\d", name)] == ["h2", "h3"]


def height(arrow):
    """Return how wide the shaft of a gradient's arrow is."""
    points = [point.split(",") for point in arrow.get("points").split()]
    return abs(float(points[0][1]) - float(points[-1][1]))


LEFT = [2.0, 1.0, 0.8, 0.4, 0.2]


@both_forms
def test_the_gradient_is_as_wide_as_what_is_left_of_it(narrow):
    drawing = plots.unrolled(cl.RNNCell, 5, gradient=LEFT)
    arrows = shapes(drawing.svg(narrow), "gradient")
    widths = [height(arrow) for arrow in arrows]
    assert widths == pytest.approx([12 * share / 2 for share in LEFT[:0:-1]])
    for share in ("0.10", "0.20", "0.40", "0.50"):
        assert share in said_in(drawing.svg(narrow))
    assert "the gradient left is 0.50, 0.40, 0.20 and 0.10." in drawing.words


@both_forms
def test_no_gradient_comes_back_over_a_cut(narrow):
    drawing = plots.unrolled(cl.LSTMCell, 5, cut=[3], gradient=LEFT)
    svg = drawing.svg(narrow)
    assert len(shapes(svg, "gradient")) == 2  # up to the cut, and one more
    assert len(shapes(svg, "cut")) == said_in(svg).count("detach") == 1
    assert "0.50" in said_in(svg)
    assert "0.40" not in said_in(svg)
    assert "Before step 3 the state is detached" in drawing.words
    assert "the gradient left is 0.50." in drawing.words


@both_forms
def test_five_shapes_have_their_inputs_and_outputs(narrow):
    svg = plots.sequence_shapes().svg(narrow)
    assert len(places(svg)) == 1 + 3 + 3 + 3 + 4
    said = said_in(svg)
    assert [name for name in said if name.startswith("x")] == (
        ["x0", "x0", "x0", "x1", "x2", "x0", "x1", "x2", "x0", "x1"]
    )
    for title in ("one to many", "many to many, out of step"):
        assert title in said


def test_a_narrow_drawing_fits_a_phone_and_its_letters_can_be_read():
    drawings = [
        plots.cell(cl.LSTMCell),
        plots.cell(cl.GRUCell),
        plots.unrolled(cl.LSTMCell, 8, cut=[4], gradient=[1.0] * 8),
        plots.sequence_shapes(),
        plots.layer_shapes(),
    ]
    for drawing in drawings:
        root = ET.fromstring(drawing.svg(narrow=True))
        assert float(root.get("width")) <= 375 - 2 * 16
        letters = [float(each.get("font-size", 13)) for each in root.iter()]
        assert min(letters) >= 9


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="steps"):
        plots.unrolled(cl.RNNCell, 0)
    with pytest.raises(ValueError, match=r"cut must be in 1 .. 4, got \[0\]"):
        plots.unrolled(cl.RNNCell, 5, cut=[0])
    with pytest.raises(ValueError, match=r"outputs must be in 0 .. 4, got \[5\]"):
        plots.unrolled(cl.RNNCell, 5, outputs=[5])
    with pytest.raises(ValueError, match="have 5 numbers, got 2 for 1"):
        plots.unrolled(cl.RNNCell, 5, gradient=[1.0, 0.5])
    with pytest.raises(ValueError, match="of one layer in one direction"):
        plots.unrolled(cl.RNNCell, 2, num_layers=2, gradient=[1.0, 0.5])
