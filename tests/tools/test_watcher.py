"""The limits of a submission: what goes too far is ended, with all that came of it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from otter_here import need_otter

from tools.grading import sandbox, watcher


def test_a_results_file_of_somebody_else_is_not_read(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"word": "guessed", "questions": {}}')
    assert sandbox._results(path, "the right one") is None
    path.write_text('{"word": "the right one"}')
    assert sandbox._results(path, "the right one") is not None


def watched(tmp_path: Path, code: str, **limits) -> dict:
    """Let a watcher run Python code within limits, as the grader does."""
    usual = vars(sandbox.Limits(timeout=20, memory_mb=500))
    task = {"word": "w", "env": dict(os.environ), "folder": str(tmp_path), **usual}
    task |= {
        "log": str(tmp_path / "log"),
        "command": [sys.executable, "-c", code],
        **limits,
    }
    return sandbox._watched(task)


SPAWN = """
import os, subprocess, sys
code = "import os, time; os.setsid(); os.fork(); print(os.getpid(), flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", code], stdout=open("pids", "w"))
while len(open("pids").read().split()) < 2:
    pass
"""


FOR_EVER = "\nwhile True: pass"
WRITE = "for name in 'ab': open(name, 'wb').write(bytes(5_000_000))"


@pytest.mark.parametrize(
    ("code", "limits", "ended"),
    [
        ("pass", {}, "by itself"),
        ("import time; time.sleep(600)", {"timeout": 1}, "patience"),
        (f"x = b'x' * 10**9{FOR_EVER}", {}, "memory"),
        (f"{WRITE}{FOR_EVER}", {"files_mb": 8}, "files"),
        (
            f"import os\nfor _ in range(3): os.fork(){FOR_EVER}",
            {"processes": 5},
            "processes",
        ),
    ],
)
def test_the_watcher_ends_what_goes_too_far(tmp_path, code, limits, ended):
    assert watched(tmp_path, code, **limits)["ended"] == ended


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_no_process_is_left_behind_also_not_in_a_session_of_its_own(tmp_path):
    verdict = watched(tmp_path, SPAWN)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert verdict["ended"] == "by itself"
    assert len(pids) == 2
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_who_kills_the_watcher_is_ended_with_all_that_is_left(tmp_path):
    kill = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)\nwhile 1: pass"
    mine = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    verdict = watched(tmp_path, f"print({os.getpid()}, flush=True)\n{kill}")
    assert verdict == {"ended": "unwatched"}
    commands = [p.info["cmdline"] or [] for p in psutil.process_iter(["cmdline"])]
    left = [c for c in commands if kill in " ".join(c)]
    assert left == []
    assert mine.poll() is None  # what was there before is left alone
    mine.communicate(b"\n")


def test_the_environment_of_a_run_has_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    env = sandbox._surroundings(tmp_path, sandbox.Limits())
    assert "secret" not in env.values()
    assert env["HOME"].startswith(str(tmp_path))


def test_computing_is_limited_and_waiting_has_more_patience(tmp_path, monkeypatch):
    monkeypatch.setattr(watcher, "family", list)  # no other child of the tests counts
    task = {**vars(sandbox.Limits(timeout=10)), "folder": str(tmp_path)}
    watch = watcher.Watch(task)
    assert watch.broken() is None
    watch.start -= 49  # seconds ago, of which it has computed 9
    watch.computed = {1: 4.0, 2: 5.0}
    assert watch.broken() is None
    watch.computed[2] += 2
    assert watch.broken() == "time"
    watch.computed[2] -= 2
    watch.start -= 2
    assert watch.broken() == "patience"


def test_a_loop_without_an_end_is_ended(tmp_path):
    verdict = watched(tmp_path, FOR_EVER, timeout=2)
    assert verdict["ended"] in ("time", "patience")  # the second if we hardly run
    assert verdict["seconds"] < 60


# otter's own imports warn: it is theirs to mend
quiet = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@quiet
def test_what_is_printed_is_counted(tmp_path):
    need_otter()
    from tools.grading.inside import Counter

    ended = []
    counter = Counter(tmp_path, 100, end=ended.append)
    counter.add("written", 60)
    counter.add("sent", 60)
    assert not ended
    assert not (tmp_path / "output").exists()
    counter.add("written", 60)
    assert ended == [1]
    assert (tmp_path / "output").exists()


@quiet
def test_a_replaced_comparison_is_seen(monkeypatch):
    need_otter()
    from tools.grading.inside import what_judges

    before = what_judges()
    assert what_judges() == before
    monkeypatch.setattr("torch.allclose", lambda *a, **k: True)
    changed = [
        n
        for (_, n, a), (_, _, b) in zip(before, what_judges(), strict=True)
        if a is not b
    ]
    assert changed == ["allclose"]
