"""A series from a CSV file of one's own: every cell is a number, or it is told."""

import csv
import io
import math
import re
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from .. import validation

DELIMITERS = ",;\t|"
GAPS = ("refuse", "interpolate")
NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
INFINITE = frozenset({"inf", "infinity"})
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
Rows = list[tuple[int, list[str]]]  # the line of the file, and the row's cells


def load_series(
    path: str | Path,
    column: int | str = 0,
    *,
    delimiter: str | None = None,
    decimal: str = ".",
    header: bool | None = None,
    gaps: str = "refuse",
    encoding: str = "utf-8",
) -> Tensor:
    """Return one column of a CSV file as a series, (N,) float64.

    >>> file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
    >>> _ = file.write("day;level\\n1;2,5\\n2;\\n3;3,5\\n")
    >>> file.close()
    >>> cl.load_series(file.name, "level", decimal=",", gaps="interpolate")
    tensor([2.5000, 3.0000, 3.5000], dtype=torch.float64)

    column: its name in the header, or its number, from 0. delimiter: one of `, ; tab |`
    unless told otherwise: the one that cuts the first row into most cells. decimal: "."
    or ","; with a decimal comma no comma is taken for a delimiter. header: whether the
    first row holds names; None finds out: it does if no cell of it is a number, has
    digits and no letters, as a date has, or says NA, and one has any text.
    encoding: a byte-order mark is dropped.
    gaps: a cell that is empty or says NA, N/A, NaN, null, none, - or ? is refused; with
    "interpolate" it gets its place on the straight line between its neighbours. Empty
    lines at the end of a file do not count; elsewhere an empty line is a gap.
    Raises ValueError naming line, column and what came for a gap, for text or an
    infinite number among the numbers, and for a row that is longer or shorter than the
    first; and for an unknown column or a file that cannot be read.
    """
    _check(gaps, decimal, delimiter, header)
    signs = delimiter or DELIMITERS.replace(decimal, "")
    rows = _rows(validation.file(path, "a CSV file"), signs, encoding)
    if header is None:
        header = _names(rows[0][1])
    place, name = _place(column, rows[0][1], header)
    values = [
        (line, _value(cells, place, decimal, f"line {line}, column {name}"))
        for line, cells in rows[1 if header else 0 :]
    ]
    if not values:
        raise ValueError(f"{str(path)!r} has no rows of numbers below its header")
    return _filled(values, name, gaps)


def _check(gaps: str, decimal: str, delimiter: str | None, header: bool | None) -> None:
    """Raise for options that there are not, or that contradict."""
    if header is not None and not isinstance(header, bool):
        raise TypeError(f"header must be True, False or None, got {header!r}")
    if gaps not in GAPS:
        raise ValueError(f"gaps must be one of {GAPS}, got {gaps!r}")
    if decimal not in (".", ","):
        raise ValueError(f"decimal must be '.' or ',', got {decimal!r}")
    if delimiter is not None and (
        len(validation.text(delimiter, "delimiter")) != 1
        or delimiter in f'{decimal}"\r\n\0'
    ):
        raise ValueError(
            f"delimiter must be one sign, other than decimal {decimal!r}, "
            f"got {delimiter!r}"
        )


def _names(first: list[str]) -> bool:
    """Say whether a row holds names: some text, no number, no date, and no gap."""
    for cell in first:
        digits = any(c.isdigit() for c in cell) and not any(c.isalpha() for c in cell)
        number = NUMBER.fullmatch(cell) or cell.lower().lstrip("+-") in INFINITE
        if digits or number or (cell and cell.lower() in NO_VALUE):
            return False
    return any(first)


def _text(path: Path, encoding: str) -> str:
    """Return what is in a file; raise ValueError for another encoding."""
    try:
        text = path.read_bytes().decode(validation.text(encoding, "encoding"))
        if "\0" in text:
            raise ValueError("there are zero bytes in it")
    except (ValueError, LookupError) as error:
        raise ValueError(
            f"{str(path)!r} could not be read as {encoding!r} ({error}): name its "
            'encoding, such as load_series(..., encoding="cp1252") or "utf-16"'
        ) from error
    return text.removeprefix("\ufeff")


def _rows(path: Path, signs: str, encoding: str) -> Rows:
    """Return every row with its line; raise ValueError for what is no table."""
    text = _text(path, encoding).rstrip("\r\n")
    if not text or text[0] in "\r\n":
        raise ValueError(
            f"{str(path)!r} begins with nothing: expected names or numbers"
        )
    sign = _delimiter(text, signs)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        rows = [(reader.line_num, [c.strip() for c in row]) for row in reader]
    except csv.Error as error:
        where = f"line {reader.line_num} of {str(path)!r}"
        raise ValueError(f"{where} is no row of a CSV file: {error}") from error
    _same_length(rows)
    return rows


def _delimiter(text: str, signs: str) -> str:
    """Return the one of some signs that cuts the first row into most cells."""
    first = text.splitlines()[0]
    return max(signs, key=lambda s: len(next(csv.reader([first], delimiter=s))))


def _same_length(rows: Rows) -> None:
    """Raise ValueError for a row with other cells than the first; no cells is a gap."""
    wanted = len(rows[0][1])
    for line, cells in rows:
        if cells and len(cells) != wanted:
            raise ValueError(
                f"line {line} has {len(cells)} cells, expected {wanted}, as in line "
                f"{rows[0][0]}: is the delimiter right, and is a number with a decimal "
                "comma cut in two?"
            )


def _place(column: int | str, first: list[str], header: bool) -> tuple[int, str]:
    """Return a column's number and how it is called in errors."""
    if isinstance(column, str):
        if not header:
            raise ValueError(
                f"column {column!r} needs a header, and the first row, {first}, holds "
                "numbers, dates or gaps: if these are names, say header=True"
            )
        if first.count(column) != 1:
            known = ", ".join(map(repr, first))
            raise ValueError(
                f"{column!r} must be the name of one column, found "
                f"{first.count(column)} times; there are: {known}"
            )
        return first.index(column), repr(column)
    if validation.whole(column, 0, "column") >= len(first):
        raise ValueError(
            f"column must be in 0 .. {len(first) - 1}, as line 1 has {len(first)} "
            f"cells, got {column}"
        )
    return column, repr(first[column]) if header else str(column)


def _cell(cell: str, decimal: str) -> str:
    """Return a cell with a decimal point, or nothing if it has one already."""
    if decimal == ",":
        return "" if "." in cell else cell.replace(",", ".")
    return cell


def _value(cells: list[str], place: int, decimal: str, where: str) -> float:
    """Return the number in a row, nan for a gap; raise ValueError for any other."""
    cell = cells[place] if cells else ""
    if cell.lower() in NO_VALUE:
        return math.nan
    if NUMBER.fullmatch(_cell(cell, decimal)):
        value = float(_cell(cell, decimal))
        if math.isfinite(value):
            return value
    other = 'decimal=","' if decimal == "." else 'decimal="."'
    hint = f"; is it {other}?" if re.fullmatch(r"[+-]?\d+[.,]\d+", cell) else ""
    raise ValueError(
        f"{where}: expected a finite number with a decimal {decimal!r}, got "
        f"{cell[:60]!r}{hint}"
    )


def _filled(values: list[tuple[int, float]], name: str, gaps: str) -> Tensor:
    """Return the series; gaps are refused, or get their place between neighbours."""
    lines, series = zip(*values, strict=True)
    known = [k for k, value in enumerate(series) if not math.isnan(value)]
    missing = [k for k, value in enumerate(series) if math.isnan(value)]
    if not missing:
        return torch.tensor(series, dtype=torch.float64)
    told = (
        f"column {name} has a gap in line {lines[missing[0]]} ({len(missing)} in all)"
    )
    if gaps == "refuse":
        raise ValueError(f'{told}: fill it, or take gaps="interpolate"')
    if not known or known[0] > 0 or known[-1] < len(series) - 1:
        raise ValueError(
            f"{told}, and a gap at an end has a neighbour on one side only: cut the "
            "file so that it begins and ends with a number"
        )
    return _interpolated(list(series), known)


def _interpolated(series: list[float], known: list[int]) -> Tensor:
    """Fill what lies between known places, each on a straight line."""
    for left, right in pairwise(known):
        step = (series[right] - series[left]) / (right - left)
        for k in range(left + 1, right):
            series[k] = series[left] + (k - left) * step
    return torch.tensor(series, dtype=torch.float64)
