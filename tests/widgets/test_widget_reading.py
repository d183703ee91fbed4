"""The text coloured by a unit: marks, ranked units, what is under the pointer."""

import numpy as np
import pytest
from explored import Hands
from pages import opened, parts_page, violations, write_page

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
QUOTE = range(TEXT.index('"'), TEXT.rindex('"'))


@pytest.fixture(scope="module")
def made():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(model, vocab, TEXT, t=29, unit=6)


@pytest.fixture(scope="module")
def page(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading")
    return write_page(folder / "page.html", made.to_html())


@pytest.fixture
def hands(browser, page):
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    hands.radio("text").click()
    yield hands
    assert wrong == []
    tab.close()


def letter(hands, t: int, before: bool = False):
    """Return the place of a step in the coloured text, or in the one before a hold."""
    text = hands.host.locator(".coloured").nth(0 if before else 1)
    return text.locator(f"[data-t='{t}']")


def marked(hands) -> list[int]:
    """Return the steps that are marked."""
    script = "nodes => nodes.map((node) => Number(node.dataset.t))"
    text = hands.host.locator(".coloured").nth(1)
    return text.locator(".marked").evaluate_all(script)


def ranked(hands) -> list[str]:
    return hands.host.locator(".ranked button:visible").all_inner_texts()


def mark_quote(hands) -> None:
    """Mark the quote by keyboard."""
    hands.steps.fill(str(QUOTE.start))
    hands.host.locator(".coloured").nth(1).focus()
    for _ in QUOTE[1:]:
        hands.tab.keyboard.press("Shift+ArrowRight")


FOLLOW = """async ([values, H, marks]) => {
  const { follow } = await import("/follow.js");
  return follow(values, H, marks);
}"""


@pytest.fixture(scope="module")
def part(browser):
    tab = parts_page(browser)
    yield tab
    tab.close()


@pytest.mark.parametrize("swapped", [False, True])
def test_units_are_ranked_by_correlation_and_by_a_probe_on_the_other_half(
    part, swapped
):
    rng = np.random.default_rng(0)
    T, H = 41, 6
    marks = (rng.random(T) < 0.4).astype(float)
    values = rng.normal(size=(T, H))
    values[:, 4] -= 2 * marks
    values[:, 2] = 0.5  # a unit that does not move
    a, b = slice(0, T // 2), slice(T // 2, T)
    if swapped:  # the first half has one kind only, so the second one is chosen
        marks[a], a, b = 0, b, a
    found = part.evaluate(FOLLOW, [values.ravel().tolist(), H, marks.tolist()])
    expected = {}
    for k in range(H):
        moves = values[a, k].std() > 0
        r = np.corrcoef(values[a, k], marks[a])[0, 1] if moves else 0.0
        A = np.stack([values[:, k], np.ones(T)], axis=1)
        guess = A[b] @ np.linalg.lstsq(A[a], marks[a], rcond=None)[0] > 0.5
        expected[k] = (r, (guess == marks[b].astype(bool)).mean())
    order = sorted(expected, key=lambda k: -abs(expected[k][0]))
    assert [each["unit"] for each in found["units"]] == order
    assert order[0] == 4 or swapped
    for each in found["units"]:
        r, right = expected[each["unit"]]
        assert each["r"] == pytest.approx(r, abs=1e-9)
        assert each["right"] == pytest.approx(right, abs=1e-9)
    assert found["always"] == pytest.approx(max(marks[b].mean(), 1 - marks[b].mean()))


def test_where_nothing_can_be_judged_it_is_not(part):
    values = [0.0, 1.0, 2.0, 0.5]
    assert part.evaluate(FOLLOW, [values, 1, [0, 0, 0, 0]]) is None
    assert part.evaluate(FOLLOW, [values, 1, [1, 1, 1, 1]]) is None
    whole = part.evaluate(FOLLOW, [values, 1, [1, 1, 0, 0]])
    assert (whole["units"][0]["right"], whole["always"]) == (None, None)


def test_a_quote_marked_by_keyboard_leads_to_the_unit_that_follows_it(hands):
    mark_quote(hands)
    assert marked(hands) == list(QUOTE)
    assert ranked(hands)[0].startswith("unit 6: r = 0.")
    assert "%" in ranked(hands)[0]
    hands.button(ranked(hands)[1]).press("Enter")
    chosen = hands.host.locator('.ranked [aria-pressed="true"]').inner_text()
    assert chosen == f"unit {hands.u}: {ranked(hands)[1].partition(': ')[2]}"
    script = "() => document.activeElement.shadowRoot.activeElement.textContent"
    assert hands.tab.evaluate(script) == chosen
    hands.button("Clear marks").click()
    assert (marked(hands), ranked(hands)) == ([], [])


def test_marks_are_dragged_with_the_mouse_and_a_click_moves_otherwise(hands):
    letter(hands, 3).click()
    assert (hands.t, marked(hands)) == (3, [])
    hands.button("Mark places").click()
    letter(hands, 5).hover()
    hands.tab.mouse.down()
    for t in (6, 7, 8):
        letter(hands, t).hover()
    hands.tab.mouse.up()
    assert (hands.t, marked(hands)) == (3, [5, 6, 7, 8])
    letter(hands, 6).click()
    assert marked(hands) == [5, 7, 8]
    hands.host.locator(".coloured").nth(1).focus()
    hands.tab.keyboard.press("Enter")
    assert marked(hands) == [3, 5, 7, 8]
    hands.text.fill("a new text")
    assert marked(hands) == []


def test_a_finger_marks_by_tapping(browser, page):
    phone = {"viewport": {"width": 375, "height": 667}, "has_touch": True}
    tab, wrong = opened(browser, page, is_mobile=True, **phone)
    hands = Hands(tab)
    hands.radio("text").tap()
    letter(hands, 9).tap()
    assert (hands.t, marked(hands)) == (9, [])
    hands.button("Mark places").tap()
    letter(hands, 12).tap()
    assert (hands.t, marked(hands)) == (9, [12])
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    assert wrong == []
    tab.close()


def test_the_pointer_reads_unit_step_and_value(hands, made):
    readout = hands.host.locator(".readout")
    letter(hands, 40).hover()
    c = made.values()["c"]
    assert (
        readout.inner_text() == f"unit 6, step 41 “L”: memory cell c = {c[40, 6]:.2f}"
    )
    hands.radio("map").click()
    assert readout.is_hidden()
    hands.tab.mouse.move(*hands.cell(7, 11))
    value = f"{c[7, 11]:.2f}".replace("-", "−")
    assert readout.inner_text() == f"unit 11, step 8 “l”: memory cell c = {value}"
    box = readout.bounding_box()
    assert box["x"] + box["width"] <= hands.tab.viewport_size["width"]
    hands.tab.mouse.move(5, 5)
    assert readout.is_hidden()


COLOUR = "node => getComputedStyle(node).backgroundColor"


def test_before_and_after_a_hold_are_side_by_side(hands):
    assert hands.host.locator(".coloured").nth(0).is_hidden()
    free = letter(hands, 29).evaluate(COLOUR)
    likeliest = hands.likeliest()
    hands.valve("f").press("Enter")
    assert letter(hands, 29, before=True).evaluate(COLOUR) == free
    assert letter(hands, 29).evaluate(COLOUR) != free
    lists = [hands.host.locator(f".{name}") for name in ("next-before", "next")]
    boxes = [each.bounding_box() for each in lists]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert lists[0].locator(".spoken").all_text_contents() == likeliest
    assert hands.likeliest()[0].startswith("a: ")
    hands.button("Let go of all").click()
    assert lists[0].is_hidden()


def test_what_comes_later_is_pale_or_in_full(hands):
    pale, now = (letter(hands, t).evaluate(COLOUR) for t in (43, 29))
    hands.button("Later steps in full").click()
    assert letter(hands, 43).evaluate(COLOUR) != pale
    assert letter(hands, 29).evaluate(COLOUR) == now


def test_a_link_opens_the_text(hands):
    hands.button("Link to this view").click()
    hands.radio("map").click()
    hands.tab.reload()
    assert hands.host.locator(".coloured").nth(1).is_visible()
    assert hands.radio("text").is_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_against_the_coloured_text(browser, made, tmp_path, theme):
    page = write_page(tmp_path / "page.html", made.to_html(), theme=theme)
    tab, wrong = opened(browser, page, viewport={"width": 375, "height": 800})
    hands = Hands(tab)
    hands.radio("text").click()
    mark_quote(hands)
    hands.gate("f").fill("0")
    for _ in range(2):
        assert violations(tab) == []
        hands.button("Later steps in full").click()
    assert wrong == []
    tab.close()
