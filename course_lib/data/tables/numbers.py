"""Numbers as people write them: with a point or a comma, and thousands or not."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .hints import Fix

NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
LONGEST = max(map(len, NO_VALUE))
GROUPED = {  # between thousands, and how it is matched: a thin or fixed space is one
    ",": ",",
    ".": r"\.",
    " ": "[ \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}]",
    "'": "['\N{RIGHT SINGLE QUOTATION MARK}]",
}
# Three digits behind the only sign and no zero before it: a thousand, or decimals.
EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
# What begins as a number does, and is no date and no time of day.
LIKE_A_NUMBER = re.compile(r"\W{0,3}\d")
A_TIME = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}.*|\d{4}-\d{2}|\d{1,2}:\d{2}.*", re.DOTALL
)


class Style(NamedTuple):
    """How numbers are written: the decimal sign, and what stands between thousands."""

    decimal: str = "."
    thousands: str | None = None

    def pattern(self) -> re.Pattern:
        """Return what matches a number that is written so."""
        point, whole = re.escape(self.decimal), r"\d+"
        if self.thousands:
            whole = rf"(?:[1-9]\d{{0,2}}(?:{GROUPED[self.thousands]}\d{{3}})+|\d+)"
        number = rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
        return re.compile(number, re.ASCII)

    def value(self, cell: str) -> float:
        """Return the number that a cell holds, which must match."""
        if self.thousands:
            cell = re.sub(GROUPED[self.thousands], "", cell)
        return float(cell if self.decimal == "." else cell.replace(",", "."))

    def odd(self, cells: Sequence[str]) -> list[int]:
        """Return the places of the cells that are no finite numbers."""
        matches = self.pattern().fullmatch
        return [
            k
            for k, cell in enumerate(cells)
            if not matches(cell) or not math.isfinite(self.value(cell))
        ]

    def values(self, cells: Sequence[str]) -> np.ndarray | None:
        """Return the numbers in cells, (N,) float64, or None if one holds no number."""
        matches = self.pattern().fullmatch
        if not all(map(matches, cells)):
            return None
        values = np.array([self.value(cell) for cell in cells], dtype=np.float64)
        return values if np.isfinite(values).all() else None


STYLES = [Style(), Style(","), Style(".", ","), Style(",", ".")]
STYLES += [Style(decimal, sign) for sign in (" ", "'") for decimal in (".", ",")]


def style_of(decimal: str | None, thousands: str | None) -> Style:
    """Return the style that is asked for; without a word it has a decimal point."""
    return Style(decimal or ("," if thousands == "." else "."), thousands)


def other_styles(
    cells: Sequence[str], asked: tuple[str | None, str | None]
) -> list[Fix]:
    """Return the other styles in which all cells are numbers, with two of those.

    Of styles that read the same, the first is told.
    """
    read: dict[bytes, Fix] = {}
    tried = style_of(*asked)
    for style in STYLES:
        values = style.values(cells) if style != tried and cells else None
        if values is not None:
            read.setdefault(
                values.tobytes(), Fix(*_as_fix(style, asked, cells, values))
            )
    return list(read.values())


def _as_fix(style: Style, asked: tuple, cells: Sequence[str], values) -> tuple:
    """Return the options that make a style, and two of the numbers read with it."""
    options = {"decimal": style.decimal, "thousands": style.thousands}
    if asked[0] is None and style == style_of(None, style.thousands):
        del options["decimal"]
    if asked[1] is None and style.thousands is None:
        del options["thousands"]
    odd = next((k for k, cell in enumerate(cells) if not cell.isdigit()), 0)
    shown = [values[0], values[odd]] if odd else [values[odd]]
    return options, f"gives {' and '.join(f'{value:.10g}' for value in shown)}"


def ambiguous(cells: Iterable[str], others: Iterable[str]) -> list[Fix]:
    """Return both readings where each point stands before exactly three digits.

    A point is a decimal point for sure where it comes behind a zero, before another
    number of digits, in the numbers of another column, or beside numbers from 1000 on
    without one or with an exponent. cells: numbers with decimal points; others: those
    of all columns.
    """
    cells = list(cells)
    pointed = [cell for cell in cells if "." in cell]
    if not pointed or not all(map(EITHER.fullmatch, pointed)):
        return []
    plain = [cell.lstrip("+-") for cell in cells if "." not in cell]
    if not all(cell.isdigit() and len(cell) <= 3 for cell in plain):
        return []
    if any("." in cell and not EITHER.fullmatch(cell) for cell in others):
        return []
    readings = (({"decimal": "."}, Style()), ({"thousands": "."}, Style(",", ".")))
    return [
        Fix(options, _as_fix(style, (None, None), cells, style.values(cells))[1])
        for options, style in readings
    ]


def like_numbers(cells: Iterable[str]) -> bool:
    """Say whether some cell may be meant as a number, though it is not read as one."""
    return any(LIKE_A_NUMBER.match(c) and not A_TIME.fullmatch(c) for c in cells)


class Missing:
    """What stands for a missing number: empty cells, NA and its kin, and others."""

    def __init__(self, told: Sequence[str | float]) -> None:
        self.told = list(told)
        self.texts = {item.strip() for item in told if isinstance(item, str)}
        self.numbers = {float(item) for item in told if not isinstance(item, str)}

    def number(self, cell: str) -> bool:
        """Say whether a cell among numbers is a gap by its text."""
        short = len(cell) <= LONGEST and cell.lower() in NO_VALUE
        return short or cell in self.texts

    def text(self, cell: str) -> bool:
        """Say whether a cell among texts is one."""
        return not cell or cell in self.texts

    def blanked(self, values: np.ndarray) -> np.ndarray:
        """Return numbers with NaN for those that mean that nothing was measured."""
        return np.where(np.isin(values, list(self.numbers)), np.nan, values)
