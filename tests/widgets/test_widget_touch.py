"""The gate stepper under a finger, on a small screen, and with many units."""

import io
import re

import pytest
import torch
from explored import Hands
from pages import opened, write_page
from PIL import Image
from playwright.sync_api import expect
from touched import middle, swipe

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True}


@pytest.fixture(scope="module")
def html():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(model, vocab, TEXT, t=29, unit=6).to_html()


@pytest.fixture(scope="module")
def page(html, tmp_path_factory):
    folder = tmp_path_factory.mktemp("touch")
    return write_page(folder / "page.html", html, html)


@pytest.fixture
def hands(browser, page):
    tab, wrong = opened(browser, page, is_mobile=True, **PHONE)
    yield Hands(tab, 1)  # the second one: there is something to scroll, up and down
    assert wrong == []
    tab.close()


SCROLLED = "before => window.scrollY !== before"


@pytest.mark.parametrize(("dx", "dy"), [(0, -200), (0, 150), (30, -150)])
@pytest.mark.parametrize("which", ["gate", "step"])
def test_a_swipe_up_or_down_that_starts_on_a_slider_scrolls_the_page(
    hands, which, dx, dy
):
    slider = hands.gate("f") if which == "gate" else hands.steps
    at = middle(slider, 0.7)
    before, was = hands.tab.evaluate("window.scrollY"), slider.input_value()
    swipe(hands.tab, at, dx, dy)
    hands.tab.wait_for_function(SCROLLED, arg=before)
    assert (slider.input_value(), hands.t) == (was, 29)
    assert hands.button("Nothing held").is_visible()


def test_a_swipe_along_a_slider_holds_the_gate_and_scrolls_nothing(hands):
    at = middle(hands.gate("f"), 0.6)
    before = hands.tab.evaluate("window.scrollY")
    swipe(hands.tab, at, -80, 4)
    assert hands.gate("f").get_attribute("aria-valuetext") == "0.00, held"
    assert hands.tab.evaluate("window.scrollY") == before


def test_a_tap_on_a_slider_sets_it(hands):
    hands.tab.touchscreen.tap(*middle(hands.gate("f"), 0.5))
    said = re.compile("0.(49|50|51), held")
    expect(hands.gate("f")).to_have_attribute("aria-valuetext", said)


def test_an_empty_track_is_not_the_brightest_thing_in_the_dark(browser, html, tmp_path):
    page = write_page(tmp_path / "page.html", html, theme="dark")
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    hands.gate("f").fill("0")
    with Image.open(io.BytesIO(hands.gate("f").screenshot())) as picture:
        width, height = picture.size
        empty = picture.convert("L").crop((width // 2, 0, width - 2, height))
        thumb = picture.convert("L").crop((0, 0, width // 4, height))
    assert empty.getextrema()[1] < 90  # of 255; it is the line around the track
    assert thumb.getextrema()[1] > 200
    assert wrong == []
    tab.close()


LINES = """nodes => nodes.map((node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return new Set([...range.getClientRects()].map(({ bottom }) => bottom)).size;
})"""


def test_numbers_of_64_units_are_on_one_line_on_the_smallest_phone(browser, tmp_path):
    torch.manual_seed(0)
    vocab = cl.shipped("shouting_lstm").vocab
    model = cl.CharLM(cl.LSTM(len(vocab), 64), len(vocab))
    w = GateStepper.from_model(model, vocab, TEXT * 3, t=150, unit=63)
    w.overrides = [{"gate": g, "value": 1, "start": 0} for g in "fi"]
    page = write_page(tmp_path / "page.html", w.to_html())
    tab, wrong = opened(browser, page, viewport={"width": 320, "height": 667})
    hands = Hands(tab)
    figures = hands.host.locator(".figure:visible")
    assert any(len(text) >= 6 for text in figures.all_inner_texts())  # such as −12.34
    assert set(figures.evaluate_all(LINES)) == {1}
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
    assert hands.host.locator(".unit-name").inner_text() == "u63"
    name, grid = (hands.host.locator(c).bounding_box() for c in (".unit-name", ".grid"))
    assert name["y"] + name["height"] <= grid["y"] + grid["height"] + 1
    assert wrong == []
    tab.close()


def test_what_comes_later_is_shown_in_full_on_demand(browser, page):
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    future = hands.host.locator(".future")
    assert float(future.evaluate("node => getComputedStyle(node).opacity")) < 0.5
    hands.button("Later steps in full").press("Enter")
    assert future.is_hidden()
    assert hands.button("Later steps in full").get_attribute("aria-pressed") == "true"
    hands.button("Later steps in full").press("Enter")
    assert future.is_visible()
    assert wrong == []
    tab.close()
