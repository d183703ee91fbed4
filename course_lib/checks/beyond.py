"""The checks of "Beyond"."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .answers import answers_back, call
from .compare import choice, number, one_number, same
from .verdict import Wrong
from .words import kind


@answers_back
def rounds_and_rounding(rounds, largest_error):
    """The rounds of a scan, and the largest error of rounding to 255 values."""
    for T in (8, 1, 2, 9, 1000):
        known = {
            "that is the loop: stretches double at each round": T - 1,
            "that is one a step: stretches double at each round": T,
            "a round cannot be left half done: what if T is no power of two?": (
                math.log2(T)
            ),
            "the last steps do not know all of their past yet": int(math.log2(T)),
            "a power of two needs no round more": int(math.log2(T)) + 1,
        }
        right = math.ceil(math.log2(T))
        yield number(call(rounds, T), right, f"T = {T}", known, tolerance=0)
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
def looks_back(attend):
    """Self-attention in which no step sees a later one."""
    for B, T, H in ((2, 5, 4), (1, 1, 3), (3, 8, 2)):
        q, k, v = torch.randn(3, B, T, H)
        right = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        given = call(attend, q, k, v)
        yield same(given, right, f"B = {B}, T = {T}, H = {H}", blunders(q, k, v))


def blunders(q, k, v) -> dict:
    """Return what usual mistakes compute, a hint for each."""
    T, H = q.shape[1:]
    raw = q @ k.transpose(1, 2)
    later = torch.ones(T, T, dtype=torch.bool).triu(1)
    masked = (raw / math.sqrt(H)).masked_fill(later, -math.inf)
    from_here = (raw / math.sqrt(H)).masked_fill(later.T, -math.inf)
    bare = raw.masked_fill(later, -math.inf)
    late = (raw / math.sqrt(H)).softmax(-1)
    return {
        "a step sees what comes after it: is the mask used?": late @ v,
        "rows of weights do not add up to 1: mask what, and when?": (
            late.masked_fill(later, 0) @ v
        ),
        "the scores grow with H: what are they divided by?": bare.softmax(-1) @ v,
        "that divides by H, not by its root": (
            (raw / H).masked_fill(later, -math.inf).softmax(-1) @ v
        ),
        "which axis adds up to 1: a query's weights, or a key's?": masked.softmax(1)
        @ v,
        "the mask is upside down: a step sees what comes, not what was": (
            from_here.softmax(-1) @ v
        ),
    }


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


@answers_back
def random_readers(shares, shown):
    """What a probe reads from networks that have learned nothing."""
    units = (2, 4, 8, 32)
    if not isinstance(shares, dict) or set(shares) != set(units):
        raise Wrong(f"expected a share for each of {units}, came {kind(shares)}")
    values = [one_number(shares[H], f"{H} units") for H in units]
    if not all(0.4 <= value <= 1 for value in values):
        hint = "each is to be a mean share of five networks, between one half and 1"
        raise Wrong(hint)
    if values[-1] < 0.95 or values[0] > 0.95:
        hint = "two units should tell less than 32, which tell nearly all"
        raise Wrong(hint)
    yield "shares that rise with the units, which is plausible"
    hints = {
        "uses it": "none of these networks does anything with it: nothing was trained",
        "has learned it": "they are random; what could they have learned?",
    }
    yield choice(shown, "can be read", "what a high share shows", hints)
