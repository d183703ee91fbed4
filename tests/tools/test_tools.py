"""The scripts behind the Makefile: what they notice, and what they refuse."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from jupyter_cache import get_cache

from tools.common import build
from tools.record import record
from tools.release import newcomer, soak

ROOT = build.ROOT  # as it is, before a test moves it


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Point the build at a copy of the library and an empty _build."""
    shutil.copytree(build.ROOT / "course_lib", tmp_path / "course_lib")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(build, "CACHE", tmp_path / "_build" / ".jupyter_cache")
    monkeypatch.setattr(build, "STAMP", tmp_path / "_build" / "executed_with.txt")
    return tmp_path


def test_a_change_in_the_library_forgets_executed_notebooks(project):
    build.forget_stale_results()
    executed = build.CACHE / "global.db"
    executed.parent.mkdir(parents=True)
    executed.write_text("results")
    build.forget_stale_results()
    assert executed.is_file()  # nothing has changed
    changed = project / "course_lib" / "validation.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    build.forget_stale_results()
    assert not executed.exists()


def test_notebooks_are_executed_into_the_cache_and_a_failing_one_is_named(project):
    chapters = project / "chapters"
    chapters.mkdir()
    for name, code in {"good": "print(6 * 7)", "bad": "assert 6 * 7 == 41"}.items():
        cells = [nbformat.v4.new_code_cell(code)]
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells), chapters / f"{name}.ipynb"
        )
    command = "from tools.common import build, execute; from pathlib import Path; "
    command += f"build.ROOT = execute.ROOT = Path({str(project)!r}); "
    command += "execute.CACHE = build.ROOT / 'cache'; exit(execute.main())"
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        env=build.surroundings(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert re.search(r"^good\.ipynb: \d+ s$", done.stdout, re.MULTILINE)
    assert re.search(r"^bad\.ipynb: FAILED after \d+ s$", done.stdout, re.MULTILINE)
    assert "assert 6 * 7 == 41" in done.stdout  # why it failed
    (known,) = get_cache(project / "cache").list_cache_records()
    assert known.uri == str(chapters / "good.ipynb")


def test_python_s_own_caches_are_no_change(project):
    before = build.fingerprint()
    (project / "course_lib" / "__pycache__").mkdir(exist_ok=True)
    (project / "course_lib" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert build.fingerprint() == before


def test_the_build_sees_no_live_notebook(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "started from within JupyterLab")
    env = build.surroundings()
    assert "JPY_SESSION_NAME" not in env
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"


def test_of_mathjax_only_what_a_page_can_load_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "SITE", tmp_path)
    folder = tmp_path / "_static" / "mathjax"
    for name in (
        "tex-chtml.js",
        "tex-svg.js",
        "sre/a.json",
        "output/chtml/fonts/f.woff",
        "input/tex/extensions/b.js",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    build.drop_unused_mathjax()
    left = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert left == {
        "tex-chtml.js",
        "output/chtml/fonts/f.woff",
        "input/tex/extensions/b.js",
    }
    assert not (folder / "sre").exists()


needs_make = pytest.mark.skipif(
    shutil.which("make") is None, reason="there is no make here"
)


@needs_make
def test_the_site_is_served_here_only_and_on_another_port_if_one_is_taken(tmp_path):
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("the course")
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "book", "serve"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command += [f"RUN={sys.executable}", f"PORT={port}"]
        how = {"stdout": subprocess.PIPE, "text": True, "start_new_session": True}
        # As in a shell: within `make test` this make would say that it is an inner one.
        how["env"] = {k: v for k, v in os.environ.items() if "MAKE" not in k}
        with subprocess.Popen(command, cwd=tmp_path, **how) as server:
            try:
                host, other = re.search(
                    r"//(.*):(\d+)/", server.stdout.readline()
                ).groups()
                assert host == "127.0.0.1"
                assert other != port
                with urllib.request.urlopen(f"http://{host}:{other}") as answer:
                    assert answer.read() == b"the course"
            finally:
                os.killpg(server.pid, signal.SIGTERM)


def test_a_record_is_written_with_its_provenance(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setitem(record.RECORDS, "lighthouse", lambda: {"rows": [1, 2]})
    record.record("lighthouse")
    written = (tmp_path / "lighthouse.json").read_text(encoding="utf-8")
    for part in ('"command": "make record NAME=lighthouse"', '"cpu"', '"torch"'):
        assert part in written
    assert "lighthouse.json" in capsys.readouterr().out


def test_rows_are_made_alone_and_take_the_place_of_their_own_only(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    old, mine = {"model": "RNN"}, {"model": "window of 5", "part": "windows"}
    monkeypatch.setitem(
        record.RECORDS, "lighthouse", lambda: {"counting": [1], "networks": [old, mine]}
    )
    record.record("lighthouse")
    first = json.loads((tmp_path / "lighthouse.json").read_text(encoding="utf-8"))
    anew = {"networks": [{"model": "window of 4", "part": "windows"}], "tried": []}
    monkeypatch.setitem(record.ROWS, ("lighthouse", "windows"), lambda: anew)
    command = ["record", "lighthouse", "--rows", "windows"]
    monkeypatch.setattr(sys, "argv", command)
    record.main()
    now = json.loads((tmp_path / "lighthouse.json").read_text(encoding="utf-8"))
    assert now["results"] == {
        "counting": [1],
        "networks": [old, *anew["networks"]],
        "tried": [],
    }
    added = now.pop("added")["windows"]
    assert added["command"] == "make record NAME=lighthouse ROWS=windows"
    assert added["torch"] == now["torch"]
    assert {**now, "results": 0} == {**first, "results": 0}
    assert "windows of lighthouse.json" in capsys.readouterr().out


def test_rows_that_cannot_be_made_alone_are_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["record", "digits", "--rows", "windows"])
    with pytest.raises(SystemExit):
        record.main()
    assert "alone as: lighthouse --rows windows" in capsys.readouterr().err


def test_a_record_of_another_name_is_refused():
    command = [sys.executable, "-m", "tools.record.record", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "nothing" in done.stderr


@needs_make
def test_make_alone_lists_the_targets_a_line_each():
    done = subprocess.run(["make"], cwd=build.ROOT, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    for target in ("book", "serve", "lab", "test", "check", "record"):
        assert sum(line.startswith(f"make {target} ") for line in lines) == 1


def test_the_newcomers_lines_are_those_of_the_readme():
    lines = newcomer.without_make(
        (newcomer.ROOT / "README.md").read_text(encoding="utf-8")
    )
    assert lines[0] == ["python3", "-m", "venv", ".venv"]
    assert lines[-1] == [".venv/bin/python", "-m", "tools.common.build"]
    assert all(line[0] == ".venv/bin/python" for line in lines[1:])
    for line in lines[1:]:
        for word in line:
            if word.endswith((".txt", ".py")):
                assert (newcomer.ROOT / word).is_file(), word


def test_a_step_of_the_newcomer_that_fails_is_not_passed_over(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        newcomer.minutes([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to("/bin/false")
    with pytest.raises(ChildProcessError, match="JupyterLab ended"):
        newcomer.lab(tmp_path)


def test_megabytes_are_counted_once(tmp_path):
    (tmp_path / "a").write_bytes(bytes(3_000_000))
    (tmp_path / "b").symlink_to("a")
    assert newcomer.megabytes(tmp_path) == 3


def test_the_readme_says_what_the_newcomers_path_took():
    record = json.loads(soak.RECORD.read_text(encoding="utf-8"))
    readme = (newcomer.ROOT / "README.md").read_text(encoding="utf-8")
    assert newcomer.told(record) in readme
