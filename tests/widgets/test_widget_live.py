"""The gate stepper beside a live model: who has the last word, and when it is sent."""

import pytest
from explored import HOUR, Hands
from pages import parts_page

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = "abcabcabc"
# A model as a live front end's: what is set is told to all, what is saved is counted.
START = """async (state) => {
  const { PageModel } = await import("/page_model.js");
  const { default: { render } } = await import("/bundle.js");
  window.saved = [];
  class Live extends PageModel {
    save_changes() { window.saved.push([this.get("text"), this.get("t")]); }
  }
  window.model = new Live(state);
  window.leave = ["one", "two"].map((id) => {
    const host = document.createElement("div");
    host.className = "view";
    document.body.append(host);
    return render({ model: window.model, el: host });
  });
}"""


@pytest.fixture
def tab(browser):
    """Give a page with two views of one stepper, its clock standing still."""
    tab, wrong = parts_page(browser), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.clock.install(time=0)
    tab.clock.pause_at(HOUR)
    vocab = cl.Vocab(TEXT)
    w = GateStepper.from_model(cl.CharLM(cl.LSTM(3, 4), 3), vocab, TEXT, t=2)
    tab.evaluate(START, {name: getattr(w, name) for name in w.carried})
    yield tab
    assert wrong == []
    tab.close()


@pytest.fixture
def views(tab):
    return [Hands(tab, place, within=".view") for place in (0, 1)]


def python_sets(tab, **values):
    """Let values arrive as from Python, one after the other."""
    for name, value in values.items():
        tab.evaluate("([name, value]) => model.set(name, value)", [name, value])


def test_many_steps_are_sent_as_one(tab, views):
    views[0].press(*["ArrowRight"] * 5)
    assert tab.evaluate("saved") == []
    tab.clock.run_for(60)
    assert tab.evaluate("saved") == [[TEXT, 7]]
    tab.clock.run_for(1000)
    assert len(tab.evaluate("saved")) == 1


def test_two_views_of_one_stepper_agree(tab, views):
    views[0].press("ArrowRight")
    views[0].text.fill("cab")
    views[0].gate("o").fill("0")
    tab.clock.run_for(60)
    for view in views:
        assert (view.t, view.text.input_value()) == (2, "cab")
        assert view.button("Let go of all").is_enabled()
    assert views[0].values() == views[1].values()
    views[1].button("Let go of all").click()
    views[1].radio("forget gate f").click()
    tab.clock.run_for(60)
    assert views[0].button("Nothing held").is_disabled()
    assert views[0].host.locator(".map-title").inner_text() == "forget gate f"


def test_an_echo_of_what_was_typed_before_undoes_nothing(tab, views):
    views[0].text.fill("ab")
    tab.clock.run_for(60)
    views[0].text.fill("abc")
    python_sets(tab, text="a", t=0)  # late news of an earlier key
    assert (views[0].text.input_value(), views[0].t) == ("abc", 2)
    tab.clock.run_for(60)
    assert tab.evaluate("saved.at(-1)") == ["abc", 2]
    assert (views[1].text.input_value(), views[1].t) == ("abc", 2)


def test_what_python_says_is_taken_over_and_not_answered(tab, views):
    python_sets(tab, t=8, text="ab", unit=3, view="f", order="mean")
    for view in views:
        assert (view.text.input_value(), view.t, view.u) == ("ab", 1, 3)
        assert view.host.locator(".map-title").inner_text() == "forget gate f"
    python_sets(tab, t=0)
    tab.clock.run_for(1000)
    assert tab.evaluate("saved") == []
    assert [view.t for view in views] == [0, 0]


def test_what_python_says_of_one_thing_leaves_the_reader_another(tab, views):
    views[0].press("End")
    python_sets(tab, view="i")
    tab.clock.run_for(60)
    assert views[0].t == len(TEXT) - 1
    assert tab.evaluate("[model.get('t'), model.get('view')]") == [len(TEXT) - 1, "i"]


def test_the_last_change_is_sent_before_a_view_goes(tab, views):
    views[0].press("End")
    tab.evaluate("leave[0]()")
    assert tab.evaluate("saved") == [[TEXT, len(TEXT) - 1]]
    assert tab.locator(".view").first.inner_html() == ""
    python_sets(tab, t=1)
    assert Hands(tab, 1, within=".view").t == 1
    tab.clock.run_for(10_000)
    assert len(tab.evaluate("saved")) == 1


def test_a_view_that_goes_stops_playing(tab, views):
    views[0].button("Play").click()
    tab.clock.run_for(900)
    tab.evaluate("leave[0]()")
    t = tab.evaluate("model.get('t')")
    tab.clock.run_for(5000)
    assert tab.evaluate("model.get('t')") == t == 4
