"""The picture "Looking back": found, moved, held, compared, left out, linked, heard."""

import copy

import pytest
import torch
from explored import Hands
from looked import away, log_p, looked_back
from pages import opened, violations, write_page
from playwright.sync_api import expect

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = 'the gull said "THE KEEPER FED THE QUIET LAMP". a boy met the cook. '
KINDS = ("rnn", "gru", "lstm")
LINK = "#stepper-three?v=1&step=30&network=2&picture=back&end"
OLD = "#stepper-three?v=1&step=30&picture=text&end"


@pytest.fixture(scope="module")
def models():
    """The three networks that are compared."""
    return {kind: cl.shipped(f"shouting_{kind}").model for kind in KINDS}


@pytest.fixture(scope="module")
def html(models):
    vocab = cl.shipped("shouting_lstm").vocab
    given = GateStepper.from_trace(
        cl.trace(models["lstm"], vocab.encode(TEXT)[None]), TEXT, anchor="given"
    )
    where = {"t": 29, "network": 2, "anchor": "three"}
    three = GateStepper.compare(list(models.values()), vocab, TEXT, **where)
    return three.to_html() + given.to_html()


@pytest.fixture(scope="module")
def page(html, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("looking") / "page.html", html)


@pytest.fixture
def hands(browser, page):
    tab, wrong = opened(browser, page)
    hands = Hands(tab)
    hands.radio("Looking back").click()
    yield hands
    assert wrong == []
    tab.close()


def row(hands, n: int = 2):
    """Return the text of a network."""
    return hands.host.locator(".looked").nth(n)


def letter(hands, t: int, n: int = 2):
    return row(hands, n).locator(f"[data-t='{t}']")


def sentences(hands) -> list[str]:
    """Return what is said of each network."""
    return hands.host.locator(".looked").evaluate_all(
        "nodes => nodes.map((node) => node.previousElementSibling.textContent)"
    )


def heights(hands, n: int = 2) -> list[float]:
    """Return how high each bar is: that of the highest in any row is 36."""
    script = """nodes => nodes.map((node) =>
      Number(/^calc\\(100% - 2px\\) ([\\d.]+)px/.exec(getComputedStyle(node).backgroundSize)?.[1] ?? 0))"""
    return row(hands, n).locator("span").evaluate_all(script)


def expect_all(hands, models, t: int, holds=()) -> None:
    """Assert that the three rows say and draw what autograd finds."""
    due = [
        looked_back(models[kind], TEXT[: t + 1], holds=holds if kind == "lstm" else ())
        for kind in KINDS
    ]
    assert sentences(hands) == [sentence for sentence, _ in due]
    top = max(share.max() for _, share in due)
    for n, (_, share) in enumerate(due):
        drawn = torch.tensor(heights(hands, n))
        assert len(drawn) == len(TEXT)
        assert (drawn[: t + 1] - 36 * share / top).abs().max() < 0.1
        assert (drawn[t + 1 :] == 0).all()


def test_three_networks_are_compared_on_one_scale(hands, models):
    assert hands.host.locator(".maps").is_hidden()
    titles = hands.host.locator(".looking .text-title").all_inner_texts()
    starts = [f"{kind.upper()} gives “T” " for kind in KINDS]
    assert all(map(str.startswith, titles, starts))
    expect_all(hands, models, 29)


def test_a_click_and_keys_move_the_cursor_and_the_picture_follows(hands, models):
    letter(hands, 20).click()
    assert hands.t == 20
    expect_all(hands, models, 20)
    for key, t in [("ArrowRight", 21), ("PageDown", 31), ("ArrowLeft", 30)]:
        hands.tab.keyboard.press(key)  # the row that was clicked has the focus
        assert hands.t == t
    assert letter(hands, 30).get_attribute("class") == "now"
    assert letter(hands, 31).get_attribute("class") == "later"
    expect_all(hands, models, 30)
    hands.tab.keyboard.press("Home")
    only = "lies within the last character; the strongest is “t”, the one just read."
    assert sentences(hands) == [f"Half of the influence {only}"] * 3


def test_a_held_gate_changes_what_its_network_looked_back_at(hands, models):
    hands.steps.fill("26")
    free = sentences(hands)
    hands.valve("f").press("Enter")  # closed, from this step on
    hands.steps.fill("33")
    closed = [cl.Hold("f", 0.0, start=26)]
    expect_all(hands, models, 33, closed)
    hands.steps.fill("26")
    expect_all(hands, models, 26, closed)
    hands.button("Let go of all").click()
    assert sentences(hands) == free


def test_where_nothing_gets_through_it_says_so(hands):
    hands.valve("o").press("Enter")
    assert sentences(hands)[2] == "No character has any influence on this."
    assert set(heights(hands)) == {0}


def test_the_character_that_follows_can_be_meant(hands, models):
    hands.steps.fill("39")  # the space before LAMP, after which another is likelier
    assert not hands.likeliest()[0].startswith("capital L")
    vocab = cl.shipped("shouting_lstm").vocab
    hands.choice("Prediction").select_option("the character that follows")
    title = hands.host.locator(".looking .text-title").last
    assert title.inner_text().startswith(f"LSTM gives “{TEXT[40]}” ")
    target = int(vocab.encode(TEXT[40])[0])
    assert sentences(hands)[2] == looked_back(models["lstm"], TEXT[:40], target)[0]
    row(hands).press("End")  # where nothing follows
    assert hands.choice("Prediction").input_value() == "best"
    assert hands.host.locator("option[value=next]").is_disabled()
    expect_all(hands, models, len(TEXT) - 1)


def test_each_character_is_left_out_and_back(hands, models):
    before = sentences(hands)
    hands.button("Leave each one out").click()
    vocab = cl.shipped("shouting_lstm").vocab
    ids = vocab.encode(TEXT[:30])
    x = torch.nn.functional.one_hot(ids, len(vocab)).double()
    T, model = vocab.encode("T").item(), copy.deepcopy(models["lstm"]).double()
    with torch.no_grad():
        whole = log_p(model, x, T)
        rest = [log_p(model, torch.cat([x[:s], x[s + 1 :]]), T) for s in range(29)]
    change = torch.stack(rest) - whole
    best = int(change.abs().argmax())
    due = (
        f"Leaving out “{TEXT[best]}”, {away(29 - best)}, changes most: “T” then gets "
        f"{100 * rest[best].exp():.0f} %."
    )
    expect(row(hands).locator("xpath=preceding-sibling::*[1]")).to_have_text(due)
    letter(hands, best).hover()
    step = f"step {best + 1} “{TEXT[best]}”: left out, log p changes by "
    number = f"{change[best]:.2f}".replace("-", "−")
    assert hands.host.locator(".readout").inner_text() == step + number
    drawn = torch.tensor(heights(hands))
    assert (drawn[29:] == 0).all()
    scale = drawn[best] / change[best].abs()
    assert (drawn[:29] - scale * change.abs()).abs().max() < 0.1
    red, blue = (letter(hands, int(t)) for t in (change.argmax(), change.argmin()))
    low = "node => parseFloat(getComputedStyle(node).getPropertyValue('--low'))"
    assert red.evaluate(low) == 18 > blue.evaluate(low) >= 0
    hands.button("Back to the gradient").click()
    assert sentences(hands) == before


SLOW = """() => {
  window.asked = 0;  // every look at the clock finds that a portion is over
  performance.now = () => { window.asked += 1; return 20 * window.asked; };
}"""


def test_leaving_out_is_done_in_portions_and_ends_when_the_cursor_moves(hands):
    row(hands).press("End")
    hands.tab.evaluate(SLOW)
    hands.button("Leave each one out").press("Enter")
    # 67 characters are 3 times 2211 steps of a network, each a portion of its own.
    assert sentences(hands)[2] == "Leaving out one character after another: 0 %."
    hands.tab.wait_for_function("window.asked > 20")
    hands.steps.fill("2")
    expect(row(hands).locator("xpath=preceding-sibling::*[1]")).to_contain_text(
        "changes most"
    )
    assert hands.tab.evaluate("window.asked") < 1000
    hands.steps.fill("66")
    assert "after another" in sentences(hands)[0]
    hands.radio("map").click()  # nothing goes on where nobody looks
    twice = """async () => {
      const before = window.asked;
      for (let k = 0; k < 5; k++) await new Promise((done) => setTimeout(done));
      return [before, window.asked];
    }"""
    before, after = hands.tab.evaluate(twice)
    assert before == after


def test_the_pointer_reads_a_character_its_share_and_its_sign(hands, models):
    _, share = looked_back(models["lstm"], TEXT[:30])
    letter(hands, 27).hover()
    said = hands.host.locator(".readout").inner_text()
    begin = f"step 28 “E”: {100 * share[27]:.0f} % of the influence, gradient × input "
    assert said.startswith(begin)
    letter(hands, 45).hover()  # not read yet
    assert hands.host.locator(".readout").is_hidden()


def test_it_is_told_once_the_reader_has_come_to_rest(hands, models):
    told = hands.host.locator(".looking [role=status]")
    sentence = looked_back(models["lstm"], TEXT[:30])[0].replace("“␣”", "space")
    expect(told).to_contain_text(
        f"LSTM gives capital T 74 % as the next character. {sentence}"
    )
    heard = row(hands).get_attribute("aria-label")
    assert heard.startswith("What LSTM looked back at. ")
    assert "Strongest: space, the one just read, " in heard
    assert heard.count("% ") + heard.count("%;") >= 4
    caveat = hands.host.get_by_text("A gradient says what a very small change")
    assert caveat.is_visible()


def test_values_computed_beforehand_look_back_at_nothing(hands):
    given = Hands(hands.tab, 1)
    assert given.radio("text").is_visible()
    assert given.radio("Looking back").count() == 0
    hands.tab.evaluate("location.hash = '#stepper-given?v=1&picture=back&end'")
    answer = given.host.locator(".sharing .note")
    expect(answer).to_have_text(
        "This link asks for the picture “back”, so nothing was changed."
    )


def test_a_link_opens_it_and_an_old_one_what_it_did(browser, page, models):
    tab, wrong = opened(browser, page.as_uri() + LINK)
    hands = Hands(tab)
    expect(hands.radio("Looking back")).to_be_checked()
    expect_all(hands, models, 29)
    script = "() => document.activeElement.shadowRoot.activeElement.className"
    assert tab.evaluate(script) == "coloured looked"
    hands.button("Link to this view").click()
    assert "&picture=back&" in tab.url
    tab.evaluate("hash => { location.hash = hash }", OLD)
    expect(hands.radio("text")).to_be_checked()
    assert hands.host.locator(".looking").is_hidden()
    assert wrong == []
    tab.close()


def test_no_text_is_no_picture_until_there_is_one(hands):
    hands.text.fill("")
    assert hands.host.locator(".looking").is_hidden()
    hands.text.fill("a b")
    assert row(hands).inner_text().replace("\n", "") == "a␣b"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_fits_is_tapped_and_axe_finds_nothing(
    browser, html, tmp_path, theme
):
    page = write_page(tmp_path / "page.html", html, theme=theme)
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
    tab, wrong = opened(browser, page, is_mobile=True, **phone)
    hands = Hands(tab)
    hands.radio("Looking back").tap()
    letter(hands, 9).tap()
    assert hands.t == 9
    letter(hands, 40).tap()
    for name in ("Leave each one out", "Back to the gradient"):
        assert violations(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") == 320
        hands.button(name).tap()
    assert wrong == []
    tab.close()


def test_the_chapter_says_what_the_networks_looked_back_at(models):
    mark, vocab = TEXT.index('"'), cl.shipped("shouting_lstm").vocab
    x = torch.nn.functional.one_hot(vocab.encode(TEXT[:30]), len(vocab)).float()
    T = vocab.encode("T").item()
    for model in models.values():
        _, share = looked_back(model, TEXT[:30])
        assert share[-4:].sum() > 0.5 > 0.01 > share[mark]
        with torch.no_grad():
            without = log_p(model, torch.cat([x[:mark], x[mark + 1 :]]), T)
            assert without >= log_p(model, x, T)
