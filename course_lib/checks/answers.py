"""Taking a reader's answers: each check is made with `answers_back` and `call`."""

import functools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from .blanks import filled
from .verdict import Blank, Verdict, Wrong
from .words import brief, name_of, told


def answers_back(check: Callable[..., Iterator[str]]) -> Callable[..., Verdict]:
    """Make a check of a generator that yields what is right and raises `Wrong`.

    The check draws its numbers from seed 0 and leaves the reader's random numbers and
    settings as they were. Any other exception is a fault of the check, and is raised.

    >>> @answers_back
    ... def two(answer):
    ...     if answer != 2:
    ...         raise Wrong(f"expected 2, came {answer}")
    ...     yield "it is 2"
    >>> two(3)
    check.two: not yet
      wrong: expected 2, came 3
    >>> bool(two(2))
    True
    """

    @functools.wraps(check)
    def verdict(*answers) -> Verdict:
        """Check the answers, in the words of the check wrapped here."""
        right = []
        with _as_they_were():
            try:
                for answer in answers:
                    filled(answer)
                for line in check(*map(plain, answers)):
                    right.append(line)
            except Wrong as wrong:
                blank = isinstance(wrong, Blank)
                return Verdict(check.__name__, tuple(right), str(wrong), blank)
        return Verdict(check.__name__, tuple(right))

    return verdict


@contextmanager
def _as_they_were() -> Iterator[None]:
    """Begin with seed 0 and gradients; leave all of the reader's as it was."""
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    drawn, drawn_by_numpy = random.getstate(), np.random.get_state()
    try:
        with (
            torch.random.fork_rng(devices=[]),
            torch.inference_mode(False),
            torch.enable_grad(),
        ):
            torch.default_generator.manual_seed(0)  # and no generator of a GPU
            yield
    finally:
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        random.setstate(drawn)
        np.random.set_state(drawn_by_numpy)


def plain(value, depth: int = 2):
    """Return a number of NumPy's as Python's own, also within a list, tuple or dict.

    >>> plain([np.float32(0.5), np.int64(3)])
    [0.5, 3]
    """
    if isinstance(value, np.generic):
        return value.item()
    if depth and type(value) in (list, tuple):
        return type(value)(plain(part, depth - 1) for part in value)
    if depth and type(value) is dict:
        return {key: plain(part, depth - 1) for key, part in value.items()}
    return value


def call(function: Callable, *inputs, name: str | None = None, **options):
    """Return what a reader's function gives; raise `Wrong` if it cannot be called.

    Tensors among the inputs are handed over as copies, so that an answer which changes
    them in place spoils nothing. What is raised inside is told with its line.
    """
    name = name or name_of(function, "your answer")
    if not callable(function):
        kind = type(function).__name__
        raise Wrong(f"`{name}` must be something to call, a function; it is of {kind}")
    copies = [_copy(value) for value in inputs]
    options = {key: _copy(value) for key, value in options.items()}
    with heard(f"`{name}({', '.join(map(brief, inputs))})`"):
        given = function(*copies, **options)
    if given is None:
        raise Wrong(f"`{name}` returned None: does it end in a `return`?")
    return plain(given)


@contextmanager
def heard(what: str) -> Iterator[None]:
    """Turn whatever a reader's answer raises where it is used into `Wrong`.

    what: what is done with the answer, as in "`cell(x)` raised ...". A check's own
    lines stay outside: what they raise is a fault of the check.
    """
    try:
        yield
    except Wrong:
        raise
    except (Exception, SystemExit, GeneratorExit) as error:
        raise Wrong(told(error, what)) from error


def _copy(value):
    """Return a tensor's copy, with gradients if it had them, also one in a list."""
    if type(value) in (list, tuple):
        return type(value)(_copy(part) for part in value)
    if not isinstance(value, Tensor):
        return value
    copied = value.detach().clone()
    return copied.requires_grad_(value.requires_grad)
