"""Wrong answers to the exercises of "Beyond"."""

import math

import torch
import torch.nn.functional as F


def ceil(T):
    return math.ceil(math.log2(T))


def half(m):
    return m / 254


def attend(divide="root", mask="later", when="before", axis=-1):
    def attend(q, k, v):
        T, H = q.shape[1:]
        by = {"root": H**0.5, "nothing": 1, "H": H}[divide]
        later = torch.ones(T, T, dtype=torch.bool).triu(1)
        hidden = {"later": later, "earlier": later.T, "self": ~later.T}[mask]
        scores = q @ k.transpose(1, 2) / by
        if when == "before":
            scores = scores.masked_fill(hidden, -torch.inf)
        weights = scores.softmax(dim=axis)
        return (weights.masked_fill(hidden, 0) if when == "after" else weights) @ v

    return attend


def gradient(apart=0, weigh=lambda rows, N, processes: rows / N):
    def gradient_of_all(layer, x, y, processes, seed):
        total = torch.zeros_like(layer.weight)
        for rank in range(processes):
            generator = torch.Generator().manual_seed(seed + apart * rank)
            rows = torch.randperm(len(x), generator=generator)[rank::processes]
            loss = F.mse_loss(layer(x[rows]), y[rows])
            (one,) = torch.autograd.grad(loss, [layer.weight])
            total = total + one * weigh(len(rows), len(x), processes)
        return total

    return gradient_of_all


def evenly(rows, N, processes):
    return 1 / processes


SHARES = {2: 0.7, 4: 0.8, 8: 0.9, 32: 0.99}

MISTAKES = [
    ("rounds_and_rounding", "that is the loop", lambda T: T - 1, half),
    ("rounds_and_rounding", "that is one a step", lambda T: T, half),
    ("rounds_and_rounding", "half done", math.log2, half),
    ("rounds_and_rounding", "all of their past yet", lambda T: int(math.log2(T)), half),
    (
        "rounds_and_rounding",
        "needs no round more",
        lambda T: int(math.log2(T)) + 1,
        half,
    ),
    ("rounds_and_rounding", "distance of neighbours", ceil, lambda m: m / 127),
    ("rounds_and_rounding", "between 255 values?", ceil, lambda m: m / 255),
    ("rounds_and_rounding", "the nearest is nearer", ceil, lambda m: 2 * m / 255),
    ("rounds_and_rounding", "twice as far", ceil, lambda m: m / 508),
    ("looks_back", "is the mask used", attend(when="never")),
    ("looks_back", "mask what, and when", attend(when="after")),
    ("looks_back", "grow with H", attend(divide="nothing")),
    ("looks_back", "not by its root", attend(divide="H")),
    ("looks_back", "which axis adds up", attend(axis=1)),
    ("looks_back", "upside down", attend(mask="earlier")),
    ("looks_back", "some of it is not finite", attend(mask="self")),
    ("one_gradient", "read twice, others never", gradient(apart=1)),
    ("one_gradient", "count the same", gradient(weigh=evenly)),
    ("one_gradient", "what does its share count", gradient(apart=1, weigh=evenly)),
    ("one_gradient", "a mean is asked for", gradient(weigh=lambda *given: 1.0)),
    ("shared_batch", "count as much as one with 100", 3.0, 3.0, 20),
    ("shared_batch", "not their mean", 1000.0, 3.0, 20),
    ("shared_batch", "wrong way round", 3.5, 3.0, 20),
    ("shared_batch", "that one is weighted", 2.5, 2.5, 20),
    ("shared_batch", "the sum of the two", 2.5, 6.0, 20),
    ("shared_batch", "shared or not", 2.5, 3.0, 5),
    ("shared_batch", "went through all of it", 2.5, 3.0, 80),
    ("shared_batch", "windows of a process", 2.5, 3.0, 250),
    ("random_readers", "expected a share for each", {2: 0.5}, "can be read"),
    ("random_readers", "mean share of five", SHARES | {32: 4.9}, "can be read"),
    ("random_readers", "less than 32", SHARES | {32: 0.6}, "can be read"),
    ("random_readers", "nothing was trained", SHARES, "uses it"),
    ("random_readers", "what could they have learned", SHARES, "has learned it"),
]
