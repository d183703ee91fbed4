"""Figures on the built pages: dark where the page is dark, and legible on a phone."""

import io
import re

import numpy as np
import pytest
from pages import opened
from PIL import Image
from seen import inks_at_night, luminance
from site_pages import CONTENT

from course_lib.plots.night import GROUND
from tools.common.build import SITE

pytestmark = pytest.mark.site

FIGURE = "svg.course-figure"
WITH_FIGURES = [page for page in CONTENT if "course-figure " in page.read_text("utf-8")]
each_page = pytest.mark.parametrize("page", WITH_FIGURES, ids=lambda page: page.stem)
PHONE = {"width": 375, "height": 800}
LEAST = 9  # pixels of a letter on a phone

# What is behind a figure: the grounds of all that it is in, and of what is in it.
BEHIND = """(figure) => {
  const found = [];
  for (let each = figure; each !== document.body; each = each.parentElement) {
    const look = getComputedStyle(each);
    if (!/, 0\\)$|^transparent$/.test(look.backgroundColor)) {
      found.push([each.className.baseVal ?? each.className, look.backgroundColor]);
    }
  }
  return found;
}"""
# The letters of each figure, with their height on the screen.
LETTERS = """(figures) => figures.flatMap((figure) =>
  [...figure.querySelectorAll("text")].map((text) => {
    const matrix = text.getScreenCTM();
    const size = parseFloat(getComputedStyle(text).fontSize);
    return [text.textContent, size * Math.hypot(matrix.a, matrix.b)];
  }))"""
# What of a figure's letters is cut off at its edge, or at the window's.
CUT = """(figures) => figures.flatMap((figure) => {
  const edge = figure.getBoundingClientRect();
  return [...figure.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 1 || box.bottom > edge.bottom + 1;
  }).map((text) => text.textContent);
})"""


def rgb(colour: str) -> list[float]:
    """Return a computed colour such as rgb(1, 2, 3) as sRGB, 0 to 1."""
    return [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]


def test_the_chapters_have_figures():
    assert len(WITH_FIGURES) > 10, f"no figures in the pages of {SITE}"


@each_page
def test_no_figure_of_a_dark_page_has_a_light_ground(browser, page):
    tab, _ = opened(browser, page, color_scheme="dark")
    for figure in tab.locator(FIGURE).all():
        for name, colour in figure.evaluate(BEHIND):
            assert luminance(rgb(colour)) < 0.05, (name, colour)
        with Image.open(io.BytesIO(figure.screenshot())) as picture:
            shown = np.asarray(picture.convert("RGB")).astype(int)
        rim = np.concatenate([shown[0], shown[-1], shown[:, 0], shown[:, -1]])
        dark = np.abs(rim - GROUND).max(axis=1) <= 6
        assert dark.mean() > 0.8  # letters and maps may reach the rim
        assert np.median(shown.mean(axis=2)) < 100
    tab.close()


@each_page
def test_every_colour_of_a_figure_has_another_in_the_dark(page):
    text = page.read_text(encoding="utf-8")
    for figure in re.findall(r'<svg class="course-figure.*?</svg>', text, re.DOTALL):
        for kind in ("fill", "stroke"):
            used = set(re.findall(rf'\b{kind}="(#\w+)"', figure))
            assert used <= set(inks_at_night(kind))


@each_page
def test_letters_of_figures_can_be_read_on_a_phone_and_none_is_cut_off(browser, page):
    tab, _ = opened(browser, page, viewport=PHONE)
    shown = tab.locator(FIGURE)
    letters = shown.evaluate_all(LETTERS)
    assert letters
    assert [each for each in letters if each[1] < LEAST] == []
    assert shown.evaluate_all(CUT) == []
    tab.close()


@each_page
def test_every_figure_says_what_it_shows(page):
    text = page.read_text(encoding="utf-8")
    for tag in re.findall(r"<svg class=\"course-figure[^>]*>", text):
        assert 'role="img"' in tag
        assert len(re.search(r'aria-label="([^"]*)"', tag)[1]) > 20
