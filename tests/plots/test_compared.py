"""Broken cells beside right ones: each drawing is run, and is the cell of its title."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
import torch
from drawn import WrongDrawing, compare
from wired import lines, places

import course_lib as cl
from course_lib import plots
from course_lib.checks import broken_cells, broken_equations
from course_lib.plots.drawing.paper import to_figure
from course_lib.plots.drawing.picture import style

D, H, T = 3, 4, 3
EQUATIONS = {"CellD": cl.LSTMCell, "CellE": cl.GRUCell}
both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_equations_are_those_of_the_cell_that_was_found(name):
    torch.manual_seed(0)
    found = getattr(broken_cells, name)(D, H).double()
    written = getattr(broken_equations, name)(D, H).double()
    for side, layer in (("ih", found.from_x), ("hh", found.from_h)):
        for what in ("weight", "bias"):
            given = getattr(layer, what).data
            getattr(written, f"{what}_{side}").data.copy_(given)
    x_t = torch.randn(2, D, dtype=torch.float64)
    state = torch.randn(2, 2, H, dtype=torch.float64)
    state = tuple(state) if name == "CellD" else state[0]
    pairs = zip(found(x_t, state), written(x_t, state), strict=True)
    assert all(torch.allclose(a, b, rtol=0, atol=1e-12) for a, b in pairs)


@both_forms
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_broken_cell_drawn_is_itself_and_not_the_right_one(name, narrow):
    kind = getattr(broken_equations, name)
    svg = plots.cell(kind).svg(narrow)
    compare(svg, kind)
    with pytest.raises(WrongDrawing, match="has another"):
        compare(svg, EQUATIONS[name])
    assert plots.cell(kind).words[14:] != plots.cell(EQUATIONS[name]).words[13:]


def by_steps(svg):
    """Return which state of the step before each state is taken from, by its row."""
    boxes = sorted(places(svg, "box"))

    def near(a, b):
        return abs(a - b) < 0.01

    into_first = [at.end[1] for at in lines(svg) if near(at.end[0], boxes[0][0])]
    names = dict(zip(sorted(set(into_first)), "ch", strict=True))
    found = {}
    for line in lines(svg):
        for t, (a, b) in enumerate(pairwise(boxes), start=1):
            if near(line.start[0], a[0] + a[2]) and near(line.end[0], b[0]):
                found[t, names[line.end[1]]] = names[line.start[1]]
    return found


def check_over_time(svg, cell, torchs):
    """Raise WrongDrawing unless a step after the other is the cell, as it is drawn."""
    x = torch.randn(T, 2, D, dtype=torch.float64)
    start = tuple(torch.randn(2, 2, H, dtype=torch.float64))
    state, drawn, handed = start, dict(zip("hc", start, strict=True)), by_steps(svg)
    for t in range(T):
        state = cell(x[t], state)
        taken = {name: handed[t, name] if t else name for name in "hc"}
        if t == 0 and handed[1, "c"] == "h":  # what comes in is handed over likewise
            taken = {"h": "c", "c": "h"}
        given = torchs(x[t], (drawn[taken["h"]], drawn[taken["c"]]))
        drawn = dict(zip("hc", given, strict=True))
        for name, right in zip("hc", state, strict=True):
            if not torch.allclose(drawn[name], right, rtol=0, atol=1e-12):
                raise WrongDrawing(f"after step {t}, the drawing has another {name}")


@pytest.fixture
def cell_c():
    """Return the broken cell that swaps its states, and torch's with its weights."""
    torch.manual_seed(0)
    cell = broken_cells.CellC(D, H).double()
    theirs = torch.nn.LSTMCell(D, H).double()
    theirs.load_state_dict(
        {
            f"{what}_{side}": getattr(layer, what)
            for side, layer in (("ih", cell.from_x), ("hh", cell.from_h))
            for what in ("weight", "bias")
        }
    )
    return cell, theirs


@both_forms
def test_states_that_change_places_are_drawn_so(cell_c, narrow):
    svg = plots.unrolled(cl.LSTMCell, T, crossed=True).svg(narrow)
    check_over_time(svg, *cell_c)


def test_straight_and_crossed_are_not_confused(cell_c):
    crossed = plots.unrolled(cl.LSTMCell, T, crossed=True)
    _, theirs = cell_c
    with pytest.raises(WrongDrawing, match="another"):
        check_over_time(crossed.svg(), theirs, theirs)
    assert "h and c change places" in crossed.words
    with pytest.raises(ValueError, match="must be two, got h"):
        plots.unrolled(cl.RNNCell, T, crossed=True)


@both_forms
def test_side_by_side_has_each_drawing_whole_and_fits(narrow):
    pair = {"found": broken_equations.CellD, "right": cl.LSTMCell}
    drawings = {title: plots.cell(kind) for title, kind in pair.items()}
    both = plots.side_by_side(drawings)
    svg = both.svg(narrow)
    moved = re.findall(r'<g class="moved" transform="translate\((\S+) (\S+)\)">', svg)
    assert len(set(moved)) == 2
    assert len({place[narrow] for place in moved}) == 2  # beneath, or else beside
    for drawing in drawings.values():
        inside = drawing.svg(narrow=True).partition(">")[2].removesuffix("</svg>")
        assert inside in svg
        assert drawing.words in both.words
    assert float(ET.fromstring(svg).get("width")) <= (343 if narrow else 720)


def test_on_paper_the_second_drawing_is_moved_as_on_the_page():
    drawing = plots.cell(cl.RNNCell)
    both = plots.side_by_side({"one": drawing, "two": drawing})
    figure = to_figure(both.svg(), style())
    first, second = (ax for ax in figure.axes if len(ax.patches) > 5)
    assert len(first.patches) == len(second.patches)
    frames = [ax.transData.transform((7, 20)) for ax in (first, second)]
    moved = (frames[1] - frames[0]) / figure.dpi * 96
    assert moved.tolist() == pytest.approx([343 + 34, 0])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        plots.side_by_side({})
    with pytest.raises(ValueError, match="marked must be of r, z, n, h"):
        plots.cell(cl.GRUCell, marked=["f"])
