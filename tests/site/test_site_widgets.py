"""Explorables on the built site: opened from files, driven by hand, without a kernel."""

import gzip
import re

import pytest
from explored import Hands
from pages import opened, violations
from playwright.sync_api import expect
from trained import BenchHands

from tools.common.build import SITE

pytestmark = pytest.mark.site

PAGES = [
    page
    for page in sorted((SITE / "chapters").glob("*.html"))
    if "data-explorable" in page.read_text(encoding="utf-8")
]
WATCHING = SITE / "chapters" / "watching_gates.html"
FIRST, HELD, STORY, COMPARED = range(4)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)


@pytest.fixture
def tab(browser):
    """Open the chapter "Watching gates"; nothing may go wrong in the test."""
    page, wrong = opened(browser, WATCHING, viewport={"width": 1280, "height": 900})
    yield page
    assert wrong == []
    page.close()


def test_the_chapters_that_have_explorables_have_them():
    found = {page.stem for page in PAGES}
    gates = {"lstm", "watching_gates", "watching_it_learn"}
    assert found >= {"one_hot", "gradients_through_time"} | gates


@each_page
def test_there_is_no_widget_state_and_the_page_is_light(page):
    html = page.read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget" not in html
    assert not re.search(r"jsdelivr|unpkg|requirejs|html-manager", html)
    assert len(gzip.compress(html.encode())) < 300_000


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_starts_and_axe_finds_nothing(browser, page, scheme):
    tab, wrong = opened(browser, page, color_scheme=scheme)
    count = tab.locator("[data-explorable]").count()
    assert count == tab.locator("[data-mounted]").count() > 0
    assert tab.locator(".explorable[data-dark]").count() == count * (scheme == "dark")
    assert wrong == []  # before axe, which asks for every style sheet once more
    assert violations(tab, "[data-explorable]") == []
    tab.close()


def test_the_map_is_stepped_by_key_click_and_drag(tab):
    hands = Hands(tab, FIRST)
    hands.press("Home", "ArrowRight", "ArrowRight", "ArrowDown")
    assert (hands.t, hands.u) == (2, 7)
    tab.mouse.click(*hands.cell(7, 5))
    assert (hands.t, hands.u) == (7, 5)
    tab.mouse.move(*hands.cell(3, 5))
    tab.mouse.down()
    tab.mouse.move(*hands.cell(11, 5), steps=4)
    tab.mouse.up()
    assert hands.t == 11


def test_it_plays_and_pauses(browser):
    page, wrong = opened(browser, "about:blank")
    page.clock.install()
    page.goto(WATCHING.as_uri())
    hands = Hands(page, FIRST)
    start = hands.t
    hands.button("Play").click()
    page.clock.run_for(2000)
    assert hands.t > start
    hands.button("Pause").click()
    stopped = hands.t
    page.clock.run_for(2000)
    assert hands.t == stopped
    assert wrong == []
    page.close()


def test_a_new_text_is_read_and_gates_are_let_go(tab):
    hands = Hands(tab, HELD)
    assert hands.button("Let go of all").is_enabled()
    assert hands.dashed.get_attribute("d")
    hands.text.fill("the bell rang é")
    assert hands.t == len("the bell rang ") - 1
    assert "é" in hands.note.inner_text()
    assert hands.button("Nothing held").is_disabled()


def test_the_quote_is_forgotten_until_the_gate_is_let_go(tab):
    hands = Hands(tab, HELD)
    assert re.match("[a-z]: ", hands.likeliest()[0])
    hands.button("Let go of all").click()
    assert hands.likeliest()[0].startswith("capital ")
    hands.gate("f").fill("0")
    assert hands.dashed.get_attribute("d")
    assert "Held" in hands.host.locator(".holding .note").inner_text()


def test_the_one_instruction_of_the_front_page_works_in_one_press(browser):
    page, wrong = opened(browser, SITE / "chapters" / "introduction.html")
    hands = Hands(page)
    assert hands.likeliest()[0].startswith("capital ")
    hands.button("Hold the forget gate f at 0").click()
    assert re.match("[a-z]: ", hands.likeliest()[0])
    callout = hands.host.locator(".callout")
    assert "now that it cannot remember it expects" in callout.inner_text()
    hands.button("Let go of the forget gate f").click()
    assert hands.likeliest()[0].startswith("capital ")
    assert wrong == []
    page.close()


def test_sentences_of_the_chapter_open_the_views_that_they_are_about(tab):
    links = tab.locator('a[href^="#stepper-"]')
    assert links.count() >= 6
    for link in links.all():
        address = link.get_attribute("href")
        link.click()
        name = re.match("#stepper-([a-z]+)", address)[1]
        hands = Hands(tab, within=f"#stepper-{name}")
        told = dict(re.findall(r"(\w+)=([^&]*)", address))
        expect(hands.steps).to_have_value(str(int(told["step"]) - 1))
        assert hands.u == int(told.get("unit", hands.u))
        assert hands.button("Nothing held").count() == ("hold" not in told)
        assert "This link" not in hands.host.inner_text()


def test_sentences_of_watching_it_learn_set_up_their_experiments(browser):
    tab, wrong = opened(browser, SITE / "chapters" / "watching_it_learn.html")
    bench, links = BenchHands(tab), tab.locator('a[href^="#bench?"]')
    assert links.count() >= 8
    for link in links.all():
        nets = re.findall("net=(\\w+),(\\d+)", link.get_attribute("href"))
        link.click()
        expect(bench.message).to_contain_text("This experiment is set up")
        for n, (kind, units) in enumerate(nets):
            expect(bench.radio(kind.upper(), n)).to_be_checked()
            slider = bench.host.get_by_role("slider").nth(n)
            expect(slider).to_have_value(units)
    bench.train(until=20)
    assert bench.perplexities[0] < 40
    assert wrong == []
    tab.close()


def test_three_networks_are_under_one_cursor(tab):
    hands = Hands(tab, COMPARED)
    assert hands.host.locator(".map").count() == 3
    before = hands.values()
    hands.radio("GRU").click()
    assert hands.values() != before
    tab.mouse.click(*hands.cell(9, 2, which=0))
    assert hands.radio("RNN").is_checked()
    assert (hands.t, hands.u) == (9, 2)


def test_on_a_phone_map_and_equation_are_on_one_screen(browser):
    screen = {"width": 375, "height": 667}
    tab, wrong = opened(browser, WATCHING, viewport=screen)
    assert tab.evaluate("document.documentElement.scrollWidth") == screen["width"]
    for place in (FIRST, HELD, STORY):
        host = Hands(tab, place).host
        top = host.locator(".map").bounding_box()["y"]
        equation = host.locator(".rows").bounding_box()
        assert equation["y"] + equation["height"] - top < screen["height"]
    assert wrong == []
    tab.close()


@pytest.mark.parametrize(
    ("chapter", "name"),
    [("gradients_through_time", "spectral radius"), ("lstm", "forget bias b")],
)
def test_the_gradient_follows_the_slider(browser, chapter, name):
    tab, wrong = opened(browser, SITE / "chapters" / f"{chapter}.html")
    slider = tab.get_by_role("slider", name=name)
    before = tab.locator("path.measured").get_attribute("d")
    slider.press("ArrowRight")
    assert tab.locator("path.measured").get_attribute("d") != before
    assert slider.get_attribute("aria-valuetext")
    assert wrong == []
    tab.close()


def test_the_row_follows_the_letter(browser):
    tab, wrong = opened(browser, SITE / "chapters" / "one_hot.html")
    tab.get_by_role("radio", name="w", exact=True).click()
    chosen = tab.locator("tr.chosen .weight").all_inner_texts()
    assert chosen == tab.locator("tr.result .weight").all_inner_texts()
    assert wrong == []
    tab.close()
