"""The replication ledger: what the record holds, what is told of it, the quick part."""

import dataclasses
import importlib
import json

import pytest

import course_lib as cl
from course_lib.records.ledger import spread
from tools.record import ledger as tool
from tools.record import ledger_rows

module = importlib.import_module("course_lib.records.ledger")
ROWS = {row.key: row for row in ledger_rows.ROWS}


def test_the_record_is_of_the_rows_as_they_are():
    ledger = cl.Ledger()
    assert ledger.record["command"] == "make ledger"
    assert ledger.record["threads"] == 1
    assert ledger.keys == list(ROWS)
    for key, row in ROWS.items():
        told = ledger.row(key)
        assert (told["task"], told["most"]) == (row.task.name, row.most)
        assert told["rates"] == dict(row.rates)
        assert list(told["runs"]) == list(row.rates)
        assert told["verdict"] == row.verdict(told["runs"][row.memory])
        assert row.says().items() <= told.items()
        for runs in told["runs"].values():
            assert [run["seed"] for run in runs] == list(ledger_rows.SEEDS)
            assert all(run["sequences"] <= row.most for run in runs)
            assert all(run["met"] in (0, None) for run in runs)


def test_what_the_chapter_promises_holds():
    ledger = cl.Ledger()
    for key, most in (("order", 1), ("adding", 2)):
        assert all(run["wrong"] <= most for run in ledger.runs(key))
        assert all(run["tested"] == 2560 for run in ledger.runs(key))
        assert ledger.row(key)["verdict"] == "reproduced"
    assert all(run["sequences"] <= 31_390 for run in ledger.runs("order"))
    assert all(run["sequences"] <= 74_000 for run in ledger.runs("adding"))
    assert ledger.solved("recall 100", "LSTM, chrono") == 3
    assert ledger.solved("recall 30", "RNN") == 3
    assert ledger.solved("recall 30", "LSTM") == 0
    guesses = sorted(run["guesses"] for run in ledger.latch["runs"])
    assert guesses[len(guesses) // 2] < 1000


def test_table_and_words_are_of_one_record():
    ledger = cl.Ledger()
    table, grid, notes = ledger.table(), ledger.grid_table(), ledger.notes()
    assert table.count("\n") == len(ROWS) + 2
    for key in ROWS:
        assert ledger.told(key) in table
        assert f"**{ledger.row(key)['task']}.**" in notes
    assert ledger.guessed() in table
    assert grid.count("\n") == len(cl.architectures()) + 1
    for key in ledger.keys:
        found = ledger.by_architecture(key)
        assert list(found) == list(ledger.row(key)["runs"])
        for memory, words in found.items():
            wrong, seen, solved = words.values()
            assert f"{wrong} of " in ledger.told(key, memory)
            assert f"{seen} sequences" in ledger.told(key, memory)
            assert solved == f"{ledger.solved(key, memory)} of 3"
        assert ledger.row(key)["rule"] in notes
    assert "| > 99 % |" in grid or "| 100 % |" in grid
    shares = ledger.shares(["order"])
    assert shares["RNN"] == {"temporal order": 1.0}
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_row_or_a_memory_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'orders' is no row; there are: order, "):
        cl.Ledger().row("orders")
    with pytest.raises(ValueError, match="'ELMAN' was not run; there are: RNN, "):
        cl.Ledger().runs("order", "ELMAN")


def test_a_spread_is_a_median_with_its_range():
    assert spread([31_390]) == "31,390"
    assert spread([2, 9, 4]) == "4 (2 to 9)"
    assert spread([0.123, 4]) == "2.06 (0.12 to 4.00)"


def test_verdicts_follow_the_rules():
    runs = [{"stopped": True, "wrong": 1}, {"stopped": True, "wrong": 0}]
    assert ROWS["order"].verdict(runs) == "reproduced"
    assert ROWS["order"].verdict([*runs, {"stopped": True, "wrong": 2}]) == (
        "not reproduced"
    )
    assert ROWS["adding"].verdict([{"stopped": False, "wrong": 0}]) == "not reproduced"
    assert ROWS["parity"].verdict(runs) == ledger_rows.VERDICTS[2]
    assert ROWS["temporal XOR"].verdict([{"by_phase": [0.5, 0.2, 0.5]}]) == (
        "not reproduced"
    )
    assert ROWS["counting"].verdict([{"first_failing": 13}]) == "not reproduced"
    few = ledger_rows.latch_says([{"guesses": 5}])
    assert few["verdict"] == "reproduced"


def test_a_whole_run_writes_the_record(tmp_path, monkeypatch):
    small = ledger_rows.Row(
        "parity",
        cl.tasks.Parity(T=40),
        "GRU",
        {"RNN": 0.01, "GRU": 0.01},
        40,
        *["said"] * 5,
        None,
        units=4,
        options={"held_out": 8, "evaluations": 2},
    )
    monkeypatch.setattr(tool, "ROWS", [small])
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    monkeypatch.setattr(tool, "GUESSED", range(100, 102))
    tool.main([])
    record = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(module, "read_record", lambda name: record)
    ledger = cl.Ledger()
    assert ledger.keys == ["parity"]
    assert [run["sequences"] for run in ledger.runs("parity", "RNN")] == [40] * 3
    assert "8 of 8 wrong" in ledger.table()
    other = dataclasses.replace(small, tried="something else")
    monkeypatch.setattr(tool, "ROWS", [other])
    tool.main(["--words"])
    again = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))
    (row,), (before,) = again["results"]["rows"], record["results"]["rows"]
    assert row == before | {"tried": "something else"}
    assert again["results"]["latch"] == record["results"]["latch"]


@pytest.mark.slow
def test_the_quick_ledger_finds_what_the_ledger_says(capsys):
    tool.main(["--quick"])
    assert "adding, LSTM, chrono" in capsys.readouterr().out
