"""Several processes that train one model: the same as one, and what if one dies."""

import time
from pathlib import Path

import pytest
import torch
import workers

import course_lib as cl
from course_lib.experiments import together
from course_lib.files import format
from course_lib.training import distributed, sharing

ALONE = distributed.Place(0, 1, torch.device("cpu"))
SCRIPT = str(Path(workers.__file__))


def run(what, folder, processes=2):
    """Let processes do something; return what they said, and when all were over."""
    return distributed.launch([SCRIPT, what, str(folder)], processes), time.time()


@pytest.fixture(scope="module")
def equal(tmp_path_factory):
    """Return the folder in which two processes have left their runs."""
    folder = tmp_path_factory.mktemp("equal")
    done, _ = run("equal", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("kind", workers.KINDS)
def test_two_processes_train_as_one_does(equal, kind):
    loss, valid, weights = torch.load(equal / f"{kind}.pt")
    model, history = workers.train(kind, ALONE)
    assert history.loss == pytest.approx(loss, abs=1e-13)
    assert history.valid_perplexity == pytest.approx(valid, rel=1e-13)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(weights[name], value, rtol=0, atol=1e-12)


def test_one_process_goes_on_where_two_have_stopped(equal):
    model, history = workers.train("random", ALONE, equal / "random.run", epochs=5)
    whole, same = workers.train("random", ALONE, epochs=5)
    assert history.loss == pytest.approx(same.loss, abs=1e-12)
    for p, q in zip(model.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=0, atol=1e-11)


@pytest.mark.slow
def test_three_processes_of_which_two_have_two_rows_and_one_has_one(tmp_path):
    done, _ = run("equal", tmp_path, processes=3)
    assert done.returncode == 0, done.stderr
    loss, *_ = torch.load(tmp_path / "sequential.pt")
    _, history = workers.train("sequential", ALONE)
    assert history.loss == pytest.approx(loss, abs=1e-13)


@pytest.mark.slow
def test_a_process_that_dies_ends_the_others_and_the_run_goes_on(tmp_path):
    done, end = run("dies", tmp_path)
    assert done.returncode != 0
    assert end - (tmp_path / "run.pt").stat().st_mtime < 60
    assert "Signal 9 (SIGKILL)" in done.stderr
    assert len(format.read(tmp_path / "run.pt", "run")["history"]["loss"]) == 3
    goes_on, _ = run("goes_on", tmp_path)
    assert goes_on.returncode == 0, goes_on.stderr
    assert sorted(goes_on.stdout.splitlines()) == [
        "process 0 has the same",
        "process 1 has the same",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


@pytest.mark.slow
def test_an_error_in_one_process_is_told_and_ends_the_others(tmp_path):
    done, end = run("fails", tmp_path)
    assert done.returncode != 0
    assert end - (tmp_path / "over").stat().st_mtime < 60
    assert "ValueError: no such text" in done.stderr


@pytest.mark.slow
def test_a_process_that_never_comes_is_waited_for_so_long(tmp_path):
    done, end = run("hangs", tmp_path)
    assert done.returncode != 0
    assert end - (tmp_path / "over").stat().st_mtime < 60
    assert "RuntimeError" in done.stderr


@pytest.mark.slow
def test_what_cannot_be_shared_is_refused_in_every_process(tmp_path):
    done, _ = run("refused", tmp_path)
    assert done.returncode == 0, done.stderr
    for rank in (0, 1):
        said = [s for s in done.stdout.splitlines() if s.startswith(f"process {rank}")]
        assert [
            words in line
            for words, line in zip(
                ("see different batches", "1 rows cannot be", "epochs, [0, 1]"),
                said,
                strict=True,
            )
        ] == [True] * 3


@pytest.mark.slow
def test_training_ends_in_all_where_one_says_so(tmp_path):
    done, _ = run("stops", tmp_path)
    assert sorted(done.stdout.splitlines()) == [
        "process 0: 2 epochs",
        "process 1: 2 epochs",
    ]


def test_last_words_are_passed_on_and_an_own_error_stays():
    store = torch.distributed.HashStore()
    first, later = ValueError("no such text"), RuntimeError("Connection closed by peer")
    distributed._say_last_words(store, 1, 2, first)
    words = "another process has ended, process 1 of 2: ValueError: no such text"
    with pytest.raises(RuntimeError, match=words):
        distributed._say_last_words(store, 0, 2, later)
    distributed._say_last_words(store, 0, 2, KeyError("a fault of its own"))


def test_one_process_alone_is_left_as_it_is():
    data = cl.windows(torch.arange(50), 1, 5)
    loss = torch.tensor(2.0)
    model = torch.nn.Linear(2, 2)
    with distributed.start("cpu") as place:
        assert place == ALONE
        assert sharing.share(data) is data
        alone = distributed.processes()
        assert alone.average(model, loss, 3)[0] is loss
        alone.same_start(model, done=7)
    assert alone.mean(6.0, 4) == 1.5
    assert alone.gathered("a") == ["a"]


def test_rows_are_dealt_out_once_and_stay_where_they_are():
    x = torch.arange(10).view(5, 2)
    parts = [sharing._rows((x, x + 1), rank, 2) for rank in (0, 1)]
    assert [len(part[0]) for part in parts] == [3, 2]
    assert torch.equal(torch.cat([part[1] for part in parts]), x + 1)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"where": "gpu"}, "where must be 'cpu', 'cuda' or None, got 'gpu'"),
        ({"timeout": 0.0}, "timeout must be above 0"),
        ({"timeout": -1.0}, "timeout must be finite and 0 or more"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(ValueError, match=words), distributed.start(**settings):
        pass
    with pytest.raises(ValueError, match="processes must be at least 1, got 0"):
        distributed.launch(["-m", "this"], processes=0)


def test_more_processes_than_devices_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ValueError, match="there are 1 CUDA devices, too few"):
        distributed._device(None, local_rank=1)
    assert distributed._device("cpu", local_rank=1).type == "cpu"


def test_the_course_s_program_goes_on_from_its_file(tmp_path):
    path = tmp_path / "run.pt"
    together.train(ALONE, path, epochs=1)
    _, history = together.train(ALONE, path, epochs=2)
    _, whole = together.train(ALONE, tmp_path / "whole.pt", epochs=2)
    assert history.loss == whole.loss
