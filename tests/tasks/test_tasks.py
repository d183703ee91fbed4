"""The classic tasks: what they hold, what a guesser gets, and what is wrong."""

import math

import pytest
import torch

import course_lib as cl
from course_lib import tasks

ALL = [
    tasks.TemporalOrder(),
    tasks.Adding(T=100),
    tasks.Latch(T=100),
    tasks.DelayedRecall(T=30),
    tasks.Copying(T=50),
    tasks.Parity(T=20),
    tasks.TemporalXor(T=30),
    tasks.CountingAB(most=10),
]
every = pytest.mark.parametrize("task", ALL, ids=str)


def seeded(seed=0):
    """Return a generator of a seed."""
    return torch.Generator().manual_seed(seed)


@every
def test_a_seed_gives_the_same_sequences_and_another_gives_others(task):
    one, again, other = (task.batch(20, seeded(s)) for s in (3, 3, 4))
    assert torch.equal(one[0], again[0])
    assert torch.equal(one[1], again[1])
    assert one[0].shape != other[0].shape or not torch.equal(one[0], other[0])
    assert task.source
    assert len(task.criterion) > 10


@every
def test_any_memory_reads_it_and_the_loss_and_the_wrong_have_their_shapes(task):
    x, y = task.batch(5, seeded())
    for kind in cl.architectures():
        model = cl.task_model(kind, task, units=4)
        result = model(x)
        output = result[0] if task.every_step else result
        assert output.shape[-1] == task.output_size
        assert task.loss(output, y).dim() == 0
        assert task.wrong(output, y).shape == (5,)
        assert task.wrong(output, y).dtype == torch.bool


@every
def test_a_stream_has_its_sequences_and_goes_on(task):
    stream = task.stream(70, 32, seeded())
    first, second = list(stream), list(stream)
    assert [len(y) for _, y in first] == [32, 32, 6]
    assert len(stream) == 3
    assert any(
        a[0].shape != b[0].shape or not torch.equal(a[0], b[0])
        for a, b in zip(first, second, strict=True)
    )
    once, twice = task.test_set(300, seed=7), task.test_set(300, seed=7)
    for (x, _), (again, _) in zip(once, twice, strict=True):
        assert torch.equal(x, again)


def test_temporal_order_is_as_in_the_paper():
    task, lengths = tasks.TemporalOrder(), set()
    for seed in range(60):
        x, y = task.batch(8, seeded(seed))
        lengths.add(x.shape[1])
        for row, label in zip(x.tolist(), y.tolist(), strict=True):
            text = "".join(task.symbols[k] for k in row)
            marks = [(t, s) for t, s in enumerate(text) if s in "XY"]
            assert text[0] == "E"
            assert text[-1] == "B"
            assert set(text[1:-1]) <= set("abcdXY")
            (t1, first), (t2, second) = marks
            assert 10 <= t1 <= 20
            assert 50 <= t2 <= 60
            assert task.classes[label] == f"{first} then {second}"
    assert lengths == set(range(100, 111))


def test_adding_is_as_in_the_paper():
    task = tasks.Adding(T=40)
    for seed in range(60):
        x, y = task.batch(8, seeded(seed))
        assert 40 <= x.shape[1] <= 44
        for row, target in zip(x, y, strict=True):
            value, mark = row.unbind(dim=1)
            places = (mark == 1).nonzero().flatten().tolist()
            assert len(places) == 2
            assert min(places) < 10
            assert max(places) < 20
            assert mark[-1] == -1
            assert mark[0] == (1 if 0 in places else -1)
            assert 0 not in places or value[0] == 0
            assert torch.isclose(target, 0.5 + value[places].sum() / 4)
            assert (mark != 0).sum() == (3 if 0 in places else 4)


def test_latch_begins_with_its_sign_and_then_is_noise():
    x, y = tasks.Latch(T=100).batch(4000, seeded())
    assert torch.equal(x[:, :3, 0], (2 * y - 1)[:, None].expand(-1, 3))
    assert abs(x[:, 3:].var() - 0.2) < 0.002
    assert abs(y.mean() - 0.5) < 0.03


def test_every_step_s_targets_follow_from_what_was_read():
    x, y = tasks.Parity(T=9).batch(30, seeded())
    for row, odd in zip(x.tolist(), y.tolist(), strict=True):
        assert odd == [sum(row[: t + 1]) % 2 for t in range(9)]
    x, y = tasks.TemporalXor(T=12).batch(30, seeded())
    assert torch.equal(y[:, 1::3], x[:, 0::3] ^ x[:, 1::3])
    assert torch.equal(y[:, :-1], x[:, 1:])
    x, y = tasks.Copying(T=7).batch(5, seeded())
    assert torch.equal(y[:, -10:], x[:, :10])
    assert (x[:, 10:16] == 8).all()
    assert (x[:, 16] == 9).all()
    assert (x[:, 17:] == 8).all()
    assert (y[:, :-10] == 8).all()


def test_strings_of_a_and_b_are_filled_up_and_only_the_b_count():
    task = tasks.CountingAB(most=4)
    x, y = task.batch(200, seeded())
    seen = set()
    for ids, after in zip(x, y, strict=True):
        n = int((ids == 0).sum())
        seen.add(n)
        (one_x,), (one_y,) = task.string(n)
        assert torch.equal(ids[: 2 * n + 1], one_x)
        assert torch.equal(after[: 2 * n + 1], one_y)
        assert (after[2 * n + 1 :] == -100).all()
    assert seen == {1, 2, 3, 4}
    logits = torch.nn.functional.one_hot(y.clamp(min=0), 4).float()
    assert not task.wrong(logits, y).any()
    one = logits.clone()
    one[:, 0] = torch.tensor([0.0, 0, 0, 1])  # before the first b: does not count
    assert not task.wrong(one, y).any()
    one[:, 2:, :] = torch.tensor([0.0, 1, 0, 0])  # b for ever
    assert task.wrong(one, y)[(x == 0).sum(dim=1) > 1].all()


def best_guesser(task, x, y):
    """Return the output of a guesser who knows the task and has no memory."""
    if isinstance(task, tasks.Adding):
        return torch.full((len(y), 1), 0.5)
    if isinstance(task, tasks.Latch):
        return torch.zeros(len(y), 1)
    logits = torch.zeros(*y.shape, task.output_size)
    if isinstance(task, tasks.Copying):
        logits[:, :-10, 8] = logits[:, -10:, :8] = 200.0
    if isinstance(task, tasks.Parity):
        logits[:, 0] = 200.0 * torch.nn.functional.one_hot(x[:, 0], 2)
    return logits


@pytest.mark.parametrize("task", [t for t in ALL if t.baseline is not None], ids=str)
def test_the_baseline_is_what_a_guesser_loses(task):
    data = [task.batch(5000, seeded(seed)) for seed in range(10)]
    losses = [task.loss(best_guesser(task, x, y), y) for x, y in data]
    assert sum(losses) / 10 == pytest.approx(task.baseline, rel=0.015)


@pytest.mark.parametrize("task", ALL[:4], ids=str)
def test_the_chance_is_what_a_guesser_has_wrong(task):
    g, wrong = seeded(1), []
    for seed in range(10):
        _, y = task.batch(5000, seeded(seed))
        if isinstance(task, tasks.Adding):
            output = torch.full((5000, 1), 0.5)
        elif isinstance(task, tasks.Latch):
            output = 200.0 * (torch.rand(5000, 1, generator=g) - 0.5).sign()
        else:
            V = task.output_size
            said = torch.randint(V, (5000,), generator=g)
            output = 200.0 * torch.nn.functional.one_hot(said, V)
        wrong.append(task.wrong(output, y).float().mean())
    assert sum(wrong) / 10 == pytest.approx(task.chance, abs=0.01)


def test_criteria_at_their_borders():
    order = tasks.TemporalOrder()
    p = torch.tensor([[0.71, 0.29, 0, 0], [0.69, 0.31, 0, 0], [0.69, 0.11, 0.1, 0.1]])
    assert order.wrong(p.log(), torch.zeros(3).long()).tolist() == [False, True, True]
    said, asked = torch.tensor([[0.539], [0.541], [0.459]]), torch.full((3,), 0.5)
    assert tasks.Adding().wrong(said, asked).tolist() == [False, True, True]
    logits = torch.tensor([[1.4], [1.3], [-1.4]])
    assert tasks.Latch().wrong(logits, torch.ones(3)).tolist() == [False, True, True]


def test_guessing_finds_a_network_that_holds_at_every_length():
    task = tasks.Latch(T=100)
    found = tasks.guess_latch(task, seeded())
    again = tasks.guess_latch(task, seeded())
    assert found.guesses == again.guesses > 1
    test = task.test_set(1000, seed=5)
    assert sum(int(task.wrong(found(x), y).sum()) for x, y in test) < 50
    with pytest.raises(ValueError, match="none of 2 guesses solves latch"):
        tasks.guess_latch(task, seeded(), most=2, width=0.01)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tasks.Adding(T=45), "T must be a multiple of 10, got 45"),
        (lambda: tasks.Adding(T=10), "T must be at least 20"),
        (lambda: tasks.Latch(T=3), "T must be at least 10"),
        (lambda: tasks.DelayedRecall(T=0), "T must be at least 1"),
        (lambda: tasks.DelayedRecall(T=3, K=1), "K must be at least 2"),
        (lambda: tasks.Copying(T=0), "T must be at least 1"),
        (lambda: tasks.Parity(T=1), "T must be at least 2"),
        (lambda: tasks.TemporalXor(T=10), "T must be a multiple of 3"),
        (lambda: tasks.CountingAB(most=0), "most must be at least 1"),
        (lambda: tasks.Parity().batch(0), "n must be at least 1"),
        (lambda: tasks.Parity().stream(0, 1, seeded()), "sequences must be at least 1"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_stream_must_be_seeded():
    with pytest.raises(TypeError, match="generator must be a torch.Generator"):
        tasks.Parity().stream(4, 2, None)
    assert math.isclose(tasks.TemporalOrder().baseline, math.log(4))
