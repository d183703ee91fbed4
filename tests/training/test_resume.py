"""A run of `fit` that is stopped goes on as if nothing had happened."""

import multiprocessing
import os
import random
import signal

import pytest
import torch

import course_lib as cl


def run(path, epochs=6, stop_after=None, patience=None, order="random", resume=True):
    """Train a small model with every kind of randomness; return its history and model."""
    torch.manual_seed(0)
    ids = torch.randint(5, (400,), generator=torch.Generator().manual_seed(1))
    model = cl.CharLM(cl.LSTM(5, 8), 5, dropout=0.3)
    data = cl.windows(ids, 4, 10, order, torch.Generator().manual_seed(2))
    adam = torch.optim.Adam(model.parameters(), lr=0.01)

    def interrupt(epoch, history):
        if epoch == stop_after:
            raise KeyboardInterrupt

    history = cl.fit(
        model,
        data,
        epochs=epochs,
        optimizer=adam,
        valid=cl.whole_text(ids[:100]),
        patience=patience,
        on_epoch=interrupt,
        checkpoint=path,
        resume=resume,
    )
    return history, model


def same(first, second):
    """Say whether two runs have the same curves and weights, to the last bit."""
    (history, model), (other_history, other_model) = first, second
    assert history.loss == other_history.loss
    assert history.valid_perplexity == other_history.valid_perplexity
    for p, q in zip(model.parameters(), other_model.parameters(), strict=True):
        assert torch.equal(p, q)


@pytest.mark.parametrize("order", ["random", "sequential"])
@pytest.mark.parametrize("stop_after", [1, 3, 6])
def test_ctrl_c_loses_nothing_that_was_finished(tmp_path, stop_after, order):
    path = tmp_path / "run.pt"
    with pytest.raises(KeyboardInterrupt):
        run(path, stop_after=stop_after, order=order)
    torch.rand(99)  # whatever else happens in between
    same(run(path, order=order), run(None, order=order, resume=False))


def test_a_run_that_is_over_is_not_trained_again(tmp_path):
    path = tmp_path / "run.pt"
    first = run(path)
    same(run(path), first)
    longer, _ = run(path, epochs=8)
    assert longer.loss == run(None, epochs=8, resume=False)[0].loss


def test_early_stopping_is_remembered(tmp_path):
    path = tmp_path / "run.pt"
    whole = run(None, epochs=200, patience=2, resume=False)
    stopped = len(whole[0])
    assert 3 < stopped < 200
    with pytest.raises(KeyboardInterrupt):
        run(path, epochs=200, patience=2, stop_after=stopped - 1)
    same(run(path, epochs=200, patience=2), whole)
    same(run(path, epochs=200, patience=2), whole)


def test_without_resume_a_run_begins_anew(tmp_path):
    path = tmp_path / "run.pt"
    run(path, epochs=2)
    again, _ = run(path, epochs=2, resume=False)
    assert len(again) == 2


def test_resume_says_what_it_expected(tmp_path):
    with pytest.raises(ValueError, match="resume needs the path of a checkpoint"):
        run(None)
    path = tmp_path / "run.pt"
    run(path, epochs=1)
    other = cl.CharLM(cl.RNN(5, 8), 5)
    with pytest.raises(
        ValueError,
        match=r"run\.pt cannot be gone on from, .* of another model, whose layer",
    ):
        cl.fit(
            other,
            cl.whole_text(torch.arange(5)),
            epochs=1,
            checkpoint=path,
            resume=True,
        )


def in_child(path, queue):
    """Train in another process and hand back the curve."""
    torch.set_num_threads(1)
    queue.put(run(path)[0].loss)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_kills_at_random_moments_each_end_in_the_same_curve(tmp_path):
    context = multiprocessing.get_context("fork")
    expected = run(None, resume=False)[0].loss
    rng, killed = random.Random(0), 0
    for number in range(8):
        path, queue = tmp_path / f"{number}.pt", context.SimpleQueue()
        child = context.Process(target=in_child, args=(path, queue))
        child.start()
        child.join(timeout=rng.uniform(0.0, 0.25))
        if child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        assert run(path)[0].loss == expected
    assert killed >= 2  # the rest had finished before the signal came
