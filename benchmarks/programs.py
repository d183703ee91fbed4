"""Whole programs: training by `fit`, and the first call in a new process."""

import subprocess
import sys

import torch
from contenders import Size
from measure import rounds_within, row_of
from torch import nn

import course_lib as cl
from course_lib.analysis import costs

WINDOWS = 20  # batches in an epoch
FIRST_CALL = """
import sys, time, torch, course_lib as cl
layer, x = cl.LSTM(8, 16, backward=sys.argv[1]), torch.randn(2, 5, 8)
start = time.process_time()
layer(x)[0].sum().backward()
print(time.process_time() - start)
"""


def fitting(size: Size, seconds: float) -> dict:
    """Measure an epoch of `fit` of a character model: tokens a second, and ratios."""
    torch.manual_seed(0)
    data = cl.windows(
        torch.randint(size.V, (size.B * size.T * WINDOWS + size.B,)), size.B, size.T
    )
    layers = {
        "ours": cl.LSTM(size.V, size.H),
        "hand": cl.LSTM(size.V, size.H, backward="hand"),
        "torch, one-hot": nn.LSTM(size.V, size.H, batch_first=True),
    }
    models = {name: cl.CharLM(layer, size.V) for name, layer in layers.items()}
    works = {
        name: (lambda model=model: cl.fit(model, data, epochs=1, progress=False))
        for name, model in models.items()
    }
    row = row_of(size, costs.take_turns(works, rounds_within(seconds, works)))
    tokens = 1000 * len(data) * size.B * size.T
    rates = {name: tokens / taken for name, taken in row["milliseconds"].items()}
    return {**row, "tokens_per_second": rates}


def first_call(rounds: int) -> dict[str, float]:
    """Return the median seconds of the first call in a new process, by way.

    One process that is not counted comes first, and compiles what is not compiled yet.
    """
    ways = {"ours": "auto", "hand": "hand"}
    taken = {name: [] for name in ways}
    for count in range(rounds + 1):
        for name, way in ways.items():
            command = [sys.executable, "-c", FIRST_CALL, way]
            said = subprocess.run(command, check=True, capture_output=True, text=True)
            if count > 0:
                taken[name].append(float(said.stdout))
    return {name: costs.spread(each).median for name, each in taken.items()}
