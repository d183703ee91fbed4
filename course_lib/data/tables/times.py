"""Times in a table: read as they are told to be written, and their order."""

import re
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from .hints import Fault, Fix
from .rows import Rows

if TYPE_CHECKING:
    import pandas as pd

ISO = re.compile(
    r"\d{4}(-\d{2}(-\d{2}([ T]\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?)?)?)?"
    r" ?(Z|[+-]\d{2}(:?\d{2})?)?",
    re.ASCII,
)
OFFSET = re.compile(r"\d{2}:?\d{2}.* ?(Z|[+-]\d{2}(:?\d{2})?)$", re.ASCII)
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d")
DAYS += ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%b %Y")
HOURS = ("", " %H:%M", " %H:%M:%S", " %H", " %I:%M %p", " %I:%M:%S %p")
FORMATS = tuple(day + hour for day, hour in product(DAYS, HOURS))
DESCRIBED = {"%d": "day", "%m": "month", "%b": "month", "%Y": "year"}


def times(
    rows: Rows, places: Sequence[int], name: str, written: str | None
) -> "pd.DatetimeIndex":
    """Return the time of each row; the cells of several columns are joined by a space.

    written: as strptime has it, or None for ISO 8601, such as 2011-01-31 05:00.
    Raises Fault for a cell that is no such time, with formats that fit all of them.
    """
    cells = [" ".join(parts) for parts in zip(*map(rows.column, places), strict=True)]
    read = _iso(cells) if written is None else _formatted(cells, written)
    bad = np.flatnonzero(read.isna())
    if not len(bad):
        return read.rename(name)
    line = rows.lines[bad[0]]
    wanted = "as 2011-01-31 05:00" if written is None else f"as in {written!r}"
    raise Fault(
        f"line {line}, column {name!r}: expected a time {wanted}, got "
        f"{cells[bad[0]][:60]!r} in {rows.quoted(line)}",
        *_formats(cells, written),
        *(rows.without(bad) if 2 * len(bad) < len(cells) else []),
    )


def _iso(cells: list[str]) -> "pd.DatetimeIndex":
    """Return times in ISO 8601, NaT for any other; with an offset they become UTC.

    Where one has an offset, all must: what the others mean cannot be known.
    """
    import pandas as pd

    utc = any(map(OFFSET.search, cells))
    kept = [
        cell if ISO.fullmatch(cell) and (not utc or OFFSET.search(cell)) else None
        for cell in cells
    ]
    return pd.DatetimeIndex(
        pd.to_datetime(kept, format="ISO8601", errors="coerce", utc=utc)
    )


def _formatted(cells: list[str], written: str) -> "pd.DatetimeIndex":
    """Return times in a format, NaT for any other; raise ValueError for no format."""
    import pandas as pd

    try:
        found = pd.to_datetime(cells, format=written, errors="coerce")
        return pd.DatetimeIndex(found)
    except (ValueError, TypeError, re.error) as error:
        raise ValueError(
            "time_format must be one as strptime has it, such as '%d.%m.%Y %H:%M', "
            f"got {written!r}"
        ) from error


def _formats(cells: list[str], written: str | None) -> list[Fix]:
    """Return the formats that fit all cells, or all but a few at the ends."""
    part = cells[1:-1][:1000] if len(cells) > 4 else cells
    fits = [f for f in FORMATS if f != written and _formatted(part, f).notna().all()]
    if written is not None and not fits and _iso(part).notna().all():
        fits.append(None)
    shown = [f for f in fits if f is None or _formatted(cells, f).notna().all()]
    return [Fix({"time_format": f}, _about(f)) for f in shown or fits[:2]]


def _about(written: str | None) -> str:
    """Say in which order a format has day and month, where that is the question."""
    if written is None or not written.startswith(("%d/%m", "%m/%d", "%d-%m", "%m-%d")):
        return ""
    return f"the {DESCRIBED[written[:2]]} first"


def order(read: "pd.DatetimeIndex", lines: Sequence[int]) -> str:
    """Say in which order times are: oldest first, newest first, or neither."""
    if read.is_monotonic_increasing:
        return "oldest first"
    if read.is_monotonic_decreasing:
        return "newest first"
    back = int(np.flatnonzero(read[1:] < read[:-1])[0]) + 1
    return f"not in order (line {lines[back]} is earlier than the row before it)"
