"""The site's pages, as a reader who hears them needs them.

pandas marks the empty corner of a table as a heading. A heading without words is read
out as one all the same; so, on the site, the corner becomes an ordinary empty cell.
docutils gives each source in the bibliography a role that has been withdrawn.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

EMPTY = re.compile(r"<th([^>]*)>\s*</th>")
WITHDRAWN, ITEM = 'role="doc-biblioentry"', 'role="listitem"'


def no_empty_headings(html: str) -> str:
    """Return a table in which no heading is empty.

    >>> no_empty_headings("<tr><th></th><th>low</th></tr>")
    '<tr><td></td><th>low</th></tr>'
    """
    return EMPTY.sub(r"<td\1></td>", html)


def mend(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Mend the tables of a page that is about to be written."""
    for raw in list(doctree.findall(nodes.raw)):
        if raw.get("format") == "html" and "<th" in raw.astext():
            mended = no_empty_headings(raw.astext())
            raw.replace_self(nodes.raw("", mended, **raw.attributes))


def rename_role(app, page: str, template: str, context: dict, doctree) -> None:
    """Make the sources of a page items of the list that they stand in."""
    if "body" in context:
        context["body"] = context["body"].replace(WITHDRAWN, ITEM)


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("doctree-resolved", mend)
    app.connect("html-page-context", rename_role)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
