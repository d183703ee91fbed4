"""What the glossary knows of a term: its Chinese name, and the page that teaches it."""

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tools.site.search.sections import squeeze

HAN = re.compile(r"[\u4e00-\u9fff]")
PAGE = re.compile(r"(\w+)\.html$")
SHORT = re.compile(r"^([A-Z]{3,}):")  # "CTC: minus the logarithm of ..."


@dataclass(frozen=True)
class Term:
    """A term, its Chinese names, and the pages where it is met first."""

    name: str
    chinese: tuple[str, ...]
    pages: tuple[str, ...]


def terms(page: Path) -> list[Term]:
    """Return the terms of the glossary's page."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [term(each) for each in soup.select("dl.glossary > dt")]


def term(entry: Tag) -> Term:
    """Read one entry: the term, a name in italics, links to chapters."""
    for sign in entry.select("a.headerlink"):
        sign.decompose()
    about = entry.find_next_sibling("dd")
    names = [squeeze(em.get_text()).rstrip(".。") for em in about.select("em")]
    pages = [PAGE.search(a.get("href", "")) for a in about.select("a")]
    return Term(
        squeeze(entry.get_text()),
        tuple(name for name in names if HAN.search(name)),
        tuple(dict.fromkeys(found[1] for found in pages if found)),
    )
