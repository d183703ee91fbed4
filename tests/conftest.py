"""What all tests share."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from filelock import FileLock
from hypothesis import settings
from otter_here import STEM, course_address, need_otter, tool
from pages import parts_page

import course_lib as cl
from course_lib.data.download import FOLDER_VARIABLE
from tools.common.browser import chromium, chromium_path

# The same examples every time, and no limit on seconds: other work may slow a machine.
settings.register_profile("course", derandomize=True, deadline=None, database=None)
settings.load_profile("course")
matplotlib.use("agg")  # figures are made, and no window


def pytest_make_parametrize_id(config, val, argname):
    """Name bytes by their argument: a zip holds the time at which it was made."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items):
    """Begin with the files that have slow tests: none of them is to run alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _one_thread_and_a_seed():
    """Make every test start alike: one thread, seed 0."""
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture(autouse=True)
def _no_figure_stays():
    """Close what a test has drawn: pyplot keeps every figure, and warns of too many."""
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def story():
    """Return the story of the course, as ids."""
    return cl.story()


@pytest.fixture(scope="session")
def time_machine():
    """Return The Time Machine from COURSE_DATA_DIR; tests make no real download."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder or not (Path(folder) / "timemachine.txt").is_file():
        pytest.skip(f"{FOLDER_VARIABLE} names no folder with timemachine.txt")
    return cl.load_corpus("time_machine")


@pytest.fixture(scope="session")
def package_index(tmp_path_factory):
    """Skip where pip reaches no index; in CI there must be one."""
    ask = ["-m", "pip", "-q", "--retries=0", "download", "--no-deps", "--no-cache-dir"]
    folder = tmp_path_factory.mktemp("asked")
    asked = [sys.executable, *ask, "-d", str(folder), "rjsmin"]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode != 0:
        assert not os.environ.get("CI"), f"CI needs a package index: {done.stderr}"
        pytest.skip("pip reaches no package index")


@pytest.fixture(scope="session")
def browser():
    """Give a headless Chromium; in CI there must be one."""
    path = chromium_path()
    if path is None:
        assert not os.environ.get("CI"), "CI needs Chromium"
        pytest.skip("no Chromium found: install one, or `playwright install chromium`")
    with chromium(path) as running:
        yield running


@pytest.fixture(scope="module")
def tab(browser):
    """Give an empty page that can import each part by its name."""
    tab = parts_page(browser)
    yield tab
    tab.close()


def once(tmp_path_factory, name, make):
    """Return a folder that the first process makes; the others of a run wait for it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tmp_path_factory.mktemp(name)
        make(folder)
        return folder
    folder = tmp_path_factory.getbasetemp().parent / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = tmp_path_factory.mktemp(name)
            make(unfinished)
            unfinished.rename(folder)
    return folder


def make_assignment(folder):
    """Make the assignment lstm_and_gru in a folder."""
    given = {"COURSE_ADDRESS": course_address()}
    done = tool("grading.assignments", "--name", STEM, "--out", folder, **given)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Make the assignment lstm_and_gru, with an address; return the folder of all."""
    need_otter()
    return once(tmp_path_factory, "built", make_assignment)
