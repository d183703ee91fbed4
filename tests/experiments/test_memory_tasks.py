"""A memory on a task: stopped by one stream, scored on another."""

import pytest
import torch

import course_lib as cl
from course_lib import tasks

TASK = tasks.TemporalXor(T=60)


class Noted(tasks.TemporalXor):
    """A task that notes the seeds of the sets it is asked for."""

    def test_set(self, sequences=2560, seed=0):
        """Note the seed, and make the set."""
        NOTED.append(seed)
        return super().test_set(sequences, seed)


NOTED: list[int] = []


def test_a_run_stops_by_validation_and_is_scored_apart():
    NOTED.clear()
    model = cl.task_model("GRU", Noted(T=60), units=8, seed=1)
    solved = cl.solve(model, Noted(T=60), 6000, 1, lr=0.03, held_out=300)
    assert NOTED == [2001, 3001]
    assert solved.stopped
    assert solved.wrong == 0
    assert solved.tested == 300
    assert solved.sequences == 300 * len(solved.history) < 6000
    assert cl.count_wrong(model, TASK, TASK.test_set(300, seed=3001)) == solved.wrong


def test_a_run_that_ends_unsolved_says_so_and_stays_within_its_sequences():
    model = cl.task_model("RNN", TASK, units=4)
    solved = cl.solve(model, TASK, 110, held_out=64)
    assert not solved.stopped
    assert solved.sequences == 100  # 20 slices of 5
    assert solved.wrong == 64
    assert "not within 100 sequences: 64 of 64 wrong" in repr(solved)


def test_patience_asks_for_several_right_answers_in_a_row_and_the_rate_falls():
    runs = {}
    for patience in (1, 3):
        model = cl.task_model("GRU", TASK, units=8)
        how = {"lr": 0.03, "held_out": 128, "evaluations": 40, "decay": True}
        runs[patience] = cl.solve(model, TASK, 16_000, patience=patience, **how)
    assert len(runs[3].history) >= len(runs[1].history) + 2
    assert runs[1].stopped
    assert runs[3].stopped


def test_the_same_seed_gives_the_same_run_and_leaves_torch_s_numbers():
    before = torch.get_rng_state()
    losses = []
    for _ in range(2):
        model = cl.task_model("LSTM, chrono", TASK, units=4, seed=3)
        losses.append(cl.solve(model, TASK, 200, 3, held_out=32).history.loss)
    assert losses[0] == losses[1]
    assert torch.equal(before, torch.get_rng_state())


def test_streams_that_meet_are_noticed(monkeypatch):
    task = tasks.Parity(T=40)
    assert cl.met_before(task, 64, passes=3) == 0
    same = {"training": 1, "validation": 2, "test": 1}
    monkeypatch.setattr(
        "course_lib.experiments.memory_tasks.seeds_of", lambda seed: same
    )
    assert cl.met_before(task, 2560, batch_size=256) == 2560
    assert cl.met_before(task, 256, passes=10, batch_size=256) == 2560


def test_seeds_never_meet():
    all_seeds = [s for seed in range(1000) for s in cl.seeds_of(seed).values()]
    assert len(set(all_seeds)) == 3000
    with pytest.raises(ValueError, match="seed must be below 1000"):
        cl.seeds_of(1000)


def test_architectures_are_initialised_as_their_names_say():
    task = tasks.DelayedRecall(T=30)
    layers = {kind: cl.task_model(kind, task, 16).layer for kind in cl.architectures()}
    assert layers["ReLU RNN, identity"].nonlinearity == "relu"
    assert torch.equal(layers["ReLU RNN, identity"].weight_hh_l0, torch.eye(16))
    f = layers["LSTM, forget bias 1"].bias_ih_l0.chunk(4)[1]
    assert torch.equal(f, torch.ones(16))
    longest = layers["LSTM, chrono"].bias_ih_l0.chunk(4)[1].exp().max()
    assert 2 < longest < 30
    with pytest.raises(ValueError, match="kind must be one of RNN, .* got 'ELMAN'"):
        cl.task_model("ELMAN", task, 4)


def test_what_cannot_be_is_refused():
    model = cl.task_model("RNN", TASK, units=4)
    with pytest.raises(ValueError, match="max_sequences must be at least 20"):
        cl.solve(model, TASK, 10)
    with pytest.raises(ValueError, match="patience must be at least 1"):
        cl.solve(model, TASK, 100, patience=0)
