"""Taking a reader's answers: each check is made with `answers_back` and `call`."""

import functools
import traceback
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from .blanks import filled
from .verdict import Blank, Verdict, Wrong


def answers_back(check: Callable[..., Iterator[str]]) -> Callable[..., Verdict]:
    """Make a check of a generator that yields what is right and raises `Wrong`.

    The check draws its numbers from seed 0 and leaves the reader's random numbers as
    they were. Any other exception is a fault of the check, and is raised.

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
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(0)
            try:
                for answer in answers:
                    filled(answer)
                for line in check(*answers):
                    right.append(line)
            except Wrong as wrong:
                blank = isinstance(wrong, Blank)
                return Verdict(check.__name__, tuple(right), str(wrong), blank)
        return Verdict(check.__name__, tuple(right))

    return verdict


def call(function: Callable, *inputs, name: str | None = None, **options):
    """Return what a reader's function gives; raise `Wrong` if it cannot be called.

    Tensors among the inputs are handed over as copies, so that an answer which changes
    them in place spoils nothing. What is raised inside is told with its line.
    """
    name = name or getattr(function, "__name__", "your answer")
    if not callable(function):
        kind = type(function).__name__
        raise Wrong(f"`{name}` must be something to call, a function; it is of {kind}")
    copies = [_copy(value) for value in inputs]
    try:
        given = function(*copies, **{k: _copy(v) for k, v in options.items()})
    except Exception as error:
        raise Wrong(_told(error, name, inputs)) from error
    if given is None:
        raise Wrong(f"`{name}` returned None: does it end in a `return`?")
    return given


def _copy(value):
    """Return a tensor's copy, with gradients if it had them; anything else as it is."""
    if not isinstance(value, Tensor):
        return value
    copied = value.detach().clone()
    return copied.requires_grad_(value.requires_grad)


def _told(error: Exception, name: str, inputs: tuple) -> str:
    """Say what was raised inside a reader's function, where, and for which inputs."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    at = f", at `{frames[0].line}`" if frames and frames[0].line else ""
    given = ", ".join(_shown(value) for value in inputs)
    says = str(error).strip().partition("\n")[0]
    return f"`{name}({given})` raised {type(error).__name__}{at}: {says}"


def _shown(value) -> str:
    """Say briefly what an input was."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    text = repr(value)
    return text if len(text) <= 30 else f"a {type(value).__name__}"
