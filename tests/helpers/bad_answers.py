"""Answers of every kind that no check expects, and what a check may not change."""

import math
import random

import numpy as np
import torch
from torch import nn


class Unreadable:
    """An object that fails at whatever it is asked."""

    __hash__ = None

    def __eq__(self, other):
        raise ValueError("not to be compared")

    def __repr__(self):
        raise ValueError("not to be shown")

    def __getattr__(self, name):
        raise RuntimeError(f"no {name} here")


class Uninitialised(nn.Module):
    """A module whose __init__ forgets nn.Module's own, and takes anything."""

    def __init__(self, *given):
        pass


class Silent(Exception):
    """An error that says nothing, and fails if asked."""

    def __str__(self):
        raise ValueError("not even this")


def raises(error):
    """Return a function that raises an error, whatever it is given."""

    def answer(*given):
        raise error

    return answer


def gives(value):
    """Return a function that gives the same value for whatever it is given."""
    return lambda *given: value


def unsettling(*given):
    """Change all that a reader may have set, and what came."""
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(2)
    torch.manual_seed(5)
    np.random.seed(3)
    random.seed(3)
    for value in given:
        if isinstance(value, torch.Tensor):
            value.zero_()
    return torch.zeros(3)


BAD = (
    *(None, ..., "", "x" * 5000, True, -(10**400), 10**5000, math.nan, math.inf, 1j),
    *([], (), {}, {"a": 1}, {1, 2}, ["a", "b"], (None, None), [[1], [2, 3]], range(3)),
    *(np.array([1.0, 2.0]), np.bool_(True), np.float32("nan"), np.array(None)),
    *(torch.tensor(math.nan), torch.randn(99, 99), torch.ones(3) * 1j, torch.empty(0)),
    *(torch.ones(3, device="meta"), -torch.eye(3).to_sparse(), torch.ones(3).half()),
    *(Unreadable(), Uninitialised(), object(), len, int, lambda: 1, lambda x: x),
)
BAD_FUNCTIONS = (
    *(raises(SystemExit()), raises(Silent()), raises(ValueError("y" * 5000))),
    *(raises(StopIteration()), raises(RecursionError()), unsettling),
    lambda *given: (part for part in given),
)


def settings():
    """Return all that a check has to leave as it was."""
    drawn = torch.get_rng_state().tolist(), random.getstate()
    numbers = np.random.get_state()[1].tolist()
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    return drawn, numbers, dtype, threads, torch.is_grad_enabled()


def attacks(fitting, every=1):
    """Give answers with a bad one in each place; every: 6 takes each sixth alone.

    fitting: answers that are right but for the last one, and of the right kind.
    """
    some = BAD[::every]
    for k, answer in enumerate(fitting):
        new = [*some]
        if callable(answer):
            new += [*map(gives, some), *BAD_FUNCTIONS]
        if isinstance(answer, dict):
            new += [answer | {next(iter(answer)): bad} for bad in some]
        if isinstance(answer, list | tuple):
            new += [type(answer)([*answer[:-1], bad]) for bad in some]
        yield from ([*fitting[:k], bad, *fitting[k + 1 :]] for bad in new)
