"""The forms an explorable takes: live, page, picture, sentence; traces; the module."""

import base64
import gzip
import io
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
import traitlets
from PIL import Image

import course_lib as cl
from course_lib.widgets import GateStepper, GradientByLag, RowLookup, carrier
from course_lib.widgets import bundle as joining
from course_lib.widgets.bundle import bundle

LIVE = "application/vnd.jupyter.widget-view+json"
HOSTILE = (
    "<img src=x onerror=boom()> </script><script>boom()</script> \" ' & $x$ \u2028"
)
MODULES = ["gate_stepper.js", "row_lookup.js", "gradient_lag.js"]


@pytest.fixture(autouse=True)
def _nobody_is_watching(monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "page")


def stepper(text="abc", vocab=None):
    vocab = vocab or cl.Vocab(text)
    return GateStepper.from_model(
        cl.CharLM(cl.LSTM(len(vocab), 4), len(vocab)), vocab, text
    )


EXPLORABLES = {
    "stepper": stepper,
    "lookup": lambda: RowLookup(cl.Vocab("ab"), torch.eye(2)),
    "lag": lambda: GradientByLag("b", [1.0], torch.tensor([[1.0, 0.5]])),
}


@pytest.mark.parametrize("make", EXPLORABLES.values(), ids=EXPLORABLES)
def test_a_page_gets_html_a_picture_and_a_sentence_and_no_kernel(make):
    w = make()
    forms, about = w._repr_mimebundle_()
    assert set(forms) == {"text/html", "application/pdf", "image/png", "text/plain"}
    assert base64.b64decode(forms["application/pdf"]).startswith(b"%PDF-")
    assert about == {}
    assert w.comm is None
    assert forms["text/plain"] == w.sentence()
    with Image.open(io.BytesIO(w.png())) as picture:
        picture.load()
        assert picture.width > 300
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 2


@pytest.mark.parametrize("make", EXPLORABLES.values(), ids=EXPLORABLES)
def test_a_live_front_end_gets_the_widget_too(make, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "live")
    w = make()
    forms, _ = w._repr_mimebundle_()
    assert forms[LIVE]["model_id"] == w.model_id
    assert "text/html" not in forms
    assert {"image/png", "text/plain"} < set(forms)
    w.close()


def test_who_is_watching_is_told_by_the_surroundings(monkeypatch):
    monkeypatch.delenv("COURSE_WIDGETS")
    for name in ("JPY_SESSION_NAME", "VSCODE_PID", "VSCODE_CWD"):
        monkeypatch.delenv(name, raising=False)
    assert not carrier.is_live()
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    assert carrier.is_live()
    monkeypatch.setenv("COURSE_WIDGETS", "sometimes")
    with pytest.raises(ValueError, match='"live" or "page", got \'sometimes\''):
        carrier.is_live()


def test_two_processes_make_the_same_bytes():
    code = (
        "import hashlib, course_lib as cl\n"
        "from course_lib.widgets import GateStepper\n"
        "saved = cl.shipped('shouting_lstm')\n"
        "w = GateStepper.from_model(saved.model, saved.vocab, 'He said')\n"
        "print(hashlib.sha256(w.to_html().encode() + w.png()).hexdigest())\n"
    )
    command = [sys.executable, "-c", code]
    first, second = (subprocess.check_output(command, text=True) for _ in range(2))
    assert first == second
    assert len(first) == 65


class Tags(HTMLParser):
    """The tags of a text, with their attributes, and what is in its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes[tag] = dict(attrs)


def test_markup_in_a_text_stays_text():
    w = stepper(HOSTILE, cl.Vocab(HOSTILE))
    for character in "<>\"'&$\u2028":
        w.t = HOSTILE.index(character)
        page = Tags(w.to_html())
        assert page.tags == ["div", "img", "p", "script"]
        assert set(page.attributes["img"]) == {"alt", "src"}
        assert page.attributes["img"]["alt"] == w.sentence()
    html = w.to_html()
    assert html.count("</script") == 1
    assert "\u2028" not in html.partition("<script")[2]
    assert 'class="mathjax_ignore"' in html


def test_markup_in_a_name_stays_text_and_is_drawn_as_such():
    m = cl.CharLM(cl.GRU(2, 3), 2)
    w = GateStepper.compare([m], cl.Vocab("ab"), "ab", names=["</script><b>$\\frac$"])
    assert Tags(w.to_html()).tags == ["div", "img", "p", "script"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_with_its_host_is_below_30_kilobytes(name):
    assert zipped("host.js", name) < 30_000


def test_what_trains_is_below_15_kilobytes_and_its_bench_below_27_with_it():
    assert zipped("training/worker.js") < 15_000
    more = zipped("host.js", "training_bench.js") - zipped("host.js", "gate_stepper.js")
    assert more < 27_000


def zipped(*names: str) -> int:
    """Return the gzipped bytes of modules, joined as they are sent."""
    return len(gzip.compress(bundle(*names).encode(), 9))


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """Join from a folder of one's own, and forget that afterwards."""
    (tmp_path / "js").mkdir()
    (tmp_path / "css").mkdir()
    monkeypatch.setattr(joining, "FOLDER", tmp_path)
    bundle.cache_clear()

    def write(**sources):
        for name, source in sources.items():
            (tmp_path / "js" / f"{name}.js").write_text(source)

    yield write
    bundle.cache_clear()


def test_parts_are_joined_once_each_after_what_they_need(parts):
    parts(
        a='import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        b='import { c } from "./c.js";\nexport const b = (x) => x + c;\n',
        c="export const c = 1;\n",
    )
    assert bundle("a.js") == "const c=1;const b=(x)=>x+c;b(c);"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('import * as b from "./b.js";\n', "cannot join"),
        ('import { b as c } from "https://elsewhere/b.js";\n', "cannot join"),
        ("const b = 1;\nexport { b };\n", "cannot join"),
        (
            'import { b } from "./b.js";\nconst b = 2;\n',
            r"more than one part .*\['b'\]",
        ),
        ('const end = "</script>";\n', "must not hold </script"),
        ("const a = (x) => `${x ? `${x}: ` : x}`;\n", "cannot join"),
    ],
)
def test_a_part_that_breaks_the_rules_is_refused(parts, source, message):
    parts(a=source, b="export const b = 1;\n")
    with pytest.raises(ValueError, match=message):
        bundle("a.js")


IDS = torch.tensor([[0, 1, 2, 0]])


def test_a_trace_of_any_layer_can_be_stepped_through():
    deep = cl.CharLM(cl.LSTM(3, 4, num_layers=2), 3)
    found = cl.trace(deep, IDS)
    with torch.no_grad():
        p = deep(IDS)[0].softmax(-1)
    w = GateStepper.from_trace(
        found.at(0), "abca", probabilities=p, vocab=cl.Vocab("abc"), name="below", t=2
    )
    assert np.allclose(w.values()["f"], found.at(0).f[0], rtol=0, atol=1e-12)
    best = "abc"[int(p[0, 2].argmax())]
    assert "at step 3 of 4, which reads “c”. below, unit 0: i" in w.sentence()
    assert f"Expected next: “{best}”" in w.sentence()
    assert w.png()
    with pytest.raises(traitlets.TraitError, match="cannot be changed"):
        w.text = "abcb"
    with pytest.raises(traitlets.TraitError, match="cannot be held"):
        w.overrides = [{"gate": "f", "value": 0}]


def test_arrays_can_be_stepped_through():
    w = GateStepper.from_trace({"h": np.ones((3, 2))}, "abc")
    assert (w.networks[0]["kind"], w.view) == ("rnn", "h")
    assert "RNN, unit 0: h 1.00. This model does not run in the page: " in w.sentence()
    assert w.sentence().endswith("no text can be typed and no gate held.")


NAN = np.array([[float("nan")]])


@pytest.mark.parametrize(
    ("values", "text", "message"),
    [
        ({"h": np.ones((3, 2))}, "ab", "text must have 3 characters"),
        ({"h": np.ones((3, 2)), "c": np.ones((3, 2))}, "abc", "those of an LSTM"),
        ({"h": np.ones(3)}, "abc", r"\(T, H\)"),
        ({"h": np.ones((0, 3))}, "", "no size 0"),
        ({"h": NAN}, "a", "within ±65,504, got nan"),
        ({"h": np.array([[1e6]])}, "a", "within ±65,504"),
        (
            dict.fromkeys("rzn", np.ones((2, 3))) | {"h": np.ones((2, 4))},
            "ab",
            r"\(T, H\)",
        ),
    ],
)
def test_values_that_do_not_fit_are_refused(values, text, message):
    with pytest.raises(ValueError, match=message):
        GateStepper.from_trace(values, text)


def test_a_trace_of_several_sequences_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"one with trace\[0:1\]"):
        GateStepper.from_trace(cl.trace(cl.RNN(3, 2), IDS.repeat(2, 1)), "abca")


@pytest.mark.parametrize(
    ("p", "message"),
    [
        (torch.ones(8, 3), r"probabilities must be \(4, 3\)"),
        (torch.ones(4, 6), r"probabilities must be \(4, 3\)"),
        (torch.full((4, 3), float("nan")), "between 0 and 1"),
        (-torch.ones(4, 3), "between 0 and 1"),
    ],
)
def test_probabilities_that_do_not_fit_are_refused(p, message):
    found = cl.trace(cl.RNN(3, 2), IDS)
    with pytest.raises(ValueError, match=message):
        GateStepper.from_trace(found, "abca", probabilities=p, vocab=cl.Vocab("abc"))


@pytest.mark.slow
def test_latex_takes_the_picture(tmp_path):
    import nbformat

    book = tmp_path / "book"
    book.mkdir()
    (book / "conf.py").write_text(
        'extensions = ["myst_nb"]\nnb_execution_mode = "off"\nproject = "a book"\n'
    )
    forms, _ = stepper()._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=forms)
    cell = nbformat.v4.new_code_cell("show", outputs=[output], execution_count=1)
    title = nbformat.v4.new_markdown_cell("# A title")
    nbformat.write(nbformat.v4.new_notebook(cells=[title, cell]), book / "index.ipynb")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-b",
        "latex",
        book,
        tmp_path / "out",
    ]
    subprocess.run(command, check=True)
    tex = next((tmp_path / "out").glob("abook.tex")).read_text(encoding="utf-8")
    assert r"\sphinxincludegraphics" in tex
    assert "data-explorable" not in tex
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 1
    assert not list((tmp_path / "out").glob("*.png"))
