"""What a chapter's page says of exercises that nobody has answered."""

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document

from tools.site.unanswered import ONCE, say_once

SHOWN = (
    "check.two: not answered yet. Fill in the blanks",
    "1 5.53 Ellipsis",
    "perplexity 4",
)


def output(text):
    """Return what a cell shows, as a page has it."""
    return nodes.container("", nodes.literal_block(text, text), classes=["cell_output"])


def chapter(source):
    """Return a page with exercises and three outputs, two for want of an answer."""
    document = new_document(source)
    section = nodes.section("", nodes.title("", "Exercises"), ids=["exercises"])
    section += [output(text) for text in SHOWN]
    document += section
    return document


def test_blanks_go_and_it_is_said_once_under_the_heading():
    document = chapter("one_hot.ipynb")
    say_once(SimpleNamespace(), document)
    shown = [each.astext() for each in document.findall(nodes.literal_block)]
    assert shown == ["perplexity 4"]
    assert document.astext().count(ONCE) == 1
    assert document[0][1].astext() == ONCE


def test_a_page_that_is_no_chapter_stays_as_it_is():
    document = chapter("reference_checks.md")
    say_once(SimpleNamespace(), document)
    assert len(list(document.findall(nodes.literal_block))) == 3
    assert ONCE not in document.astext()
