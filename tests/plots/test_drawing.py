"""The drawing is the equation: every drawing is read back and run beside its cell."""

import dataclasses
import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from itertools import pairwise

import pytest
import torch
from drawn import WrongDrawing, compare, read
from own_cells import CELLS, FORGET, NEW, STAGES, cell_of, one_state

import course_lib as cl
from course_lib import plots
from course_lib.plots.drawing.canvas import HUES
from course_lib.plots.drawing.cell_drawing import form
from course_lib.plots.drawing.expressions import Apply, Gated, Named, Sum
from course_lib.plots.drawing.picture import style
from course_lib.plots.drawing.said import said_by
from course_lib.plots.drawing.stages import INVENTED

both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


@both_forms
@pytest.mark.parametrize("name", CELLS)
def test_a_drawing_read_back_and_run_is_its_cell(name, narrow):
    compare(plots.cell(CELLS[name]).svg(narrow), CELLS[name])


@both_forms
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_read_back_and_run_is_the_cell_of_that_stage(stage, narrow):
    compare(plots.cell(cl.LSTMCell, stage=stage).svg(narrow), STAGES[stage])


# -- wrong drawings ------------------------------------------------------------


def drawn_as(kind, **equations):
    """Draw a cell with other equations than its own."""
    said = said_by(kind)
    said = dataclasses.replace(said, equations={**said.equations, **equations})
    return form(said, said, {}, "wrong", narrow=False)


def gated(gate, of):
    """Return a product of a gate and another value, by their names."""
    return Gated(Named(gate), Named(of))


REST = Apply("1 −", Named("z"))
LSTM, GRU = cl.LSTMCell, cl.GRUCell
from_x, from_h = said_by(GRU).equations["n"].of.terms
WRONG = {
    "f and i exchanged": (
        LSTM,
        drawn_as(LSTM, c=Sum((gated("i", "c_prev"), gated("f", "g")))),
        "another c",
    ),
    "forgetting after the adding": (
        LSTM,
        drawn_as(LSTM, c=Gated(Named("f"), Sum((Named("c_prev"), gated("i", "g"))))),
        "another c",
    ),
    "no tanh on the way out": (LSTM, drawn_as(LSTM, h=gated("o", "c")), "another h"),
    "tanh and gate exchanged": (
        LSTM,
        drawn_as(LSTM, h=Apply("tanh", gated("o", "c"))),
        "another h",
    ),
    "no forget gate": (
        LSTM,
        drawn_as(LSTM, c=Sum((Named("c_prev"), gated("i", "g")))),
        "drawn are",
    ),
    "a gate that is a tanh": (
        LSTM,
        drawn_as(LSTM, i=Apply("tanh", said_by(LSTM).equations["i"].of)),
        "another i",
    ),
    "the blend the other way round": (
        GRU,
        drawn_as(GRU, h=Sum((Gated(REST, Named("h_prev")), gated("z", "n")))),
        "another h",
    ),
    "a reset of the input": (
        GRU,
        drawn_as(GRU, n=Apply("tanh", Sum((Gated(Named("r"), from_x), from_h.of)))),
        "another n",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_drawing_is_found_out(mistake):
    kind, svg, words = WRONG[mistake]
    with pytest.raises(WrongDrawing, match=words):
        compare(svg, kind)


def test_a_box_with_another_block_of_the_weights_is_found_out():
    svg = plots.cell(LSTM).svg()
    box = re.search(r'<g class="box" data-v="f">.*?</g>', svg)[0]
    first, second = re.findall(r"<rect class=\"block[^>]*>", box)[:2]
    swap = {"block own": "block", "block": "block own"}
    for rect in (first, second):
        kind = re.search(r'class="([^"]*)"', rect)[1]
        svg = svg.replace(rect, rect.replace(f'"{kind}"', f'"{swap[kind]}"'))
    with pytest.raises(WrongDrawing, match="another f"):
        compare(svg, LSTM)


def test_a_wire_that_ends_in_the_air_is_found_out():
    svg = plots.cell(LSTM).svg()
    tip = re.search(r'class="head" data-v="i" d="M(\d+)', svg)
    svg = svg[: tip.start(1)] + str(int(tip[1]) - 12) + svg[tip.end(1) :]
    with pytest.raises(WrongDrawing, match="ends at nothing"):
        compare(svg, LSTM)


def test_a_crossing_without_a_bridge_is_found_out():
    svg = re.sub(r'<path class="bridge"[^>]*>', "", plots.cell(LSTM).svg(), count=1)
    with pytest.raises(WrongDrawing, match="without a bridge"):
        compare(svg, LSTM)


# -- what a drawing shows ------------------------------------------------------


def test_the_letter_in_a_box_is_that_of_its_block():
    for name, letters in (("LSTM", "ifgo"), ("GRU", "rzn")):
        for part in read(plots.cell(CELLS[name]).svg())[1]:
            if part.kind == "box":
                assert part.weights[-1] == letters[part.block[0]]


@both_forms
def test_nothing_moves_from_stage_to_stage(narrow):
    def places(stage):
        parts = read(plots.cell(cl.LSTMCell, stage=stage).svg(narrow))[1]
        return {(part.kind, part.step, part.place) for part in parts}

    stages = [places(stage) for stage in (*INVENTED, None)]
    for before, after in pairwise(stages):
        assert before <= after


@both_forms
def test_a_merged_layer_leaves_an_empty_place_and_the_others_stay(narrow):
    def places(**options):
        parts = read(plots.cell(cl.LSTMCell, **options).svg(narrow))[1]
        return {(p.kind, p.weights): p.place for p in parts if p.kind == "box"}

    whole = places()
    for stage, gone in (("tied", ["Wi"]), ("merged", ["Wi", "Wo"])):
        left = places(stage=stage)
        assert left.items() < whole.items()
        svg = plots.cell(cl.LSTMCell, stage=stage).svg(narrow)
        assert svg.count('class="ghost"') == len(gone) == len(whole) - len(left)


def numbers(**values):
    """Return a step of one unit."""
    named = dict.fromkeys("ifgoch", 0.5) | values
    return {name: [value] for name, value in named.items()}


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_a_valve_is_as_wide_as_its_gate_is_open(gate, value):
    svg = plots.cell(cl.LSTMCell, values=numbers(**{gate: value})).svg()
    part = svg.partition(f'<g class="valve" data-v="{gate}"')[2]
    flow = re.search('class="flow"[^>]*points="([^"]*)"', part)[1]
    points = [tuple(map(float, point.split(","))) for point in flow.split()]
    across = 1 if gate == "f" else 0
    throat = abs(points[2][across] - points[7][across])
    widest = abs(points[0][across] - points[9][across])
    assert throat == pytest.approx(value * widest, abs=1e-3)


def said_in(svg):
    """Return each text of a drawing."""
    texts = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in texts]


@both_forms
def test_the_numbers_of_a_step_are_on_its_wires(narrow):
    torch.manual_seed(0)
    trace = cl.trace(cl.LSTM(3, 5), torch.randn(2, 7, 3))
    drawing = plots.cell(cl.LSTMCell, values=trace[1, 3:5], unit=2)
    written = " ".join(said_in(drawing.svg(narrow))).replace("−", "-")
    for name in trace:
        assert f"{trace[name][1, 4, 2]:.2f}" in written
    for state in "hc":
        value = f"{trace[state][1, 3, 2]:.2f}"
        assert value in written
        assert f"the old {state} is {value}" in drawing.words.replace("−", "-")


@both_forms
def test_wires_are_labelled_with_names_and_shapes(narrow):
    text = " ".join(said_in(plots.cell(cl.LSTMCell).svg(narrow)))
    for name in ("ct−1", "ct", "ht−1", "ht", "ft", "it", "gt", "ot", "xt"):
        assert name in text
    assert text.count("(B, D)") == 1
    assert text.count("(B, H)") == 4


def test_the_words_are_made_from_the_equation():
    assert plots.cell(cl.GRUCell).words == (
        "The GRU cell, one step from left to right. r and z are each the sigmoid of a "
        "layer on x and the old h. n is tanh of the sum of a layer on x and r times a "
        "layer on the old h. h is the sum of z times the old h and 1 minus z times n."
    )


def test_a_drawing_is_html_for_a_page_a_pdf_for_latex_and_words():
    drawing = plots.cell(cl.RNNCell)
    forms = drawing._repr_mimebundle_()
    assert set(forms) == {"text/html", "application/pdf", "text/plain"}
    assert forms == plots.cell(cl.RNNCell)._repr_mimebundle_()
    assert b64decode(forms["application/pdf"]).startswith(b"%PDF")
    for narrow in (False, True):
        assert drawing.svg(narrow) in forms["text/html"]
        assert ET.fromstring(drawing.svg(narrow)).get("aria-label") == drawing.words


def test_every_colour_of_a_figure_is_in_the_style_sheet_light_and_dark():
    light, dark, paper = (
        dict(re.findall(r"--([\w-]+): (#\w+);", block))
        for block in re.findall(r"\{([^{}]*--ground[^{}]*)\}", style())
    )
    for colour, hue in HUES.items():
        assert colour.lower() in (light[hue], light[f"{hue}-ink"])
        assert {hue, f"{hue}-ink"} <= set(dark)
    assert set(light) == set(dark)
    assert set(paper) <= set(light)


# -- what cannot be drawn ------------------------------------------------------


def test_a_cell_that_computes_something_else_than_it_says_is_refused():
    lying = cell_of("Lying", [FORGET, NEW, "h state f h_{t−1} + g"], "h", one_state)
    with pytest.raises(ValueError, match=r"LyingCell says h = f h_\{t−1\} \+ g, but"):
        plots.cell(lying)


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("", "must say its equations"),
        ("tanh(a_g", "every bracket closed"),
        ("tanh a_g", "a bracket after tanh"),
        ("f + q", "names that the cell has, without q"),
        ("f h_{t−1} − g", "without a minus"),
        ("g h_{t−1}", "gates and one other value"),
        ("f h_{t−1} + 2", "a number that stands alone"),
        ("f h_{t−1} + ", "complete"),
        ("f ? g", "a sum of products"),
    ],
)
def test_an_equation_that_cannot_be_read_is_named(equation, expected):
    odd = cell_of("Odd", [FORGET, NEW, f"h state {equation}"], "h", one_state)
    with pytest.raises(ValueError, match=expected):
        plots.cell(odd)


def test_a_cell_for_which_there_is_no_drawing_is_named():
    two = ["c state f c_{t−1} + g", "h state tanh(c) + 0.5 h_{t−1}"]
    with pytest.raises(ValueError, match="at most one that is kept point by point"):
        plots.cell(cell_of("Two", [FORGET, NEW, *two], "hc", two_memories))
    seen = ["f gate σ(a_f + c_{t−1})", NEW, "c state f c_{t−1} + g", "h state tanh(c)"]
    with pytest.raises(ValueError, match="uses the state c_prev within another value"):
        plots.cell(cell_of("Peephole", seen, "hc", peephole))
    with pytest.raises(TypeError, match="expected a class of cells"):
        plots.cell(cl.LSTM)


def two_memories(x, h, state):
    f, g = (x + h).chunk(2, -1)
    f, g = f.sigmoid(), g.tanh()
    c = f * state[1] + g
    return f, g, c, c.tanh() + 0.5 * state[0]


def peephole(x, h, state):
    f, g = (x + h).chunk(2, -1)
    f, g = (f + state[1]).sigmoid(), g.tanh()
    c = f * state[1] + g
    return f, g, c, c.tanh()


def test_what_does_not_fit_is_refused():
    with pytest.raises(
        ValueError, match=r"one of adding, input.*'start' for LSTM cell"
    ):
        plots.cell(cl.LSTMCell, stage="start")
    with pytest.raises(ValueError, match="'input' for GRU cell"):
        plots.cell(cl.GRUCell, stage="input")
    with pytest.raises(ValueError, match="got no r"):
        plots.cell(cl.GRUCell, values=numbers())
    with pytest.raises(ValueError, match=r"unit must be in 0 .. 0, got 1"):
        plots.cell(cl.LSTMCell, values=numbers(), unit=1)
    trace = cl.trace(cl.LSTM(3, 5), torch.randn(2, 7, 3))
    with pytest.raises(ValueError, match=r"of two, \(2, H\).*got i with \(7, 5\)"):
        plots.cell(cl.LSTMCell, values=trace[0])
