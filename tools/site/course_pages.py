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


class Made(SphinxDirective):
    """A directive whose content is Markdown that a function makes from files."""

    make: Callable[..., str]

    def sources(self) -> list[Path]:
        """Return the files that it is made from."""
        return catalogue.sources()

    def run(self) -> list[nodes.Node]:
        """Parse what is made, and read the page again when a source changes."""
        for path in self.sources():
            self.env.note_dependency(str(path))
        made = nodes.container()
        lines = StringList(
            type(self).make(*self.arguments).splitlines(), source=__file__
        )
        nested_parse_with_titles(self.state, lines, made, self.content_offset)
        return made.children


class ExerciseList(Made):
    """All exercises of the chapters."""

    make = staticmethod(catalogue.exercise_tables)


class QuestionList(Made):
    """All questions of the graded assignments."""

    make = staticmethod(catalogue.question_tables)


class GradingSpeed(Made):
    """How long grading took when it was last measured."""

    make = staticmethod(catalogue.grading_speed)


class FromLedger(Made):
    """What is made from the replication ledger's record."""

    def sources(self) -> list[Path]:
        """Return the files that it is made from."""
        return [reference.FOLDER / "records" / "ledger.json"]


class LedgerTable(FromLedger):
    """The published figures beside ours."""

    make = staticmethod(lambda: cl.Ledger().table())


class LedgerGrid(FromLedger):
    """Every memory at every task."""

    make = staticmethod(lambda: cl.Ledger().grid_table())


class LedgerNotes(FromLedger):
    """How each row differs from its paper, and how it was made."""

    make = staticmethod(lambda: cl.Ledger().notes())


class LedgerMade(FromLedger):
    """Where and when the ledger was run."""

    make = staticmethod(lambda: cl.provenance(cl.Ledger().record))


class FromLibrary(Made):
    """What is made from the library, and from the chapters that use it."""

    def sources(self) -> list[Path]:
        """Return the files that it is made from."""
        return [*super().sources(), *reference.sources()]


class Library(FromLibrary):
    """The public names of modules, with all that their docstrings say."""

    required_arguments = 1
    final_argument_whitespace = True
    make = staticmethod(reference.of)


class LibraryIndex(FromLibrary):
    """All public names, a line each."""

    make = staticmethod(reference.index)


class LibrarySetup(FromLibrary):
    """What stands above every example."""

    make = staticmethod(reference.setup_code)


class CheckList(FromLibrary):
    """All checks of the exercises."""

    make = staticmethod(reference.check_list)


def setup(app: Sphinx) -> dict:
    """Add the directives to Sphinx."""
    app.add_directive("exercise-list", ExerciseList)
    app.add_directive("question-list", QuestionList)
    app.add_directive("grading-speed", GradingSpeed)
    app.add_directive("ledger-table", LedgerTable)
    app.add_directive("ledger-grid", LedgerGrid)
    app.add_directive("ledger-notes", LedgerNotes)
    app.add_directive("ledger-made", LedgerMade)
    app.add_directive("library", Library)
    app.add_directive("library-index", LibraryIndex)
    app.add_directive("library-setup", LibrarySetup)
    app.add_directive("check-list", CheckList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
