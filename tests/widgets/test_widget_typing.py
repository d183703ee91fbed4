"""What a reader types into the gate stepper: any text, shown as text and never run."""

import pytest
from explored import Hands
from pages import opened, write_page

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = "He said so."
MARKUP = '<img src=x onerror="window.ran = true"><script>window.ran = true</script>'


@pytest.fixture(scope="module")
def made():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(model, vocab, TEXT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def hands(browser, made, folder):
    tab, wrong = opened(browser, write_page(folder / "page.html", made.to_html()))
    yield Hands(tab)
    assert wrong == []
    tab.close()


def paste(hands, text):
    """Put a text into the box in one go, as pasting does, in place of what is there."""
    hands.text.select_text()
    hands.tab.keyboard.insert_text(text)


def test_typing_moves_to_the_last_character_and_computes_anew(hands, made):
    hands.text.press("End")
    hands.tab.keyboard.type(" HELLO")
    assert hands.t == len(TEXT) + 5
    assert hands.host.locator(".where").inner_text().endswith(": “O”")
    made.text, made.t = TEXT + " HELLO", len(TEXT) + 5
    c = made.values()["c"][-1, 0]
    assert hands.values()["kept + written ct"] == f"{c:.2f}".replace("-", "−")
    made.text, made.t = TEXT, 0
    hands.text.press("End")
    hands.text.press("Backspace")
    assert hands.t == len(TEXT) + 4
    assert hands.text.input_value() == TEXT + " HELL"


def test_the_caret_stays_where_the_reader_types(hands):
    hands.text.press("Home")
    hands.tab.keyboard.type("So ")
    assert hands.text.input_value() == "So " + TEXT
    assert hands.text.evaluate("node => node.selectionStart") == 3


def test_arrow_keys_in_the_box_move_the_caret_and_not_the_step(hands):
    hands.steps.fill("4")
    hands.text.press("ArrowLeft")
    hands.text.press("ArrowUp")
    hands.text.press(" ")
    assert hands.u == 0
    assert " " in hands.text.input_value()


def test_unknown_characters_are_marked_and_said(hands):
    paste(hands, "He ☃ said 🙂 so\u0301")
    marks = hands.note.locator("mark").all_inner_texts()
    assert marks == ["☃", "🙂", "U+301"]
    assert "Left out, unknown to this network" in hands.note.inner_text()
    assert hands.note.get_attribute("role") == "status"
    assert hands.t == len("He  said  so") - 1
    paste(hands, TEXT)
    assert hands.note.is_hidden()


def test_more_unknown_ones_than_fit_are_counted(hands):
    paste(hands, "".join(chr(0x4E00 + k) for k in range(30)))
    assert hands.note.locator("mark").count() == 8
    assert "and 22 more" in hands.note.inner_text()


@pytest.mark.parametrize("text", ["", "☃☃", "\0", "\u0301", "שלום"])
def test_a_text_of_which_nothing_is_read_leaves_an_empty_stepper(hands, text):
    hands.gate("f").fill("0")
    paste(hands, text) if text else hands.text.fill("")
    assert "Type a character that the network knows." in hands.note.inner_text()
    assert hands.steps.is_disabled()
    assert hands.gate("f").is_disabled()
    assert hands.likeliest() == []
    for name in ("Play", "One step on", "Go to the last step"):
        assert hands.button(name).is_disabled()
    hands.press("ArrowRight", "End", "ArrowDown", " ")
    paste(hands, TEXT)
    assert hands.t == len(TEXT) - 1
    assert hands.gate("f").is_enabled()


def test_one_character_is_a_text(hands):
    paste(hands, "H")
    assert hands.t == 0
    hands.button("Play").click()
    assert hands.button("Play").is_visible()  # there is nothing to play
    assert hands.steps.get_attribute("aria-valuetext") == "step 1 of 1, reads capital H"


def test_markup_is_shown_and_never_run(hands):
    for text in (
        MARKUP,
        "</script><img src=x>",
        "$x$ \\(x\\)",
        "{{x}}",
        "\u2028\u202e",
    ):
        paste(hands, text)
        hands.press("Home", "End")
    inside = hands.host.evaluate(
        "node => node.firstChild.shadowRoot.querySelectorAll('img, script, a').length"
    )
    assert inside == 0
    paste(hands, MARKUP)
    assert hands.text.input_value() == MARKUP
    assert hands.tab.evaluate("window.ran") is None
    hands.tab.get_by_role("heading", name="Explorables", exact=True).wait_for()


def test_a_hundred_thousand_characters_are_cut_with_a_sentence(hands, made):
    text = "It was so. " * 10_000
    paste(hands, text[:100_000])
    limit = made.limit
    assert (
        hands.note.inner_text()
        == f"Only the first {limit} characters are read, of 100,000."
    )
    assert hands.t == limit - 1
    assert len(hands.text.input_value()) == 2 * limit
    hands.press("Home", "ArrowRight")
    assert hands.t == 1
    hands.text.press("End")
    hands.tab.keyboard.type("x")
    assert len(hands.text.input_value()) == 2 * limit


def test_half_a_character_becomes_a_mark(hands):
    hands.text.evaluate(
        """node => {
          node.value = "He \\ud83d so";
          node.dispatchEvent(new Event("input"));
        }"""
    )
    assert hands.note.locator("mark").all_inner_texts() == ["\ufffd"]
    assert hands.text.input_value() == "He \ufffd so"


def test_with_an_unknown_token_everything_is_read(browser, folder):
    vocab = cl.Vocab("abc", unknown="?")
    w = GateStepper.from_model(cl.CharLM(cl.GRU(4, 1), 4), vocab, "ab")
    tab, wrong = opened(browser, write_page(folder / "unknown.html", w.to_html()))
    hands = Hands(tab)
    paste(hands, "a☃🙂b")
    assert hands.t == 3
    assert "Read as “?”, unknown to this network: ☃ 🙂" in hands.note.inner_text()
    heads = hands.host.locator(".heads span").all_inner_texts()
    assert heads == ["a", "☃", "🙂", "b"]
    w.text, w.t = "a☃🙂b", 3
    h = f"{w.values()['h'][3, 0]:.2f}".replace("-", "−")
    assert list(hands.values().values())[-1] == h
    hands.press("ArrowDown", "ArrowUp")
    assert hands.u == 0  # there is but one unit
    assert wrong == []
    tab.close()


def test_a_new_text_lets_go_of_all_gates(hands):
    hands.gate("o").fill("0")
    assert hands.button("Let go of all").is_enabled()
    said = hands.host.locator(".holding .note").inner_text()
    assert said == "Held: output gate o = 0.00 in all units from step 1."
    hands.text.press("End")
    hands.tab.keyboard.type("!")
    assert hands.button("Nothing held").is_disabled()
