"""Links that nobody types: from a term to the glossary, from a title to its source.

A chapter is read as a notebook too, where a role of Sphinx would show as it is typed.
So the chapters are plain Markdown, and this extension links, on the site, the first
time that a page uses a term of the glossary, and each title of the bibliography.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

GLOSSARY, BIBLIOGRAPHY = "chapters/glossary", "chapters/bibliography"
FRONT = "chapters/introduction"
NOT_IN = (nodes.reference, nodes.literal, nodes.title, nodes.caption)


def plain(title: str) -> str:
    """Return a title without braces and capitals, as two of them are compared.

    >>> plain("Learning to forget: continual prediction with {LSTM}")
    'learning to forget: continual prediction with lstm'
    """
    return re.sub(r"[{}]", "", title).casefold().strip()


def terms(app: Sphinx) -> dict[str, str]:
    """Return each term of the glossary, in small letters, with its anchor."""
    listed = app.env.domains["std"].objects
    return {
        name.casefold(): anchor
        for (kind, name), (page, anchor) in listed.items()
        if kind == "term" and page == GLOSSARY
    }


def definitions(app: Sphinx) -> dict[str, str]:
    """Return what each term means, in plain text, by its anchor in the glossary."""
    glossary = app.env.get_doctree(GLOSSARY)
    found = {}
    for item in glossary.findall(nodes.definition_list_item):
        meaning = in_plain_text(next(iter(item.findall(nodes.definition))))
        found |= {n: meaning for t in item.findall(nodes.term) for n in t["ids"]}
    return found


def in_plain_text(definition: nodes.Element) -> str:
    """Return a definition without its formulas' commands and its pointers to pages."""
    words = definition.astext().replace("\n", " ")
    words = re.sub(r"\\math\w+\s*\{?(\w+)\}?", r"\1", words)  # \mathbf f, \mathrm{AR}
    words = words.replace(r"\top", "T").replace("\\", "")
    return re.sub(r"\s*See [^.]*\.$", "", words).replace("  ", " ").strip()


def titles(app: Sphinx) -> dict[str, str]:
    """Return each title of the bibliography, with and without subtitle: its anchor."""
    cited = app.env.domains["cite"].citations
    whole = {plain(c.entry.fields["title"]): c.citation_id for c in cited}
    return {title.partition(":")[0]: to for title, to in whole.items()} | whole


def texts(node: nodes.Element) -> Iterator[tuple[nodes.Element, nodes.Text]]:
    """Give the texts below a node that may hold a link, each with what it stands in."""
    for child in list(node.children):
        if isinstance(child, nodes.Text):
            yield node, child
        elif not isinstance(child, NOT_IN):
            yield from texts(child)


def link_terms(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link the first use of each term on a page to the glossary."""
    anchors = terms(app)
    if page in (GLOSSARY, BIBLIOGRAPHY, FRONT) or not anchors:
        return
    longest_first = sorted(anchors, key=len, reverse=True)
    any_term = "|".join(map(re.escape, longest_first))
    pattern = re.compile(rf"\b({any_term})s?\b", re.IGNORECASE)
    used, meanings = set(), definitions(app)
    paragraphs = list(doctree.findall(nodes.paragraph))
    for parent, text in [each for p in paragraphs for each in texts(p)]:
        pieces, end = [], 0
        for found in pattern.finditer(text.astext()):
            term = found[1].casefold()
            if term not in used:
                used.add(term)
                pieces.append(nodes.Text(text.astext()[end : found.start()]))
                link = _link(app, page, GLOSSARY, anchors[term], found[0])
                link["reftitle"] = meanings[anchors[term]]  # see terms.js
                pieces.append(link)
                end = found.end()
        if pieces:
            pieces.append(nodes.Text(text.astext()[end:]))
            parent.replace(text, pieces)


def link_titles(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link each title in italics that is in the bibliography to its entry."""
    anchors = titles(app)
    if page == BIBLIOGRAPHY:
        return
    for emphasis in list(doctree.findall(nodes.emphasis)):
        anchor = anchors.get(plain(emphasis.astext()))
        if anchor and not isinstance(emphasis.parent, nodes.reference):
            link = _link(app, page, BIBLIOGRAPHY, anchor, "")
            emphasis.replace_self(link)
            link += emphasis


def _link(app, page: str, target: str, anchor: str, text: str) -> nodes.reference:
    link = make_refnode(app.builder, page, target, anchor, [])
    if text:
        link["classes"].append("term")
        link += nodes.Text(text)
    return link


def resolve(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write both kinds of links into a page that is about to be written."""
    if page.startswith("chapters/"):
        link_titles(app, doctree, page)
        link_terms(app, doctree, page)


def ask_the_registry(app: Sphinx, uri: str) -> str | None:
    """Return where the link check is to ask after a DOI: publishers refuse machines.

    Of a DOI that does not exist the registry says so: 404.
    """
    doi = "https://doi.org/"
    return uri.replace(doi, f"{doi}api/handles/") if uri.startswith(doi) else None


def setup(app: Sphinx) -> dict:
    """Connect the links to Sphinx."""
    app.connect("linkcheck-process-uri", ask_the_registry)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
