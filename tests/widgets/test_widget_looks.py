"""All explorables on pages: light and dark, small and large, by ear and without script."""

import pytest
import torch
from explored import Hands
from pages import opened, violations, write_page

import course_lib as cl
from course_lib.widgets import GateStepper, GradientByLag, RowLookup

pytestmark = pytest.mark.browser

TEXT = 'He said "HELLO THERE" to the man (AND LEFT) and went home again so he did.'
TOKENS = "abcdef "


def comparison():
    saved = [cl.shipped(f"shouting_{kind}") for kind in ("rnn", "gru", "lstm")]
    return GateStepper.compare(
        [s.model for s in saved], saved[0].vocab, TEXT, network=1
    )


def traced():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    ids = vocab.encode(TEXT)[None]
    with torch.no_grad():
        p = model(ids)[0].softmax(-1)
    return GateStepper.from_trace(
        cl.trace(model, ids), TEXT, probabilities=p, vocab=vocab
    )


def single():
    model, vocab = cl.shipped("shouting_lstm")[:2]
    return GateStepper.from_model(
        model, vocab, TEXT, overrides=[{"gate": "o", "value": 0.5}]
    )


def lookup():
    vocab = cl.Vocab(TOKENS)
    return RowLookup(vocab, torch.randn(len(vocab), 4), token="c")


def lag():
    curves = torch.tensor([0.5, 0.9, 1.1])[:, None] ** torch.arange(30)
    return GradientByLag("forget bias b", [0.0, 1.0, 2.0], curves)


KINDS = {
    "single": single,
    "comparison": comparison,
    "traced": traced,
    "lookup": lookup,
    "lag": lag,
}


@pytest.fixture(scope="module")
def html():
    """The HTML of each explorable, made once."""
    torch.manual_seed(0)
    return {name: make().to_html() for name, make in KINDS.items()}


@pytest.fixture
def show(browser, html, tmp_path):
    """Open a page of some explorables; nothing may go wrong in it."""
    seen = []

    def _show(*names, theme="light", **options):
        page = write_page(
            tmp_path / "page.html", *(html[n] for n in names), theme=theme
        )
        tab, wrong = opened(browser, page, **options)
        seen.append((tab, wrong))
        return tab

    yield _show
    for tab, wrong in seen:
        tab.close()
        assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 375])
def test_axe_finds_nothing_against_any_of_them(show, theme, width):
    tab = show(*KINDS, theme=theme, viewport={"width": width, "height": 800})
    assert tab.locator("[data-mounted]").count() == len(KINDS)
    assert violations(tab) == []
    hands = Hands(tab)
    hands.text.fill("He ☃ said")  # with a mark, a sentence, and a held gate
    hands.gate("f").fill("0")
    assert violations(tab) == []


@pytest.mark.parametrize("name", KINDS)
def test_every_control_has_a_name_by_ear(show, name):
    tab = show(name)
    tree = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")
    roles = {"button", "slider", "textbox", "spinbutton", "combobox", "radio"}
    controls = [
        node for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in roles
    ]  # fmt: skip
    written = tab.locator(":is(button, input, select, [role=slider]):visible").count()
    assert len(controls) == written > 0
    assert all(node["name"]["value"].strip() for node in controls)


@pytest.mark.parametrize("name", KINDS)
def test_on_a_phone_nothing_is_wider_than_the_page(show, name):
    tab = show(name, viewport={"width": 375, "height": 667})
    assert tab.evaluate("document.documentElement.scrollWidth") == 375


def test_on_a_phone_map_and_equation_are_on_one_screen(show):
    tab = show("single", viewport={"width": 375, "height": 667})
    top = tab.locator(".map").bounding_box()["y"]
    equation = tab.locator(".equation").bounding_box()
    assert equation["y"] + equation["height"] - top <= 667


def test_the_theme_is_followed_while_the_page_stands(show):
    tab = show("comparison", "lookup", "lag")
    ground = "node => getComputedStyle(node).backgroundColor"
    boxes = tab.locator(".explorable")
    maps = [m.evaluate("node => node.toDataURL()") for m in tab.locator("canvas").all()]
    assert [b.evaluate(ground) for b in boxes.all()] == ["rgb(255, 255, 255)"] * 3
    weight = tab.locator("td.weight").first.evaluate(ground)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert [b.evaluate(ground) for b in boxes.all()] == ["rgb(20, 24, 30)"] * 3
    dark = [m.evaluate("node => node.toDataURL()") for m in tab.locator("canvas").all()]
    assert all(a != b for a, b in zip(maps, dark, strict=True))
    assert tab.locator("td.weight").first.evaluate(ground) != weight
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    again = [
        m.evaluate("node => node.toDataURL()") for m in tab.locator("canvas").all()
    ]
    assert again == maps


@pytest.mark.parametrize(
    ("wish", "moves"), [("reduce", "0s"), ("no-preference", "0.06s")]
)
def test_less_motion_is_granted(show, wish, moves):
    tab = show("single", reduced_motion=wish)
    cursor = tab.locator(".cursor")
    assert cursor.evaluate("node => getComputedStyle(node).transitionDuration") == moves
    speed = Hands(tab).choice("Speed of play")
    assert speed.input_value() == ("900" if wish == "reduce" else "400")


def test_three_networks_stand_under_one_cursor(show):
    tab = show("comparison")
    hands = Hands(tab)
    hands.press("End")
    hands.tab.mouse.click(*hands.cell(5, 3, which=2))
    assert (hands.t, hands.u) == (5, 3)
    assert hands.radio("LSTM").get_attribute("aria-checked") == "true"
    assert hands.gate("f").count() == 1
    for name, gates in [("GRU", "zrn"), ("RNN", ""), ("LSTM", "figo")]:
        hands.radio(name).click()
        found = hands.host.locator("input[data-gate]").evaluate_all(
            "nodes => nodes.map((node) => node.dataset.gate)"
        )
        assert sorted(found) == sorted(gates)
        assert (
            hands.host.locator(".equation .heading").inner_text()
            == f"{name}, unit 3 at step 6"
        )
        assert (
            hands.host.locator(".active .map-title")
            .inner_text()
            .startswith(f"{name}: ")
        )
    columns = hands.host.locator(".heads .now").evaluate_all(
        "nodes => nodes.map((node) => [...node.parentNode.children].indexOf(node))"
    )
    assert columns == [5, 5, 5]
    hands.gate("f").fill("0")
    hands.radio("GRU").click()
    assert hands.dashed.get_attribute("d") == ""  # the GRU is not held


def test_a_trace_says_what_it_is_and_offers_no_more(show):
    tab = show("traced")
    hands = Hands(tab)
    assert "values were computed beforehand" in hands.note.inner_text()
    assert hands.text.is_disabled()
    assert hands.text.input_value() == TEXT
    assert hands.host.locator("input[data-gate]").count() == 0
    assert hands.host.locator(".holding").is_hidden()
    hands.press("ArrowRight", "ArrowDown")
    assert (hands.t, hands.u) == (1, 1)
    w = traced()
    shown = list(hands.values().values())
    f = f"{float(torch.tensor(w.values()['f'][1, 1]).half()):.2f}"
    assert shown[1] == f
    assert len(hands.likeliest()) == 6


def test_two_alike_on_one_page_are_two(show):
    tab = show("single", "single")
    assert tab.locator("[data-mounted]").count() == 2
    first, second = Hands(tab, 0), Hands(tab, 1)
    first.press("End")
    assert (first.t, second.t) == (len(TEXT) - 1, 0)


def test_a_broken_payload_leaves_the_picture(browser, html, tmp_path):
    broken = html["single"].replace('"weights": "', '"weights": "AAAA', 1)
    assert broken != html["single"]
    tab, wrong = opened(
        browser, write_page(tmp_path / "page.html", broken, html["lookup"])
    )
    assert len(wrong) == 1
    assert "weights must be" in wrong[0]
    host = tab.locator("[data-explorable]").first
    assert host.locator("img").is_visible()
    assert host.locator("p").inner_text().startswith("Gate stepper of LSTM")
    assert tab.get_by_role("radio").count() == len(TOKENS)  # the other one stands
    tab.close()


def test_without_script_there_are_picture_and_sentence(browser, html, tmp_path):
    page = write_page(tmp_path / "page.html", html["single"])
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(page.as_uri())
    assert tab.locator("[data-explorable] img").is_visible()
    assert tab.locator("[data-explorable] p").is_visible()
    tab.close()


def test_a_row_is_looked_up_by_click_and_by_key(show):
    tab = show("lookup")
    words = tab.get_by_role("status")

    def product():
        row, result = (
            tab.locator(f"tr.{name} .weight") for name in ("chosen", "result")
        )
        assert row.all_inner_texts() == result.all_inner_texts()
        return result.all_inner_texts()

    vocab = cl.Vocab(TOKENS)
    first = product()
    tab.get_by_role("radio", name="e", exact=True).click()
    assert words.inner_text().startswith(f"“e” has id {vocab.encode('e').item()}")
    assert tab.locator("tr.chosen .hot").inner_text() == "1"
    assert tab.locator(".hot").all_inner_texts().count("0") == len(vocab) - 1
    assert product() != first
    for key, letter in [("ArrowRight", "f"), ("ArrowDown", "␣"), ("ArrowLeft", "f")]:
        tab.keyboard.press(key)
        assert words.inner_text().startswith(f"“{letter}” has id")
    assert tab.get_by_role("radio", name="space").count() == 1


def test_a_forget_bias_is_chosen_on_the_slider(show):
    tab = show("lag")
    slider = tab.get_by_role("slider", name="forget bias b")
    closed, measured = (tab.locator(f"path.{name}") for name in ("closed", "measured"))
    before = closed.get_attribute("d"), measured.get_attribute("d")
    assert slider.get_attribute("aria-valuetext") == "0"
    slider.focus()
    tab.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1"
    assert tab.locator(".value").inner_text() == "1"
    after = closed.get_attribute("d"), measured.get_attribute("d")
    assert all(a != b for a, b in zip(before, after, strict=True))
    said = tab.get_by_role("status").inner_text()
    assert said.startswith(
        "After 29 steps, 1.1 · 10⁻⁴ is left by the closed form (0.731"
    )
    assert "0.047 was measured" in said
    tab.keyboard.press("Home")
    assert closed.get_attribute("d") == before[0]
