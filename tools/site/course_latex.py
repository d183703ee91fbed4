"""The book in LaTeX, as a Sphinx extension: its class, folded solutions, long tables.

`sphinx_jupyterbook_latex` brings the parts and the cells. Its class asks for packages
that nothing here uses, one of them more than a gigabyte with its fonts on Debian; so
the class is Sphinx's own again, and what cells look like is said in `course.sty`.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

AFTER_JUPYTER_BOOK = 900
LONG = 30  # rows, from which on Sphinx lets a table go over pages
LETTERS, SPACE = 60, 4  # the most of a column, and what is put between two
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


class UnfoldedSolutions(SphinxPostTransform):
    """Give what is folded on the site its heading back; paper does not fold."""

    default_priority = 400
    builders = ("latex",)

    def run(self, **options) -> None:
        """Put the words of each <summary> where its HTML stands."""
        for raw in list(self.document.findall(nodes.raw)):
            found = SUMMARY.search(raw.astext())
            if found and raw.get("format") == "html":
                heading = nodes.strong("", f"{found[1].strip()}.")
                raw.replace_self(nodes.paragraph("", "", heading))


class LongTables(SphinxPostTransform):
    """Give tables that go over pages columns that wrap; LaTeX's own would not."""

    default_priority = 400
    builders = ("latex",)

    def run(self, **options) -> None:
        """Share the width out by each column's longest cell, LETTERS at most."""
        for table in self.document.findall(nodes.table):
            rows = list(table.findall(nodes.row))
            if len(rows) > LONG and "colwidths-given" not in table["classes"]:
                columns = zip(*(row.children for row in rows), strict=True)
                table["classes"].append("colwidths-given")
                specs = table.findall(nodes.colspec)
                for spec, cells in zip(specs, columns, strict=True):
                    longest = max(len(cell.astext()) for cell in cells)
                    spec["colwidth"] = min(longest + SPACE, LETTERS)


def use_our_class(app: Sphinx, config: Config) -> None:
    """Choose Sphinx's own class for the book."""
    config["latex_theme"] = "manual"


def setup(app: Sphinx) -> dict:
    """Add the transform, and choose the class after Jupyter Book has chosen."""
    app.add_post_transform(UnfoldedSolutions)
    app.add_post_transform(LongTables)
    app.connect("config-inited", use_our_class, priority=AFTER_JUPYTER_BOOK)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
