"""The training bench, hurried, misused and read by ear: what such readers have met."""

import pytest
import torch
from pages import opened, watched, write_page
from playwright.sync_api import expect
from trained import BenchHands

import course_lib as cl
from course_lib.widgets import Learner, TrainingBench

pytestmark = pytest.mark.browser

# Buttons pressed one after the other, before the worker can answer the first.
PRESS = """(root, names) => {
  const buttons = [...root.firstChild.shadowRoot.querySelectorAll("button")];
  for (const name of names) buttons.find((each) => each.textContent === name).click();
}"""
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => done()))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacked")
    small = TrainingBench(Learner("lstm", units=8)).to_html()
    page = write_page(folder / "small.html", small)
    policy = '<meta http-equiv="Content-Security-Policy" content="worker-src \'none\'">'
    html = page.read_text("utf-8").replace("<head>", f"<head>{policy}")
    (folder / "policy.html").write_text(html, "utf-8")
    odd = Learner("lstm", units=8, rate=0.005, clip=2.0, forget_bias=2.0)
    write_page(folder / "odd.html", TrainingBench(odd).to_html())
    return folder


@pytest.fixture
def bench(browser, folder):
    """Give the hands of a bench on a page of its own, in which nothing may go wrong."""
    tab, wrong = opened(browser, folder / "small.html")
    yield BenchHands(tab)
    assert wrong == []
    tab.close()


def hurry(bench, *names: str) -> None:
    """Press buttons at once."""
    bench.host.evaluate(PRESS, names)


def own_text(bench, text: str) -> None:
    """Choose a text of one's own."""
    bench.radio("your own").click()
    bench.own.fill(text)


def save(path, kind: str, text: str, scale: float = 1.0):
    """Save a network of 8 units that knows a text's characters; return the path."""
    vocab = cl.Vocab(text)
    model = cl.CharLM(getattr(cl, kind)(len(vocab), 8), len(vocab))
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(scale)
    cl.save(path, model, vocab)
    return path


def test_starting_anew_while_it_starts_trains_what_was_chosen_last(bench):
    bench.press("Start")
    expect(bench.numbers).to_contain_text("LSTM")
    beside = "Train a second network beside it"
    hurry(bench, "Start anew", beside, "Start anew", beside, "GRU", "Start anew")
    expect(bench.numbers).to_contain_text("GRU")
    expect(bench.numbers).not_to_contain_text("RNN")
    hurry(bench, "Start anew", "Pause")  # which is meant for what starts
    expect(bench.button("Go on")).to_be_visible()
    expect(bench.numbers).to_contain_text("Step 0,")


def test_looking_inside_while_another_text_starts_shows_that_one(bench):
    bench.begin()
    hurry(bench, "lighthouse", "GRU", "Start anew", "Pause", "Look inside now")
    stepper = bench.host.locator(".trained")
    expect(stepper.get_by_role("textbox")).to_have_value(
        parts_of_lighthouse()[:120], timeout=10_000
    )


def parts_of_lighthouse() -> str:
    """Return the fresh part of the course's story, as the page cuts it."""
    text = cl.letters_only(cl.load_corpus("lighthouse"))
    return text[round(0.9 * len(text)) :]


def test_a_network_chosen_but_not_started_does_not_stop_the_training(bench):
    bench.begin()
    bench.press("Train a second network beside it")
    bench.choose("learning rate", "0.05")
    bench.steps(until=2)
    expect(bench.message).not_to_contain_text("error")


def test_a_rate_set_while_training_is_the_one_that_is_blamed(bench):
    bench.begin()
    bench.choose("learning rate", "10")
    for _ in range(3):
        bench.press("One step")
    expect(bench.message).to_contain_text("Choose a learning rate below 10")
    expect(bench.button("Go on")).to_have_attribute("aria-disabled", "true")


# A worker in which no time passes until another pace is chosen.
TIMELESS = """
  const Whole = Blob, waits = `const waits = [];
    self.setTimeout = (goOn) => waits.push(goOn);
    self.addEventListener("message", ({ data }) => {
      if (data.do === "pace") for (const goOn of waits.splice(0)) goOn();
    });`;
  Blob = function (parts, how) { return new Whole([waits, ...parts], how); };
"""


def test_a_pause_is_heard_at_once_and_a_run_ends_the_one_before(browser, folder):
    tab, _ = watched(browser)
    tab.add_init_script(TIMELESS)
    tab.goto((folder / "small.html").as_uri())
    bench = BenchHands(tab)
    bench.choose("Pace", "1 step a second")
    bench.press("Start")
    expect(bench.numbers).to_contain_text("Step 1,")  # and then it waits
    for is_hidden in (True, False) * 2:
        tab.evaluate(HIDE, is_hidden)
    expect(bench.message).to_contain_text("now it goes on")
    expect(bench.numbers).to_contain_text("Step 3,")
    bench.choose("Pace", "5 steps a second")  # of three waits, one is of a run
    bench.press("Pause")
    expect(bench.button("One step")).to_be_enabled()
    expect(bench.numbers).to_contain_text("Step 4,")
    tab.close()


def test_a_file_opened_while_training_waits_to_be_trained(bench, tmp_path):
    language = bench_text()
    path = save(tmp_path / 'a "file".safetensors', "GRU", language)
    bench.press("Start")
    expect(bench.numbers).to_contain_text("LSTM")
    bench.file.set_input_files(path)
    expect(bench.message).to_contain_text("with the weights of")
    expect(bench.numbers).to_contain_text("Step 0,")
    expect(bench.button("Go on")).to_be_visible()
    bench.host.get_by_text("The same with course_lib").click()
    program = bench.host.locator("pre")
    expect(program).to_contain_text(r'saved = cl.load("a \"file\".safetensors")')
    drawn = bench.button("Begin with random weights")
    drawn.focus()
    bench.tab.keyboard.press("Enter")
    expect(bench.button("Start anew")).to_be_focused()


def bench_text() -> str:
    """Return the text that is chosen first."""
    return TrainingBench().texts[0]["text"]


def test_weights_without_measure_are_told_in_few_digits(bench, tmp_path):
    path = save(tmp_path / "huge.safetensors", "LSTM", bench_text(), scale=1e37)
    bench.file.set_input_files(path)
    expect(bench.numbers).to_contain_text("perplexity over 1,000,000 on fresh text")
    assert "NaN" not in bench.host.locator("figure").first.inner_html()


def test_characters_of_two_units_are_cut_where_the_library_cuts_them(bench):
    text = "".join("😀🐈ab"[k * k % 7 % 4] for k in range(600))
    own_text(bench, text)
    bench.begin()
    stepper = bench.look()
    assert stepper.text.input_value() == text[540:]


def test_names_beside_a_chart_stay_within_it(bench):
    own_text(bench, "a̐e̊ " * 90)
    bench.begin()
    bench.steps(until=1)
    bench.tab.evaluate(FRAME)
    for figure in bench.host.locator("figure svg").all():
        script = """(svg) => [...svg.querySelectorAll("text")].map((text) => {
          const { x, y, width, height } = text.getBBox();
          return [x, y, x + width, y + height];
        })"""
        boxes = figure.evaluate(script)
        tall = float(figure.get_attribute("viewBox").split()[3])
        assert all(box[0] >= 0 and box[3] <= tall for box in boxes)
        lefts = sorted((box for box in boxes if box[2] < 46), key=lambda box: box[1])
        ends = [box[3] for box in lefts]
        assert all(
            box[1] > end - 3 for box, end in zip(lefts[1:], ends[:-1], strict=True)
        )


def test_a_network_that_learns_by_heart_is_drawn_above_guessing(bench):
    draws = torch.randint(60, (1200,)).tolist()
    own_text(bench, "".join(chr(0x4E00 + k) for k in draws))
    bench.choose("learning rate", "0.05")
    bench.train(until=60)
    assert bench.perplexities[0] > 1.2 * 60
    top = bench.host.locator("path.line.net0:not(.train)").first
    ys = [float(part.split()[1]) for part in top.get_attribute("d")[1:].split("L")]
    assert ys[-1] < ys[0]
    assert len(ys) >= 4  # scored at steps 0, 20, 40 and 60


def test_what_changes_all_the_time_is_not_said_aloud(bench):
    bench.begin()
    expect(bench.numbers).to_have_attribute("aria-live", "polite")
    bench.look()
    spoken = bench.host.locator(".inside [role=status], .inside [aria-live]")
    bench.press("Follow the training", "Go on")
    expect(bench.numbers).to_have_attribute("aria-live", "off")
    bench.choose("Pace", "as fast as it goes")
    expect(bench.host.locator(".inside .note").first).to_have_attribute(
        "aria-live", "off"
    )
    off = spoken.evaluate_all("(all) => all.map((each) => each.ariaLive)")
    assert set(off) == {"off"}
    bench.press("Pause")
    expect(bench.host.locator(".inside .note").first).to_have_attribute(
        "aria-live", "polite"
    )


def test_what_python_chose_is_shown_though_it_is_not_in_the_lists(browser, folder):
    tab, _ = opened(browser, folder / "odd.html")
    hands = BenchHands(tab)
    for name, value in {
        "learning rate": "0.005",
        "clip": "2",
        "forget bias": "2",
    }.items():
        chosen = hands.host.get_by_label(name).first
        assert chosen.evaluate("(list) => list.selectedOptions[0].text") == value
    tab.close()


def test_a_policy_that_forbids_workers_is_told(browser, folder):
    tab, _ = watched(browser)
    tab.goto((folder / "policy.html").as_uri())
    hands = BenchHands(tab)
    for _ in range(2):
        hands.press("Start")
        expect(hands.message).to_contain_text("may start no worker")
    tab.close()


def test_its_sentence_and_what_it_refuses():
    two = TrainingBench(Learner("gru"), Learner("gru")).sentence()
    assert "for a GRU of 32 units and a GRU of 32 units" in two
    for bad in (
        {"clip": float("inf")},
        {"rate": float("nan")},
        {"forget_bias": float("nan")},
    ):
        with pytest.raises(ValueError, match=r"must be finite"):
            TrainingBench(Learner(**bad))
