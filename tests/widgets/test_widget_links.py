"""A view of the gate stepper as a link: made, sent, followed, and refused if it is bad."""

from urllib.parse import quote, unquote

import pytest
from explored import Hands
from pages import opened, write_page
from playwright.sync_api import expect

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
GOOD = "#stepper-first?v=1&step=30&unit=6&tab=f&hold=0,f,0,all,30,on&end"
LINKS = f'<p><a href="{GOOD}">this view</a> <a href="#elsewhere">elsewhere</a></p>'


def three():
    saved = [cl.shipped(f"shouting_{kind}") for kind in ("rnn", "gru", "lstm")]
    return GateStepper.compare([s.model for s in saved], saved[0].vocab, TEXT)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page with links, a stepper with a name, one without, and one of values."""
    model, vocab = cl.shipped("shouting_lstm")[:2]
    named = GateStepper.from_model(model, vocab, TEXT, t=3, anchor="first")
    trace = cl.trace(model, vocab.encode(TEXT)[None])
    given = GateStepper.from_trace(trace, TEXT, anchor="given")
    parts = [w.to_html() for w in (named, three(), given)]
    folder = tmp_path_factory.mktemp("links")
    return write_page(folder / "page.html", LINKS, *parts)


@pytest.fixture
def visit(browser, page):
    """Open the page with a fragment; nothing may go wrong in it."""
    seen = []

    def _visit(fragment: str = "", place: int = 0) -> Hands:
        tab, wrong = opened(browser, page.as_uri() + fragment)
        seen.append((tab, wrong))
        return Hands(tab, place)

    yield _visit
    for tab, wrong in seen:
        tab.close()
        assert wrong == []


def state(hands) -> tuple:
    """Return all that a link can change."""
    chosen = '[role=radio][aria-checked="true"]'
    tabs = hands.host.locator(chosen).all_inner_texts()
    held = hands.host.locator(".holding .note").inner_text()
    order = hands.choice("Order of the units").input_value()
    return hands.text.input_value(), hands.t, hands.u, tabs, held, order


def answer(hands):
    """Return the place where a stepper says what became of a link."""
    return hands.host.locator(".sharing .note")


HELD = "Held: forget gate f = 0.00 in all units from step 30."


def expect_good(hands):
    expect(hands.steps).to_have_value("29")
    assert state(hands)[:3] == (TEXT, 29, 6)
    assert hands.radio("forget gate f").get_attribute("aria-checked") == "true"
    assert hands.host.locator(".holding .note").inner_text() == HELD


def test_a_page_opened_with_a_link_shows_that_view_in_that_stepper_only(visit):
    hands = visit(GOOD)
    expect_good(hands)
    assert state(Hands(hands.tab, 1))[1:3] == (0, 0)
    script = "() => document.activeElement.shadowRoot.activeElement.className"
    assert hands.tab.evaluate(script) == "scroll"  # one goes on by keyboard from there


def test_a_link_in_the_page_opens_its_view_and_does_so_again(visit):
    hands = visit()
    link = hands.tab.get_by_role("link", name="this view")
    link.click()
    expect_good(hands)
    hands.press("Home", "ArrowDown")
    hands.button("Let go of all").click()
    link.press("Enter")  # the address is the same as before
    expect_good(hands)


def test_an_ordinary_link_is_left_alone(visit):
    hands = visit()
    before = state(hands)
    hands.tab.get_by_role("link", name="elsewhere").click()
    assert state(hands) == before
    assert answer(hands).inner_text() == ""


def test_the_link_that_is_made_shows_the_same_to_another_reader(visit):
    hands = visit("", 1)
    hands.text.fill('she said "HE & I <left> 100 %" é')
    hands.radio("GRU").click()
    hands.press("ArrowLeft", "ArrowDown")
    hands.radio("update gate z").click()
    hands.choice("Order of the units").select_option("by mean")
    hands.choice("Hold gates for how long").select_option("at this step only")
    hands.gate("z").fill("0.25")
    hands.button("Link to this view").press("Enter")
    expect(answer(hands)).to_contain_text("in the address bar")
    fragment = "#" + hands.tab.url.partition("#")[2]
    assert fragment.startswith("#stepper-2?v=1&text=she%20said")
    other = visit(fragment, 1)
    expect(other.steps).to_have_value(str(hands.t))
    assert state(other) == state(hands)
    assert other.likeliest() == hands.likeliest()


BAD = {
    "cut": (GOOD[:-7], "is not whole"),
    "cut in its name": ("#stepper-fir", "is for a stepper that is not on this page"),
    "cut after its name": ("#stepper-first?", "is not whole"),
    "without a version": ("#stepper-first?step=3&end", "is not whole"),
    "of another version": (GOOD.replace("v=1", "v=2"), "is from another version"),
    "for no stepper": (GOOD.replace("first", "last"), "not on this page"),
    "a unit too far": (GOOD.replace("unit=6", "unit=16"), "“16”, and there are 0 to 15"),
    "no unit": (GOOD.replace("unit=6", "unit=six"), "asks for unit “six”"),
    "a step too far": (GOOD.replace("step=30", "step=68"), "and there are 1 to 67"),
    "step 0": (GOOD.replace("step=30", "step=0"), "and there are 1 to 67"),
    "half a step": (GOOD.replace("step=30", "step=1.5"), "asks for step “1.5”"),
    "another network": (GOOD.replace("&end", "&network=1&end"), "there are 0 to 0"),
    "no such tab": (GOOD.replace("tab=f", "tab=constructor"), "the tab “constructor”"),
    "no such order": (GOOD.replace("&end", "&order=x&end"), "the order “x”"),
    "no such field": (GOOD.replace("&end", "&size=3&end"), "asks for “size”"),
    "a field twice": (GOOD.replace("&end", "&step=3&end"), "says twice what the step"),
    "a gate too open": (GOOD.replace("f,0,", "f,1.5,"), "holds f at “1.5”"),
    "no number": (GOOD.replace("f,0,", "f,NaN,"), "holds f at “NaN”"),
    "no such gate": (GOOD.replace("f,0,", "c,0,"), "which cannot be held"),
    "half a hold": (GOOD.replace(",on", ""), "which is not a gate at a value"),
    "held backwards": (GOOD.replace(",on", ",7"), "and there are 30 to 67"),
    "held too often": (GOOD.replace("&end", "&hold=0,f,0,all,1,on" * 64 + "&end"), "many"),
    "half a character": (GOOD.replace("&end", "&text=%E2%98&end"), "are not whole"),
    "a lone surrogate": (GOOD.replace("&end", "&text=%ED%A0%80&end"), "are not whole"),
    "unknown only": (GOOD.replace("&end", f"&text={quote('☃☃')}&end"), "no character"),
    "right to left": (GOOD.replace("&end", f"&text={quote('שלום')}&end"), "no character"),
    "marks": (GOOD.replace("&end", f"&text={quote('́̂')}&end"), "no character"),
    "no text": (GOOD.replace("&end", "&text=&end"), "no character"),
    "markup": (GOOD.replace("f,0,", "<img src=x onerror=window.ran=1>,0,"), "cannot be"),
    "a long text": (GOOD.replace("&end", f"&text={'a' * 900}&end"), "text that is too long"),
    "100,000 characters": (GOOD.replace("&end", f"&text={'a' * 100_000}&end"), "too long"),
    "a text for values": ("#stepper-given?v=1&text=abc&end", "a text of its own"),
}  # fmt: skip


def test_a_bad_link_gives_a_sentence_and_leaves_the_page_as_it_was(visit):
    hands = visit()
    hands.press("End", "ArrowDown")
    hands.gate("o").fill("0.5")
    stepper = [Hands(hands.tab, k) for k in range(3)]
    before = [state(each) for each in stepper[:2]]
    for name, (fragment, why) in BAD.items():
        place = 2 if "given" in fragment else 0
        note = answer(stepper[place])
        hands.tab.evaluate("hash => { location.hash = hash }", fragment)
        expect(note, name).to_contain_text(why)
        assert note.inner_text().startswith("This link ")
        assert note.inner_text().endswith(", so nothing was changed.")
        assert len(note.inner_text()) < 120
        assert [state(each) for each in stepper[:2]] == before, name
        hands.tab.evaluate("() => { location.hash = '' }")
    assert hands.tab.evaluate("window.ran") is None
    assert hands.host.locator("img").count() == 0


def test_a_page_opened_with_a_bad_link_says_so(visit):
    hands = visit(GOOD[:-7])
    expect(answer(hands)).to_contain_text("is not whole, so nothing was changed")
    assert state(hands)[1:3] == (3, 0)


def test_a_strange_text_in_a_link_is_read_as_if_it_were_typed(visit):
    text = "שלום <b>a</b> é́"
    fragment = f"#stepper-first?v=1&text={quote(text)}&end"
    hands = visit(fragment)
    expect(hands.text).to_have_value(text)
    assert "Left out, unknown to this network" in hands.note.inner_text()
    hands.button("Link to this view").click()
    expect(answer(hands)).to_contain_text("in the address bar")
    assert f"text={text}&" in unquote(hands.tab.url)


def test_a_name_that_no_address_can_hold_is_refused():
    import traitlets

    model, vocab = cl.shipped("shouting_lstm")[:2]
    for anchor in ("2nd", "a b", 'a"><b', "A"):
        with pytest.raises(traitlets.TraitError, match="anchor must be small letters"):
            GateStepper.from_model(model, vocab, TEXT, anchor=anchor)
