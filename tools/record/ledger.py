"""Run the replication ledger (make ledger), or `--quick` for the tests.

The whole of it goes to course_lib/records/ledger.json, from which the page and the
chapter take their figures. The quick part writes nothing and asserts what it finds.
`--row` runs one row again, whose settings have changed; `--words` writes the words of
the rows again where no figure has.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch

import course_lib as cl
from course_lib import tasks
from course_lib.experiments.memory_tasks import EVALUATIONS, HELD_OUT
from course_lib.records.store import write_record
from course_lib.training.metrics import mean_loss
from tools.record.ledger_rows import QUICK, ROWS, SEEDS, Row, latch_says

FOLDER = Path(__file__).parents[2] / "course_lib" / "records"
FARTHEST = 200  # of a^n b^n
GUESSED = range(100, 125)  # seeds of the guessing


def run(row: Row, memory: str, seed: int) -> dict:
    """Train one memory on one row's task with one seed, and say what came of it."""
    model = cl.task_model(memory, row.task, row.units, seed)
    start = time.process_time()
    solved = cl.solve(
        model, row.task, row.most, seed, lr=row.rates[memory], **row.options
    )
    seconds = time.process_time() - start
    assert solved.sequences <= row.most
    return {
        "seed": seed,
        "sequences": solved.sequences,
        "stopped": solved.stopped,
        "seconds": round(seconds, 2),
        "wrong": solved.wrong,
        "tested": solved.tested,
        "weights": sum(p.numel() for p in model.parameters()),
        **apart(row, seed, len(solved.history)),
        **further(model, row.task, seed),
    }


def apart(row: Row, seed: int, passes: int) -> dict:
    """Assert that the streams of a run are seeded apart and do not meet."""
    seeds = cl.seeds_of(seed)
    assert len(set(seeds.values())) == 3
    if isinstance(row.task, tasks.CountingAB):
        return {"met": None}  # the language has ten strings of these lengths
    evaluations = row.options.get("evaluations", EVALUATIONS)
    size = row.options.get("batch_size", 32)
    met = cl.met_before(row.task, row.most // evaluations, passes, size, seed)
    assert met == 0, (row.key, seed, met)
    return {"met": met}


def further(model, task: tasks.Task, seed: int) -> dict:
    """Return what else is measured of a model: by the task, on its test stream."""
    if isinstance(task, tasks.CountingAB):
        return {"first_failing": first_failing(model, task)}
    test = task.test_set(HELD_OUT, cl.seeds_of(seed)["test"])
    found = {"loss": mean_loss(model, test, task.loss)}
    if isinstance(task, tasks.TemporalXor):
        x, y = test[0]
        with torch.no_grad():
            found["by_phase"] = task.error_by_phase(model(x)[0], y)
    return found


def first_failing(model, task: tasks.CountingAB) -> int:
    """Return the smallest n whose string is wrong, up to FARTHEST."""
    for n in range(1, FARTHEST):
        if cl.count_wrong(model, task, [task.string(n)]):
            return n
    return FARTHEST


def guessing(seeds: range = GUESSED) -> dict:
    """Guess networks that solve the latch; score each on a test stream of its own."""
    task, runs = tasks.Latch(T=100), []
    for seed in seeds:
        streams = cl.seeds_of(seed)
        g = torch.Generator().manual_seed(streams["training"])
        start = time.process_time()
        found = tasks.guess_latch(task, g)
        seconds = time.process_time() - start
        test = task.test_set(HELD_OUT, streams["test"])
        wrong = sum(int(task.wrong(found(x), y).sum()) for x, y in test)
        runs.append(
            {
                "seed": seed,
                "guesses": found.guesses,
                "seconds": round(seconds, 3),
                "wrong": wrong,
                "tested": HELD_OUT,
            }
        )
    return {"task": task.name, "source": task.source, **latch_says(runs), "runs": runs}


def entry(row: Row, memories: list[str], seeds=SEEDS) -> dict:
    """Run a row with several memories and return what the record says of it."""
    runs = {}
    for memory in memories:
        runs[memory] = [run(row, memory, seed) for seed in seeds]
        wrong = [each["wrong"] for each in runs[memory]]
        print(f"{row.key}, {memory}: wrong {wrong}", flush=True)
    return {
        "key": row.key,
        "task": row.task.name,
        "source": row.task.source,
        "criterion": row.task.criterion,
        "chance": row.task.chance,
        "baseline": row.task.baseline,
        "memory": row.memory,
        "units": row.units,
        "most": row.most,
        "rates": dict(row.rates),
        **row.says(),
        "verdict": row.verdict(runs[row.memory]),
        "runs": runs,
    }


def whole() -> None:
    """Run all rows and write the record."""
    start = time.perf_counter()
    results = {"latch": guessing()}
    results["rows"] = [entry(row, list(row.rates)) for row in ROWS]
    results["process_seconds"] = at_work(results["rows"])
    seconds = time.perf_counter() - start
    write_record(FOLDER / "ledger.json", "make ledger", results, seconds)
    print(f"ledger.json: {seconds:.0f} s, {results['process_seconds']} of them at work")


def at_work(rows: list[dict]) -> int:
    """Return the seconds of all runs together."""
    runs = [run for row in rows for runs in row["runs"].values() for run in runs]
    return round(sum(run["seconds"] for run in runs))


def again(key: str) -> None:
    """Run one row again, and put it into the record; the others stay as they are."""
    path, start = FOLDER / "ledger.json", time.perf_counter()
    record = json.loads(path.read_text(encoding="utf-8"))
    results = record["results"]
    (row,) = (row for row in ROWS if row.key == key)
    new = entry(row, list(row.rates))
    results["rows"] = [new if old["key"] == key else old for old in results["rows"]]
    results["process_seconds"] = at_work(results["rows"])
    seconds = record["seconds"] + time.perf_counter() - start
    write_record(path, "make ledger", results, seconds)


def words() -> None:
    """Write the rows' words into the record again, and leave its figures alone."""
    path = FOLDER / "ledger.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    rows, latch = {row.key: row for row in ROWS}, record["results"]["latch"]
    for told in record["results"]["rows"]:
        told.update(rows[told["key"]].says())
    latch |= {"source": tasks.Latch.source, **latch_says(latch["runs"])}
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


def quick() -> None:
    """Run a part of the ledger with one seed of each, and assert what it finds."""
    guesses = [run["guesses"] for run in guessing(GUESSED[:11])["runs"]]
    print(f"latch: {statistics.median(guesses)} guesses at the median")
    assert statistics.median(guesses) < 1000
    rows = {row.key: row for row in ROWS}
    for key, memory, solves in QUICK:
        found = run(rows[key], memory, SEEDS[0])
        print(f"{key}, {memory}: {found['wrong']} wrong, {found['seconds']} s")
        if solves:
            assert found["stopped"], (key, memory)
            assert found["wrong"] <= 2, (key, memory)
        else:
            assert not found["stopped"], (key, memory)
            assert found["wrong"] > 1000, (key, memory)


def main(arguments: list[str] | None = None) -> None:
    """Read from the command line which of the two is wanted, and run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the part for the tests")
    parser.add_argument("--words", action="store_true", help="the rows' words alone")
    parser.add_argument("--row", choices=[row.key for row in ROWS], help="one row")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if given.row:
        again(given.row)
    else:
        (quick if given.quick else words if given.words else whole)()


if __name__ == "__main__":
    main()
