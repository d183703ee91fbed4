"""A table of one's own: numbers, texts and times from a file, and what was read."""

from collections.abc import Sequence
from pathlib import Path

from ... import validation
from ..encoding import decode
from ..unpack import NoText, unpack
from .columns import read_table
from .hints import explained
from .report import Table
from .rows import Layout, cut

WEB_PAGE = ("<!doctype html", "<html")
ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data")
Column = str | int


def load_table(
    path: str | Path,
    columns: Sequence[Column] | None = None,
    *,
    numbers: Sequence[Column] | None = None,
    time: Column | Sequence[Column] | None = None,
    time_format: str | None = None,
    sort: bool = False,
    missing: Sequence[str | float] = (),
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    header: bool | None = None,
    comment: str | None = None,
    skip: int | Sequence[int] = 0,
    trim: int = 0,
    encoding: str = "utf-8",
) -> Table:
    """Return a table from a CSV file: a pandas DataFrame, and what was read.

    >>> file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
    >>> _ = file.write("day;level;sky\\n2.1.2024;2,5;grey\\n1.1.2024;-999;blue\\n")
    >>> file.close()
    >>> how = {"time_format": "%d.%m.%Y", "decimal": ",", "missing": [-999]}
    >>> table = cl.load_table(file.name, time="day", sort=True, **how)
    >>> table.data["level"].tolist(), table.data["sky"].tolist()
    ([nan, 2.5], ['blue', 'grey'])
    >>> table.data.index.day_name().tolist()
    ['Monday', 'Tuesday']
    >>> table.report.order
    'oldest first (sorted; in the file: newest first)'
    >>> table.report.missing
    {'level': 1}

    path: a text of any ending, gzipped, or in a zip with one table in it.
    columns: which to keep, by their names in the header or their numbers from 0.
    numbers: which of them hold numbers, (N,) float64; then every cell is a number or it
    is told. Without a word these are the columns in which more than half are, and the
    others are text as it stands. time: the column that becomes the index, or several,
    joined by a space; time_format: how it is written, as strptime has it (ISO 8601
    without a word; with an offset it becomes UTC). sort: by time, which keeps the order
    of equal ones; else rows stay as they are in the file, and the report says how.
    missing: cells that hold no value, beside empty ones and, among numbers, NA, N/A,
    NaN, null, none, - and ?: a text as it stands, a number however it is written.
    delimiter: found out without a word: what cuts all rows alike; " " is any run of
    spaces. decimal: "." without a word. Where each point stands before exactly three
    digits, as in 1.120, it may be one between thousands too: then say decimal="." or
    thousands=".". thousands: one of , . ' and a space. header: whether the first row
    holds names; without a word it does if no cell of it is a number, a date or NA.
    comment: how lines begin that do not count. skip: how many lines at the beginning do
    not, or the numbers of the lines, from 1. trim: how many at the end.
    Raises ValueError naming the line and what came, with options that read the file
    where there are any (each was tried), and for a file that cannot be read, is a
    spreadsheet, or has no such column; TypeError for options of another kind.
    """
    options = {name: value for name, value in locals().items() if name != "path"}
    text = table_text(path, options.pop("encoding"))
    check(options)

    def read(**options: object) -> Table:
        """Read the table with these options."""
        layout = Layout(*(options.pop(name) for name in Layout._fields))
        return read_table(cut(text, layout), **options)

    table = explained(read, options, len(text))
    named = table.report._replace(file=Path(path).name, encoding=encoding)
    return table._replace(report=named)


def table_text(path: str | Path, encoding: str) -> str:
    """Return the text of a file that should hold a table."""
    validation.text(encoding, "encoding")
    file = validation.file(path, "a CSV file")
    try:
        text = decode(unpack(file, ENDINGS), encoding)
        if text[:99].lstrip().lower().startswith(WEB_PAGE):
            raise NoText("is a web page, not a table: get the file that it leads to")
        return text
    except ValueError as error:
        told = str(error)
        name = "" if "encoding" in told else _name_it(told)
        raise ValueError(f"{str(path)[:200]!r} {told}{name}") from error


def _name_it(told: str) -> str:
    """Return what to do about bytes that look like nothing that is known."""
    return "; name the encoding that it was saved in" if "does not fit" in told else ""


def check(options: dict) -> None:
    """Raise TypeError or ValueError for options that there are not."""
    for name in ("delimiter", "decimal", "thousands", "comment", "time_format"):
        if options[name] is not None:
            validation.text(options[name], name)
    for name, known in (("header", (True, False, None)), ("sort", (True, False))):
        if not any(options[name] is value for value in known):
            wanted = "True, False or None" if None in known else "True or False"
            raise TypeError(f"{name} must be {wanted}, got {options[name]!r}")
    validation.whole(options["trim"], 0, "trim")
    _whole_numbers(options["skip"])
    _items(options, "missing", (str, int, float), "texts and numbers")
    for name in ("columns", "numbers"):
        _items(options, name, (str, int), "names and numbers of columns")
    if options["time"] is not None and not isinstance(options["time"], str | int):
        _items(options, "time", (str, int), "names and numbers of columns")
    sign = options["delimiter"]
    if sign is not None and (len(sign) != 1 or sign in '"\r\n\0'):
        raise ValueError(f"delimiter must be one sign and no quote, got {sign!r}")
    _signs(options["decimal"], options["thousands"])
    if options["comment"] == "":
        raise ValueError("comment must be what lines begin with, got ''")
    if options["sort"] and options["time"] is None:
        raise ValueError("sort=True needs time=, the column to sort by")


def _signs(decimal: str | None, thousands: str | None) -> None:
    """Raise ValueError for signs in numbers that there are not, or that are one."""
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal must be '.' or ',', got {decimal!r}")
    if thousands not in (None, ",", ".", " ", "'"):
        wanted = "thousands must be a comma, a point, ' or a space"
        raise ValueError(f"{wanted}, got {thousands!r}")
    if thousands is not None and thousands == decimal:
        raise ValueError(
            f"decimal and thousands must differ, got {thousands!r} for both"
        )


def _whole_numbers(skip: object) -> None:
    """Raise for a `skip` that is neither a count nor the numbers of lines."""
    if isinstance(skip, int | bool | str | float):
        validation.whole(skip, 0, "skip")
    elif not isinstance(skip, list | tuple | range):
        kind = type(skip).__name__
        raise TypeError(f"skip must be an int or a list of ints, got {kind}")
    else:
        for line in skip:
            validation.whole(line, 1, "a line in skip")


def _items(options: dict, name: str, kinds: tuple, what: str) -> None:
    """Raise TypeError for an option that is no list of such items."""
    value = options[name]
    if value is None:
        return
    listed = isinstance(value, list | tuple | range | set | frozenset)
    if not listed or not all(
        isinstance(item, kinds) and not isinstance(item, bool) for item in value
    ):
        raise TypeError(f"{name} must be a list of {what}, got {value!r}")
