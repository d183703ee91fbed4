"""The library's reference: every public name, with an example that is run."""

import inspect
import re
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

import course_lib as cl
from course_lib import checks, plots, tasks, widgets
from course_lib.data import shouting
from course_lib.nn import bptt
from tools.reference import docstrings, examples, reference
from tools.reference.library import of_room, public, used_in

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "chapters").glob("reference*.md"))
ROOMS = re.compile(r"^```\{library\} (.+)$", re.MULTILINE)
VALUES = re.compile(r"^```\{py:data\} (.+)$", re.MULTILINE)
WITH_EXAMPLE = [name for name in public() if not reference.is_check(name)]


def described(name: str) -> str:
    """Return what stands in an entry, less its signature and its methods."""
    lines = inspect.getdoc(public()[name]).splitlines()
    reference.describe(None, "class", name, public()[name], None, lines)
    return "\n".join(lines)


def on_pages(pattern: re.Pattern) -> list[str]:
    """Return what the reference's pages hold that matches."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    return [found for text in texts for found in pattern.findall(text)]


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_every_public_name_has_an_example_that_needs_only_what_is_at_hand(name):
    assert examples.run(name, inspect.getdoc(public()[name]))


def test_what_the_packages_name_and_what_chapters_take_is_public():
    known = list(public().values())
    for package in (cl, plots, tasks, widgets, bptt, checks):
        things = [getattr(package, name) for name in package.__all__]
        assert [each for each in things if callable(each) and each not in known] == []
    assert {"cl.fit", "costs.take_turns", "layers.RecurrentLayer"} <= set(public())
    assert public()["shouting.shouting"] is shouting.shouting
    assert "lstm.slopes" not in public()  # bptt.lstm.slopes, whose source is shown


def test_every_public_name_is_on_one_page():
    rooms = " ".join(on_pages(ROOMS)).split()
    listed = [name for room in rooms for name in of_room(room)]
    asked = [name for name in public() if reference.is_check(name)]
    assert sorted(listed + asked) == sorted(public())
    values = [f"plots.{n}" for n in plots.__all__ if not callable(getattr(plots, n))]
    assert on_pages(VALUES) == values


def test_a_class_brings_its_members_and_leads_to_what_it_has_from_another():
    made = reference.of("nn.cells nn.layers")
    assert ".. autoclass:: layers.RecurrentLayer\n   :members:\n" in made
    lstm = made.partition(".. autoclass:: cl.LSTM\n")[2].partition("..")[0]
    assert ":inherited-members: RecurrentLayer, Module, object\n" in lstm
    assert ":show-inheritance:" in lstm
    assert ":show-inheritance:" not in "\n".join(reference.directive("cl.CharLM"))


def test_an_entry_has_docstring_example_and_chapters():
    made = described("cl.CharLM")
    assert "- ``dropout``: share of h that is dropped" in made
    assert "**Raises** TypeError for something that is no recurrent layer" in made
    assert "\n\n>>> model = cl.CharLM(cl.GRU(27, 16)" in made
    assert "**Used in** :doc:`rnn_from_scratch`" in made


def test_a_class_shows_the_arguments_that_it_is_made_with():
    def shown(thing, found):
        return reference.signature(None, "class", "", thing, None, found, None)[0]

    anything = "(*args: Any, **kwargs: Any)"
    assert shown(widgets.RowLookup, anything).startswith("(vocab: ~course_lib")
    assert shown(widgets.Explorable, anything) == ""
    assert shown(cl.History, "(loss: list = <factory>)") == "(loss: list = [])"


def test_a_docstring_links_to_the_names_in_it():
    link = reference.links("cl.fit")
    assert link("windows") == ":py:obj:`windows <cl.windows>`"
    assert link("corpora()") == ":py:obj:`corpora() <cl.corpora>`"
    assert link("fit") == "``fit``"
    assert link("nothing_of_ours") == "``nothing_of_ours``"


def test_chapters_are_found_by_what_their_code_uses():
    assert "lstm" in used_in("cl.chrono")
    assert "lstm" in used_in("layers.RecurrentLayer")  # imported by its name
    assert used_in("cl.train_readable") == []


@pytest.mark.parametrize(
    "name", ["plots.loss_curves", "plots.gate_maps", "widgets.RowLookup"]
)
def test_plots_and_explorables_are_shown_with_an_alternative_text(name):
    forms = r"only:: (\w+)\n\n   .. image:: data:(.+?);.+\n      :alt: (.+)"
    (html, svg, alt), (latex, pdf, same) = re.findall(forms, described(name))
    assert (html, svg, latex, pdf) == (
        "html",
        "image/svg+xml",
        "latex",
        "application/pdf",
    )
    assert len(alt) > 40
    assert same == alt


def test_a_wrong_example_is_told_with_its_name():
    with pytest.raises(AssertionError, match=r"(?s)example of one .*Got:\n    2"):
        examples.run("one", ">>> 1 + 1\n3\n")
    with pytest.raises(AssertionError, match="expected an example .* of one"):
        examples.run("one", "None here.")


def test_a_module_without_public_names_is_refused():
    with pytest.raises(ValueError, match="public names, got 'validation'"):
        of_room("validation")


def test_the_checks_are_listed_with_their_chapter_and_all_else_by_name():
    made = reference.check_list()
    assert "   * - ``check.one_hot_rows``\n     - One-hot rows of floats" in made
    assert ":doc:`one_hot`" in made
    assert "check.Verdict" not in made
    assert "   cl.one_hot\n" in reference.index()
    assert "check.one_hot_rows" not in reference.index()


def test_a_docstring_is_read_in_order_and_its_examples_come_last():
    made = docstrings.rest(
        """Do it, for 0 .. V - 1.

    x; y = 1  (an equation)

>>> 1 + 1
2

a, b: two. They go together; x_t: (B, D). Returns one. Raises ValueError for
none. Gers et al. 2000; another.""",
        reference.as_code,
    )
    assert made.split("\n\n") == [
        "Do it, for 0 .. V - 1.",
        ".. code-block:: text",
        "    x; y = 1  (an equation)",
        "- ``a, b``: two. They go together",
        "- ``x_t``: (B, D).",
        "**Returns** one.",
        "**Raises** ValueError for none.",
        "**Source:** Gers et al. 2000; another.",
        ">>> 1 + 1\n2",
    ]


def test_the_pages_are_made_again_when_the_library_changes():
    assert Path(inspect.getfile(cl.fit)) in reference.sources()


def test_a_drawing_is_a_vector_file_on_paper_and_html_in_a_page(tmp_path):
    (tmp_path / "conf.py").write_text("", encoding="utf-8")
    drawing = plots.cell(cl.RNNCell)
    page = f"A page\n======\n\n{examples.in_page(drawing)}\n"
    (tmp_path / "index.rst").write_text(page, encoding="utf-8")
    for builder in ("latex", "html"):
        out = tmp_path / builder
        where = (tmp_path, tmp_path, out, tmp_path / f"{builder}-trees", builder)
        with docutils_namespace():
            app = Sphinx(*map(str, where), status=None, warningiserror=True)
            app.build()
    (tex,) = (tmp_path / "latex").glob("*.tex")
    text = tex.read_text(encoding="utf-8")
    (name,) = re.findall(r"\\sphinxincludegraphics\{\{(\w+)\}\.pdf\}", text)
    file = (tmp_path / "latex" / f"{name}.pdf").read_bytes()
    assert file.startswith(b"%PDF")
    html = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert drawing.svg() in html
    assert "application/pdf" not in html
