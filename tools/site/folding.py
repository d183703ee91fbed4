"""Fold on the site what a first reading can do without: the setup, and the proofs.

The first code cell is the same in every chapter, and a cell that only asserts proves
what the text beside it says. Each goes behind one line, with its output, and a button
in the header opens them all (`_static/folding.js`). The notebooks stay as they are, and
so does the book on paper.
"""

import ast
from collections.abc import Iterator
from html import escape

from docutils import nodes
from sphinx.application import Sphinx

SETUP = "plots.use_style()"
SHORT = 2  # lines; the line that would hide so few is as high as they are
# What a proof may be made of: it defines nothing that a reader is to read.
STEPS = (
    ast.Assert,
    ast.Assign,
    ast.AugAssign,
    ast.For,
    ast.With,
    ast.Import,
    ast.ImportFrom,
)
BUTTON = {
    "type": "javascript",
    "javascript": "courseFolding.toggle()",
    "tooltip": "Show the setup and the proofs",
    "text": "All code",
    "icon": "fas fa-code",
    "label": "folding-button",
}


def only_asserts(source: str) -> bool:
    """Say whether code does nothing but assert, after steps that prepare it.

    >>> only_asserts("y = f(x)\\nassert y.shape == (2, 3)\\nassert y.sum() == 6")
    True
    >>> only_asserts("y = f(x)\\nprint(y)\\nassert y == 3")
    False
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a line for the notebook itself, such as %timeit
        return False
    plain = bool(body) and all(isinstance(step, STEPS) for step in body)
    return plain and any(isinstance(n, ast.Assert) for n in ast.walk(body[-1]))


def summary(cell: nodes.container, code: nodes.literal_block) -> str | None:
    """Return the line that a cell goes behind, or None if it stays open."""
    source = code.astext()
    if SETUP in source:
        return "Setup"
    lines = len(source.splitlines())
    shows = any("cell_output" in node["classes"] for node in cell.children)
    if lines <= SHORT or shows or not only_asserts(source):
        return None
    return f"The proof: {lines} lines, passes"


def cells(doctree: nodes.document) -> Iterator[tuple[nodes.container, str]]:
    """Give the code cells of a notebook that are folded, each with its line."""
    for cell in list(doctree.findall(nodes.container)):
        code = next(iter(cell.findall(nodes.literal_block)), None)
        if cell.get("nb_element") == "cell_code" and code is not None:
            line = summary(cell, code)
            if line:
                yield cell, line


def fold(app: Sphinx, doctree: nodes.document) -> None:
    """Put the cells of a chapter that has just been read behind their lines."""
    if not doctree["source"].endswith(".ipynb"):
        return
    for cell, line in cells(doctree):
        head = f'<details class="folded"><summary>{escape(line)}</summary>'
        at = cell.parent.index(cell)
        cell.parent.insert(at + 1, nodes.raw("", "</details>", format="html"))
        cell.parent.insert(at, nodes.raw("", head, format="html"))


def add_button(app: Sphinx, page: str, template: str, context: dict, tree) -> None:
    """Put the button that opens all into the header of a page that has some."""
    if '<details class="folded">' in context.get("body", ""):
        context["header_buttons"].insert(0, BUTTON)


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx; the theme makes its buttons at the priority before ours."""
    app.connect("doctree-read", fold)
    app.connect("html-page-context", add_button, priority=503)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
