"""The recorded run on Mackey-Glass: each goal has the rate that is best for it."""

import torch

import course_lib as cl
from tools.record import record_series


def test_a_rate_is_chosen_on_the_second_part_for_each_goal(monkeypatch):
    monkeypatch.setattr(record_series, "UNITS", 2)
    monkeypatch.setattr(record_series, "EPOCHS", 1)
    monkeypatch.setattr(record_series, "SEEDS", (0, 1))
    monkeypatch.setattr(record_series, "RATES", (0.001, 0.03))
    monkeypatch.setattr(record_series, "AHEAD", {6.0: 30})
    parts = cl.split(cl.mackey_glass(1000).float() - 0.93, (0.3, 0.4, 0.3))
    row = record_series.networks(cl.RNN, parts, 6.0)
    best = row["valid nrmse"].index(min(row["valid nrmse"]))
    longest = row["valid horizon"].index(max(row["valid horizon"]))
    assert row["one step"]["lr"] == row["rates"][best]
    assert row["free"]["lr"] == row["rates"][longest]
    for goal in ("one step", "free"):
        assert len(row[goal]["nrmse"]) == len(row[goal]["horizon"]) == 2
        assert all(0 <= steps <= 30 for steps in row[goal]["horizon"])


def test_scores_are_of_the_last_part_alone(monkeypatch):
    monkeypatch.setattr(record_series, "AHEAD", {6.0: 30})
    parts = cl.split(cl.mackey_glass(300), (0.3, 0.3, 0.4))
    other = [torch.randn(90), torch.randn(90), parts[2]]
    models = [lambda x: x[:, -1]]
    assert record_series.scores(models, parts, 6.0) == record_series.scores(
        models, other, 6.0
    )
