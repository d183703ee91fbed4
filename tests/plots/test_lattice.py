"""CTC's lattice: the paths that are drawn, summed, are torch's loss."""

import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest
import torch
from drawn import WrongDrawing
from torch.nn import functional as F
from wired import lines, texts

import course_lib as cl
from course_lib import plots

NAMES = "_abc"
both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
TARGETS = [(5, [1, 1]), (6, [1, 2, 3]), (9, [2, 2, 1]), (4, [3]), (7, [])]


def some(T, seed=0):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(T, 4, dtype=torch.float64, generator=g).log_softmax(dim=1)


def read(svg):
    """Return a drawing's edges by step, as places; its symbols; its best path."""
    labels = sorted(
        (y - 4 + 5 * (text == "_"), text) for _, y, text in texts(svg, "place")
    )
    found = [line for line in lines(svg) if line.width]
    columns = sorted(
        {round(x, 2) for line in found for x in (line.start[0], line.end[0])}
    )

    def node(point):
        step = min(range(len(columns)), key=lambda k: abs(columns[k] - point[0]))
        rows = [abs(y - point[1]) for y, _ in labels]
        if min(rows) > 1:
            raise WrongDrawing(f"an edge is at no place, at {point}")
        return step, rows.index(min(rows))

    edges = {(node(line.start), node(line.end)): line.width for line in found}
    best = re.search(r'class="best"[^>]*d="M([^"]*)"', svg)[1].split("L")
    path = [node(tuple(map(float, point.split()))) for point in best]
    return edges, [NAMES.index(text) for _, text in labels], path


def summed(svg, log_p):
    """Return the log-probability of all paths through what is drawn."""
    edges, symbols, _ = read(svg)
    last = len(log_p) - 1
    starts = {a for a, _ in edges if a[0] == 0}
    alpha = {a: log_p[0, symbols[a[1]]] for a in starts}
    for a, b in sorted(edges, key=lambda edge: edge[1]):
        here = alpha[a] + log_p[b[0], symbols[b[1]]]
        alpha[b] = torch.logaddexp(alpha[b], here) if b in alpha else here
    return torch.stack([v for (t, _), v in alpha.items() if t == last]).logsumexp(0)


def check(svg, log_p, target):
    """Raise WrongDrawing unless the paths, summed, are torch's loss to 1e-10."""
    y, sizes = torch.tensor([target]), ((len(log_p),), (len(target),))
    loss = F.ctc_loss(log_p[:, None], y, *sizes, reduction="sum")
    if abs(summed(svg, log_p) + loss) > 1e-10:
        raise WrongDrawing(f"the paths have {summed(svg, log_p)}, the loss is {loss}")


@both_forms
@pytest.mark.parametrize(("T", "target"), TARGETS)
def test_the_paths_that_are_drawn_are_those_of_the_loss(T, target, narrow):
    log_p = some(T)
    check(plots.lattice(log_p, target, NAMES).svg(narrow), log_p, target)


@both_forms
@pytest.mark.parametrize(("T", "target"), TARGETS[:4])
def test_an_edge_is_as_wide_as_the_share_of_its_paths(T, target, narrow):
    """The share of a symbol at a step is a gradient of the log-probability."""
    log_p = some(T).requires_grad_()
    (share,) = torch.autograd.grad(cl.ctc_log_probability(log_p, target), log_p)
    svg = plots.lattice(log_p, target, NAMES).svg(narrow)
    edges, symbols, _ = read(svg)
    told = [float(s) for s in re.findall(r'data-share="([^"]*)"', svg)]
    widest, drawn = min(7.0, 0.5 * columns_apart(svg)), torch.zeros_like(share)
    for ((_, b), width), value in zip(edges.items(), told, strict=True):
        drawn[b[0], symbols[b[1]]] += value
        assert width == pytest.approx(
            widest * value if value >= 0.01 else 0.7, rel=1e-4
        )
    assert torch.allclose(drawn[1:], share[1:], rtol=0, atol=1e-5)


def columns_apart(svg):
    """Return how far a step is from the next."""
    first = lines(svg)[0]
    return first.end[0] - first.start[0]


@both_forms
def test_the_path_that_is_marked_is_the_likeliest_of_all(narrow):
    log_p, target = some(6, seed=3), [1, 2]
    says_it = [
        path
        for path in itertools.product(range(4), repeat=6)
        if cl.ctc_collapse(path) == target
    ]
    scores = {path: float(log_p[range(6), path].sum()) for path in says_it}
    best = max(scores, key=scores.get)
    drawing = plots.lattice(log_p, target, NAMES)
    _, symbols, path = read(drawing.svg(narrow))
    assert tuple(symbols[place] for _, place in path) == best
    assert f"{len(says_it)} paths say it" in drawing.words
    assert f"The likeliest has {math.exp(scores[best]):.2f}" in drawing.words


def test_wrong_lattices_are_found_out():
    log_p, target = some(6), [1, 1]
    svg = plots.lattice(log_p, target, NAMES).svg()
    edges = re.findall(r'<path [^>]*class="edge"[^>]*>', svg)
    with pytest.raises(WrongDrawing, match="the loss is"):
        check(svg.replace(edges[3], ""), log_p, target)
    other = plots.lattice(log_p, [1, 2], NAMES).svg()  # which may leave out a blank
    with pytest.raises(WrongDrawing, match="the loss is"):
        check(other.replace(">b</text>", ">a</text>"), log_p, target)


@both_forms
def test_frames_are_a_column_for_each_step_beneath(narrow):
    frames = torch.zeros(12, 5)
    frames[3, 2] = 1.0
    svg = plots.lattice(some(12), [1, 2], NAMES, frames).svg(narrow)
    shade = re.search(r'class="shade" d="M([\d.]+) [\d.]+L([\d.]+)', svg)
    columns = sorted({line.start[0] for line in lines(svg)})
    assert float(shade[1]) < columns[3] < float(shade[2])
    assert svg.count('class="tick"') == 24
    assert float(ET.fromstring(svg).get("width")) <= (343 if narrow else 720)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"target must be of symbols 1 .. 3"):
        plots.lattice(some(5), [4], NAMES)
    with pytest.raises(ValueError, match="no path of 2 steps says"):
        plots.lattice(some(2), [1, 1], NAMES)
    with pytest.raises(ValueError, match="2 to 48 steps"):
        plots.lattice(some(49), [1], NAMES)
    with pytest.raises(ValueError, match="names must be 4"):
        plots.lattice(some(5), [1], "_a")
    with pytest.raises(ValueError, match="frames 5"):
        plots.lattice(some(5), [1], NAMES, torch.ones(4, 2))
