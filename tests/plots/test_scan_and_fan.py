"""The scan's tree is run as it is drawn; attention's fan has just the pairs it may."""

import re
import xml.etree.ElementTree as ET

import pytest
import torch
from drawn import WrongDrawing
from wired import lines, one_at, places

import course_lib as cl
from course_lib import plots

both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def then(first, second):
    """Return two maps from h to a h + b, one after the other, as one."""
    return second[0] * first[0], second[0] * first[1] + second[1]


def run(svg, maps):
    """Return the b of what arrives at each state, from left to right."""
    boxes = sorted(places(svg, "box"))
    circles = places(svg, "join")
    wires = [line for line in lines(svg) if line.end[1] < line.start[1]]

    def value(point):
        """Return the map at a place: of a box, a join, or what comes along a wire."""
        for circle in circles:
            x, y, size, _ = circle
            if abs(point[0] - x - size / 2) < 1 and abs(point[1] - y) < 1:
                return joined(circle)
        coming = [w for w in wires if near(w.end, point)]
        if coming:
            return value(coming[0].start)
        return maps[one_at(point, boxes, "step")]

    def joined(circle):
        x, y, size, _ = circle
        foot = (x + size / 2, y + size)
        coming = sorted(w.start for w in wires if near(w.end, foot))
        if len(coming) != 2:
            raise WrongDrawing(f"{len(coming)} maps are joined, at {foot}")
        return then(*map(value, coming))

    tops = sorted(w for w in wires if w.end[1] == min(w.end[1] for w in wires))
    return [value(w.start)[1] for w in sorted(tops, key=lambda w: w.end)]


def near(a, b):
    """Say whether two places are the same."""
    return abs(a[0] - b[0]) < 0.05 and abs(a[1] - b[1]) < 0.05


def check(svg, steps):
    """Raise WrongDrawing unless the drawing, run, is the recurrence to 1e-12."""
    g = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, steps, 3, dtype=torch.float64, generator=g)
    found = run(svg, list(zip(a, b, strict=True)))
    h = torch.zeros(3, dtype=torch.float64)
    if len(found) != steps:
        raise WrongDrawing(f"{len(found)} states for {steps} steps")
    for t in range(steps):
        h = a[t] * h + b[t]
        if not torch.allclose(found[t], h, rtol=0, atol=1e-12):
            raise WrongDrawing(f"h_{t} is another one")


@both_forms
@pytest.mark.parametrize("steps", [2, 3, 5, 8, 13, 16])
def test_a_scan_run_as_it_is_drawn_is_the_recurrence(steps, narrow):
    check(plots.scan_tree(steps).svg(narrow), steps)


@both_forms
def test_the_tree_of_the_last_step_has_all_steps_and_one_join_less(narrow):
    drawing = plots.scan_tree(8)
    svg = drawing.svg(narrow)
    tree = re.findall(r'class="join" data-v="tree"', svg)
    assert len(tree) == 7
    assert len(places(svg, "join")) == 7 + 6 + 4
    assert "3 rounds" in drawing.words
    assert "17 joins, 7 of them" in drawing.words
    leaves = [w for w in lines(svg) if w.name == "tree"]
    boxes = sorted(places(svg, "box"))
    begun = {w.start[0] for w in leaves if abs(w.start[1] - boxes[0][1]) < 1}
    assert len(begun) == 8


def test_a_wrong_tree_is_found_out():
    svg = plots.scan_tree(8).svg()
    arcs = re.findall(r'<path class="arc"[^>]* d="M[^>]*>', svg)
    ends = [re.findall(r"[\d.]+", re.search(r' d="([^"]*)"', arc)[1]) for arc in arcs]
    slanted = [arc for arc, at in zip(arcs, ends, strict=True) if at[0] != at[-2]]
    with pytest.raises(WrongDrawing, match="maps are joined"):
        check(svg.replace(slanted[0], ""), 8)
    start = re.search(r"M([\d.]+)", slanted[-1])[1]
    moved = slanted[-1].replace(f"M{start}", f"M{float(start) - 68:g}")
    with pytest.raises(WrongDrawing, match="h_7 is another one"):
        check(svg.replace(slanted[-1], moved), 8)


# -- attention -------------------------------------------------------------------


def pairs(svg):
    """Return how wide the wire is from each value to each sum, (T, T)."""
    boxes, sums = sorted(places(svg, "box")), sorted(places(svg, "sum"))
    found = torch.zeros(len(sums), len(boxes), dtype=torch.float64)
    for line in lines(svg):
        is_pair = abs(line.start[1] - boxes[0][1]) < 1 and line.name in ("h", "alpha")
        if is_pair:
            t, s = one_at(line.end, sums, "sum"), one_at(line.start, boxes, "value")
            found[t, s] += line.width
    return found


@both_forms
@pytest.mark.parametrize("causal", [True, False])
def test_the_fan_has_the_pairs_that_attention_depends_on(causal, narrow):
    T = 6
    g = torch.Generator().manual_seed(0)
    q, k, v = torch.randn(3, 1, T, 4, dtype=torch.float64, generator=g)
    v.requires_grad_()
    y = cl.self_attention(q, k, v, causal)[0]
    rows = [torch.autograd.grad(y[t].sum(), v, retain_graph=True)[0] for t in range(T)]
    depends = torch.stack(rows)[:, 0].abs().sum(dim=-1) > 0
    drawing = plots.attention_fan(T, causal=causal)
    assert torch.equal(pairs(drawing.svg(narrow)) > 0, depends)
    assert f"These are {int(depends.sum())} wires" in drawing.words


@both_forms
def test_with_weights_a_wire_is_as_wide_as_its_weight(narrow):
    g = torch.Generator().manual_seed(0)
    scores = torch.randn(5, 5, dtype=torch.float64, generator=g)
    weights = scores.masked_fill(torch.ones(5, 5).triu(1) > 0, -torch.inf).softmax(1)
    found = pairs(plots.attention_fan(5, weights=weights).svg(narrow))
    assert torch.allclose(found, 10 * weights.where(weights >= 0.01, 0), rtol=1e-5)
    assert not torch.allclose(found.flip(0, 1).T, 10 * weights, rtol=1e-2)


@pytest.mark.parametrize("drawing", ["scan_tree", "attention_fan"])
def test_a_phone_has_room_for_sixteen_steps(drawing):
    root = ET.fromstring(getattr(plots, drawing)(16).svg(narrow=True))
    assert float(root.get("width")) <= 343
    assert min(float(each.get("font-size", 13)) for each in root.iter()) >= 9


def test_what_does_not_fit_is_refused():
    for draw in (plots.scan_tree, plots.attention_fan):
        with pytest.raises(ValueError, match="steps"):
            draw(1)
        with pytest.raises(ValueError, match="at most 16 to be drawn, got 17"):
            draw(17)
    with pytest.raises(ValueError, match="add up to 1"):
        plots.attention_fan(2, weights=torch.ones(2, 2))
    with pytest.raises(ValueError, match="0 at later steps"):
        plots.attention_fan(2, weights=torch.full((2, 2), 0.5))
