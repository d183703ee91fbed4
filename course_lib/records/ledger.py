"""The replication ledger as it was last run: its rows, its figures, and its table.

The page and the chapter take what they say from here, so that they cannot differ.
"""

from collections.abc import Sequence
from statistics import median

from ..moved import renamed, warn_of
from .store import read_record


class Ledger:
    """What `make ledger` recorded: architectures against tasks, papers against runs.

    >>> ledger = cl.Ledger()
    >>> ledger.keys[:2]
    ['order', 'adding']
    >>> ledger.row("adding")["task"]
    'adding, T = 100'

    keys: the names of the rows. A row says its task, source and criterion, what was
    published, and under "runs" what came of each architecture with each seed.
    """

    def __init__(self):
        self.record = read_record("ledger")
        self.rows = {row["key"]: row for row in self.record["results"]["rows"]}
        self.latch = self.record["results"]["latch"]

    @property
    def keys(self) -> list[str]:
        """Return the names of the rows, in the order of the record."""
        return list(self.rows)

    def row(self, key: str) -> dict:
        """Return a row; raise ValueError naming the rows there are."""
        if key not in self.rows:
            raise ValueError(f"{key!r} is no row; there are: {', '.join(self.rows)}")
        return self.rows[key]

    @renamed(memory="architecture")
    def runs(self, key: str, architecture: str | None = None) -> list[dict]:
        """Return the runs of an architecture (None: the row's own), one a seed."""
        row = self.row(key)
        architecture = architecture or row["memory"]
        if architecture not in row["runs"]:
            there = ", ".join(row["runs"])
            raise ValueError(f"{architecture!r} was not run; there are: {there}")
        return row["runs"][architecture]

    @renamed(memory="architecture")
    def solved(self, key: str, architecture: str | None = None) -> int:
        """Return with how many seeds nothing of the validation stream was wrong."""
        return sum(run["stopped"] for run in self.runs(key, architecture))

    def shares(self, keys: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
        """Return the share of test sequences wrong: architecture -> task -> median."""
        found: dict[str, dict[str, float]] = {}
        for key in keys or self.keys:
            row = self.row(key)
            for architecture, runs in row["runs"].items():
                share = median(run["wrong"] / run["tested"] for run in runs)
                found.setdefault(architecture, {})[row["task"]] = share
        return found

    @renamed(memory="architecture")
    def told(self, key: str, architecture: str | None = None) -> str:
        """Return in a few words what came of one: wrong, sequences, seconds."""
        runs = self.runs(key, architecture)
        wrong = spread([run["wrong"] for run in runs])
        seen = spread([run["sequences"] for run in runs])
        seconds = spread([run["seconds"] for run in runs])
        return (
            f"{wrong} of {runs[0]['tested']:,} wrong after {seen} sequences, "
            f"{seconds} s, {self.solved(key, architecture)} of {len(runs)} seeds solved"
        )

    def by_architecture(self, key: str) -> dict[str, dict[str, str]]:
        """Return what came of every one at a task: architecture -> heading -> words."""
        found = {}
        for architecture, runs in self.row(key)["runs"].items():
            wrong = spread([run["wrong"] for run in runs])
            solved = f"{self.solved(key, architecture)} of {len(runs)}"
            found[architecture] = {
                f"wrong of {runs[0]['tested']:,}": wrong,
                "training sequences": spread([run["sequences"] for run in runs]),
                "seeds that solved it": solved,
            }
        return found

    def by_memory(self, key: str) -> dict[str, dict[str, str]]:
        """Return `by_architecture`, under its name of version 0.1."""
        warn_of("by_memory() is now by_architecture()")
        return self.by_architecture(key)

    def ours(self, key: str) -> str:
        """Return what is held against the paper, with what else was measured."""
        row, runs = self.row(key), self.runs(key)
        sizes = f"{row['units']} units, {runs[0]['weights']:,} weights"
        words = f"{row['memory']}, {sizes}: {self.told(key)}"
        if "first_failing" in runs[0]:
            words += f"; first failing n {spread([r['first_failing'] for r in runs])}"
        if "by_phase" in runs[0]:
            phases = zip(*(run["by_phase"] for run in runs), strict=True)
            words += "; error " + " / ".join(f"{median(p):.2f}" for p in phases)
        if key == "copying":
            losses = [run["loss"] / row["baseline"] for run in runs]
            words += f"; loss {spread(losses)} of the baseline"
        return words

    def guessed(self) -> str:
        """Return how many guesses the latch took, in a few words."""
        runs = self.latch["runs"]
        guesses = spread([run["guesses"] for run in runs])
        wrong = spread([run["wrong"] for run in runs])
        return (
            f"{guesses} guesses over {len(runs)} seeds, "
            f"{spread([run['seconds'] for run in runs])} s; "
            f"{wrong} of {runs[0]['tested']:,} wrong"
        )

    def table(self) -> str:
        """Return the table of the page, in Markdown."""
        heads = ("Task and source", "Published", "Ours", "Verdict")
        lines = [heads, ("---",) * len(heads)]
        for key, row in self.rows.items():
            task = f"**{row['task']}**, {row['source']}"
            lines.append((task, row["published"], self.ours(key), row["verdict"]))
        task = f"**{self.latch['task']}**, {self.latch['source']}"
        given = (self.latch["published"], f"guessing: {self.guessed()}")
        lines.append((task, *given, self.latch["verdict"]))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def notes(self) -> str:
        """Return for each row what differs, what was checked and what was tried."""
        parts = []
        for row in [*self.rows.values(), self.latch]:
            parts.append(
                f"**{row['task']}.** *Right when* {row['criterion']}. "
                f"*Reproduced when* {row['rule']}. "
                f"*Differs:* {row['differences']} *Checked:* {row['checked']} "
                f"*Tried:* {row['tried']}"
            )
        return "\n\n".join(parts)

    def grid_table(self) -> str:
        """Return the share wrong of every architecture on every task, in Markdown."""
        shares = self.shares()
        tasks = {key: row["task"] for key, row in self.rows.items()}
        lines = [("Memory", *tasks), ("---",) * (len(tasks) + 1)]
        for architecture, of in shares.items():
            given = (of.get(task) for task in tasks.values())
            cells = ("" if share is None else per_cent(share) for share in given)
            lines.append((architecture, *cells))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def per_cent(share: float) -> str:
    """Return a share in whole per cents, with a sign where it is near, not at, 0 or 1.

    >>> from course_lib.records.ledger import per_cent
    >>> per_cent(0), per_cent(0.002), per_cent(0.25), per_cent(0.998), per_cent(1)
    ('0 %', '< 1 %', '25 %', '> 99 %', '100 %')
    """
    if 0 < share < 0.005:
        return "< 1 %"
    return "> 99 %" if 0.995 < share < 1 else f"{share:.0%}".replace("%", " %")


def spread(values: Sequence[float]) -> str:
    """Return a median, and the range where there is one.

    >>> from course_lib.records.ledger import spread
    >>> spread([3, 1, 2]), spread([0, 0]), spread([0.5, 0.25, 1.0])
    ('2 (1 to 3)', '0', '0.50 (0.25 to 1.00)')
    """

    def _told(value: float) -> str:
        whole = all(float(each).is_integer() for each in values)
        return f"{value:,.0f}" if whole else f"{value:.2f}"

    low, high = min(values), max(values)
    middle = _told(median(values))
    return middle if low == high else f"{middle} ({_told(low)} to {_told(high)})"
