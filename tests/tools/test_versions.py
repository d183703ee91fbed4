"""Other versions, and locked ones: what has run is recorded, what is bad is said."""

import contextlib
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tools.release import lock, versions

ROOT = Path(__file__).parents[2]
RUNS = json.loads(versions.RECORD.read_text(encoding="utf-8"))
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
needs_uv = pytest.mark.skipif(
    shutil.which("uv") is None, reason="no uv: pip install uv"
)


def parts(version: str) -> list[int]:
    """Return the numbers of a version, without zeros at its end."""
    numbers = [int(part) for part in re.match(r"[\d.]+", version)[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def test_no_bound_is_claimed_that_has_not_run():
    oldest = re.search(r'requires-python = ">=([\d.]+)"', PROJECT)[1]
    ran = RUNS[f"make versions WHICH=loosest ON={oldest}"]
    needs = re.search(r"^dependencies = (.*?)^\[dep", PROJECT, re.DOTALL | re.MULTILINE)
    bounds = dict(re.findall(r'"([\w-]+)>=([\d.]+)"', needs[1]))
    assert len(bounds) == needs[1].count('"') // 2
    assert {n: parts(v) for n, v in ran["versions"].items()} == {
        name: parts(bound) for name, bound in bounds.items()
    }


@pytest.mark.parametrize("command", RUNS)
def test_every_recorded_run_was_green(command):
    ran = RUNS[command]
    assert ran["failed"] == 0
    assert ran["passed"] > 2500
    assert command.endswith(f"ON={ran['python'].rpartition('.')[0]}")


def test_the_library_s_tests_need_nothing_of_the_book(tmp_path):
    found = versions.library_tests()
    assert "tests/nn/test_cells.py" in found
    assert "tests/tools/test_tools.py" not in found
    (tmp_path / "tests" / "nn").mkdir(parents=True)
    for name, line in {
        "ours": "import course_lib as cl",
        "tools": "import course_lib\nfrom tools.common.build import ROOT",
        "site": "import re",
    }.items():
        (tmp_path / "tests" / "nn" / f"test_{name}.py").write_text(line)
    assert versions.library_tests(tmp_path) == ["tests/nn/test_ours.py"]


def left() -> list[Path]:
    """Return the environments that are there."""
    return sorted((ROOT / "_build" / "versions").glob("*"))


def test_without_uv_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda *a, **k: None)
    before = left()
    assert versions.main(["newest"]) == 1
    assert lock.main([]) == 1
    said = capsys.readouterr().err.splitlines()
    told = "expected uv, found none: pip install uv"
    assert said == [told, f"{told}", "Nothing has changed."]
    assert left() == before


@pytest.mark.parametrize("status", [0, 1])
def test_a_run_that_failed_claims_nothing(monkeypatch, tmp_path, status):
    came = {"python": "3.12.1", "versions": {}, "passed": 3, "failed": status}
    here = contextlib.nullcontext(Path(sys.executable))
    monkeypatch.setattr(versions, "environment", lambda *asked: here)
    monkeypatch.setattr(versions, "tested", lambda python: (status, came))
    monkeypatch.setattr(versions, "RECORD", tmp_path / "versions.json")
    assert versions.main(["newest"]) == status
    assert versions.RECORD.exists() == (status == 0)
    if status == 0:
        [(command, ran)] = json.loads(versions.RECORD.read_text()).items()
        assert command == "make versions WHICH=newest ON=3.12"
        assert ran["passed"] == 3


@needs_uv
def test_without_the_python_or_an_index_it_says_so_and_leaves_nothing(
    monkeypatch, capsys, tmp_path
):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(versions, "record", None)  # nothing is to be recorded
    before = left()
    assert versions.main(["newest", "--on", "3.99"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("expected Python 3.99 on this machine: install it, or name")
    assert versions.main(["newest", "--on", sys.executable]) == 1
    said = capsys.readouterr().err
    assert said.startswith("expected to install the newest versions: is an index in")
    assert said.count("\n") == 1
    assert left() == before


@needs_uv
def test_a_lock_that_cannot_be_made_changes_nothing(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    before = {name: (ROOT / name).read_bytes() for name in lock.WORDS}
    assert lock.main(["all"]) == 1
    assert "expected to lock requirements.in: is an index" in capsys.readouterr().err
    assert {name: (ROOT / name).read_bytes() for name in lock.WORDS} == before


@pytest.mark.parametrize("name", lock.WORDS)
def test_a_lock_names_no_index_and_every_file_by_its_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert not any(line.startswith("-") or "://" in line for line in lines)
    entries = [entry for entry in re.split(r"\n(?=\w)", "\n".join(lines)) if entry]
    hashed = [re.findall(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries]
    assert all(hashed) if name.startswith("locks/") else not any(hashed)


def test_the_locks_with_and_without_hashes_agree():
    course, cuda, more = (
        lock.pins(ROOT / "locks" / f"{name}.txt")
        for name in ("course", "cuda", "instructor")
    )
    assert course == lock.pins(ROOT / "requirements.txt")
    assert more == lock.pins(ROOT / "requirements-instructor.txt")
    assert all(lock.CUDA.fullmatch(name) for name in cuda)
    assert not (set(course) & set(cuda)) | (set(course) & set(more))
    asked = (ROOT / "requirements.in").read_text(encoding="utf-8")
    assert set(re.findall(r"^[\w-]+", asked, re.MULTILINE)) <= set(course)


def test_what_changed_is_said_by_name():
    before = {"numpy": "2.4.6", "six": "1.17.0", "torch": "2.13.0"}
    after = {"colorama": "0.4.6", "numpy": "2.5.5", "torch": "2.13.0"}
    assert lock.changes(before, after) == [
        "colorama not there -> 0.4.6",
        "numpy 2.4.6 -> 2.5.5",
        "six 1.17.0 -> not there",
    ]
