"""What runs the tests and the build: what it shows, what it logs, what it keeps."""

import ast
import subprocess
import sys
from importlib import metadata

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.executors.utils import single_nb_execution
from nbval.plugin import coalesce_streams
from packaging.utils import canonicalize_name

from tools.common import build, quiet, run_tests
from tools.common.answered import answered
from tools.common.exercises import CHAPTERS, cells_of

# The plugin in a process of its own, with other places for chapters and results.
RUN_COPY = """
import sys
from pathlib import Path
from tools.common import build, kept
folder = Path(sys.argv[1])
build.CACHE, kept.CHAPTERS = folder / "cache", Path(sys.argv[2])
import pytest
quiet = ["-q", "--noconftest", "-p", "no:cacheprovider", "-p", "tools.common.kept", "--nbval-lax"]
sys.exit(pytest.main([*quiet, str(folder / "answered"), *sys.argv[3:]]))
"""
SAYS = "print('one'); print('two')"
FAILS = "print('before'); print('=== FAILURES ==='); print('why'); raise SystemExit(3)"


def test_a_command_is_logged_in_full_and_shown_in_part(tmp_path, capsys):
    log = tmp_path / "logs" / "step.log"
    found = quiet.run(quiet.python("-c", SAYS), log, lambda s: s if "w" in s else None)
    assert found == 0
    assert log.read_text() == "one\ntwo\n"
    assert capsys.readouterr().out == "two\n"


def test_of_a_failure_the_end_is_shown_and_where_the_rest_is(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(quiet, "TAIL", 2)
    log = tmp_path / "step.log"
    assert quiet.run(quiet.python("-c", FAILS), log) == 3
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["=== FAILURES ===", "why", f"All that was said is in {log}"]


def test_in_ci_a_failure_is_shown_from_its_beginning(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(quiet, "TAIL", 1)
    quiet.run(quiet.python("-c", FAILS), tmp_path / "step.log")
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["=== FAILURES ===", "why"]


def test_what_was_shown_as_it_came_is_not_shown_again(tmp_path, capsys):
    quiet.run(quiet.python("-c", FAILS), tmp_path / "step.log", lambda line: line)
    assert capsys.readouterr().out.splitlines() == ["before", "=== FAILURES ===", "why"]


def test_a_user_sees_how_far_a_step_is_and_each_chapter():
    shown = run_tests.Shown("library")
    lines = ["..... [  7%]", "..s.. [ 12%]", "..... [ 19%]", "..... [ 31%]"]
    assert [shown(line) for line in lines] == [None, "   10 %", None, "   30 %"]
    assert shown("gru.ipynb: 31 s") == "   gru.ipynb: 31 s"
    assert shown("1 failed, 4018 passed, 9 skipped in 385.93s (0:06:25)") is None
    assert shown.counts == "1 failed, 4018 passed, 9 skipped"


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """Give the small steps that are run in the place of the real ones."""
    steps = {"good": ["-c", "print('.. [100%]'); print('2 passed in 0.01s')"]}
    monkeypatch.setattr(run_tests, "STEPS", steps)
    monkeypatch.setattr(run_tests, "LOGS", tmp_path)
    return steps


def test_the_closing_line_counts_the_steps(steps, capsys):
    assert run_tests.main() == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-2].startswith("== good: passed in ")
    assert shown[-2].endswith("s (2 passed)")
    assert shown[-1] == "1 passed, 0 failed"


def test_a_step_that_fails_is_told_and_the_next_is_run(steps, capsys, tmp_path):
    good = steps.pop("good")
    steps |= {"bad": ["-c", "raise SystemExit('it is broken')"], "good": good}
    assert run_tests.main() == 1
    shown = capsys.readouterr().out.splitlines()
    assert "it is broken" in shown
    assert f"All that was said is in {tmp_path / 'bad.log'}" in shown
    assert shown[-2:] == ["Failed: bad", "1 passed, 1 failed"]


def imports_of(code: str) -> set[str]:
    """Return the packages that a text of code imports."""
    nodes = [*ast.walk(ast.parse(code))]
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    return {name.partition(".")[0] for name in names}


def test_all_that_a_chapter_imports_is_part_of_the_fingerprint():
    code = "\n".join(
        cell["text"]
        for path in CHAPTERS.glob("*.ipynb")
        for cell in cells_of(path.stem)
        if cell["cell_type"] == "code"
    )
    where = metadata.packages_distributions()
    needed = {
        canonicalize_name(where[name][0])
        for name in imports_of(code) - set(sys.stdlib_module_names)
        if name in where
    }
    assert {"torch", "pandas"} <= needed
    assert needed <= build.reachable(*build.IMPORTED).keys()


def test_what_only_tests_and_instructors_install_changes_no_results():
    found = build.reachable(*build.IMPORTED)
    assert {"course-lib", "d2l", "ipykernel", "torch", "numpy"} <= found.keys()
    assert not {"otter-grader", "pytest", "sphinx", "no-such-package"} & found.keys()


def run_copy(folder, chapters, *options):
    """Run the copies in a folder as `make test` does; return what came of it."""
    command = [sys.executable, "-c", RUN_COPY, str(folder), str(chapters), *options]
    env = build.surroundings()
    return subprocess.run(
        command, cwd=build.ROOT, env=env, capture_output=True, text=True
    )


def write(folder, name, cells):
    """Write a notebook; return it."""
    folder.mkdir(exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return notebook


@pytest.fixture
def chapter(tmp_path):
    """Write a chapter of two cells, and its copy with a cell of its own; give both."""
    code = ["value = 6 * 7;\nvalue;", "print(value)\nvalue"]
    cells = [nbformat.v4.new_code_cell(text) for text in code]
    write(tmp_path / "chapters", "small", cells)
    for k, cell in enumerate(cells):
        cell.metadata["chapter_cell"] = k
    new = nbformat.v4.new_code_cell("hidden = value + 1\nhidden")
    write(tmp_path / "answered", "small", [cells[0], new, cells[1]])
    return tmp_path


def kept_of(folder, name):
    """Return what the cache has for a chapter."""
    cache = get_cache(folder / "cache")
    given = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4)
    record = cache.match_cache_notebook(given)
    return cache.get_cache_bundle(record.pk).nb


@pytest.mark.slow
def test_what_nbval_runs_is_kept_as_the_book_would_have_it(chapter):
    done = run_copy(chapter, chapter / "chapters")
    assert done.returncode == 0, done.stdout
    assert "\nsmall.ipynb: " in done.stdout
    cache = get_cache(chapter / "cache")
    (record,) = cache.list_cache_records()
    first, second = cache.get_cache_bundle(record.pk).nb.cells
    assert first.outputs == []  # of a line with a semicolon nothing is shown
    assert [output.output_type for output in second.outputs] == [
        "stream",
        "execute_result",
    ]
    assert second.outputs[1].data["text/plain"] == "42"
    assert second.execution_count == second.outputs[1].execution_count == 2


@pytest.mark.slow
def test_a_chapter_that_fails_or_is_run_in_part_is_not_kept(chapter):
    copy = nbformat.read(chapter / "answered" / "small.ipynb", as_version=4)
    some = [f"--rootdir={chapter / 'answered'}", "--deselect=small.ipynb::Cell 2"]
    part = run_copy(chapter, chapter / "chapters", *some)
    assert "1 deselected" in part.stdout
    assert part.returncode == 0, part.stdout
    copy.cells[1].source = "assert value == 41, 'the answer is wrong'"
    nbformat.write(copy, chapter / "answered" / "small.ipynb")
    done = run_copy(chapter, chapter / "chapters")
    assert done.returncode == 1
    assert "the answer is wrong" in done.stdout
    assert "small.ipynb: FAILED after " in done.stdout
    assert get_cache(chapter / "cache").list_cache_records() == []


@pytest.mark.slow
def test_the_answers_change_nothing_of_what_a_chapter_shows(tmp_path):
    name = "one_hot"
    (tmp_path / "answered").mkdir()
    nbformat.write(answered(name), tmp_path / "answered" / f"{name}.ipynb")
    done = run_copy(tmp_path, CHAPTERS)
    assert done.returncode == 0, done.stdout
    kept = kept_of(tmp_path, name)
    plain = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4)
    assert single_nb_execution(plain, str(CHAPTERS), 300, False).err is None
    code = [cell for cell in plain.cells if cell.cell_type == "code"]
    for with_answers, without in zip(kept.cells, code, strict=True):
        assert with_answers.outputs == coalesce_streams(without.outputs)
        assert with_answers.execution_count == without.execution_count
    assert kept.metadata.language_info == plain.metadata.language_info
