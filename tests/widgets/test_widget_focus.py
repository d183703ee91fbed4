"""Whoever presses something in the gate stepper by keyboard goes on from there."""

import pytest
from explored import Hands
from pages import opened, write_page

import course_lib as cl
from course_lib.widgets import GateStepper, Guide

pytestmark = pytest.mark.browser

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
# What has the focus, from the page down into the stepper; "body" if nothing has.
FOCUSED = """() => {
  const at = document.activeElement;
  return at.shadowRoot ? at.shadowRoot.activeElement?.tagName ?? "none" : at.tagName;
}"""
BUTTONS = ":is(button, [role=slider]:not(input)):visible"


def single():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    guide = Guide("that the text is inside a quote")
    return GateStepper.from_model(model, vocab, TEXT, t=29, unit=6, guide=guide)


def comparison():
    saved = [cl.shipped(f"shouting_{kind}") for kind in ("rnn", "gru", "lstm")]
    return GateStepper.compare([s.model for s in saved], saved[0].vocab, TEXT)


@pytest.mark.parametrize("make", [single, comparison])
@pytest.mark.parametrize("picture", ["map", "text"])
def test_the_focus_is_never_lost_whatever_is_pressed(browser, make, picture, tmp_path):
    page = write_page(tmp_path / "page.html", make().to_html())
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    hands.radio(picture).press("Enter")
    if picture == "text":  # there are marks, and so there are ranked units to press
        hands.host.locator(".coloured").nth(1).press("Shift+ArrowRight")
    buttons, k = hands.host.locator(BUTTONS), 0
    while k < buttons.count():  # what is pressed may bring others, or take them away
        node = buttons.nth(k)
        what = node.get_attribute("aria-label") or node.inner_text()
        if what not in ("map", "text"):
            node.press("Enter")
            assert tab.evaluate(FOCUSED) in ("BUTTON", "g"), what
            node.press("Enter") if node.is_visible() else None
            assert tab.evaluate(FOCUSED) in ("BUTTON", "g"), what
        k += 1
    assert k > 15
    assert wrong == []
    tab.close()


def test_letting_go_of_all_keeps_the_focus_where_it_is(browser, tmp_path):
    page = write_page(tmp_path / "page.html", single().to_html())
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    hands.valve("f").press("Home")
    hands.button("Let go of all").press("Enter")
    script = "() => document.activeElement.shadowRoot.activeElement.textContent"
    assert tab.evaluate(script) == "Nothing held"
    tab.keyboard.press("Enter")  # nothing more happens
    assert tab.evaluate(script) == "Nothing held"
    assert wrong == []
    tab.close()
