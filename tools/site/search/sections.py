"""The sections of a finished page: what each says, and where it is."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup, Comment, NavigableString, SoupStrainer, Tag

# What no reader looks for: printed numbers, buttons, the sign beside a heading, and
# what is there twice, once for a phone.
UNREAD = (
    "script, style, template, button, nav, a.headerlink, div.toctree-wrapper, "
    "defs, svg.narrow, "
    "div.cell_output div.output.stream, div.cell_output div.output.text_plain"
)
INLINE = {"a", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"}
HEADING = re.compile(r"h[1-6]$")
# How letters are set, which says nothing; "\tanh" and "\sigma" are words.
SET_AS = re.compile(
    r"\\(?:math\w+|boldsymbol|operatorname|text\w*|[Bb]igg?[lr]?|left|right|begin|end"
    r"|quad|[,;!])"
)


@dataclass
class Section:
    """One place of a page that a link can lead to.

    text, code, pictures: what its words, its code and its pictures say.
    """

    title: str
    anchor: str
    text: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def plain_formula(tex: str) -> str:
    r"""Return a formula's letters, as one would type them.

    >>> plain_formula(r"\(\mathbf c_t = f \odot \mathbf{c}_{t-1}\)")
    'c_t = f odot c_t-1'
    """
    bare = SET_AS.sub(" ", re.sub(r"\\[()\[\]]", "", tex))
    return squeeze(re.sub(r"[\\{}$&]", "", bare))


def squeeze(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def sections(page: Path) -> tuple[str, list[Section]]:
    """Return a page's title and its sections, in their order.

    An entry of the glossary and a name of the library is a section, too.
    """
    html, articles = page.read_text(encoding="utf-8"), SoupStrainer("article")
    soup = BeautifulSoup(html, "html.parser", parse_only=articles)
    for unread in soup.select(UNREAD):
        unread.decompose()
    found = [Section("", "")]
    walk(soup, found[0], found)
    kept = [s for s in found if s.anchor and (s.title or s.text)]
    return kept[0].title if kept else "", kept


def walk(node: Tag, section: Section, found: list[Section]) -> None:
    """Add what is below a node to its section, or to sections that begin there."""
    for child in node.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            section.text.append(str(child))
        elif child.name == "section" and child.get("id"):
            found.append(Section("", child["id"]))
            walk(child, found[-1], found)
        elif child.name == "dt" and child.get("id"):
            section = entry(child)  # what follows in the list is about it
            found.append(section)
        else:
            add(child, section, found)


def add(child: Tag, section: Section, found: list[Section]) -> None:
    """Add an element to the part of its section that it belongs to."""
    classes = child.get("class", ())
    if HEADING.match(child.name) and not section.title:
        section.title = squeeze(child.get_text())
    elif "math" in classes:
        section.text.append(plain_formula(child.get_text()))
    elif child.name == "pre":
        section.code.append(child.get_text())
    elif child.name == "img":
        section.pictures.append(child.get("alt", ""))
    elif child.name == "svg":
        section.pictures += drawn(child)
    else:
        walk(child, section, found)
        section.text.append("" if child.name in INLINE else " ")


def entry(term: Tag) -> Section:
    """Return the section that a term, or a name of the library, begins."""
    name = term["id"] if "sig" in term.get("class", ()) else squeeze(term.get_text())
    code = [squeeze(term.get_text())] if name == term["id"] else []
    return Section(name, term["id"], code=code)


def drawn(picture: Tag) -> list[str]:
    """Return what a drawing says: its label, and its texts that are no numbers."""
    label = picture.get("aria-label")
    parts = [f"Drawing: {label}"] if label else []
    parts += [squeeze(t.get_text()) for t in picture.select("title, desc, text")]
    return [part for part in dict.fromkeys(parts) if re.search(r"[^\W\d_]", part)]
