"""The gate stepper on a page that is opened from a file: hands, keys, texts, gates."""

import pytest
from explored import HOUR, Hands
from pages import opened, write_page

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = 'He said "HELLO THERE" to the man (AND LEFT) and went home again.'
T, H = len(TEXT), 16


@pytest.fixture(scope="module")
def made():
    """The stepper that the page is of, on the Python side."""
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(model, vocab, TEXT)


@pytest.fixture(scope="module")
def page(made, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("page") / "page.html", made.to_html())


@pytest.fixture
def hands(browser, page):
    tab, wrong = opened(browser, page)
    yield Hands(tab)
    assert wrong == []
    tab.close()


def numbers(made, t, unit):
    """Return what the equation's figures must be, by the values of the trace."""
    values = made.values()
    return [f"{values[name][t, unit]:.2f}".replace("-", "−") for name in "fgioch"]


def test_the_page_shows_the_numbers_that_python_computes(hands, made):
    for t in (0, 9, T - 1):
        hands.steps.fill(str(t))
        shown = hands.values().values()
        f, g, i, o, c, h = numbers(made, t, 0)
        assert list(shown)[1:2] + list(shown)[3:5] + list(shown)[6:] == [
            f,
            g,
            i,
            c,
            o,
            h,
        ]
        p = made.values()["p"][t]
        best = f"{100 * p.max():.0f} %"
        assert hands.likeliest()[0].endswith(best)


def test_buttons_step_to_both_ends_and_no_further(hands):
    for name, t in [
        ("One step on", 1), ("One step on", 2), ("One step back", 1),
        ("Go to the first step", 0), ("One step back", 0),
        ("Go to the last step", T - 1), ("One step on", T - 1),
    ]:  # fmt: skip
        hands.button(name).click()
        assert hands.t == t


def test_keys_on_the_map_step_and_choose_the_unit(hands):
    for key, t, u in [
        ("ArrowRight", 1, 0), ("PageDown", 11, 0), ("PageUp", 1, 0), ("ArrowLeft", 0, 0),
        ("ArrowLeft", 0, 0), ("End", T - 1, 0), ("ArrowRight", T - 1, 0), ("Home", 0, 0),
        ("ArrowDown", 0, 1), ("ArrowDown", 0, 2), ("ArrowUp", 0, 1), ("x", 0, 1),
    ]:  # fmt: skip
        hands.press(key)
        assert (hands.t, hands.u) == (t, u), key


def test_keys_with_control_are_left_to_the_browser(hands):
    hands.press("Control+End", "Alt+ArrowDown")
    assert (hands.t, hands.u) == (0, 0)


def test_play_steps_by_itself_until_paused_or_at_the_end(hands):
    clock = hands.tab.clock
    clock.install(time=0)
    clock.pause_at(HOUR)
    hands.button("Play").click()
    clock.run_for(1250)
    assert hands.t == 3
    hands.choice("Speed of play").select_option("fast")
    clock.run_for(1210)
    assert hands.t == 13
    hands.button("Pause").click()
    clock.run_for(5000)
    assert hands.t == 13
    hands.press(" ")
    clock.run_for(120 * T)
    assert hands.t == T - 1
    assert hands.button("Play").is_visible()  # it has stopped by itself
    hands.button("Play").click()
    assert hands.t == 0
    hands.text.fill("home again")  # typing stops it
    clock.run_for(5000)
    assert hands.t == 9


def test_a_click_on_the_map_chooses_step_and_unit(hands, made):
    hands.tab.mouse.click(*hands.cell(7, 11))
    assert (hands.t, hands.u) == (7, 11)
    assert list(hands.values().values())[1] == numbers(made, 7, 11)[0]
    assert hands.host.locator(".unit-name").inner_text() == "u11"


def test_dragging_moves_the_cursor_and_the_unit_along(hands):
    mouse = hands.tab.mouse
    mouse.move(*hands.cell(2, 3))
    mouse.down()
    seen = []
    for t, row in [(3, 3), (9, 5), (6, 5), (6, 0)]:
        mouse.move(*hands.cell(t, row))
        seen.append((hands.t, hands.u))
    mouse.up()
    mouse.move(*hands.cell(20, 9))
    assert seen == [(3, 3), (9, 5), (6, 5), (6, 0)]
    assert (hands.t, hands.u) == (6, 0)


def test_a_finger_taps(browser, page):
    tab, wrong = opened(browser, page, has_touch=True)
    hands = Hands(tab)
    tab.touchscreen.tap(*hands.cell(4, 8))
    assert (hands.t, hands.u) == (4, 8)
    assert wrong == []
    tab.close()


def test_the_slider_steps_and_says_where_it_is(hands):
    hands.steps.focus()
    hands.tab.keyboard.press("ArrowRight")
    assert hands.t == 1
    hands.steps.fill(str(TEXT.index("T")))
    said = hands.steps.get_attribute("aria-valuetext")
    assert said == f"step {TEXT.index('T') + 1} of {T}, reads capital T"


def test_the_step_is_told_once_the_reader_has_come_to_rest(hands, made):
    clock = hands.tab.clock
    clock.install(time=0)
    hands.tab.reload()
    clock.pause_at(HOUR)
    told = hands.host.locator("[aria-live=polite]")
    assert told.inner_text() == ""  # and not because the page was opened
    hands.press("End", "Home", "ArrowRight")
    assert told.inner_text() == ""
    clock.run_for(600)
    i = numbers(made, 1, 0)[2]
    assert told.inner_text().startswith(f"Step 2, reads e. Unit 0: input gate {i}, ")
    assert "Likeliest next: " in told.inner_text()


def test_the_cursor_stays_in_sight(hands):
    hands.tab.set_viewport_size({"width": 420, "height": 800})
    for key in ("End", "Home", "PageDown", "PageDown", "PageDown"):
        hands.press(key)
        cursor = hands.host.locator(".heads .now").bounding_box()
        window = hands.map.bounding_box()
        assert window["x"] + 29 <= cursor["x"]
        assert cursor["x"] + cursor["width"] <= window["x"] + window["width"]


def test_tabs_choose_the_value_by_click_and_by_arrows(hands):
    first = hands.pixels()
    assert hands.host.locator(".map-title").inner_text() == "memory cell c"
    hands.radio("forget gate f").click()
    assert hands.host.locator(".map-title").inner_text() == "forget gate f"
    assert hands.pixels() != first
    hands.tab.keyboard.press("ArrowRight")
    assert hands.host.locator(".map-title").inner_text() == "candidate g"
    assert hands.radio("candidate g").get_attribute("aria-checked") == "true"
    for _ in range(3):  # the last of them round the corner, to the last
        hands.tab.keyboard.press("ArrowLeft")
    assert hands.host.locator(".map-title").inner_text() == "hidden state h"


def test_units_are_reordered_and_the_chosen_one_is_named(hands, made):
    hands.radio("forget gate f").click()
    hands.choice("Order of the units").select_option("by mean")
    order = (-made.values()["f"].mean(0)).argsort(kind="stable")
    hands.tab.mouse.click(*hands.cell(3, 2))
    assert hands.u == order[2]
    hands.press("ArrowDown")
    assert hands.u == order[3]


def test_a_unit_is_chosen_by_its_number_and_kept_among_those_there_are(hands):
    for typed, chosen in [("5", 5), ("99", H - 1), ("-3", 0)]:
        hands.unit.fill(typed)
        hands.unit.press("Enter")
        assert hands.u == chosen


HOLD = "Hold the forget gate {}, {}"
WHERE = {"units": "Hold gates in which units", "span": "Hold gates for how long"}


@pytest.mark.parametrize("span", ["from this step on", "at this step only"])
@pytest.mark.parametrize("units", ["in all units", "in this unit"])
def test_a_gate_is_held_where_the_reader_says(hands, made, units, span):
    hands.tab.mouse.click(*hands.cell(6, 2))
    hands.choice(WHERE["units"]).select_option(units)
    hands.choice(WHERE["span"]).select_option(span)
    gate = hands.gate("f")
    name = HOLD.format(units.replace("this unit", "unit 2"), span.removesuffix(" only"))
    assert gate.get_attribute("aria-label") == name
    assert hands.dashed.get_attribute("d") == ""
    free = hands.dashed.evaluate("node => node.nextSibling.getAttribute('d')")
    gate.focus()
    hands.tab.keyboard.press("Home")
    assert gate.get_attribute("aria-valuetext") == "0.00, held"
    assert hands.dashed.get_attribute("d") == free
    held = {"gate": "f", "value": 0, "start": 6}
    made.overrides = [held | ({"unit": 2} if "this" in units else {})
                      | ({"stop": 7} if "only" in span else {})]  # fmt: skip
    for t in (5, 6, 7, 20):
        hands.steps.fill(str(t))
        assert list(hands.values().values())[1] == numbers(made, t, 2)[0]
        assert list(hands.values().values())[6] == numbers(made, t, 2)[4]
    made.overrides = []
    hands.button("Let go of all").click()
    assert hands.dashed.get_attribute("d") == ""
    assert list(hands.values().values())[6] == numbers(made, 20, 2)[4]
    assert not hands.button("Nothing held").is_enabled()
