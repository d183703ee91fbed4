"""A series from a CSV file of one's own: every cell is a number, or it is told."""

from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .tables.columns import called, listed, named, place, read_table
from .tables.hints import Choice, Fault, Fix, explained
from .tables.numbers import NO_VALUE, like_numbers
from .tables.rows import Layout, Rows, cut
from .tables.table import check, table_text

GAPS = ("refuse", "interpolate")
OPTIONS = {  # of load_table, as they are there without a word
    "time": None,
    "time_format": None,
    "sort": False,
    "missing": (),
    "thousands": None,
    "comment": None,
    "skip": 0,
    "trim": 0,
}


def load_series(
    path: str | Path,
    column: int | str | None = None,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    header: bool | None = None,
    gaps: str = "refuse",
    encoding: str = "utf-8",
    **options: object,
) -> Tensor:
    """Return one column of a table as a series, (N,) float64.

    >>> file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
    >>> _ = file.write("day;level\\n1;2,5\\n2;\\n3;3,5\\n")
    >>> file.close()
    >>> cl.load_series(file.name, "level", decimal=",", gaps="interpolate")
    tensor([2.5000, 3.0000, 3.5000], dtype=torch.float64)

    The file is read by `load_table`, and its options are taken: delimiter, decimal,
    header and encoding, and missing, thousands, comment, skip, trim, time, time_format
    and sort. column: its name in the header, or its number, from 0; it may be left out
    where one column alone can be numbers. Values come in the order of the rows, so
    where the newest row is first, the newest value is: time= and sort=True turn them,
    and the report of `load_table` says how a file is sorted.
    gaps: a cell that is empty or says NA, N/A, NaN, null, none, - or ? is refused; with
    "interpolate" it gets its place on the straight line between its neighbours. Empty
    lines at the end of a file do not count; elsewhere an empty line is a gap. A gap at
    an end has one neighbour only: leave its line out, with skip or trim.
    Raises ValueError naming line, column and what came for a gap, for text or an
    infinite number among the numbers, and for a row that is longer or shorter than the
    others, with options that read the file where there are any; for several columns of
    numbers where none is named, an unknown column or a file that cannot be read.
    """
    if gaps not in GAPS:
        raise ValueError(f"gaps must be one of {GAPS}, got {gaps!r}")
    if unknown := set(options) - set(OPTIONS):
        raise TypeError(f"load_series has no option {min(unknown)!r}")
    options = {**OPTIONS, **options, "delimiter": delimiter, "decimal": decimal}
    options["header"] = header
    text = table_text(path, encoding)
    check({**options, "columns": None, "numbers": None})
    options |= {"column": column, "gaps": gaps}
    return explained(partial(_series, text), options, len(text))


def _series(text: str, column: int | str | None, gaps: str, **options) -> Tensor:
    """Return the series in a text; raise Fault for what cannot be read so."""
    layout = Layout(*(options.pop(name) for name in Layout._fields))
    rows = cut(text, layout)
    k = _only(rows, options["time"]) if column is None else place(column, rows)
    table = read_table(rows, columns=[k], numbers=[k], **options)
    values = table.data.iloc[:, 0].to_numpy()
    if not np.isnan(values).any():
        return torch.tensor(values)
    return _filled(values, table.lines, rows, k, gaps)


def _only(rows: Rows, time: object) -> int:
    """Return the place of the one column that can be numbers, or raise Fault."""
    timed = [place(c, rows) for c in listed(time)]
    rest = [k for k in range(rows.width) if k not in timed]
    likely = [k for k in rest if like_numbers(_known(rows, k))]
    if len(likely) == 1 or len(rest) == 1:
        return (likely or rest)[0]
    if not rest:
        raise Fault("no column is left beside those of the time")
    names = [named(rows, k) for k in likely or rest]
    shown = ", ".join(map(repr, names[:20]))
    raise Choice(
        f"{'several columns may be' if likely else 'no column holds'} numbers, of "
        f"{shown}: name the one that is meant with column=",
        *(Fix({"column": name}) for name in names),
    )


def _known(rows: Rows, k: int) -> list[str]:
    """Return the cells of a column that hold something."""
    return [cell for cell in rows.column(k) if cell.lower() not in NO_VALUE]


def _filled(
    values: np.ndarray, lines: list[int], rows: Rows, k: int, gaps: str
) -> Tensor:
    """Return the series; gaps are refused, or get their place between neighbours."""
    known = np.flatnonzero(~np.isnan(values)).tolist()
    missing = np.flatnonzero(np.isnan(values)).tolist()
    line = lines[missing[0]]
    told = (
        f"column {called(rows, k)} has a gap in line {line} ({len(missing)} in all), "
        f"{rows.quoted(line)}"
    )
    ends = [j for j in missing if not known or not known[0] < j < known[-1]]
    if ends and not known:
        raise Fault(f"{told}: it has a gap at an end and all between, no number at all")
    inside = {} if len(ends) == len(missing) else {"gaps": GAPS[1]}
    if ends:
        at = lines[ends[0]]
        where = "" if at == line else f", as in line {at}, {rows.quoted(at)},"
        places = {end: j for j, end in enumerate(rows.lines)}
        outer = rows.without(places[lines[j]] for j in ends)
        raise Fault(
            f"{told}: a gap at an end{where} has a neighbour on one side only",
            *(Fix(fix.options | inside) for fix in outer),
        )
    if gaps == "refuse":
        problem = f"{told}: fill it, or ask for its place between neighbours"
        raise Fault(problem, Fix(inside))
    return _interpolated(values.tolist(), known)


def _interpolated(series: list[float], known: list[int]) -> Tensor:
    """Fill what lies between known places, each on a straight line."""
    for left, right in pairwise(known):
        step = (series[right] - series[left]) / (right - left)
        for k in range(left + 1, right):
            series[k] = series[left] + (k - left) * step
    return torch.tensor(series, dtype=torch.float64)
