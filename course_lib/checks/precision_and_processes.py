"""The checks of "Fewer bits, more processes"."""

import torch
import torch.nn.functional as F
from torch import nn

from .answers import answers_back, call
from .compare import number, same


@answers_back
def rounding_error(largest_error):
    """The largest error of rounding to 255 values."""
    for m in (1.0, 0.3):
        known = {
            "that is the distance of neighbours: how far is the nearest?": m / 127,
            "how many gaps lie between 255 values?": m / 255,
            "how many gaps lie between 255 values? And the nearest is nearer": 2
            * m
            / 255,
            "from -m to m it is twice as far as from 0 to m": m / 508,
        }
        right = m / 254
        yield number(call(largest_error, m), right, f"weights up to {m}", known)


@answers_back
def one_gradient(gradient_of_all):
    """A gradient that several processes agree on, which is that of the batch."""
    for rows, processes, seed in ((10, 3, 1), (12, 3, 0), (7, 1, 2), (9, 4, 3)):
        layer = nn.Linear(3, 2)
        x, y = torch.randn(rows, 3), torch.randn(rows, 2)
        given = call(gradient_of_all, layer, x, y, processes, seed)
        what = f"{rows} rows, {processes} processes"
        right = played(layer, x, y, [range(rows)], [1.0])
        yield same(given, right, what, unlike(layer, x, y, processes, seed))


def played(layer, x, y, shares, weights) -> torch.Tensor:
    """Return the weighted sum of the gradients of shares."""
    total = torch.zeros_like(layer.weight)
    for rows, weight in zip(shares, weights, strict=True):
        with torch.enable_grad():
            loss = F.mse_loss(layer(x[list(rows)]), y[list(rows)])
            (gradient,) = torch.autograd.grad(loss, [layer.weight])
        total = total + weight * gradient
    return total


def dealt(N: int, processes: int, seed: int, step: int) -> list[list[int]]:
    """Return each process's rows of N; step: by how much their seeds differ."""
    orders = [
        torch.randperm(N, generator=torch.Generator().manual_seed(seed + r * step))
        for r in range(processes)
    ]
    return [order[r::processes].tolist() for r, order in enumerate(orders)]


def unlike(layer, x, y, processes: int, seed: int) -> dict:
    """Return what is computed with one fault left, or both."""
    N = len(x)
    equal = [1 / processes] * processes
    apart, alike = (dealt(N, processes, seed, step) for step in (1, 0))
    by_rows = [[len(rows) / N for rows in each] for each in (apart, alike)]
    return {
        "some rows are read twice, others never: who draws which order?": played(
            layer, x, y, apart, by_rows[0]
        ),
        "the shares are right; do all of them count the same?": played(
            layer, x, y, alike, equal
        ),
        "which rows does each process read, and what does its share count?": played(
            layer, x, y, apart, equal
        ),
        "gradients are added up here, but a mean is asked for": played(
            layer, x, y, alike, [1.0] * processes
        ),
    }


@answers_back
def shared_batch(reported, unweighted_mean, steps):
    """The loss of a shared batch, weighted and not, and the steps of an epoch."""
    known = {
        "does a process with 300 tokens count as much as one with 100?": 3.0,
        "that is the sum over the tokens, not their mean": 1000.0,
        "the weights are the wrong way round": 3.5,
    }
    yield number(reported, 2.5, "the loss that fit reports", known)
    known = {"that one is weighted": 2.5, "that is the sum of the two": 6.0}
    yield number(unweighted_mean, 3.0, "the unweighted mean", known)
    known = {
        "the global batch has 50 rows, shared or not": 5,
        "that would be so if each process went through all of it": 80,
        "that is the number of windows of a process": 250,
    }
    yield number(steps, 20, "the steps of an epoch", known)
