"""Lines are told apart by everyone, on white paper, on a dark page and in grey."""

import itertools
import xml.etree.ElementTree as ET

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from seen import contrast, distances, inks_at_night

import course_lib as cl
from course_lib import plots
from course_lib.plots import ends, inline, looks
from course_lib.plots.style import INKS, OTHER_COLOURS

PAPER, GROUND = "#ffffff", "#121212"  # of a light and of a dark page
NEAR = 20  # CIE 1976: ten times what can just be seen
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("RNN", "GRU", "LSTM", "LSTM, forget bias 1", "ours", "torch's", "trigram")


@pytest.fixture(autouse=True)
def _style():
    """Draw in the course's style."""
    with plt.style.context("default"):
        plots.use_style()
        yield


def curves(length: int, names=NAMES) -> dict[str, list[float]]:
    """Return a curve for each name, no two alike."""
    return {
        name: [2 + k + 0.1 * t for t in range(length)] for k, name in enumerate(names)
    }


def history():
    """Return a record of three epochs."""
    made = cl.History()
    for loss in (2.0, 1.5, 1.2):
        made.add(loss, loss + 0.1, seconds=1.0, tokens=10)
    return made


def runs(length: int, names=NAMES) -> dict[str, list[list[float]]]:
    """Return two runs for each name."""
    return {name: [each, each[::-1]] for name, each in curves(length, names).items()}


FIGURES = {
    "perplexity_curve": lambda: plots.perplexity_curve(history(), baselines={"": 9.0}),
    "loss_curves": lambda: plots.loss_curves(curves(30)),
    "few points": lambda: plots.loss_curves(curves(4)),
    "perplexity_by_order": lambda: plots.perplexity_by_order(range(5), curves(5)),
    "bytes_by_vocabulary": lambda: plots.bytes_by_vocabulary([1, 10, 90], curves(3)),
    "by_lag": lambda: plots.by_lag(range(60), curves(60), "lag", "left"),
    "growth": lambda: plots.growth(
        {"H": [{"H": H, "ms": dict.fromkeys(NAMES, H)} for H in (1, 2)]}, "ms", "ms"
    ),
    "gates of an LSTM": lambda: plots.gates_over_time(curves(40, "ifgoch")),
    "gates of a GRU": lambda: plots.gates_over_time(curves(40, "rznh")),
    "gates of another cell": lambda: plots.gates_over_time(curves(40, "fuvw")),
    "forecast": lambda: plots.forecast([0.0] * 40, curves(40)),
    "still_close": lambda: plots.still_close(curves(9), steps=30),
    "shares": lambda: plots.shares({1.0: [0.5], 2.0: [0.7]}, "x", "y"),
    "symbols_over_time": lambda: plots.symbols_over_time(
        torch.rand(30, 7), NAMES, step=0.1
    ),
    "by_epoch": lambda: plots.by_epoch(runs(30), "error"),
    "error_against": lambda: plots.error_against(range(9), runs(9), "dB"),
    "cost_by_length": lambda: plots.cost_by_length([1, 2, 4], curves(3), "ms"),
    "by_length": lambda: plots.by_length(
        {n: {1: [v], 2: [v]} for n, (v, *_) in curves(1).items()}, "x", "y", trained=2
    ),
    "lag_curves": lambda: plots.lag_curves("", curves(30, ("told", "measured"))).axes[
        0
    ],
}


def lines_seen(ax) -> list[tuple[str, str, tuple]]:
    """Return (name, ink, form) of what a legend or an end names, from the SVG.

    A form is a dash, in widths of the line, the outline of a marker, and a width.
    """
    named = [e.line for e in ax.texts if isinstance(e, ends.EndName)]
    for k, line in enumerate(named):
        line.set_gid(f"seen-{k}")
    root = ET.fromstring(inline.svg(ax.figure))
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g")}
    outlines = {p.get("id"): p.get("d") for p in root.iter(f"{SVG}path")}
    found = []
    for k, line in enumerate(named):
        paths = groups[f"seen-{k}"].iter(f"{SVG}path")
        style = next(p.get("style") for p in paths if "clip-path" in p.attrib)
        told = dict(rule.split(": ") for rule in style.split("; "))
        width = float(told.get("stroke-width", 1))
        dash = [
            float(part) for part in told.get("stroke-dasharray", "").split(",") if part
        ]
        uses = list(groups[f"seen-{k}"].iter(f"{SVG}use"))
        link = "{http://www.w3.org/1999/xlink}href"
        marker = outlines[uses[0].get(link)[1:]] if uses else ""
        form = tuple(np.round(np.array(dash) / width, 1)), marker, width
        found.append((line.get_label(), told["stroke"], form))
    return found


def differ(one: tuple, other: tuple) -> bool:
    """Say whether two forms differ: by dash, by marker, or one is twice as wide."""
    wide = max(one[2], other[2]) >= 2 * min(one[2], other[2])
    return one[:2] != other[:2] or wide


@pytest.mark.parametrize("name", FIGURES)
def test_lines_of_one_figure_are_told_apart_without_colour_and_are_named(name):
    ax = np.atleast_1d(FIGURES[name]())[0]
    seen = lines_seen(ax)
    assert len(seen) >= 1
    assert ax.get_legend() is None
    for (one, ink, form), (other, second, another) in itertools.combinations(seen, 2):
        assert differ(form, another), (one, other)
        assert one != other
        far = min(distances(ink, second).values())
        assert far > NEAR or differ(form, another)


@pytest.mark.parametrize("name", FIGURES)
def test_names_at_ends_lie_in_the_figure_and_do_not_overlap(name):
    ax = np.atleast_1d(FIGURES[name]())[0]
    ax.figure.draw_without_rendering()
    names = [text for text in ax.texts if isinstance(text, ends.EndName)]
    boxes = [text.get_window_extent() for text in names]
    whole = ax.figure.bbox
    for box in boxes:
        assert whole.x0 <= box.x0
        assert box.x1 <= whole.x1 + 1
    for one, other in itertools.combinations(boxes, 2):
        shared = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert shared < 0.5 or min(one.x1, other.x1) <= max(one.x0, other.x0)


def test_names_follow_their_lines_when_the_limits_change():
    ax = plots.loss_curves({"one": [1.0, 2.0], "two": [1.0, 8.0]})
    names = {text.get_text(): text for text in ax.texts}
    for top in (10, 40):
        ax.set_ylim(0, top)
        ax.figure.draw_without_rendering()
        for name, end in (("one", 2.0), ("two", 8.0)):
            wanted = ax.transData.transform((2, end))[1]
            height = names[name].get_window_extent().height
            assert abs(names[name].get_position()[1] - wanted) <= height


def test_spread_moves_as_little_as_it_can():
    assert ends.spread([0, 30, 60], [10, 10, 10]).tolist() == [0, 30, 60]
    centres = ends.spread([10, 10, 11, 50], [10, 10, 10, 10])
    assert np.allclose(np.diff(centres)[:2], 10)
    assert np.isclose(centres[:3].mean(), np.mean([10, 10, 11]))
    assert centres[3] == 50


def test_a_name_has_its_look_in_every_figure():
    alone = looks.looks(["GRU"])["GRU"]
    among = looks.looks(["Kneser-Ney", "RNN", "LSTM", "GRU, 64 units"])
    assert among["GRU, 64 units"] == alone
    assert len(set(among.values())) == 4
    gates = looks.gate_looks("fog")["o"]
    assert gates == looks.gate_looks(["h", "o"])["o"]


def test_what_readers_plot_themselves_has_the_same_looks():
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    assert cycle["color"] == [look.ink for look in looks.LOOKS]
    assert cycle["linestyle"] == [look.dash for look in looks.LOOKS]


@pytest.mark.parametrize("kind", ["fill", "stroke"])
def test_every_ink_has_another_in_the_dark_and_both_can_be_read(kind):
    dark = inks_at_night(kind)
    assert set(INKS.values()) <= set(dark)
    for ink in INKS.values():
        assert contrast(ink, PAPER) >= 4.5  # WCAG 2.2, level AA, for letters
        assert contrast(dark[ink], GROUND) >= 4.5


def test_the_first_two_looks_differ_by_colour_too_for_the_colour_blind():
    inks = [look.ink for look in looks.LOOKS[:2]]
    for pair in (inks, [inks_at_night("stroke")[ink] for ink in inks]):
        told = distances(*pair)
        assert min(told["colour"], told["deuteranopia"]) > NEAR


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_inks_that_look_alike_to_some_differ_in_form(theme):
    dark = inks_at_night("stroke")
    for one, other in itertools.combinations(looks.LOOKS, 2):
        pair = [
            dark[look.ink] if theme == "dark" else look.ink for look in (one, other)
        ]
        if min(distances(*pair).values()) < NEAR:
            assert one.dash != other.dash
            assert one.marker != other.marker


def test_simulated_deuteranopia_takes_red_from_green_and_leaves_blue_from_yellow():
    red_green, blue_yellow = (
        distances(*pair) for pair in (("#b84a00", "#6b6b1d"), ("#0069a6", "#9a6700"))
    )
    assert red_green["deuteranopia"] < red_green["colour"] / 2
    assert blue_yellow["deuteranopia"] > 60
    assert distances("#777777", "#777777")["grey"] == 0
    assert distances("#000000", "#ffffff")["grey"] == pytest.approx(100, abs=0.1)


def test_other_cells_have_inks_too():
    assert set(OTHER_COLOURS) | set(plots.GATE_COLOURS.values()) <= set(INKS)
