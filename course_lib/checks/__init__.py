"""Checks that answer back: `check.NAME(answer)`, one for each exercise of the course.

In a notebook: `from course_lib import checks as check`. Every check takes under two
seconds, returns a `Verdict` that says what was tested, what is right and, if something
is not, what it looks like, and does not tell the solution. One file a chapter.
"""

from .one_hot import folded_bias, gigabyte, one_hot_rows, sum_of_rows
from .verdict import Verdict

__all__ = [
    "Verdict",
    "folded_bias",
    "gigabyte",
    "one_hot_rows",
    "sum_of_rows",
]
