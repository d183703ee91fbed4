"""The training bench in a page: trained, looked into, taken home, and attacked."""

import contextlib
import io
import json

import pytest
import torch
from pages import opened, violations, watched, write_page
from playwright.sync_api import expect
from trained import BenchHands

import course_lib as cl
from course_lib.widgets import Learner, TrainingBench
from course_lib.widgets.training_bench import course_texts

pytestmark = pytest.mark.browser

SHOUTING = course_texts()[0]["text"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    html = TrainingBench(Learner("lstm", units=16)).to_html()
    for theme in ("light", "dark"):
        write_page(folder / f"{theme}.html", html, theme=theme)
    two = TrainingBench(Learner("gru", units=16), Learner("gru", units=16, rate=0.001))
    write_page(folder / "two.html", two.to_html())
    return folder


@pytest.fixture
def bench(browser, folder):
    """Give the hands of a bench on a page of its own, in which nothing may go wrong."""
    tab, wrong = opened(browser, folder / "light.html")
    yield BenchHands(tab)
    assert wrong == []
    tab.close()


def patched(browser, folder, script: str) -> BenchHands:
    """Return a bench in a browser that a script has changed before the page opened."""
    tab, _ = watched(browser)
    tab.add_init_script(script)
    tab.goto((folder / "light.html").as_uri())
    return BenchHands(tab)


def parts_of(text: str):
    """Return a text's vocabulary and its two parts, as the page cuts them."""
    vocab = cl.Vocab(text)
    return vocab, *cl.split(vocab.encode(text), (0.9, 0.1))


def score(model, fresh, B=16) -> float:
    """Return the perplexity on the fresh part, by the library."""
    return cl.perplexity(model, cl.windows(fresh, B, 32))


def test_a_network_learns_and_passes_the_one_without_memory(bench):
    bench.train(until=240)
    assert bench.perplexities[0] < 4 < float(score_of_counts(bench))
    expect(bench.host.locator(".written")).to_contain_text("the")
    drawn = bench.host.locator("path.line.net0").first.get_attribute("d")
    assert drawn.count("L") >= 1
    before = bench.step
    bench.train(until=before + 50)  # and it goes on from there
    assert bench.step >= before + 50


def score_of_counts(bench) -> float:
    """Return the perplexity of counts of pairs, which the chart has as a level."""
    vocab, train, fresh = parts_of(SHOUTING)
    return cl.perplexity(cl.NGram(train, len(vocab), 2), cl.whole_text(fresh))


def test_the_same_seed_gives_the_same_numbers(bench, browser, folder):
    bench.begin()
    bench.steps(until=4)
    tab, _ = opened(browser, folder / "dark.html")
    again = BenchHands(tab)
    again.begin()
    again.steps(until=4)
    assert again.numbers.inner_text() == bench.numbers.inner_text()
    tab.close()


def test_what_is_trained_is_saved_loaded_and_traced_to_the_same_numbers(
    bench, tmp_path
):
    bench.train(until=60)
    with bench.tab.expect_download() as download:
        bench.press("Save the LSTM")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "LSTM.safetensors"
    saved = cl.load(path)
    vocab, _, fresh = parts_of(SHOUTING)
    assert saved.vocab.tokens == vocab.tokens
    shown = f"perplexity {score(saved.model, fresh):.2f} on fresh"
    expect(bench.numbers).to_contain_text(shown)
    stepper = bench.look()
    stepper.press("End")
    text = stepper.text.input_value()
    assert vocab.decode(fresh).startswith(text)
    traced = cl.trace(saved.model, vocab.encode(text)[None])
    seen = stepper.values()
    for name, words in {"f": "forget gate", "o": "output gate"}.items():
        shown = next(value for label, value in seen.items() if words in label)
        value = traced[name][0, -1, 0].item()
        assert float(shown.replace("−", "-")) == pytest.approx(value, abs=0.006)


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_a_file_of_the_library_is_trained_on(bench, tmp_path, kind):
    shipped = cl.shipped(f"shouting_{kind}")
    path = tmp_path / "ours.safetensors"
    cl.save(path, shipped.model, shipped.vocab)
    bench.file.set_input_files(path)
    expect(bench.message).to_contain_text("with the weights of ours.safetensors")
    expect(bench.radio(kind.upper())).to_be_checked()
    fresh = shipped.vocab.encode(SHOUTING)[round(0.9 * len(SHOUTING)) :]
    expect(bench.numbers).to_contain_text(f"{score(shipped.model, fresh):.2f} on fresh")
    expect(bench.host.locator(".trained")).to_be_visible()
    bench.press("One step")
    expect(bench.numbers).to_contain_text("Step 1,")
    bench.press("Begin with random weights", "Start anew")
    expect(bench.message).to_have_text("")


@pytest.mark.parametrize("name", ["no model", "too large", "of two layers", "strange"])
def test_another_file_changes_nothing(bench, tmp_path, name):
    bench.begin()
    bench.steps(until=2)
    before = bench.numbers.inner_text()
    path = tmp_path / "file.safetensors"
    if name == "no model":
        path.write_bytes(b"\x89PNG\r\n" * 9)
    elif name == "too large":
        path.write_bytes(bytes(9_000_000))
    elif name == "of two layers":
        model = cl.CharLM(cl.GRU(3, 8, num_layers=2), 3)
        cl.save(path, model, cl.Vocab("abc"))
    else:
        cl.save(path, cl.CharLM(cl.GRU(3, 8), 3), cl.Vocab("БЖЮ"))
    bench.file.set_input_files(path)
    note = bench.message if name == "strange" else bench.file_note
    expect(note).to_contain_text("Nothing was changed.")
    assert bench.numbers.inner_text() == before
    expect(bench.radio("LSTM")).to_be_checked()
    bench.steps(until=3)


def test_two_networks_learn_side_by_side_from_the_same_batches(browser, folder):
    tab, wrong = opened(browser, folder / "two.html")
    bench = BenchHands(tab)
    bench.train(until=80)
    fast, slow = bench.perplexities
    assert fast < slow
    expect(bench.host.locator(".written")).to_have_count(2)
    stepper = bench.look()
    expect(stepper.radio("first GRU")).to_be_checked()
    stepper.radio("second GRU").click()
    stepper.radio("Looking back").click()
    expect(stepper.host.locator(".looked")).to_have_count(2)
    assert wrong == []
    tab.close()


def test_the_stepper_follows_the_training(bench):
    bench.begin()
    stepper = bench.look()
    stepper.press("ArrowRight", "ArrowRight", "ArrowDown")
    at, before = (stepper.t, stepper.u), stepper.pixels()
    bench.press("Follow the training")
    bench.steps(until=3)
    expect(bench.host.locator(".inside .note").first).to_contain_text("step 3")
    assert (stepper.t, stepper.u) == at
    assert stepper.pixels() != before


TEXTS = {
    "a": "only “a”",
    "": "got none",
    "ab" * 60: "200 characters or more",
    "\ud800" * 300: "only",
}


@pytest.mark.parametrize("text", TEXTS, ids=["one", "empty", "short", "surrogates"])
def test_a_text_of_which_nothing_can_be_learned_changes_nothing(bench, text):
    bench.begin()
    bench.steps(until=2)
    before = bench.numbers.inner_text()
    bench.radio("your own").click()
    script = f"(box) => {{ box.value = {json.dumps(text)}; }}"
    bench.own.evaluate(script)
    bench.press("Start anew")
    expect(bench.message).to_contain_text(TEXTS[text])
    expect(bench.message).to_contain_text("Nothing was changed.")
    assert bench.numbers.inner_text() == before
    bench.steps(until=3)


def test_a_reader_types_a_text_and_a_book_is_cut(bench):
    bench.radio("your own").click()
    bench.own.fill("to and fro. " * 30)
    bench.train(until=20)
    assert bench.perplexities[0] < 8
    bench.own.evaluate(
        "(box) => { box.value = 'what is <b>bold</b>? '.repeat(500000); }"
    )
    bench.press("Start anew")
    expect(bench.message).to_contain_text("first 200,000 characters")
    expect(bench.host.locator("b")).to_have_count(0)


def test_a_rate_that_is_too_large_is_named(bench):
    bench.choose("learning rate", "10")
    bench.choose("clip the gradient at", "no limit")
    bench.press("Start")
    expect(bench.message).to_contain_text("Choose a learning rate below 10")
    expect(bench.numbers).to_contain_text("LSTM")
    bench.choose("learning rate", "0.01")
    bench.press("Start anew", "Pause")
    expect(bench.message).to_have_text("")


def test_training_waits_while_nobody_looks(bench):
    hide = """(isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    bench.choose("Pace", "5 steps a second")
    bench.press("Start")
    bench.tab.evaluate(hide, True)
    expect(bench.message).to_contain_text("in the background")
    expect(bench.button("Go on")).to_be_visible()
    bench.tab.evaluate(hide, False)
    expect(bench.button("Pause")).to_be_visible()
    bench.press("Pause")


def test_without_webassembly_plain_javascript_trains(browser, folder):
    without = """
      const Whole = Blob;
      Blob = function (parts, how) {
        return new Whole(["delete self.WebAssembly;", ...parts], how);
      };
    """
    bench = patched(browser, folder, without)
    bench.begin()
    expect(bench.message).to_contain_text("plain JavaScript")
    bench.steps(until=3)
    other, _ = opened(browser, folder / "light.html")
    compiled = BenchHands(other)
    compiled.begin()
    compiled.steps(until=3)
    assert bench.numbers.inner_text() == compiled.numbers.inner_text()
    bench.tab.close()
    other.close()


def test_without_workers_a_sentence_says_so(browser, folder):
    none = "Worker = function () { throw new DOMException('no'); };"
    bench = patched(browser, folder, none)
    bench.press("Start")
    expect(bench.message).to_contain_text("may start no worker")
    expect(bench.button("Start")).to_be_enabled()
    bench.tab.close()


def test_the_program_in_python_runs_as_it_stands(bench):
    bench.choose("forget bias", "1")
    bench.begin()
    bench.steps(until=1)
    bench.host.get_by_text("The same with course_lib").click()
    program = bench.host.locator("pre")
    expect(program).to_contain_text("cl.forget_bias(model.layer, 1)")
    torch.manual_seed(0)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(program.inner_text(), {})
    assert 1 < float(said.getvalue().split()[-1]) < 10


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 375, 320])
def test_everybody_can_read_and_use_it(browser, folder, theme, width):
    page = folder / f"{theme}.html"
    tab, wrong = opened(browser, page, viewport={"width": width, "height": 800})
    bench = BenchHands(tab)
    bench.train(until=20)
    bench.look()
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
    tab.close()


def test_it_is_worked_by_keys_alone(bench):
    bench.radio("LSTM").focus()
    bench.tab.keyboard.press("ArrowLeft")
    expect(bench.radio("GRU")).to_be_checked()
    units = bench.host.get_by_role("slider", name="Network: units")
    units.focus()
    bench.tab.keyboard.press("ArrowRight")
    assert units.input_value() == "20"
    bench.button("Start").focus()
    bench.tab.keyboard.press("Enter")
    expect(bench.numbers).to_contain_text("GRU")
    bench.button("Pause").focus()
    bench.tab.keyboard.press("Space")
    expect(bench.button("Go on")).to_be_focused()


def test_settings_that_cannot_be_trained_are_refused():
    for bad in (
        {"kind": "cnn"},
        {"units": 10},
        {"units": 132},
        {"rate": 0},
        {"clip": -1},
    ):
        with pytest.raises(ValueError, match=r"must be"):
            TrainingBench(Learner(**bad))
    with pytest.raises(ValueError, match="shouting, lighthouse"):
        TrainingBench(text="ulysses")
    with pytest.raises(ValueError, match="1 or 2"):
        TrainingBench(*[Learner()] * 3)


LINK = (
    "#bench?v=1&text=lighthouse&net=gru,64,0.01,none,drawn,7"
    "&net=lstm,8,0.005,2,-1.5,2&end"
)


def test_a_link_sets_up_an_experiment(browser, folder):
    tab, wrong = opened(browser, (folder / "light.html").as_uri() + LINK)
    bench = BenchHands(tab)
    expect(bench.message).to_have_text("This experiment is set up: press Start.")
    expect(bench.radio("lighthouse")).to_be_checked()
    expect(bench.radio("GRU")).to_be_checked()
    expect(bench.radio("LSTM", place=1)).to_be_checked()
    seeds = [bench.host.get_by_label("seed").nth(n).input_value() for n in (0, 1)]
    assert seeds == ["7", "2"]
    tab.evaluate("navigator.clipboard.writeText = async (text) => { copied = text; }")
    bench.press("Link to this experiment")
    expect(bench.message).to_have_text("The link to this experiment is copied.")
    assert tab.evaluate("copied").endswith("light.html" + LINK.replace(",", "%2C"))
    bench.train(until=5)
    tab.evaluate("location.hash = '#bench?v=1&net=rnn,16,0.02,1,drawn,1&end'")
    expect(bench.message).to_contain_text("press Start anew")
    expect(bench.radio("RNN")).to_be_checked()
    expect(bench.radio("shouting")).to_be_checked()
    expect(bench.button("Train a second network beside it")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert wrong == []
    tab.close()


BAD_LINKS = {
    "#bench?v=1&net=gru,64,0.01": "is not whole",
    "#bench?v=2&net=gru,64,0.01,1,drawn,1&end": "another version",
    "#bench?v=1&net=gru,64,0.01,1,drawn,0&end": "seed",
    "#bench?v=1&net=gru,63,0.01,1,drawn,1&end": "steps of 4",
    "#bench?v=1&net=cnn,64,0.01,1,drawn,1&end": "rnn, gru, lstm",
    "#bench?v=1&net=gru,64,-7,1,drawn,1&end": "rate",
    "#bench?v=1&net=gru,64,1,0,drawn,1&end": "clip",
    "#bench?v=1&net=lstm,64,1,1,NaN,1&end": "forget bias",
    "#bench?v=1&net=gru,64,1,1,drawn&end": "not whole",
    "#bench?v=1&text=%3Cb%3E&net=gru,64,1,1,drawn,1&end": "“<b>”",
    "#bench?v=1&end": "0 networks",
    "#bench?v=1&unit=3&end": "a bench does not have",
    f"#bench?v=1&text={'a' * 100_000}&end": "too long",
}


@pytest.mark.parametrize("link", BAD_LINKS, ids=list(BAD_LINKS.values()))
def test_a_bad_link_is_a_sentence_and_changes_nothing(bench, link):
    bench.choose("learning rate", "0.05")
    bench.tab.evaluate("(link) => { location.hash = link; }", link)
    expect(bench.message).to_contain_text(BAD_LINKS[link])
    expect(bench.message).to_contain_text("nothing was changed")
    assert bench.host.get_by_label("learning rate").nth(0).input_value() == "4"
    expect(bench.radio("LSTM")).to_be_checked()
