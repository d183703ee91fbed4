"""The cell drawn in the gate stepper: numbers, valves, and what hands do to them."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from explored import Hands
from pages import opened, violations, write_page
from playwright.sync_api import expect
from touched import middle, swipe

import course_lib as cl
from course_lib import plots
from course_lib.widgets import GateStepper
from course_lib.widgets.drawn_cell import drawn

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
CELLS = {"lstm": cl.LSTMCell, "gru": cl.GRUCell, "rnn": cl.RNNCell}
browsing = pytest.mark.browser


@pytest.fixture(scope="module")
def made():
    """A stepper of each kind, on the Python side."""
    saved = {kind: cl.shipped(f"shouting_{kind}") for kind in CELLS}
    return {
        kind: GateStepper.from_model(each.model, each.vocab, TEXT, t=29, unit=6)
        for kind, each in saved.items()
    }


@pytest.fixture
def show(browser, made, tmp_path):
    """Open a page with the stepper of a kind; nothing may go wrong in it."""
    seen = []

    def _show(kind="lstm", theme="light", **options):
        html = made[kind].to_html()
        page = write_page(tmp_path / "page.html", html, html, theme=theme)
        tab, wrong = opened(browser, page, **options)
        seen.append((tab, wrong))
        return Hands(tab, 1)

    yield _show
    for tab, wrong in seen:
        tab.close()
        assert wrong == []


def written(hands) -> dict[str, str]:
    """Return the numbers on the wires, by the names of the values."""
    script = "nodes => nodes.map((n) => [n.dataset.number, n.textContent])"
    pairs = hands.host.locator(".drawn [data-number]").evaluate_all(script)
    return {name: text.removeprefix("= ") for name, text in pairs}


def of_step(stepper, t: int, unit: int) -> dict[str, np.ndarray]:
    """Return the values of a step and the one before, for `plots.cell`."""
    values = {k: v[t - 1 : t + 1, unit : unit + 1] for k, v in stepper.values().items()}
    values.pop("p")
    return values


@browsing
@pytest.mark.parametrize("kind", CELLS)
def test_the_wires_carry_the_numbers_of_the_step(show, made, kind):
    hands = show(kind)
    states = CELLS[kind].state_names
    for t, character in [(29, "␣"), (30, "T")]:
        values = of_step(made[kind], t, 6)
        told = {name: value[1, 0] for name, value in values.items()}
        told |= {f"{state}_prev": values[state][0, 0] for state in states}
        there = written(hands)
        assert there.pop("x_t") == f"“{character}”"
        for name, text in there.items():
            assert text == f"{told[name]:.2f}".replace("-", "−"), name
        assert set(there) == set(told)
        hands.press("ArrowRight")


FLOWS = "nodes => nodes.map((node) => node.getAttribute('points'))"


@browsing
@pytest.mark.parametrize(("kind", "t", "unit"), [("lstm", 29, 6), ("gru", 12, 3)])
def test_a_valve_is_as_wide_as_the_drawing_of_the_same_values_has_it(
    show, made, kind, t, unit
):
    hands = show(kind)
    hands.steps.fill(str(t))
    hands.unit.fill(str(unit))
    hands.unit.press("Enter")
    values = of_step(made[kind], t, unit)
    svg = ET.fromstring(plots.cell(CELLS[kind], values=values).svg(narrow=True))
    expected = [node.get("points") for node in svg.iterfind(".//*[@class='flow']")]
    found = hands.host.locator(".drawn .flow").evaluate_all(FLOWS)
    assert len(found) == len(expected) > 1
    for a, b in zip(found, expected, strict=True):
        numbers = [np.array(re.findall(r"-?[\d.]+", text), float) for text in (a, b)]
        assert np.abs(numbers[0] - numbers[1]).max() < 0.51  # a closed one shows a hair


@browsing
def test_a_valve_is_dragged_to_any_width_and_pressed_shut(show, made):
    hands = show()
    valve, mouse = hands.valve("f"), hands.tab.mouse
    x, y = middle(valve)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 45, y, steps=5)  # half of the way
    mouse.up()
    said = valve.get_attribute("aria-valuetext")
    before = made["lstm"].values()["f"][29, 6]
    assert said == f"{before - 0.5:.2f}, held"
    assert written(hands)["f"] == f"{before - 0.5:.2f}"
    valve.click()  # what is held is let go
    assert valve.get_attribute("aria-valuetext") == f"{before:.2f}, as computed"
    valve.click()
    assert valve.get_attribute("aria-valuetext") == "0.00, held"
    assert hands.likeliest()[0].startswith("a: ")
    assert hands.button("Let go of all").is_visible()


@browsing
def test_a_valve_is_a_slider_for_the_keyboard(show):
    hands = show()
    valve = hands.valve("i")
    for key, said in [
        ("Home", "0.00, held"), ("ArrowUp", "0.05, held"), ("PageUp", "0.25, held"),
        ("ArrowLeft", "0.20, held"), ("End", "1.00, held"), ("Enter", "0.99, as computed"),
        (" ", "0.00, held"),
    ]:  # fmt: skip
        valve.press(key)
        assert valve.get_attribute("aria-valuetext") == said
    name = "Hold the input gate in all units, from this step on"
    assert valve.get_attribute("aria-label") == name
    script = "() => document.activeElement.shadowRoot.activeElement.dataset.gate"
    assert hands.tab.evaluate(script) == "i"


@browsing
def test_the_rest_of_a_gate_is_opened_by_closing_it(show):
    hands = show("gru")
    rest = hands.host.locator(".drawn [data-rest]")
    x, y = middle(rest)
    hands.tab.mouse.move(x, y)
    hands.tab.mouse.down()
    hands.tab.mouse.move(x - 45, y, steps=5)
    hands.tab.mouse.up()
    assert hands.valve("z").get_attribute("aria-valuetext") == "0.50, held"


@browsing
def test_a_finger_scrolls_past_a_valve_and_drags_it_sideways(show):
    phone = {"viewport": {"width": 375, "height": 667}, "has_touch": True}
    hands = show(is_mobile=True, **phone)
    assert hands.host.locator(".rows").is_visible()  # the compact form comes first
    hands.radio("drawing").click()
    at = middle(hands.valve("f"))
    before = hands.tab.evaluate("window.scrollY")
    swipe(hands.tab, at, 10, -150)
    hands.tab.wait_for_function("before => window.scrollY !== before", arg=before)
    assert hands.valve("f").get_attribute("aria-valuetext").endswith("as computed")
    swipe(hands.tab, middle(hands.valve("f")), -90, 4)
    expect(hands.valve("f")).to_have_attribute("aria-valuetext", "0.00, held")


RUNNING = """node => node.getAnimations({ subtree: true })
  .filter(({ playState }) => playState === "running").length"""


@browsing
@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_it_flows_while_it_plays_and_only_where_motion_is_allowed(show, wish):
    hands = show(reduced_motion=wish)
    drawing = hands.host.locator(".drawn")
    assert drawing.evaluate(RUNNING) == 0
    hands.button("Play").click()
    assert (drawing.evaluate(RUNNING) > 10) == (wish == "no-preference")
    hands.button("Pause").click()
    assert drawing.evaluate(RUNNING) == 0


@browsing
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_against_the_drawing(show, theme):
    hands = show("gru", theme=theme)
    hands.valve("z").press("Home")
    assert violations(hands.tab) == []


@browsing
def test_the_list_is_there_on_demand_and_the_choice_is_kept(show):
    hands = show()
    assert hands.host.locator(".rows").is_hidden()
    hands.radio("drawing").press("ArrowRight")
    assert hands.host.locator(".rows").is_visible()
    assert hands.host.locator(".drawn").is_hidden()
    hands.press("ArrowRight", "ArrowDown")
    assert hands.radio("list").is_checked()


class Silent(cl.LSTMCell):
    gates = tuple(value._replace(equation="") for value in cl.LSTMCell.gates)


def test_a_cell_that_says_no_equation_has_no_drawing():
    assert drawn(Silent) is None
    assert "data-gate" in drawn(cl.GRUCell)
