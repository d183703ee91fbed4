"""What runs in a submission's kernel before its first cell; IPython starts it.

It counts what is printed and ends the kernel where that is too much, and it notices if
that is replaced by which the tests compare. It runs in the student's own process, so
it stops accidents and simple tricks, and nobody who sets out to get around it.
"""

import builtins
import inspect
import json
import math
import os
from pathlib import Path

import ipykernel.iostream
import jupyter_client.session
import numpy
import otter.execute
import otter.test_files
import torch
from otter.test_files.abstract_test import TestFile
from otter.test_files.exception_test import ExceptionTestFile, test_case

JUDGES = [
    (torch, "allclose equal isclose isfinite all any abs"),
    (torch.autograd, "grad gradcheck"),
    (torch.testing, "assert_close"),
    (torch.Tensor, "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __bool__ __float__"),
    (torch.Tensor, "__sub__ all any abs max min sum item tolist shape dtype"),
    (numpy, "allclose isclose array_equal"),
    (math, "isclose exp log log1p"),
    (builtins, "abs all any len max min round sum isinstance type AssertionError"),
    (otter.execute.Checker, "check check_if_not_already_checked get_results"),
    (otter.test_files, "GradingResults create_test_file"),
    (TestFile, "score possible passed_all grade"),
    (ExceptionTestFile, "run from_file"),
    (test_case, "call_func __call__"),
]


class Counter:
    """Counts what leaves the kernel, and ends it where that is too much."""

    def __init__(self, marks: Path, most: int, end=os._exit):
        self.marks, self.most, self.end = marks, most, end
        self.bytes = {"written": 0, "sent": 0}

    def add(self, kind: str, size: int) -> None:
        """Count some more."""
        self.bytes[kind] += size
        if self.bytes[kind] > self.most:
            self.marks.joinpath("output").touch()
            self.end(1)

    def install(self) -> None:
        """Put the count into whatever is written, and into every message sent."""
        write = ipykernel.iostream.OutStream.write
        serialize = jupyter_client.session.Session.serialize

        def _counted_write(stream, string):
            self.add("written", len(string) if isinstance(string, str) else 0)
            return write(stream, string)

        def _counted_serialize(session, *args, **kwargs):
            parts = serialize(session, *args, **kwargs)
            self.add("sent", sum(len(part) for part in parts))
            return parts

        ipykernel.iostream.OutStream.write = _counted_write
        jupyter_client.session.Session.serialize = _counted_serialize


def what_judges() -> list[tuple]:
    """Return owner, name and value of all by which tests compare, as it is now."""
    names = [(owner, name) for owner, line in JUDGES for name in line.split()]
    return [(owner, name, inspect.getattr_static(owner, name)) for owner, name in names]


def start(shell) -> None:
    """Begin to count and to look; leave a mark that the kernel has started."""
    marks = Path(os.environ.pop("COURSE_GRADING_MARKS"))
    most = int(os.environ.pop("COURSE_GRADING_OUTPUT_BYTES"))
    Counter(marks, most).install()
    before, get, dump = what_judges(), inspect.getattr_static, json.dumps

    def _look(*_):
        changed = [
            f"{o.__name__}.{n}" for o, n, v in before if get(o, n, None) is not v
        ]
        if changed:
            marks.joinpath("replaced").write_text(dump(changed))

    shell.events.register("post_run_cell", _look)
    marks.joinpath("started").touch()
