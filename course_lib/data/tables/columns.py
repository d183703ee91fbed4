"""From rows of cells to columns: numbers, texts, and times as the index."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .hints import Fault, Fix
from .numbers import (
    NO_VALUE,
    Missing,
    Style,
    ambiguous,
    like_numbers,
    other_styles,
    style_of,
)
from .report import Table, TableReport
from .rows import INFINITE, NONE, Rows, other_layouts, outermost
from .times import order, times

SHORT = 6  # characters that a mark for a missing value has at most
Name = str | int


class Series(NamedTuple):
    """A column: what it is, its values, and how many of them are missing."""

    kind: str
    values: np.ndarray | list
    missing: int


def read_table(
    rows: Rows,
    columns: Sequence[Name] | None,
    numbers: Sequence[Name] | None,
    time: Name | Sequence[Name] | None,
    time_format: str | None,
    sort: bool,
    missing: Sequence[str | float],
) -> Table:
    """Return the table that rows hold; arguments are those of `load_table`."""
    import pandas as pd  # here: it takes half a second

    timed = [place(c, rows) for c in listed(time)]
    rest = [k for k in range(rows.width) if k not in timed]
    kept = rest if columns is None else [place(c, rows) for c in columns]
    asked = None if numbers is None else [place(c, rows) for c in numbers]
    if asked is not None and columns is not None and not set(asked) <= set(kept):
        raise ValueError(f"numbers must be among columns, got {numbers!r}")
    gone, names = Missing(missing), labels(rows)
    read = {names[k]: column(rows, k, gone, asked) for k in kept}
    _cut_at_all(rows, read)
    index = pd.RangeIndex(len(rows.cells))
    told = "no time column is named: rows are as in the file"
    if timed:
        name = " ".join(str(names[k]) for k in timed)
        index = times(rows, timed, name, time_format)
        told = order(index, rows.lines)
    data = pd.DataFrame({n: each.values for n, each in read.items()}, index=index)
    lines = rows.lines
    if sort:
        places = np.argsort(index, kind="stable")
        data, lines = data.iloc[places], [lines[k] for k in places]
        told = f"oldest first (sorted; in the file: {told})"
    repeated = int(index.duplicated().sum()) if timed else 0
    return Table(data, lines, _report(rows, read, told, repeated))


def _cut_at_all(rows: Rows, read: dict[Name, Series]) -> None:
    """Raise Fault for one column of text that is several, with spaces between."""
    if rows.delimiter == NONE and any(each.kind == "text" for each in read.values()):
        spaces = [f for f in other_layouts(rows, []) if f.options == {"delimiter": " "}]
        if spaces and any(like_numbers(row) for row in rows.cells):
            problem = f"no delimiter is found in line {rows.first}"
            raise Fault(f"{problem}: {rows.quoted(rows.first)}", *spaces)


def _report(rows: Rows, read: dict, told: str, repeated: int) -> TableReport:
    """Return what was read; file and encoding are for the caller to name."""
    style = style_of(rows.layout.decimal, rows.layout.thousands)
    return TableReport(
        "",
        "",
        rows.delimiter,
        *style,
        len(rows.cells),
        {name: each.kind for name, each in read.items()},
        {name: each.missing for name, each in read.items() if each.missing},
        rows.left,
        told,
        repeated,
    )


def listed(time: Name | Sequence[Name] | None) -> list[Name]:
    """Return the columns that make up the time, as a list."""
    if time is None:
        return []
    return [time] if isinstance(time, str | int) else list(time)


def labels(rows: Rows) -> list[Name]:
    """Return what columns are called: a name that is there already gets a number."""
    if rows.names is None:
        return list(range(rows.width))
    found: list[Name] = []
    for k, name in enumerate(rows.names):
        label = name or f"column {k}"
        while label in found:
            label = f"{label}.{k}"
        found.append(label)
    return found


def named(rows: Rows, k: int) -> Name:
    """Return what finds a column: its label, or its number where names are twice."""
    twice = rows.names is not None and rows.names.count(rows.names[k]) > 1
    return k if twice else labels(rows)[k]


def place(column: Name, rows: Rows) -> int:
    """Return the place of a column, by its name in the header or its number."""
    if isinstance(column, str):
        return _by_name(column, rows)
    if isinstance(column, bool) or not isinstance(column, int):
        kind = type(column).__name__
        raise TypeError(f"column must be a name or a number, got {kind}")
    if column < 0:
        raise ValueError(f"column must be at least 0, got {column}")
    if column >= rows.width:
        raise Fault(
            f"column must be in 0 .. {rows.width - 1}, as line {rows.first} has "
            f"{rows.width} cells, got {column}: {rows.quoted(rows.first)}",
            *other_layouts(rows, []),
        )
    return column


def _by_name(column: str, rows: Rows) -> int:
    """Return the place of the column of this name; raise Fault if it is not one."""
    if rows.names is None:
        raise Fault(
            f"column {column!r} needs a header, and the first row, {rows.cells[0]}, "
            "holds numbers, dates or gaps",
            Fix({"header": True}),
        )
    found = rows.names.count(column)
    if found == 1:
        return rows.names.index(column)
    if not found and column in labels(rows):
        return labels(rows).index(column)
    known = ", ".join(map(repr, rows.names[:40]))
    lower = [
        Fix({"skip": above})
        for above, row in zip([rows.first, *rows.lines], rows.cells[:20], strict=False)
        if column in row
    ]
    raise Fault(
        f"{column!r} must be the name of one column, found {found} times; there are: "
        f"{known}",
        *lower,
        *other_layouts(rows, []),
    )


def called(rows: Rows, k: int) -> str:
    """Return how a column is called in errors."""
    return str(k) if rows.names is None else repr(rows.names[k])


def column(rows: Rows, k: int, gone: Missing, asked: Sequence[int] | None) -> Series:
    """Return a column: numbers if it is asked to be, or if most of its cells are.

    asked: the places of the columns of numbers, or None if nobody said.
    """
    cells = rows.column(k)
    style = style_of(rows.layout.decimal, rows.layout.thousands)
    known = [c for c in cells if not gone.number(c)]
    values = style.values(known) if asked is None or k in asked else None
    if values is not None:
        _in_one_way(rows, k, known)
        full = np.full(len(cells), np.nan)
        full[[not gone.number(c) for c in cells]] = gone.blanked(values)
        return Series("numbers", full, int(np.isnan(full).sum()))
    if (asked is not None and k in asked) or (asked is None and _meant(known, style)):
        raise _no_number(rows, k, gone, style, named=asked is not None)
    texts = [None if gone.text(c) else c for c in cells]
    return Series("text", texts, texts.count(None))


def _meant(known: list[str], style: Style) -> bool:
    """Say whether a column is meant as numbers: most cells are, or in another style."""
    fits = sum(map(bool, map(style.pattern().fullmatch, known)))
    return 2 * fits > len(known) or bool(other_styles(known, (None, None)))


def _in_one_way(rows: Rows, k: int, known: list[str]) -> None:
    """Raise Fault if the points of a column may stand between thousands as well."""
    if rows.layout.decimal or rows.layout.thousands:
        return
    if both := ambiguous(known, _plain_numbers(rows)):
        cell = next(c for c in known if "." in c)
        line = rows.lines[rows.column(k).index(cell)]
        raise Fault(
            f"line {line}, column {called(rows, k)}: {cell!r} can be read in two ways, "
            "as every point of the column stands before exactly three digits",
            *both,
        )


def _plain_numbers(rows: Rows):
    """Give the cells of all columns that hold numbers with a decimal point."""
    for k in range(rows.width):
        known = [c for c in rows.column(k) if c.lower() not in NO_VALUE]
        if Style().values(known) is not None:
            yield from known


def _no_number(rows: Rows, k: int, gone: Missing, style: Style, named: bool) -> Fault:
    """Return the fault of a column of numbers with a cell that is none."""
    cells = rows.column(k)
    known = [cell for cell in cells if not gone.number(cell)]
    bad = [j for j in style.odd(cells) if not gone.number(cells[j])]
    line, cell = rows.lines[bad[0]], cells[bad[0]]
    around = rows.quoted(line)
    quoted = "" if around == repr(cell[:60]) else f" in {around}"
    why = "" if named else " (numbers= can name the columns that are)"
    other = other_styles(known, (rows.layout.decimal, rows.layout.thousands))
    return Fault(
        f"line {line}, column {called(rows, k)}: expected a finite number with a "
        f"decimal {style.decimal!r}, got {cell[:60]!r}{quoted}{why}",
        *(other or _without_texts(rows, cells, bad, gone)),
    )


def _without_texts(
    rows: Rows, cells: list[str], bad: list[int], gone: Missing
) -> list[Fix]:
    """Return what may read a column with cells that are no numbers in any style."""
    fixes = []
    if rows.names is None and bad == [0]:
        fixes.append(Fix({"header": True}))
    marks = sorted({cells[j] for j in bad})
    if any(like_numbers([m]) or m.lower().lstrip("+-") in INFINITE for m in marks):
        return fixes + [f for f in other_layouts(rows, bad) if "delimiter" in f.options]
    fixes += other_layouts(rows, bad if outermost(bad, len(cells)) else [])
    short = len(marks) <= 3 and all(len(mark) <= SHORT for mark in marks)
    once = "".join(mark for mark in marks if cells.count(mark) < 2)
    if short and not any(map(str.isalnum, once)):
        about = "if it means that there is no value"
        fixes.append(Fix({"missing": [*gone.told, *marks]}, about))
    return fixes
