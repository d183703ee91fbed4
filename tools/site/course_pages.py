"""What the site's pages hold that is made from other files, as Sphinx directives.

`{exercise-list}`, `{question-list}` and `{grading-speed}` write what `catalogue.py`
makes; those that begin with `ledger-` what the recorded ledger says; `{library}`, with
the names of modules, `{library-index}`, `{library-setup}` and `{check-list}` hand the
library's public names to Sphinx's autodoc, as `reference.py` says.
"""

from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

import course_lib as cl
from tools.reference import reference
from tools.site import catalogue

LEDGER = [reference.FOLDER / "records" / "ledger.json"]


def from_library() -> list[Path]:
    """Return the files that the reference is made from."""
    return [*catalogue.sources(), *reference.sources()]


# What makes a directive's Markdown, and what returns the files that it is made from.
DIRECTIVES: dict[str, tuple[Callable[..., str], Callable[[], list[Path]]]] = {
    "exercise-list": (catalogue.exercise_tables, catalogue.sources),
    "question-list": (catalogue.question_tables, catalogue.sources),
    "grading-speed": (catalogue.grading_speed, catalogue.sources),
    "ledger-table": (lambda: cl.Ledger().table(), LEDGER.copy),
    "ledger-grid": (lambda: cl.Ledger().grid_table(), LEDGER.copy),
    "ledger-notes": (lambda: cl.Ledger().notes(), LEDGER.copy),
    "ledger-made": (lambda: cl.provenance(cl.Ledger().record), LEDGER.copy),
    "library": (reference.of, from_library),
    "library-index": (reference.index, from_library),
    "library-setup": (reference.setup_code, from_library),
    "check-list": (reference.check_list, from_library),
}


class Made(SphinxDirective):
    """A directive whose content is Markdown that a function makes from files."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Parse what is made, and read the page again when a source changes."""
        make, sources = DIRECTIVES[self.name]
        for path in sources():
            self.env.note_dependency(str(path))
        made = nodes.container()
        lines = StringList(make(*self.arguments).splitlines(), source=__file__)
        nested_parse_with_titles(self.state, lines, made, self.content_offset)
        return made.children


def setup(app: Sphinx) -> dict:
    """Add the directives to Sphinx."""
    for name in DIRECTIVES:
        app.add_directive(name, Made)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
