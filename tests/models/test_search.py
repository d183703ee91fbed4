"""Greedy and beam search, on chains whose probabilities are known."""

import itertools

import pytest
import torch

import course_lib as cl

START, END = 0, 3
P = torch.tensor([[0, 0.6, 0.4, 0], [0, 0.4, 0.3, 0.3], [0, 0.1, 0, 0.9], [0, 0, 0, 1]])
MARKS = {"start": START, "end": END, "longest": 6}


def chain(p):
    """Return a step over a table: the next token depends on the last alone."""
    return lambda ids, state: (p[ids].log(), state)


def probability(p, tokens):
    """Return the probability of a text, its end included."""
    pairs = itertools.pairwise([START, *tokens])
    return float(torch.stack([p[a, b] for a, b in pairs]).prod())


def random_chain(V, seed):
    made = torch.Generator().manual_seed(seed)
    p = torch.rand(V, V, generator=made) ** 3
    p[:, START] = 0
    return p / p.sum(dim=1, keepdim=True)


def test_the_beam_finds_what_greedy_misses():
    greedy = cl.greedy_search(chain(P), torch.zeros(1, 1), **MARKS)
    beam = cl.beam_search(chain(P), torch.zeros(1, 1), width=2, **MARKS)
    assert greedy.ids[0, 0, :2].tolist() == [1, 1]
    assert beam.ids[0, 0, :2].tolist() == [2, END]
    assert float(beam.log_p[0, 0].exp()) == pytest.approx(0.36)
    assert beam.log_p[0, 0] > greedy.log_p[0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_width_one_is_greedy(seed):
    p, state = random_chain(6, seed), torch.zeros(3, 1)
    marks = {"start": START, "end": 5, "longest": 8}
    one = cl.beam_search(chain(p), state, width=1, **marks)
    greedy = cl.greedy_search(chain(p), state, **marks)
    assert torch.equal(one.ids, greedy.ids)
    assert torch.allclose(one.log_p, greedy.log_p, atol=1e-5)
    assert torch.equal(one.finished, greedy.finished)


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_wide_enough_finds_the_best_text_of_all(seed):
    p = random_chain(4, seed)
    texts = [
        (*text, END)
        for n in range(4)
        for text in itertools.product(range(1, 3), repeat=n)
    ]
    unfinished = itertools.product(range(1, 3), repeat=4)
    every = {text: probability(p, text) for text in [*texts, *unfinished]}
    best = max(every, key=every.get)
    marks = MARKS | {"longest": 4}
    found = cl.beam_search(chain(p), torch.zeros(1, 1), width=64, **marks)
    assert tuple(found.ids[0, 0, : len(best)].tolist()) == best
    assert float(found.log_p[0, 0].exp()) == pytest.approx(every[best], rel=1e-4)


def test_log_p_is_that_of_the_text_and_falls_along_the_beam():
    p = random_chain(7, 0)
    marks = {"start": START, "end": 6, "longest": 9}
    found = cl.beam_search(chain(p), torch.zeros(2, 1), width=5, **marks)
    for row, log_p in zip(found.ids[0], found.log_p[0], strict=True):
        tokens = row.tolist()
        text = tokens[: tokens.index(6) + 1] if 6 in tokens else tokens
        assert float(log_p.exp()) == pytest.approx(probability(p, text), rel=1e-4)
    assert (found.log_p.diff(dim=1) <= 0).all()
    assert len({tuple(row) for row in found.ids[0].tolist()}) == 5


def test_each_text_of_a_beam_keeps_its_own_state():
    def step(ids, state):
        """Count in the state what was written, and end after two ones."""
        seen = state[0] + (ids == 1).float()[:, None]
        logits = torch.tensor([[-9.0, 0.1, 0.0, -9.0]]).repeat(len(ids), 1)
        logits[:, END] = torch.where(seen[:, 0] >= 2, 9.0, -9.0)
        return logits, (seen, state[1])

    state = (torch.zeros(2, 1), torch.arange(2.0)[:, None])
    found = cl.beam_search(step, state, width=4, **MARKS)
    for row in found.ids.flatten(0, 1).tolist():
        assert END not in row or row[: row.index(END)].count(1) == 2


def test_what_does_not_end_is_broken_off_and_told():
    never = torch.tensor([[0.0, 1.0, 0.0, 0.0]]).repeat(4, 1)
    for found in (
        cl.greedy_search(chain(never), torch.zeros(2, 1), **MARKS),
        cl.beam_search(chain(never), torch.zeros(2, 1), width=1, **MARKS),
    ):
        assert found.ids.shape == (2, 1, 6)
        assert not found.finished.any()


@pytest.mark.parametrize("wrong", [{"width": 0}, {"longest": 0}])
def test_a_width_or_a_length_of_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="must be at least 1, got 0"):
        cl.beam_search(chain(P), torch.zeros(1, 1), **({"width": 2, **MARKS} | wrong))
