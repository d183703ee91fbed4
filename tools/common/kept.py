"""A plugin of pytest: what nbval runs is kept for the book, and need not run again.

    pytest -p tools.common.kept --nbval-lax _build/answered

nbval runs a copy of a chapter (answered.py). Where all cells of the copy have passed,
what the chapter's own cells have shown goes into the build's cache, as execute.py would
have put it there. A line says how many seconds each chapter has taken.
"""

from dataclasses import dataclass, field

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat import NotebookNode

from tools.common import build
from tools.common.answered import CELL
from tools.common.exercises import CHAPTERS


@dataclass
class Run:
    """What is known of a copy while its cells are run."""

    seconds: float = 0.0
    passed: bool = True
    ends: bool = False
    shown: dict[int, list] = field(default_factory=dict)
    language: dict = field(default_factory=dict)


RUN = pytest.StashKey[Run]()
TIMEOUT = 60  # seconds for a kernel to say what it is
SAID = "chapter"  # the property of a report that tells of a whole chapter


def executed(notebook: NotebookNode, shown: dict[int, list]) -> NotebookNode:
    """Return a chapter with what its cells have shown, numbered as they ran."""
    count = 0
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = shown[k]
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
    return notebook


def keep(chapter: str, run: Run) -> None:
    """Put a chapter's results into the build's cache, if all its cells have run."""
    path = CHAPTERS / f"{chapter}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    code = [k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if not run.passed or code != sorted(run.shown):
        return
    notebook = executed(notebook, run.shown)
    notebook.metadata["language_info"] = run.language
    data = {"execution_seconds": run.seconds}
    bundle = CacheBundleIn(notebook, str(path), data=data)
    get_cache(build.CACHE).cache_notebook_bundle(
        bundle, check_validity=False, overwrite=True
    )


def run_of(item: pytest.Item) -> Run | None:
    """Return what is known of the copy that a cell belongs to; None for other tests."""
    if not hasattr(item, "cell"):
        return None
    return item.parent.stash.setdefault(RUN, Run())


@pytest.hookimpl(trylast=True)  # when nbval has its kernel
def pytest_runtest_setup(item):
    """Let the kernel remember what the chapter's own cells were, and nothing else.

    nbval lets it remember no cell, but IPython looks there for the semicolon that says
    that a result is not to be shown, and for the number of a cell in a traceback.
    """
    run = run_of(item)
    if run and item.parent.kernel:
        client = item.parent.kernel.kc
        own = CELL in item.cell.metadata
        remember = {"store_history": own, "allow_stdin": False, "stop_on_error": False}
        client.execute = lambda code, **_: type(client).execute(
            client, code, **remember
        )
        if not run.language:
            told = client.kernel_info(reply=True, timeout=TIMEOUT)
            run.language = told["content"]["language_info"]


def pytest_runtest_teardown(item, nextitem):
    """Note where a copy ends: with the last cell, or the last that was asked for."""
    run = run_of(item)
    if run:
        run.ends = nextitem is None or nextitem.parent is not item.parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Note what a cell has shown; after the last, keep it all and say how long."""
    report, run = (yield), run_of(item)
    if not run:
        return report
    run.seconds += call.duration
    run.passed &= report.passed
    cell = item.cell.metadata.get(CELL)
    if report.when == "call" and report.passed and cell is not None:
        run.shown[cell] = item.test_outputs
    if run.ends and report.when == "teardown":
        outcome = "" if run.passed else "FAILED after "
        report.user_properties.append(
            (SAID, f"{item.path.name}: {outcome}{run.seconds:.0f} s")
        )
        keep(item.path.stem, run)
    return report


class Teller:
    """Says how long each chapter took, in the process that a user watches."""

    def __init__(self, terminal):
        self.terminal = terminal

    def pytest_runtest_logreport(self, report):
        """Write the line of a chapter that has ended."""
        for name, line in report.user_properties:
            if name == SAID and report.when == "teardown":
                self.terminal.write(f"\n{line}\n")  # after pytest's dots


@pytest.hookimpl(trylast=True)  # when pytest has its terminal
def pytest_configure(config):
    """Let the process with a terminal say what the others report."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal:
        config.pluginmanager.register(Teller(terminal))
