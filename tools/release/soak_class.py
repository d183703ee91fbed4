"""A class of made-up students, and the points that each must get: see `CLASS`.

They are made from a built assignment, lstm_and_gru, and from the wrong answers that its
tests are tested with. What is hostile here is so to the grader alone.
"""

import importlib.util
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from tools.grading.student_notebook import answers_of, fill_in

ROOT = Path(__file__).resolve().parents[2]
STEM = "lstm_and_gru"
FULL = {"peephole": 4, "coupled": 4, "reset_before": 3, "origins": 4, "keep_for": 2}
NONE = dict.fromkeys(FULL, 0)
# The points that are left of each question after each of its usual mistakes.
AFTER_MISTAKES = {
    "peephole": [2, 1, 1, 2],
    "coupled": [1, 3, 0, 3],
    "reset_before": [1, 0, 0, 0],
    "origins": [0, 3, 2, 1],
    "keep_for": [0, 0, 1],
}
# The public tests give these, the hidden ones nothing.
HARD_CODED = {
    "peephole": 2,
    "coupled": 2,
    "reset_before": 1,
    "origins": 2,
    "keep_for": 1,
}

ANOTHER_WAY = {
    "peephole": """
def peephole_step(x_t, state, weights):
    F = torch.nn.functional
    h, c = state
    H = h.shape[-1]
    a = F.linear(x_t, weights["weight_ih"], weights["bias"])
    a = a + F.linear(h, weights["weight_hh"])
    seen = torch.cat([weights["p_i"] * c, weights["p_f"] * c], dim=1)
    i, f = (a[:, : 2 * H] + seen).sigmoid().split(H, dim=1)
    new = f * c + i * a[:, 2 * H : 3 * H].tanh()
    return (a[:, 3 * H :] + weights["p_o"] * new).sigmoid() * new.tanh(), new
""",
    "coupled": """
def coupled_lstm(x, weights, state=None):
    B, T, _ = x.shape
    H = len(weights["bias"]) // 3
    h, c = state if state is not None else (torch.zeros(B, H, dtype=x.dtype),) * 2
    from_x = x @ weights["weight_ih"].T + weights["bias"]
    all_h, all_c = [], []
    for t in range(T):
        f, g, o = (from_x[:, t] + h @ weights["weight_hh"].T).split(H, dim=1)
        c = torch.lerp(g.tanh(), c, f.sigmoid())
        h = o.sigmoid() * c.tanh()
        all_h, all_c = [*all_h, h], [*all_c, c]
    return torch.stack(all_h, 1), torch.stack(all_c, 1)
""",
    "origins": """
def origins(f, i, g, c_0):
    last = torch.ones_like(f[:, :1])
    later = torch.cat([f, last], dim=1).flip(1).cumprod(1).flip(1)
    return torch.cat([c_0[:, None], i * g], dim=1) * later
""",
    "keep_for": """
import math


def keep_for(steps, share):
    kept = math.log(share) / steps  # the logarithm of the gate
    return kept - math.log(-math.expm1(kept))
""",
}

HOSTILE = {
    "loops for ever": "while True:\n    pass",
    "eats memory": "eaten = []\nwhile True:\n    eaten.append(bytearray(50_000_000))",
    "prints a gigabyte": "while True:\n    print('x' * 100_000)",
    "prints past Python": ("import os\nwhile True:\n    os.write(1, b'x' * 100_000)"),
    "leaves at once": "import os\nos._exit(0)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "kills its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "starts too much": (
        "import subprocess\n"
        "many = [subprocess.Popen(['sleep', '600']) for _ in range(100)]\n"
        "while True:\n    pass"
    ),
    "fills the disk": (
        "for n in range(1000):\n"
        "    with open(f'{n}.bin', 'wb') as file:\n"
        "        file.write(bytes(20_000_000))\n"
        "import time\ntime.sleep(600)"
    ),
    "deletes what it finds": "import shutil\nshutil.rmtree('..', ignore_errors=True)",
    "patches torch": "torch.allclose = torch.equal = lambda *a, **k: True",
    "forges its results": (
        "from otter.execute import Checker\n"
        "Checker.get_results = classmethod(lambda cls: [])"
    ),
}
LEAVES_PROCESSES = """
import subprocess, sys
code = "import os, subprocess; os.setsid(); subprocess.Popen(['sleep', '610'])"
subprocess.run([sys.executable, "-c", code])
"""
LIES = 'grader = None\nprint("Total Score: 17.000 / 17.000 (100.000%)")'
ENDS_IN_A_TEST = {"keep_for": "def keep_for(steps, share):\n    raise SystemExit"}


@dataclass
class Built:
    """The built assignment that the class hands in, and its wrong answers."""

    student: Path
    solution: dict[str, str]
    hard_coded: dict[str, str]
    mistakes: dict[str, list[str]]

    def notebook(self, answers: dict[str, str]) -> nbformat.NotebookNode:
        """Return the student's notebook with answers in it."""
        return fill_in(nbformat.read(self.student, as_version=4), answers)


@dataclass
class Student:
    """A made-up student: the file, the points expected by question, and the reason."""

    name: str
    write: Callable[[Built, Path], None]
    points: dict[str, int] = field(default_factory=lambda: NONE)
    reason: str = ""  # what the reason begins with; empty: there must be none
    ending: str = ".ipynb"


def load(built: Path) -> Built:
    """Read the built assignment and its wrong answers."""
    folder = built / STEM
    solution = nbformat.read(folder / f"{STEM}_solution.ipynb", as_version=4)
    path = ROOT / "tests" / "wrong_answers" / f"{STEM}.py"
    spec = importlib.util.spec_from_file_location("wrong_answers", path)
    wrong = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wrong)
    mistakes = {name: list(codes.values()) for name, codes in wrong.MISTAKES.items()}
    student = folder / f"{STEM}.ipynb"
    return Built(student, answers_of(solution), wrong.HARD_CODED, mistakes)


def hands_in(changes: dict[str, str] | None = None, extra: str = "", edit=None):
    """Return a writer of the solution with changed answers and one cell more.

    edit changes the notebook in place before it is written.
    """

    def _write(built: Built, path: Path) -> None:
        notebook = built.notebook({**built.solution, **(changes or {})})
        if extra:
            notebook.cells.append(nbformat.v4.new_code_cell(extra))
        if edit:
            edit(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return _write


def mistaken(place: int):
    """Return a writer of the mistake of that place in every question that has one."""

    def _write(built: Built, path: Path) -> None:
        some = {n: m[place] for n, m in built.mistakes.items() if place < len(m)}
        hands_in(some)(built, path)

    return _write


def hard_coded(built: Built, path: Path) -> None:
    """Write what passes the public tests alone."""
    hands_in(built.hard_coded)(built, path)


def nothing_done(built: Built, path: Path) -> None:
    """Hand in what was handed out."""
    path.write_bytes(built.student.read_bytes())


def raw(content: bytes):
    """Return a writer of bytes."""
    return lambda built, path: path.write_bytes(content)


def cut_short(built: Built, path: Path) -> None:
    """Write the first half of a notebook."""
    content = built.student.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def zipped(built: Built, path: Path) -> None:
    """Write the solution into a zip."""
    inner = path.with_name("inner.part")
    hands_in()(built, inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "work/lstm_and_gru.ipynb")
        archive.writestr("__MACOSX/work/._lstm_and_gru.ipynb", "")
    inner.unlink()


def through_colab(notebook) -> None:
    """Keep of the metadata what Colab is sure to keep."""
    kernel = {"display_name": "Python 3", "name": "python3"}
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": kernel}
    notebook["nbformat_minor"] = 0
    for cell in notebook.cells:
        cell.pop("id", None)
        cell["metadata"] = {}


def own_kernel(notebook) -> None:
    """Name a kernel that the grader does not have, and drop the check cells."""
    notebook.metadata.kernelspec.name = "conda-env-of-mine"
    notebook["cells"] = [c for c in notebook.cells if "grader.check" not in c.source]


def of_r(notebook) -> None:
    """Say that it is a notebook of R."""
    notebook.metadata["kernelspec"] = {"name": "ir", "language": "R"}


def of_another(notebook) -> None:
    """Say that it belongs to another assignment."""
    notebook.metadata["otter"] = {"assignment_name": "text_to_perplexity"}


def after_mistake(place: int) -> dict[str, int]:
    """Return the points that are left after the mistakes of that place."""
    left = {n: p[place] for n, p in AFTER_MISTAKES.items() if place < len(p)}
    return {**FULL, **left}


def bad(name: str, reason: str) -> Student:
    """Return a student who adds a hostile cell to a right solution."""
    return Student(name, hands_in(extra=HOSTILE[name]), NONE, reason)


CLASS = [
    Student("correct", hands_in(), FULL),
    Student("correct another way", hands_in(ANOTHER_WAY), FULL),
    Student("correct from Colab", hands_in(edit=through_colab), FULL),
    Student("correct own kernel", hands_in(edit=own_kernel), FULL),
    Student("correct in a zip", zipped, FULL, ending=".zip"),
    Student("nothing done", nothing_done, NONE),
    Student("one cell broken", hands_in({"origins": "def ("}), {**FULL, "origins": 0}),
    Student("hard-coded", hard_coded, HARD_CODED),
    *(Student(f"mistaken {n + 1}", mistaken(n), after_mistake(n)) for n in range(4)),
    bad("loops for ever", "time: "),
    bad("eats memory", "memory: "),
    bad("prints a gigabyte", "output: "),
    bad("prints past Python", "output: "),
    bad("leaves at once", "died: "),
    bad("crashes", "died: "),
    bad("kills its parent", "died: the grading process was ended by SIGKILL"),
    bad("starts too much", "processes: "),
    bad("fills the disk", "files: "),
    bad("deletes what it finds", "no results: "),
    bad("patches torch", "tests tampered with: "),
    bad("forges its results", "tests tampered with: "),
    Student("ends in a test", hands_in(ENDS_IN_A_TEST), NONE, "no results: "),
    Student("leaves processes", hands_in(extra=LEAVES_PROCESSES), FULL),
    Student("lies", hands_in(extra=LIES), FULL),
    Student("no notebook", raw(b"Dear teacher, here is my notebook."), NONE, "no note"),
    Student("empty", raw(b""), NONE, "no notebook: the file is empty"),
    Student("cut short", cut_short, NONE, "no notebook: it is not JSON"),
    Student("of R", hands_in(edit=of_r), NONE, "no notebook: it is a notebook of R"),
    Student("another assignment", hands_in(edit=of_another), NONE, "wrong assignment"),
]
