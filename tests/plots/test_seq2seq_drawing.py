"""Encoder and decoder: what a drawing joins is what the translator depends on."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
import torch
from drawn import WrongDrawing
from wired import at, lines, one_at, places, texts

import course_lib as cl
from course_lib import plots

READ, WRITTEN = "May 1, 99", "1999-05."
S, T = len(READ), len(WRITTEN)
both_forms = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def cells(svg):
    """Return the cells of a drawing: decoder, back and ahead lane, and the layer."""
    boxes = places(svg, "box")
    rows = sorted({round(y) for _, y, *_ in boxes})
    assert len(rows) == 4
    decoder, layer, back, ahead = (
        sorted(box for box in boxes if round(box[1]) == row) for row in rows
    )
    return {"decoder": decoder, "layer": layer, "back": back, "ahead": ahead}


def edges(svg):
    """Return which part leads to which, as (kind, number) of each."""
    parts = cells(svg) | {"sum": sorted(places(svg, "sum"))}
    frames = sorted(places(svg, "frame"))

    def node(point):
        found = [(kind, at(point, where)) for kind, where in parts.items()]
        found = [each for each in found if each[1] is not None]
        return found or [("frame", one_at(point, [*frames], "part"))]

    found = set()
    for line in lines(svg):
        is_output = line.name == "s" and line.start[0] == line.end[0]
        if line.name in ("h", "s") and not is_output:
            found |= {(a, b) for a in node(line.start) for b in node(line.end)}
        elif line.name == "alpha":
            a = at(line.start, frames)
            source = ("frame", a) if a is not None else node(line.start)[0]
            found.add((source, node(line.end)[0]))
        elif line.name == "x_t":
            k = one_at(line.end, frames, "frame")
            found |= {(("read", k), (lane, k)) for lane in ("back", "ahead")}
    inside = {((lane, k), ("frame", k)) for lane in ("back", "ahead") for k in range(S)}
    return found | inside


def reached(found, start):
    """Return all parts that a part leads to."""
    known, new = set(), {start}
    while new:
        known |= new
        new = {b for a, b in found if a in known} - known
    return known


def depends(attention, without_s_0=False):
    """Return which logits depend on which read symbol, (T, S), by autograd."""
    torch.manual_seed(0)
    reads, writes = cl.Vocab(READ), cl.Vocab(WRITTEN)
    model = cl.Translator(reads, writes, ".", hidden_size=5, attention=attention)
    ids, lengths = cl.padded([READ], reads)
    told, _ = cl.spelling([WRITTEN[:-1]], writes, ".")
    seen = []

    def keep(module, arguments, output):
        seen.append(output)

    model.embed_read.register_forward_hook(keep)
    if without_s_0:
        model.bridge.register_forward_hook(lambda *told: torch.zeros(1, 5))
    logits = model(ids, lengths, told)[0]
    found = []
    for row in logits:
        (slope,) = torch.autograd.grad(
            row.square().sum(), seen, retain_graph=True, allow_unused=True
        )
        none = torch.zeros(S, dtype=torch.bool)
        found.append(none if slope is None else slope[0].abs().sum(dim=1) > 0)
    return torch.stack(found)


def drawn_dependence(svg, without_s_0=False):
    """Return which step is reached from which symbol that is read, (T, S)."""
    found = edges(svg)
    if without_s_0:
        found = {(a, b) for a, b in found if a != ("layer", 0)}
    return torch.tensor(
        [
            [("decoder", t) in reached(found, ("read", s)) for s in range(S)]
            for t in range(T)
        ]
    )


def some_weights():
    torch.manual_seed(0)
    return torch.randn(T, S, dtype=torch.float64).softmax(dim=1)


@both_forms
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "without s_0"])
@pytest.mark.parametrize("attention", [False, True])
def test_a_step_is_joined_to_what_the_translator_depends_on(attention, cut, narrow):
    weights = some_weights() if attention else None
    svg = plots.encoder_decoder(READ, WRITTEN, weights).svg(narrow)
    assert torch.equal(drawn_dependence(svg, cut), depends(attention, cut))


@both_forms
def test_one_state_passes_and_nothing_else(narrow):
    svg = plots.encoder_decoder(READ, WRITTEN).svg(narrow)
    passes = [
        (a, b) for a, b in edges(svg) if (a[0] == "decoder") < (b[0] == "decoder")
    ]
    assert passes == [(("layer", 0), ("decoder", 0))]
    ends = {a for a, b in edges(svg) if b == ("layer", 0)}
    assert ends == {("back", 0), ("ahead", S - 1)}


def check_arcs(svg, weights):
    """Raise WrongDrawing unless every arc is as wide as its weight."""
    frames, sums = sorted(places(svg, "frame")), sorted(places(svg, "sum"))
    found = torch.zeros(T, S, dtype=torch.float64)
    for line in lines(svg):
        s = at(line.start, frames)
        if line.name == "alpha" and s is not None:
            found[one_at(line.end, sums, "sum"), s] = line.width / 11
    expected = weights.where(weights >= 0.01, 0)
    if not torch.allclose(found, expected, rtol=1e-5, atol=1e-6):
        raise WrongDrawing("an arc is not as wide as its weight")


@both_forms
def test_an_arc_is_as_wide_as_its_weight(narrow):
    drawing = plots.encoder_decoder(READ, WRITTEN, some_weights())
    check_arcs(drawing.svg(narrow), some_weights())
    t = 3
    s = int(some_weights()[t].argmax())
    said = f"for {WRITTEN[t]} from {READ[s]} ({float(some_weights()[t, s]):.2f})"
    assert said.replace("from  ", "from a space ") in drawing.words


def test_wrong_drawings_are_found_out():
    weights = some_weights()
    turned = plots.encoder_decoder(READ, WRITTEN, weights.flip(1)).svg()
    with pytest.raises(WrongDrawing, match="not as wide"):
        check_arcs(turned, weights)
    svg = plots.encoder_decoder(READ, WRITTEN, weights).svg()
    moved = re.sub(r'(class="arc"[^>]*d="M)([\d.]+)', r"\g<1>9\g<2>", svg, count=1)
    with pytest.raises(WrongDrawing):
        check_arcs(moved, weights)
    blind = re.sub(r'<path class="arc"[^>]*>', "", svg)
    assert not torch.equal(drawn_dependence(blind, True), depends(True, True))


@both_forms
def test_each_symbol_is_written_and_then_read(narrow):
    svg = plots.encoder_decoder("a <b", "1&2").svg(narrow)
    assert [text for *_, text in texts(svg, "read")] == ["a", "␣", "<", "b"]
    assert [text for *_, text in texts(svg, "written")] == ["1", "&", "2"]
    boxes = sorted(places(svg, "box"), key=lambda box: (round(box[1]), box[0]))[:3]
    fed = [line for line in lines(svg) if line.name == "y"]
    assert [one_at(line.end, boxes, "step") for line in fed] == [1, 2]
    starts = [at((line.start[0] - 3, boxes[0][1]), boxes) for line in fed]
    assert starts == [0, 1]


def test_a_phone_has_room_for_the_longest_texts():
    svg = plots.encoder_decoder("a" * 14, "b" * 14).svg(narrow=True)
    root = ET.fromstring(svg)
    assert float(root.get("width")) <= 343
    frames = sorted(places(svg, "frame"))
    assert all(a[0] + a[2] <= b[0] for a, b in pairwise(frames))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="read must have 1 to 14 symbols, got 0"):
        plots.encoder_decoder("", "a")
    with pytest.raises(ValueError, match="written must have 1 to 14 symbols, got 15"):
        plots.encoder_decoder("a", "a" * 15)
    with pytest.raises(ValueError, match="weights must be"):
        plots.encoder_decoder("ab", "a", torch.ones(2, 1))
    with pytest.raises(ValueError, match="add up to 1"):
        plots.encoder_decoder("ab", "a", torch.ones(1, 2))
