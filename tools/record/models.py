"""Train the networks that come with the library (make models).

They go to course_lib/pretrained/weights/NAME.safetensors. On one machine the same file
comes out each time; on another, floating-point sums end a little differently, and with
them the weights.
"""

import argparse
import time
from pathlib import Path

import torch

import course_lib as cl
from course_lib.data.shouting import shouting

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "course_lib" / "pretrained" / "weights"
UNITS = 16
SEED = 0
LAYERS = {
    "shouting_lstm": lambda V: cl.forget_bias(cl.LSTM(V, UNITS), 1.0),
    "shouting_gru": lambda V: cl.GRU(V, UNITS),
    "shouting_rnn": lambda V: cl.RNN(V, UNITS),
}


def train(name: str) -> None:
    """Train one network on one thread and save it."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    text = shouting(6000, seed=1)
    model, vocab, history = cl.train_readable(LAYERS[name], text, seed=SEED, epochs=40)
    cl.save(FOLDER / f"{name}.safetensors", model, vocab)
    seconds = time.perf_counter() - start
    print(f"{name}.safetensors: loss {history.loss[-1]:.3f}, {seconds:.0f} s")


def main() -> None:
    """Read the names from the command line and train them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*LAYERS, []], default=[])
    for name in parser.parse_args().names or LAYERS:
        train(name)


if __name__ == "__main__":
    main()
