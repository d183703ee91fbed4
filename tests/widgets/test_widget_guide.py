"""The guided opening of the gate stepper: one sentence at a time, and one press."""

import pytest
from explored import Hands
from pages import opened, violations, write_page

import course_lib as cl
from course_lib.widgets import GateStepper, Guide

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
COLUMN = "Each column is one step, and the network has read up to the framed one."
ROW = "The framed row is unit 6, which remembers that the text is inside a quote."
HOLD, LET_GO = "Hold the forget gate f at 0", "Let go of the forget gate f"
QUOTED = Guide("that the text is inside a quote")


@pytest.fixture(scope="module")
def made():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(model, vocab, TEXT, t=29, unit=6, guide=QUOTED)


@pytest.fixture(scope="module")
def page(made, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("guide") / "page.html", made.to_html())


@pytest.fixture
def hands(browser, page):
    tab, wrong = opened(browser, page)
    yield Hands(tab)
    assert wrong == []
    tab.close()


def said(hands) -> str:
    """Return the one sentence that the guide shows, or nothing."""
    callout = hands.host.locator(".callout")
    return callout.inner_text() if callout.is_visible() else ""


def focused(hands) -> str:
    """Return what the element that has the focus says."""
    script = "() => document.activeElement.shadowRoot?.activeElement?.textContent"
    return hands.tab.evaluate(script)


@pytest.mark.browser
def test_the_one_instruction_of_the_front_page_works_in_one_press(hands, made):
    assert hands.likeliest()[0].startswith("capital T: ")
    hands.button(HOLD).click()
    assert hands.likeliest()[0].startswith("a: ")
    was, now = (100 * made.values()["p"][29].max(), 52)
    assert f"expected “T” ({was:.0f} %)" in said(hands)
    assert f"expects “a” ({now} %)" in said(hands)
    held = {"gate": "f", "value": 0, "start": 29}
    made.overrides = [held]
    best = made.values()["p"][29].max()
    made.overrides = []
    assert f"{100 * best:.0f}" == str(now)


@pytest.mark.browser
def test_callouts_come_one_after_the_other_by_keyboard_and_the_focus_is_kept(hands):
    for sentence in (COLUMN, ROW):
        assert said(hands) == sentence
        hands.button("Next").press("Enter")
    assert said(hands).startswith("Press here to hold the forget gate f at 0")
    assert focused(hands) == HOLD
    hands.tab.keyboard.press("Enter")
    assert focused(hands) == LET_GO
    hands.tab.keyboard.press("Enter")
    assert said(hands).startswith("The gate is free again, and the network expects “T”")
    hands.button("Close").press("Enter")
    assert (said(hands), focused(hands)) == ("", "Show me around")
    hands.tab.keyboard.press("Enter")
    assert said(hands) == COLUMN


@pytest.mark.browser
def test_each_callout_points_at_what_it_is_about(hands):
    hands.tab.set_viewport_size({"width": 375, "height": 900})
    hands.press("ArrowRight")  # the map scrolls, and the arrow with it
    arrow = "node => parseFloat(getComputedStyle(node, '::before').left)"
    callout = hands.host.locator(".callout")
    at = callout.bounding_box()["x"] + callout.evaluate(arrow)
    column = hands.host.locator(".heads .now").bounding_box()
    assert abs(at + 9 - (column["x"] + 7)) < 6
    width = "node => getComputedStyle(node).outlineWidth"
    frame = hands.host.locator(".grid .frame")
    before = frame.evaluate(width)
    hands.button("Next").click()
    assert frame.evaluate(width) == "3px" != before


@pytest.mark.browser
def test_it_is_skipped_and_remembered_and_can_be_asked_for(hands):
    hands.button("Skip").click()
    hands.tab.reload()
    assert said(hands) == ""
    hands.press("Home", "ArrowDown")
    hands.button("Show me around").click()
    assert said(hands) == COLUMN
    assert (hands.t, hands.u) == (29, 6)  # as the page was opened


@pytest.mark.browser
def test_where_nothing_can_be_remembered_it_opens_again(browser, page):
    tab, wrong = opened(browser, "about:blank")
    tab.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    for _ in range(2):
        tab.goto(page.as_uri())
        hands = Hands(tab)
        assert said(hands) == COLUMN
        hands.button("Skip").click()
        assert said(hands) == ""
    assert wrong == []
    tab.close()


@pytest.mark.browser
def test_a_gate_held_by_hand_counts_as_the_press(hands):
    hands.gate("f").fill("0")
    assert "now that it cannot remember it expects “a”" in said(hands)
    hands.button("Let go of all").click()
    assert said(hands).startswith("The gate is free again")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_at_any_stage(browser, made, tmp_path, theme):
    page = write_page(tmp_path / "page.html", made.to_html(), theme=theme)
    tab, wrong = opened(browser, page, viewport={"width": 375, "height": 800})
    hands = Hands(tab)
    for name in ("Next", "Next", HOLD, LET_GO, "Close"):
        assert violations(tab) == []
        hands.button(name).click()
    assert wrong == []
    tab.close()


def test_without_script_the_same_is_said_in_words(made):
    sentence = made.sentence()
    assert f" {COLUMN} {ROW} With f held at 0 from this step on, the" in sentence
    assert sentence.endswith("network expects “a”, 52 %.")
    assert sentence in made.to_html().replace("&quot;", '"')


def test_a_guide_to_what_cannot_be_held_is_refused():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    with pytest.raises(ValueError, match="guide.gate must be one of i, f, g, o, got"):
        GateStepper.from_model(model, vocab, TEXT, guide=Guide("it", gate="c"))
    trace = cl.trace(model, vocab.encode(TEXT)[None])
    with pytest.raises(ValueError, match="guide must be None for values that cannot"):
        GateStepper.from_trace(trace, TEXT, guide=Guide("it"))
