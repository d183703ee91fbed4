"""What a check says: what is right so far, and the first thing that is not.

A check is written as a generator: it yields a line for all that it has found right, and
raises `Wrong` at the first thing that is not; `answers_back` in `answers.py` makes a
`Verdict` of both.
"""

import re
from dataclasses import dataclass
from html import escape

GREEN, AMBER = "#2e8b57", "#c77700"


class Wrong(Exception):
    """Something is not right: what was expected, what came, what to look at."""


class Blank(Wrong):
    """There is nothing to check yet: a blank has not been filled in."""


@dataclass(frozen=True)
class Verdict:
    """What a check has found; true if the answer is right.

    >>> verdict = check.gigabyte(1000)
    >>> verdict
    check.gigabyte: not yet
      wrong: the smallest V: 1000 is too small
    >>> bool(verdict)
    False

    name: the check. right: what was tested and is right, a line each. wrong: what is
    not, or None. blank: whether the answer is still to be given.
    """

    name: str
    right: tuple[str, ...]
    wrong: str | None = None
    blank: bool = False

    def __bool__(self) -> bool:
        """Say whether the answer is right."""
        return self.wrong is None

    @property
    def headline(self) -> str:
        """Give the outcome in two or three words."""
        if self.blank:
            return "not answered yet"
        return "right" if self else "not yet"

    def __repr__(self) -> str:
        """Tell it in a terminal."""
        head = f"check.{self.name}: {self.headline}"
        if self.blank:
            return f"{head}. {self.wrong}"
        rows = [f"  {mark}: {line}" for mark, line in self._lines()]
        return "\n".join([head, *rows])

    def _lines(self) -> list[tuple[str, str]]:
        """Give each line with its mark."""
        wrong = [] if self else [("wrong", self.wrong)]
        return [("right", line) for line in self.right] + wrong

    def _repr_html_(self) -> str:
        colour = GREEN if self else AMBER
        head = f"<code>check.{self.name}</code>: <strong>{self.headline}</strong>"
        if self.blank:
            body = f"<p>{head}. {_marked_up(self.wrong)}</p>"
        else:
            rows = [
                f"<li><strong>{mark}:</strong> {_marked_up(line)}</li>"
                for mark, line in self._lines()
            ]
            body = f"<p>{head}</p><ul>{''.join(rows)}</ul>"
        style = f"border-left: 4px solid {colour}; padding: 0.2em 0 0.2em 0.8em"
        return f'<div class="check" style="{style}">{body}</div>'


def _marked_up(text: str) -> str:
    """Return a text as HTML, with code for what stands between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
