"""The rehearsal of the Colab copies: what it checks, and that a copy passes it."""

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
import torch
from forks import Fork

from tools.colab import colab_check, colab_env
from tools.colab.colab_copies import CELL, copy_of
from tools.common.address import Address
from tools.common.build import BUILD, ROOT
from tools.common.git_says import Unable

ADDRESS = Address("https://github.com/teacher/rnn-in-spring", "a" * 40)
INSTALL = (ROOT / CELL).read_text(encoding="utf-8")


def test_the_list_of_colab_s_packages_has_its_source_and_its_date():
    text = colab_env.LIST.read_text(encoding="utf-8")
    assert re.search(r"on\n?# \d{4}-\d\d-\d\d from Colab's own list", text)
    assert re.search(r"\b[0-9a-f]{40}\b", text)
    assert {"torch", "numpy", "ipywidgets", "ipython"} < set(colab_env.listed())
    assert re.fullmatch(r"3\.\d+\.\d+", colab_env.colabs_python())


def test_it_says_in_what_an_environment_differs(monkeypatch):
    monkeypatch.setattr(colab_env, "listed", lambda: {"torch": "2.9.0", "a_b": "1"})
    python = colab_env.colabs_python()
    assert colab_env.differences({"torch": "2.9.0", "a-b": "1"}, python) == []
    assert colab_env.differences({"torch": "2.13.0"}, "3.11.7") == [
        f"Python is 3.11.7, Colab's {python}",
        "torch is 2.13.0, Colab's 2.9.0",
        "a_b is missing, Colab's 1",
    ]


def test_the_rehearsal_sees_nothing_of_this_course(monkeypatch):
    for name in ("PYTHONPATH", "COURSE_DATA_DIR", "GIT_DIR", "JPY_SESSION_NAME"):
        monkeypatch.setenv(name, "x")
    with colab_check.alone(ADDRESS, Path("/env/bin/python")) as (folder, env):
        assert list(folder.iterdir()) == []
        assert list(Path(env["HOME"]).iterdir()) == [
            folder.parent / "home" / ".gitconfig"
        ]
    assert not {"PYTHONPATH", "COURSE_DATA_DIR", "GIT_DIR", "JPY_SESSION_NAME"} & set(
        env
    )


def test_a_package_that_changed_fails_the_rehearsal(monkeypatch):
    monkeypatch.setattr(colab_check, "versions", lambda python: {"numpy": "2.1"})
    with pytest.raises(
        Unable, match=r"numpy 2\.0 became 2\.1, torch 2\.9 became missing"
    ):
        colab_check.check(None, {"numpy": "2.0", "torch": "2.9"}, ADDRESS)


def test_a_course_lib_from_elsewhere_fails_the_rehearsal(monkeypatch):
    monkeypatch.setattr(colab_check, "versions", lambda python: {})
    origin = {"url": "https://github.com/other/course", "vcs_info": {"commit_id": "b"}}
    monkeypatch.setattr(colab_check, "run", lambda *command: json.dumps(origin))
    with pytest.raises(
        Unable, match="expected course_lib of .*rnn-in-spring.*other/course"
    ):
        colab_check.check(None, {}, ADDRESS)


def test_an_unknown_chapter_is_refused():
    made = {"gru.ipynb": b"", "one_hot.ipynb": b""}
    with pytest.raises(Unable, match="no chapter grru; there are gru, one_hot"):
        colab_check.chosen(made, ["grru"], False)
    assert colab_check.chosen(made, [], False) == ["one_hot"]
    assert colab_check.chosen(made, ["gru"], True) == ["gru", "one_hot"]


@pytest.mark.slow
def test_a_cell_that_fails_is_shown(tmp_path):
    original = json.dumps(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A")])
    )
    copy = copy_of(
        original, f"{INSTALL.partition('def pip')[0]}raise KeyError('no')", "", ADDRESS
    )
    with pytest.raises(Unable) as caught:
        colab_check.rehearse(copy, Path(sys.executable), ADDRESS)
    assert "raise KeyError('no')" in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.fixture
def colabs_python():
    """Skip where Colab's versions are not made for this Python."""
    colabs = tuple(int(part) for part in colab_env.colabs_python().split(".")[:2])
    if sys.version_info[:2] > colabs:
        pytest.skip(f"Colab's packages are those of Python {colabs}")


@pytest.mark.slow
@pytest.mark.weekly
@pytest.mark.usefixtures("colabs_python", "package_index")
def test_a_copy_of_a_fork_runs_alone_in_what_colab_has(tmp_path):
    """Rehearse one chapter, every Monday; `make colab-check ALL=1` does all of them."""
    fork = Fork(tmp_path / "rnn in spring")
    fork.git("remote", "add", "origin", "git@github.com:teacher/rnn-in-spring.git")
    left_by_pip = fork.root / "course_lib.egg-info" / "PKG-INFO"  # in every clone
    left_by_pip.parent.mkdir()
    left_by_pip.write_text("Metadata-Version: 2.1\nName: course_lib\nVersion: 0.1.0\n")
    done = fork.run(
        "-m", "tools.colab.colab_check", "one_hot", "--torch", torch.__version__, "--environments", str(BUILD / "colab")
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"git+{ADDRESS.url}@{fork.commit}" in done.stdout
    assert re.search(r"one_hot: passed in .*it added course-lib, rjsmin", done.stdout)
