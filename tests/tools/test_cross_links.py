"""Links that nobody types, and what the site does with its own address."""

import json
import re

import pytest
from docutils import nodes
from pybtex.database import parse_file

from tools.common.build import ROOT
from tools.site.cross_links import plain, texts
from tools.site.site_address import find_site

CHAPTERS = ROOT / "chapters"
BIBLIOGRAPHY = parse_file(str(CHAPTERS / "references.bib"))
TITLES = {plain(entry.fields["title"]) for entry in BIBLIOGRAPHY.entries.values()}


def sources(path) -> list[str]:
    """Return the titles that a notebook names under Sources."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    paragraph = text.partition("**Sources.**")[2].partition("\n")[0]
    return re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", paragraph)


@pytest.mark.parametrize(
    "path", sorted(CHAPTERS.glob("*.ipynb")), ids=lambda path: path.stem
)
def test_every_source_of_a_chapter_is_in_the_bibliography(path):
    known = TITLES | {title.partition(":")[0] for title in TITLES}
    assert [title for title in sources(path) if plain(title) not in known] == []


def test_every_entry_is_named_by_a_chapter():
    named = {plain(t) for path in CHAPTERS.glob("*.ipynb") for t in sources(path)}
    unnamed = {t for t in TITLES if not {t, t.partition(":")[0]} & named}
    assert unnamed == set()


def test_texts_in_code_links_and_headings_hold_no_links():
    paragraph = nodes.paragraph()
    paragraph += nodes.Text("a state ")
    paragraph += nodes.literal("", "state")
    paragraph += nodes.reference("", "state")
    paragraph += nodes.strong("", "bold state")
    assert [text.astext() for _, text in texts(paragraph)] == ["a state ", "bold state"]


@pytest.mark.parametrize(
    ("env", "site"),
    [
        ({}, None),
        ({"COURSE_SITE": "https://learn.test/rnn"}, "https://learn.test/rnn/"),
        ({"GITHUB_REPOSITORY": "Ada/Gates"}, "https://ada.github.io/Gates/"),
        (
            {"GITHUB_REPOSITORY": "a/b", "COURSE_SITE": "http://learn.test/"},
            "http://learn.test/",
        ),
    ],
)
def test_the_site_s_address_is_given_or_follows_from_the_fork(env, site):
    assert find_site(env) == site


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="expected an address such as https://"):
        find_site({"COURSE_SITE": "learn.test/rnn"})
