"""Make the recorded runs (make record), all of them unless some are named.

A record goes to course_lib/records/NAME.json, with the machine and the versions.
"""

import argparse
import time
from pathlib import Path

import torch
from torch import nn

import course_lib as cl
from course_lib.records.store import add_to_record, write_record
from tools.record.record_beyond import beyond, compiling
from tools.record.record_dates import bottleneck, dates
from tools.record.record_digits import digits, mnist
from tools.record.record_morse import morse, morse_letters
from tools.record.record_series import series
from tools.record.record_silence import plain, silence
from tools.record.record_windows import row, story_windows

FOLDER = Path(__file__).parents[2] / "course_lib" / "records"


def lighthouse() -> dict:
    """Score every kind of model on the story: counting, and networks of three seeds."""
    story = cl.story()
    # name: (layer, the learning rate, of 0.006, 0.01, 0.02 and 0.03, that is
    # best on the second part)
    networks = {
        "RNN, 64 units": (lambda V: cl.RNN(V, 64), 0.02),
        "LSTM, 64 units, forget bias 1": (
            lambda V: cl.forget_bias(cl.LSTM(V, 64), 1.0),
            0.03,
        ),
        "GRU, 64 units": (lambda V: cl.GRU(V, 64), 0.03),
        "nn.LSTM, 64 units, forget bias 1": (
            lambda V: cl.forget_bias(nn.LSTM(V, 64, batch_first=True), 1.0),
            0.03,
        ),
    }
    rows = [row(name, layer, lr, story) for name, (layer, lr) in networks.items()]
    windows = story_windows()
    return {
        "counting": cl.counting_scores(story),
        "networks": rows + windows["networks"],
        "tried": windows["tried"],
    }


RECORDS = {
    "lighthouse": lighthouse,
    "silence": silence,
    "shouting": plain,
    "digits": digits,
    "series": series,
    "dates": dates,
    "bottleneck": bottleneck,
    "morse": morse,
    "morse_letters": morse_letters,
    "beyond": beyond,
}
# mnist needs files that do not come with the course, compile needs a C++ compiler.
BY_CHOICE = {"mnist": mnist, "compile": compiling}
# What can be made alone and added to a record: make record NAME=... ROWS=...
ROWS = {("lighthouse", "windows"): story_windows}


def record(name: str) -> None:
    """Run one experiment on one thread and write its record."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    results = (RECORDS | BY_CHOICE)[name]()
    seconds = time.perf_counter() - start
    path = FOLDER / f"{name}.json"
    write_record(path, f"make record NAME={name}", results, seconds)
    print(f"{path.name}: {seconds:.1f} s")


def add_rows(name: str, rows: str) -> None:
    """Make some rows of a record on one thread; leave its others as they are."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    results = ROWS[name, rows]()
    seconds = time.perf_counter() - start
    command = f"make record NAME={name} ROWS={rows}"
    add_to_record(FOLDER / f"{name}.json", command, rows, results, seconds)
    print(f"{rows} of {name}.json: {seconds:.1f} s")


def main() -> None:
    """Read the names from the command line and make their records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*RECORDS, *BY_CHOICE, []], default=[]
    )
    parser.add_argument("--rows", help="add these alone to the one record named")
    given = parser.parse_args()
    if given.rows is None:
        for name in given.names or RECORDS:
            record(name)
    elif len(given.names) == 1 and (given.names[0], given.rows) in ROWS:
        add_rows(given.names[0], given.rows)
    else:
        known = ", ".join(f"{name} --rows {rows}" for name, rows in ROWS)
        parser.error(f"rows can be added to a record alone as: {known}")


if __name__ == "__main__":
    main()
