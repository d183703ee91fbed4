"""A program for torchrun: one language model, trained in several processes.

    torchrun --standalone --nproc-per-node=2 -m course_lib.together run.pt --epochs 3

The chapter "Fewer bits, more processes" runs it, with one process and with two.
"""

import argparse
import signal
from pathlib import Path

import torch

from ..data.windows import windows
from ..models.heads import CharLM
from ..nn.layers import GRU
from ..training import distributed, sharing
from ..training.distributed import Place
from ..training.history import History
from ..training.loop import fit
from .story import story


def train(
    place: Place,
    checkpoint: str | Path,
    epochs: int = 3,
    rows: int = 15,
    dies: int | None = None,
) -> tuple[CharLM, History]:
    """Train a small model on the story, in as many processes as there are.

    >>> alone = distributed.Place(0, 1, torch.device("cpu"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model, history = together.train(alone, f"{folder}/run.pt", epochs=1)
    >>> len(history), next(model.parameters()).dtype
    (1, torch.float64)

    place: what `distributed.start` gives. checkpoint: a file that is written after each
    epoch, and gone on from if it is there. rows: of every global batch. It computes in
    float64, in which runs can be compared closely. dies: for rehearsals, the step at
    which the last process ends. Returns the model and the curves,
    which are those of all processes.
    """
    text = story()
    order = torch.Generator().manual_seed(0)  # the same in every process
    data = windows(text.train, rows, 25, "random", order)
    torch.manual_seed(0)
    model = CharLM(GRU(len(text.vocab), 24), len(text.vocab))
    model.to(place.device, torch.float64)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    if dies and place.rank == place.of - 1:
        dies_at(optimizer, dies)
    history = fit(
        model,
        sharing.share(data),
        epochs=epochs,
        optimizer=optimizer,
        valid=sharing.share(windows(text.valid, rows, 25)),
        checkpoint=checkpoint,
        resume=True,
    )
    return model, history


def dies_at(optimizer: torch.optim.Optimizer, step: int) -> None:
    """Let this process end without a word before a step of its optimizer (from 1).

    >>> net = torch.nn.Linear(2, 2)
    >>> together.dies_at(torch.optim.SGD(net.parameters(), lr=0.1), step=50)
    """
    steps = iter(range(1, step + 1))

    def _count(*_) -> None:
        if next(steps) == step:
            signal.raise_signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    optimizer.register_step_pre_hook(_count)


def main() -> None:
    """Read the command line, train, and let the first process say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=15, help="of every global batch")
    parser.add_argument("--where", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dies", type=int, help="step at which the last process dies")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with distributed.start(given.where) as place:
        how = given.epochs, given.rows, given.dies
        _, history = train(place, given.checkpoint, *how)
        if place.first:
            print(f"{place.of} processes: loss {history.loss[-1]:.12f}")


if __name__ == "__main__":
    main()
