"""The beginner's walk: no word of the glossary is used before it is explained."""

import pytest

from tools.common.build import ROOT
from tools.site import walk

GLOSSARY = (ROOT / "chapters" / "glossary.md").read_text(encoding="utf-8")


def met(term: str, *texts: str) -> walk.Met | None:
    """Return where a term is met in cells of text."""
    cells = [{"cell_type": "markdown", "text": text} for text in texts]
    read = enumerate(walk.sentences(cells))
    places = [walk.Place("here", number, sentence) for number, sentence in read]
    return walk.walk(places, [term]).get(term)


def test_the_first_chapters_explain_a_word_before_they_use_it():
    chapters = walk.first_chapters()
    assert (chapters[0], chapters[-1]) == ("one_hot", "watching_gates")
    assert len(chapters) >= 6
    found = walk.walk(walk.all_places(chapters), walk.terms(GLOSSARY))
    assert len(found) > 45
    late = {t: (str(m.used), str(m.explained)) for t, m in found.items()}
    assert {term: late[term] for term in late if not found[term].in_time} == {}


def test_every_form_belongs_to_a_term():
    assert set(walk.FORMS) <= set(walk.terms(GLOSSARY))


@pytest.mark.parametrize(
    ("texts", "in_time"),
    [
        (["A **gate** is a factor.", "It has gates."], True),
        (["Of two **gates** one is shut.\n\nThe gate opens."], True),
        (["The gate opens. A **gate** is a factor."], False),
        (["The gate opens.", "No word of it."], False),
        (["It **loses to a gate**. The gate opens."], False),
    ],
)
def test_the_explanation_is_no_later_than_the_first_use(texts, in_time):
    assert met("gate", *texts).in_time is in_time


@pytest.mark.parametrize(
    "text",
    [
        "## The gate\n\nNothing yet.",
        "See [Watching a gate](watching_gates.ipynb).",
        "Here `gate` is a name, and $gate_t$ a number.",
        "```python\ngate = 1\n```",
        "**Sources.** *The gate*, 1997.",
        "A gateway is none.",
    ],
)
def test_what_names_things_to_come_does_not_use_them(text):
    assert met("gate", text) is None


def test_a_caption_is_read_where_it_stands():
    cell = {"cell_type": "code", "text": "gate = 1"}
    figure = {"mystnb": {"figure": {"caption": "A gate, drawn."}}}
    assert list(walk.sentences([cell | {"metadata": figure}])) == ["A gate, drawn."]
    assert list(walk.sentences([cell | {"metadata": {}}])) == []
