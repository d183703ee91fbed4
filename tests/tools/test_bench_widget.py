"""The gate stepper's speed, as recorded: what a reader feels as at once."""

import pytest

import course_lib as cl
from tools.record import bench_widget


@pytest.fixture
def results():
    return cl.read_record("gate_stepper")["results"]


def test_what_was_recorded_is_fast_and_small_enough(results):
    acts = results["times"][
        f"LSTM, {bench_widget.UNITS} units by {bench_widget.STEPS} steps"
    ]
    assert acts["a step"]["median_ms"] < 8
    assert acts["an override drag"]["median_ms"] < 32
    for model in results["times"].values():
        assert all(act["median_ms"] < 100 for act in model.values())
    assert results["gzipped"]["module"] < 30_000
    assert results["gzipped"]["three steppers"] < 300_000


def test_the_largest_stepper_is_measured():
    model = bench_widget.stepper(bench_widget.LARGEST)
    weights = sum(p.numel() for p in model._models[0].parameters())
    assert 950_000 < weights <= 1_000_000


def test_the_table_has_a_line_for_every_act(results):
    lines = bench_widget.table(results).splitlines()
    for act in bench_widget.ACTS:
        assert sum(line.strip().startswith(act) for line in lines) == len(
            results["times"]
        )


@pytest.mark.browser
def test_every_act_that_is_measured_does_something(browser, monkeypatch):
    once = {name: (act, 2) for name, (act, _) in bench_widget.ACTS.items()}
    monkeypatch.setattr(bench_widget, "ACTS", once)
    times = bench_widget.times(browser, bench_widget.stepper(4, 10))
    assert set(times) == set(once)
    assert all(0 < act["median_ms"] <= act["longest_ms"] for act in times.values())
