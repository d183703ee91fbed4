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
THREADS = "torch.set_num_threads("
SHORT = 2  # lines; the line that would hide so few is as high as they are
IMPORTS = (ast.Import, ast.ImportFrom)
# What a proof may be made of: it defines nothing that a reader is to read.
STEPS = (ast.Assert, ast.Assign, ast.AugAssign, ast.For, ast.With, *IMPORTS)
BUTTON = {
    "type": "javascript",
    "javascript": "courseFolding.toggle()",
    "tooltip": "Show the setup and the proofs",
    "text": "All code",
    "icon": "fas fa-code",
    "label": "folding-button",
}


def only_sets_up(source: str) -> bool:
    """Say whether code does nothing but import, and set the number of threads.

    >>> only_sets_up("torch.set_num_threads(1)\\nimport math\\nfrom torch import nn")
    True
    """
    lines = [line for line in source.splitlines() if not line.startswith(THREADS)]
    steps = parsed("\n".join(lines))
    return bool(steps) and all(isinstance(step, IMPORTS) for step in steps)


def parsed(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, none if it has a line such as %timeit."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def only_asserts(source: str) -> bool:
    """Say whether code does nothing but assert, after steps that prepare it.

    >>> only_asserts("y = f(x)\\nassert y.shape == (2, 3)\\nassert y.sum() == 6")
    True
    >>> only_asserts("y = f(x)\\nprint(y)\\nassert y == 3")
    False
    """
    body = parsed(source)
    plain = bool(body) and all(isinstance(step, STEPS) for step in body)
    return plain and any(isinstance(n, ast.Assert) for n in ast.walk(body[-1]))


def summary(cell: nodes.container, code: nodes.literal_block) -> str | None:
    """Return the line that a cell goes behind, or None if it stays open."""
    source = code.astext()
    if SETUP in source:
        return "Setup"
    lines = len(source.splitlines())
    shows = any("cell_output" in node["classes"] for node in cell.children)
    if lines <= SHORT or shows:
        return None
    if only_sets_up(source):
        return "Setup"
    return f"The proof: {lines} lines, passes" if only_asserts(source) else None


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
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
