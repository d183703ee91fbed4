"""Wrong answers to the exercises of "Fewer bits, more processes"."""

import torch
import torch.nn.functional as F


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


MISTAKES = [
    ("rounding_error", "distance of neighbours", lambda m: m / 127),
    ("rounding_error", "between 255 values?", lambda m: m / 255),
    ("rounding_error", "the nearest is nearer", lambda m: 2 * m / 255),
    ("rounding_error", "twice as far", lambda m: m / 508),
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
]
