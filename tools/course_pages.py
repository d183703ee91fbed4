"""What the site's pages hold that is made from other files, as Sphinx directives.

`{exercise-list}` and `{question-list}` write the tables of `catalogue.py`.
"""

from collections.abc import Callable

import catalogue
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles


class Made(SphinxDirective):
    """A directive whose content is Markdown that a function makes from files."""

    make: Callable[[], str]

    def run(self) -> list[nodes.Node]:
        """Parse what is made, and read the page again when a source changes."""
        for path in catalogue.sources():
            self.env.note_dependency(str(path))
        made = nodes.container()
        lines = StringList(type(self).make().splitlines(), source=__file__)
        nested_parse_with_titles(self.state, lines, made, self.content_offset)
        return made.children


class ExerciseList(Made):
    """All exercises of the chapters."""

    make = staticmethod(catalogue.exercise_tables)


class QuestionList(Made):
    """All questions of the graded assignments."""

    make = staticmethod(catalogue.question_tables)


def setup(app: Sphinx) -> dict:
    """Add the directives to Sphinx."""
    app.add_directive("exercise-list", ExerciseList)
    app.add_directive("question-list", QuestionList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
