"""Figures become a part of their page: its colours, its font, and nothing twice."""

import base64
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from seen import contrast, inks_at_night

from course_lib import plots
from course_lib.plots import inline, night
from course_lib.plots.night import letters_on
from course_lib.plots.style import INKS
from tools.site import figures

STYLE = '<link rel="stylesheet" href="../_static/figures.css?v=1" />'


@pytest.fixture(autouse=True)
def _style():
    """Draw in the course's style."""
    with plt.style.context("default"):
        plots.use_style()
        yield


def lines() -> str:
    """Return a figure with two lines, as a notebook shows it."""
    return inline.svg(plots.loss_curves({"one < two": [3, 2], "two": [2, 1]}).figure)


def heat() -> str:
    """Return a figure with a map and the key to its colours."""
    return inline.svg(plots.shares_wrong({"RNN": {"a": 0.9, "b": 0.1}}).figure)


@pytest.fixture
def site(tmp_path):
    """Make a site of two pages with three figures and an image of another kind."""
    for folder in ("_images", "chapters"):
        (tmp_path / folder).mkdir()
    (tmp_path / "_images" / "a.svg").write_text(lines(), encoding="utf-8")
    (tmp_path / "_images" / "b.svg").write_text(heat(), encoding="utf-8")
    (tmp_path / "_images" / "c.png").write_bytes(b"a photograph")
    carried = base64.b64encode(lines().encode()).decode()
    (tmp_path / "chapters" / "one.html").write_text(
        '<article><img alt="Two &quot;lines&quot;" src="../_images/a.svg" />'
        '<img src="../_images/b.svg" alt="A map"><img alt="x" src="../_images/c.png">'
        f'<img alt="Its own" src="{figures.EMBEDDED}{carried}"></article>',
        encoding="utf-8",
    )
    (tmp_path / "chapters" / "three.html").write_text(f"{STYLE}<p>words</p>", "utf-8")
    (tmp_path / "chapters" / "two.html").write_text(
        f'<article>{STYLE}<img alt="Again" src="../_images/a.svg"></article>', "utf-8"
    )
    return tmp_path


def drawn(site, page: str) -> list[ET.Element]:
    """Return the figures that are a part of a page."""
    text = (site / "chapters" / f"{page}.html").read_text(encoding="utf-8")
    return list(ET.fromstring(text).findall("svg"))


def test_figures_take_the_place_of_their_images_with_their_words(site):
    text = (site / "chapters" / "one.html").read_text(encoding="utf-8")
    images = text.replace("></article>", "/></article>").replace('map">', 'map"/>')
    (site / "chapters" / "one.html").write_text(images.replace('g">', 'g"/>'), "utf-8")
    figures.into_pages(site)
    alts = [figure.get("aria-label") for figure in drawn(site, "one")]
    assert alts == ['Two "lines"', "A map", "Its own"]
    assert {figure.get("role") for figure in drawn(site, "one")} == {"img"}
    words = [text.text for text in drawn(site, "one")[0].iter("text")]
    assert {"epoch", "one < two", "two"} <= set(words)
    left = sorted(path.name for path in (site / "_images").iterdir())
    assert left == ["c.png"]
    assert "../_images/c.png" in (site / "chapters" / "one.html").read_text("utf-8")
    assert [f.get("aria-label") for f in drawn(site, "two")] == ["Again"]


def test_a_page_without_a_figure_does_not_load_their_style(site):
    figures.into_pages(site)
    pages = {p.stem: p.read_text("utf-8") for p in (site / "chapters").iterdir()}
    assert pages["three"] == "<p>words</p>"
    assert STYLE in pages["two"]


def test_a_second_time_changes_nothing(site):
    figures.into_pages(site)
    once = (site / "chapters" / "one.html").read_bytes()
    figures.into_pages(site)
    assert (site / "chapters" / "one.html").read_bytes() == once


def test_no_name_of_a_part_occurs_twice_in_a_page_and_none_is_missing(site):
    figures.into_pages(site)
    text = (site / "chapters" / "one.html").read_text(encoding="utf-8")
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(set(names)) == len(names)
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', text)) == set(names)


def test_paper_goes_and_ink_is_the_pages_where_it_was_black():
    svg = lines()
    assert svg.count("#ffffff") == 2
    page = figures.inline(svg, "", "f")
    assert "#ffffff" not in page
    assert "#000000" not in page
    assert 'stroke="currentColor"' in page
    assert f'stroke="{INKS["#0072B2"]}"' in page
    assert len(page) < len(svg) / 2
    assert "font-family" not in page
    assert "<style" not in page


def test_lines_keep_their_points_to_a_tenth():
    assert figures.short("d", "M 10.04 2.26 \nL 3.333 4 \nL 5 6 \nz") == (
        "M10 2.3L3.3 4 5 6z"
    )
    assert (
        figures.short("d", "M 1 2 L 3 4 C 5 6 7 8 9 10.06") == "M1 2L3 4C5 6 7 8 9 10.1"
    )
    assert figures.short("transform", "scale(0.123456)") == "scale(0.1235)"


def in_the_dark(rgb: np.ndarray) -> np.ndarray:
    """Return a colour as the filter turns it, sRGB from 0 to 1."""
    matrix = np.array(figures.night().split(), dtype=float).reshape(4, 5)
    return np.clip(matrix @ [*rgb, 1, 1], 0, 1)[:3]


def test_the_filter_turns_white_into_the_ground_and_keeps_hues():
    page = figures.inline(heat(), "", "f")
    assert page.count('filter="url(#f-night)"') == page.count("<image") > 0
    assert np.allclose(in_the_dark(np.ones(3)) * 255, night.GROUND, atol=1)
    shown = in_the_dark(np.array([0.3, 0.5, 0.6]))
    assert np.allclose(shown, night.in_the_dark([0.3, 0.5, 0.6]), atol=0.5 / 255)
    blue = in_the_dark(np.array(mpl.colors.to_rgb("#08306b")))
    assert blue[2] > blue[1] > blue[0] > 0.5
    dark_red = in_the_dark(np.array(mpl.colors.to_rgb("#b2182b")))
    assert dark_red[0] == max(dark_red)
    greys = [in_the_dark(np.full(3, share))[1] for share in np.linspace(0, 1, 11)]
    assert greys == sorted(greys, reverse=True)


@pytest.mark.parametrize("share", np.linspace(0, 1, 21))
def test_numbers_on_a_map_can_be_read_on_paper_and_in_the_dark(share):
    for name in (plots.style.UNSIGNED, plots.style.SIGNED):
        colour = mpl.colormaps.get_cmap(name)(float(share))[:3]
        letter = letters_on(colour)
        assert contrast(colour, letter) > 4.5
        assert contrast(in_the_dark(colour), inks_at_night()[letter]) > 4.5
