"""Recorded runs of two chapters: recall by attention, scans by length; compiling."""

import os
import statistics
import subprocess
import sys
import time
from functools import partial

import torch
from torch import nn

import course_lib as cl
from course_lib import tasks
from course_lib.analysis import costs

SEEDS = (0, 1, 2)
COMPILED = (8, 9, 10, 8)
LENGTHS = (16, 64, 256, 1024)
MODELS = {
    "LSTM": lambda task, seed: cl.task_model("LSTM", task, 32, seed),
    "LSTM, chrono": lambda task, seed: cl.task_model("LSTM, chrono", task, 32, seed),
    "MinGRU": lambda task, seed: cl.ManyToOne(cl.MinGRU(task.input_size, 32), 8),
    "MinGRU, slow": lambda task, seed: cl.ManyToOne(slow(task), 8),
    "attention": lambda task, seed: cl.Attending(task.input_size, 32, 8),
}
WITHOUT_COMPILER = """
import torch, sys
torch.compiler.config.force_disable_caches = True
try:
    torch.compile(lambda x: (x.sin() + 1).cos())(torch.ones(4))
except Exception as error:
    print(type(error).__name__ + ": " + str(error).strip().splitlines()[0])
"""


def slow(task) -> cl.MinGRU:
    """Return a MinGRU whose gates begin nearly closed, as long as the task asks."""
    layer = cl.MinGRU(task.input_size, 32)
    with torch.no_grad():
        spans = torch.empty(32).uniform_(1, task.longest - 1)
        layer.bias_ih_l0[:32] = -spans.log()
    return layer


def recall(T: int, name: str) -> dict:
    """Solve delayed recall with each seed; test it at other lengths, too."""
    runs, longer = [], {}
    for seed in SEEDS:
        torch.manual_seed(seed)
        task = tasks.DelayedRecall(T=T)
        model = MODELS[name](task, seed)
        how = {"most": 9600, "lr": 0.01, "held_out": 512}
        runs.append(cl.solve(model, task, seed=seed, **how))
        for length in (300, 1000):
            other = tasks.DelayedRecall(T=length)
            wrong = cl.count_wrong(model, other, other.test_set(64, seed=9))
            longer.setdefault(str(length), []).append(wrong)
    return {
        "model": name,
        "T": T,
        "seeds": list(SEEDS),
        "sequences": [run.sequences for run in runs],
        "wrong": [run.wrong for run in runs],
        "tested": runs[0].tested,
        "wrong_of_64_at": longer,
        "seconds": [round(run.seconds, 2) for run in runs],
    }


def there_and_back(layer: nn.Module, x: torch.Tensor):
    """Return a call that runs a layer and its backward pass."""

    def run() -> None:
        layer.zero_grad()
        layer(x)[0].sum().backward()

    return run


def by_length(B: int, H: int) -> dict:
    """Return the median seconds of scan, loop and nn.GRU, by length."""
    found = {"B": B, "H": H, "lengths": list(LENGTHS), "seconds": {}}
    for T in LENGTHS:
        torch.manual_seed(0)
        x = torch.randn(B, T, H)
        layers = {
            "MinGRU, scan": cl.MinGRU(H, H),
            "MinGRU, loop": cl.MinGRU(H, H, way="loop"),
            "nn.GRU": nn.GRU(H, H, batch_first=True),
        }
        works = {name: there_and_back(layer, x) for name, layer in layers.items()}
        for name, each in costs.take_turns(works, rounds=5).items():
            median = statistics.median(each)
            found["seconds"].setdefault(name, []).append(median)
    return found


def attention_by_length() -> dict:
    """Return median seconds, and bytes kept for the way back, by length."""
    found = {"lengths": list(LENGTHS), "seconds": {}, "bytes": {}}
    for T in LENGTHS:
        x = torch.randint(13, (1, T))
        task = tasks.DelayedRecall(T=30)
        models = {
            "attention by hand": cl.Attending(13, 32, 8),
            "attention, torch's": cl.Attending(13, 32, 8, fused=True),
            "LSTM": cl.task_model("LSTM", task, 32),
        }
        works = {name: there_and_back(model, x) for name, model in models.items()}
        for name, each in costs.take_turns(works, rounds=5).items():
            run = partial(models[name], x)
            kept = costs.saved_bytes(run, models[name].parameters())
            found["seconds"].setdefault(name, []).append(statistics.median(each))
            found["bytes"].setdefault(name, []).append(kept)
    return found


def beyond() -> dict:
    """Recall by memory and by attention, and what length costs."""
    return {
        "recall": [recall(T, name) for T in (30, 100) for name in MODELS],
        "scan": [by_length(1, 32), by_length(32, 64)],
        "attention": attention_by_length(),
    }


def compiled(name: str, layer: nn.Module, H: int) -> dict:
    """Compile a layer for one length, let it meet others, and time it."""
    from torch._dynamo.utils import counters

    torch._dynamo.reset()
    counters.clear()
    fast = torch.compile(layer)
    seconds, graphs = [], []
    for T in COMPILED:
        start = time.perf_counter()
        there_and_back(fast, torch.randn(32, T, H))()
        seconds.append(round(time.perf_counter() - start, 3))
        graphs.append(counters["stats"]["unique_graphs"])
    x = torch.randn(32, COMPILED[0], H)
    works = {"plain": there_and_back(layer, x), "compiled": there_and_back(fast, x)}
    taken = costs.take_turns(works, rounds=15)
    ratio = costs.speed_up(taken, of="compiled", against="plain")
    return {
        "layer": name,
        "lengths": list(COMPILED),
        "first_call": seconds,
        "graphs": graphs,
        "milliseconds": {
            key: 1000 * statistics.median(each) for key, each in taken.items()
        },
        "times_faster": ratio._asdict(),
    }


def compiling() -> dict:
    """Compile three layers; and say what happens where there is no C++ compiler."""
    torch.compiler.config.force_disable_caches = True
    H = 64
    layers = {
        "LSTM, step by step": cl.LSTM(H, H, backward="autograd"),
        "nn.LSTM": nn.LSTM(H, H, batch_first=True),
        "MinGRU, scan": cl.MinGRU(H, H),
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER],
        env={**os.environ, "CXX": "no-such-compiler"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        "layers": [compiled(name, layer, H) for name, layer in layers.items()],
        "without_compiler": done.stdout.strip(),
    }
