"""From the text of a table to rows of cells, each with the line that it comes from."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .hints import Fault, Fix
from .numbers import NO_VALUE, STYLES

SIGNS = "\t;|,"  # the first that cuts all rows alike; a comma may stand in numbers
NONE = "\x1f"  # where there is one column: what no text has
COMMENTS = "#%!"
LOOKED_AT = 200  # rows
LONGEST = 1_000_000  # characters of a line
SPACES = re.compile(r"[ \t]+")
INFINITE = frozenset({"inf", "infinity"})
NUMBERS = [style.pattern() for style in STYLES[:4]]


class Layout(NamedTuple):
    """How a table is laid out; None: to be found out."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    comment: str | None = None
    skip: int | Sequence[int] = 0
    trim: int = 0


class Rows(NamedTuple):
    """The rows of a table: names if it has any, cells, and where each row ends.

    lines: of the file, from 1. first: the line of the first row, names or not. left:
    the lines that were left out. text: all lines of the file.
    """

    names: list[str] | None
    cells: list[list[str]]
    lines: list[int]
    first: int
    delimiter: str
    left: list[int]
    text: list[str]
    layout: Layout

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names or next(filter(None, self.cells), []))

    def column(self, place: int) -> list[str]:
        """Return the cells of a column; an empty line has an empty cell."""
        return [row[place] if row else "" for row in self.cells]

    def quoted(self, line: int) -> str:
        """Return a line of the file, as it is shown in errors."""
        return repr(self.text[line - 1][:60])

    def without(self, places: Iterable[int]) -> list[Fix]:
        """Return the options that leave out some rows, by their places.

        What is at the end is trimmed, what is at the beginning is skipped, the names
        above it too or not, and any other row is skipped by its lines.
        """
        gone = set(places)
        stay = [k for k in range(len(self.cells)) if k not in gone]
        if not gone or not stay:
            return []
        tail = len(self.text) - self.lines[stay[-1]]
        options = {"trim": tail} if stay[-1] < len(self.cells) - 1 else {}
        odd = [line for k in sorted(gone) if k < stay[-1] for line in self._span(k)]
        if not odd:
            return [Fix(options)]
        first = [k for k in gone if k < stay[0]]
        all_above = first and len(first) == sum(k < stay[-1] for k in gone)
        fixes = []
        if all_above and stay[0] > (1 if self.names else 0):
            above = self.lines[stay[0] - (2 if self.names else 1)]
            fixes.append(Fix({"skip": above} | options))
        elif all_above:
            fixes.append(Fix({"skip": self.first if self.names else odd[-1]} | options))
        if self.names or not all_above:
            fixes.append(Fix({"skip": _short([*self._skipped(), *odd])} | options))
        return fixes

    def _span(self, k: int) -> range:
        """Return the lines of a row, from the one behind the row before it."""
        above = self.first if self.names else 0
        return range((self.lines[k - 1] if k else above) + 1, self.lines[k] + 1)

    def _skipped(self) -> list[int]:
        """Return the lines that were told to be skipped."""
        skip = self.layout.skip
        return list(range(1, skip + 1) if isinstance(skip, int) else skip)


def _short(lines: list[int]) -> object:
    """Return lines as a list, or as a range if there are many in a row."""
    if len(lines) > 3 and lines == list(range(lines[0], lines[-1] + 1)):
        return range(lines[0], lines[-1] + 1)
    return lines


def cut(text: str, layout: Layout) -> Rows:
    """Return the rows of a table; raise Fault for what is no table."""
    lines = text.split("\n")
    while lines and not lines[-1].strip(" "):
        lines.pop()
    kept = _kept(lines, layout)
    if not kept:
        raise Fault("the file begins with nothing: expected a table, got no row")
    if not lines[kept[0] - 1].strip():
        raise _blank_above(lines, kept)
    sign = layout.delimiter or _delimiter([lines[n - 1] for n in kept], layout)
    cells, ends = _parsed(lines, kept, sign)
    left = sorted(set(range(1, len(lines) + 1)) - set(kept))
    header = is_names(cells[0]) if layout.header is None else layout.header
    rows = Rows(None, cells, ends, ends[0], sign, left, lines, layout)
    _same_length(rows)
    if not header:
        return rows
    if len(cells) < 2:
        problem = "there are no rows of numbers or texts below the names"
        raise Fault(f"{problem} in line {ends[0]}: {rows.quoted(ends[0])}")
    return rows._replace(names=cells[0], cells=cells[1:], lines=ends[1:])


def _kept(lines: list[str], layout: Layout) -> list[int]:
    """Return the numbers of the lines that are not skipped, trimmed or comments."""
    skip = layout.skip
    skipped = set(range(1, skip + 1) if isinstance(skip, int) else skip)
    sign = layout.comment
    kept = [
        n
        for n, line in enumerate(lines[: len(lines) - layout.trim or None], start=1)
        if n not in skipped and not (sign and line.lstrip().startswith(sign))
    ]
    return kept if layout.trim < len(lines) else []


def _blank_above(lines: list[str], kept: list[int]) -> Fault:
    """Return the fault of a table that begins with an empty line."""
    filled = [n for n in kept if lines[n - 1].strip()]
    return Fault(
        f"the table begins with nothing, in line {kept[0]}: expected names or numbers",
        *(Fix({"skip": n - 1}) for n in filled[:1]),
    )


def _split(lines: Iterable[str], sign: str) -> "csv.reader":
    """Return a reader of lines; runs of spaces count as one."""
    if sign == " ":
        lines = (SPACES.sub(" ", line.strip()) for line in lines)
    return csv.reader((f"{line}\n" for line in lines), delimiter=sign, strict=True)


def _parsed(
    lines: list[str], kept: list[int], sign: str
) -> tuple[list[list[str]], list[int]]:
    """Return the cells of every row, and the line in which it ends."""
    for n in kept:
        if len(lines[n - 1]) > LONGEST:
            raise Fault(
                f"line {n} has {len(lines[n - 1])} characters: expected a table, with "
                "a line for each row"
            )
    reader = _split((lines[n - 1] for n in kept), sign)
    cells, ends = [], []
    try:
        for row in reader:
            cells.append([cell.strip() for cell in row])
            ends.append(kept[reader.line_num - 1])
    except csv.Error as error:
        n = kept[max(reader.line_num, 1) - 1]
        quote = "a quotation mark in it is not closed, or has text behind it"
        what = "one of its cells is too long" if "limit" in str(error) else quote
        raise Fault(f"line {n} is no row of a CSV file: {what}") from error
    return cells, ends


def widths(lines: list[str], sign: str) -> list[int]:
    """Return into how many cells a sign cuts each line that is not empty."""
    found: list[int] = []
    try:
        found.extend(len(row) for row in _split(lines, sign) if row)
    except csv.Error:  # the part that is looked at may end within quotes
        return found if len(lines) >= LOOKED_AT else []
    return found


def alike(found: list[int]) -> bool:
    """Say whether all rows have the same number of cells, more than one."""
    return len(set(found)) == 1 and found[0] > 1


def _delimiter(lines: list[str], layout: Layout) -> str:
    """Return what cuts rows alike, or the first row most often, or NONE.

    A comma that is a sign in numbers is a delimiter only where it cuts rows alike and
    leaves numbers with a comma whole, since they stand in quotes.
    """
    part = [line[:LONGEST] for line in lines[:LOOKED_AT]]
    in_numbers = "," in (layout.decimal, layout.thousands)
    signs = SIGNS.replace(",", "") if in_numbers else SIGNS
    cuts = {sign: widths(part, sign) for sign in signs}
    for sign, found in cuts.items():
        if alike(found):
            return sign
    if in_numbers and alike(widths(part, ",")) and _quoted_numbers(part):
        return ","
    usual = {s: Counter(found).most_common(1)[0] for s, found in cuts.items() if found}
    often = {s: n for s, (width, n) in usual.items() if width > 1 and 2 * n > len(part)}
    if often:
        return max(often, key=often.get)
    first = {sign: found[0] for sign, found in cuts.items() if found}
    best = max(first, key=first.get, default=NONE)
    return best if first.get(best, 1) > 1 and not _one_column(part) else NONE


def _one_column(lines: list[str]) -> bool:
    """Say whether all lines but a few, such as a title, are single numbers."""
    cells = [line.strip() for line in lines if line.strip()]
    numbers = sum(any(p.fullmatch(cell) for p in NUMBERS) for cell in cells)
    return 2 * numbers > len(cells)


def _quoted_numbers(lines: list[str]) -> bool:
    """Say whether cells that hold a comma, and so were quoted, are numbers."""
    cells = [cell.strip() for row in _split(lines, ",") for cell in row if "," in cell]
    return any(p.fullmatch(cell) for cell in cells for p in NUMBERS[1:])


def is_names(first: list[str]) -> bool:
    """Say whether a row holds names: some text, no number, no date, and no gap."""
    for cell in first:
        digits = any(c.isdigit() for c in cell) and not any(c.isalpha() for c in cell)
        number = NUMBERS[0].fullmatch(cell) or cell.lower().lstrip("+-") in INFINITE
        if digits or number or (cell and cell.lower() in NO_VALUE):
            return False
    return any(first)


def _same_length(rows: Rows) -> None:
    """Raise Fault for a row with other cells than most; a row of no cells is a gap."""
    found = [len(row) for row in rows.cells]
    filled = Counter(n for n in found if n)
    if len(filled) < 2:
        return
    usual, often = filled.most_common(1)[0]
    if often == filled[found[0]]:
        usual = found[0]
    odd = [k for k, n in enumerate(found) if n not in (0, usual)]
    place, known = odd[0], next(k for k, n in enumerate(found) if n == usual)
    lines = rows.lines
    raise Fault(
        f"line {lines[place]} has {_cells(found[place])}, expected {usual}, as in line "
        f"{lines[known]}: {rows.quoted(lines[place])}",
        *other_layouts(rows, odd),
    )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def other_layouts(rows: Rows, odd: Sequence[int]) -> list[Fix]:
    """Return what may read a table in which some rows are odd: left out, or cut anew.

    Rows inside a table are left out only where they are comments or no rows of it.
    """
    starts = [rows.text[rows.lines[k] - 1].lstrip()[:1] for k in odd]
    if odd and set(starts) <= set(COMMENTS) and rows.layout.comment is None:
        return [Fix({"comment": sign}) for sign in sorted(set(starts))]
    fixes = rows.without(odd) if 2 * len(odd) <= len(rows.cells) else []
    if rows.layout[:2] == (None, None) and rows.delimiter == ",":
        fixes.append(Fix({"decimal": ","}))  # which was cut in two
    left = set(rows.left)
    kept = [line for n, line in enumerate(rows.text, start=1) if n not in left]
    for sign in (*SIGNS, " "):
        if sign != rows.delimiter and alike(widths(kept[:LOOKED_AT], sign)):
            fixes.append(Fix({"delimiter": sign}))
    return fixes


def outermost(odd: Sequence[int], count: int) -> bool:
    """Say whether rows are all at the beginning or the end, of so many."""
    inner = set(range(count)) - set(odd)
    return bool(inner) and not any(min(inner) < k < max(inner) for k in odd)
