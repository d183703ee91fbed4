"""The library's reference: every public name, with an example that is run."""

import doctest
import inspect
import re
from pathlib import Path

import pytest

import course_lib as cl
from course_lib import plots, widgets
from course_lib.data import shouting
from course_lib.nn import bptt
from tools.reference import docstrings, examples, reference
from tools.reference.library import FOLDER, entries, of_rooms, used_in

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "chapters").glob("reference*.md"))
ROOMS = re.compile(r"^```\{library\} (.+)$", re.MULTILINE)
WITH_EXAMPLE = [
    entry
    for entry in entries().values()
    if callable(entry.thing) and not reference.is_check(entry)
]
each_entry = pytest.mark.parametrize("entry", WITH_EXAMPLE, ids=lambda e: e.name)


@each_entry
def test_every_public_name_has_an_example_that_needs_only_what_is_at_hand(entry):
    assert examples.run(entry.name, entry.doc)


def test_what_the_packages_name_and_what_chapters_take_is_public():
    for prefix, module in [
        ("cl", cl),
        ("plots", plots),
        ("widgets", widgets),
        ("bptt", bptt),
    ]:
        assert {f"{prefix}.{name}" for name in module.__all__} <= set(entries())
    assert {"costs.take_turns", "layers.RecurrentLayer"} <= set(entries())
    assert entries()["shouting.shouting"].thing is shouting.shouting


def test_every_public_name_is_on_one_page():
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    rooms = " ".join(each for text in texts for each in ROOMS.findall(text))
    listed = [entry.name for entry in of_rooms(rooms)]
    checks = [name for name, entry in entries().items() if reference.is_check(entry)]
    assert sorted(listed + checks) == sorted(entries())


def test_an_entry_has_signature_docstring_example_chapters_and_methods():
    made = reference.described(entries()["cl.CharLM"])
    head, *_ = made.splitlines()
    assert head.startswith("`````{py:class} cl.CharLM(layer: ")
    assert head.endswith("vocab_size: int, dropout: float = 0.0)")
    assert "- `dropout`: share of h that is dropped" in made
    assert "**Raises** TypeError for something that is no recurrent layer" in made
    assert "```pycon\n>>> model = cl.CharLM(cl.GRU(27, 16)" in made
    assert "[An RNN from scratch](rnn_from_scratch.ipynb)" in made
    assert "````{py:method} forward(ids: ~torch.Tensor, state=None)" in made


def test_a_class_links_to_what_it_has_from_another():
    made = reference.described(entries()["cl.LSTM"])
    assert "{py:obj}`forward <layers.RecurrentLayer.forward>`" in made
    assert "{py:method} forward" not in made


def test_a_docstring_links_to_the_names_in_it():
    link = reference.links("cl.fit")
    assert link("windows") == "{py:obj}`windows <cl.windows>`"
    assert link("corpora()") == "{py:obj}`corpora() <cl.corpora>`"
    assert link("fit") == "`fit`"
    assert link("nothing_of_ours") == "`nothing_of_ours`"


def test_chapters_are_found_by_what_their_code_uses():
    assert "lstm" in used_in("cl.chrono")
    assert "lstm" in used_in("layers.RecurrentLayer")  # imported by its name
    assert used_in("cl.train_readable") == []


def test_plots_and_explorables_are_shown_with_an_alternative_text():
    for name in ("plots.loss_curves", "plots.gate_maps", "widgets.RowLookup"):
        made = "\n".join(reference.example(entries()[name]))
        (alt,) = re.findall(r"!\[(.+)\]\(data:image/png;base64,", made)
        assert len(alt) > 40


def test_a_wrong_example_is_told_with_its_name():
    with pytest.raises(AssertionError, match=r"(?s)example of one .*Got:\n    2"):
        examples.run("one", ">>> 1 + 1\n3\n")
    with pytest.raises(AssertionError, match="expected an example .* of one"):
        examples.run("one", "None here.")


def test_a_module_without_public_names_is_refused():
    with pytest.raises(ValueError, match="public names, got 'validation'"):
        of_rooms("data.text validation")


def test_the_checks_are_listed_with_their_chapter():
    made = reference.check_list()
    assert "| `check.one_hot_rows` | One-hot rows of floats" in made
    assert "[One-hot encoding](one_hot.ipynb) |" in made
    assert "check.Verdict" not in made
    assert "cl.one\\_hot" not in reference.index()
    assert "{py:obj}`cl.one_hot <cl.one_hot>`" in reference.index()


def test_a_docstring_is_read_in_order():
    found = docstrings.parts(
        """Do it, for 0 .. V - 1.

        x; y = 1  (an equation)

    >>> 1 + 1
    2

    a, b: two. They go together; x_t: (B, D). Returns one. Raises ValueError for
    none. A word more. Gers et al. 2000; another.
    """.replace("\n    ", "\n"),
        {"a", "b"},
    )
    assert found.said == [
        ("text", "Do it, for 0 .. V - 1."),
        ("equation", "x; y = 1  (an equation)"),
        ("a, b", "two. They go together"),
        ("x_t", "(B, D)."),
        ("Returns", "one."),
        ("Raises", "ValueError for none."),
        ("text", "A word more."),
    ]
    assert found.source == "Gers et al. 2000; another."
    assert found.examples == [">>> 1 + 1\n2"]
    assert "- `a`, `b`: two. They go together\n- `x_t`: (B, D)." in docstrings.markdown(
        found, reference.as_code
    )


def test_the_tools_own_examples_hold():
    assert doctest.testmod(docstrings).failed == 0


def test_the_pages_are_made_again_when_the_library_changes():
    assert FOLDER / "nn" / "cells.py" in reference.sources()
    assert Path(inspect.getfile(cl.fit)) in reference.sources()
