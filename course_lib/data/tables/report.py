"""What reading a table gives: the data, and a report of what was read."""

from typing import TYPE_CHECKING, NamedTuple

from .rows import NONE

if TYPE_CHECKING:
    import pandas as pd


class TableReport(NamedTuple):
    """What was read from a file, and how; `print` it.

    >>> file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
    >>> _ = file.write("day,level\\n2024-01-02,2.5\\n2024-01-01,\\n")
    >>> file.close()
    >>> report = cl.load_table(file.name, time="day").report
    >>> print(report._replace(file="harbour.csv"))
    harbour.csv, utf-8: 2 rows, 1 column
    delimiter ',', decimal '.'
    'level': numbers, 1 missing
    times: newest first

    kinds: of each column, "numbers" or "text". missing: how many cells of a column are.
    left_out: the lines of the file that were skipped, trimmed or comments. order: of
    the times. repeated: how many times stand there more than once.
    """

    file: str
    encoding: str
    delimiter: str
    decimal: str
    thousands: str | None
    rows: int
    kinds: dict[str | int, str]
    missing: dict[str | int, int]
    left_out: list[int]
    order: str
    repeated: int

    def __str__(self) -> str:
        """Return the report in lines."""
        signs = {"\t": "tab", " ": "spaces", NONE: "none: one column"}
        columns = f"{len(self.kinds)} column{'s' if len(self.kinds) != 1 else ''}"
        thousands = f", {self.thousands!r} between thousands" if self.thousands else ""
        told = [
            f"{self.file}, {self.encoding}: {self.rows} rows, {columns}",
            f"delimiter {signs.get(self.delimiter, repr(self.delimiter))}, decimal "
            f"{self.decimal!r}{thousands}",
        ]
        for name, kind in self.kinds.items():
            gaps = self.missing.get(name, 0)
            told.append(f"{name!r}: {kind}" + (f", {gaps} missing" if gaps else ""))
        if self.left_out:
            few = ", ".join(map(str, self.left_out[:8]))
            more = " ..." if len(self.left_out) > 8 else ""
            told.append(f"lines left out: {len(self.left_out)} ({few}{more})")
        twice = f", {self.repeated} of them repeated" if self.repeated else ""
        return "\n".join([*told, f"times: {self.order}{twice}"])


class Table(NamedTuple):
    """A table: a DataFrame, the line of the file that each row ends in, a report.

    >>> file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
    >>> _ = file.write("hour,bikes,sky\\n0,16,clear\\n1,40,mist\\n")
    >>> file.close()
    >>> data, lines, report = cl.load_table(file.name)
    >>> data["bikes"].tolist(), lines, report.kinds["sky"]
    ([16.0, 40.0], [2, 3], 'text')
    """

    data: "pd.DataFrame"
    lines: list[int]
    report: TableReport
