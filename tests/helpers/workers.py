"""What the processes of tests/training/test_distributed.py do: python workers.py WHAT FOLDER."""

import sys
import threading
from pathlib import Path

import torch

import course_lib as cl
from course_lib.experiments import together
from course_lib.training import distributed, sharing

KINDS = ("random", "sequential", "padded", "uneven")


def data(kind: str, seed: int = 2):
    """Return batches of which processes get unequal numbers of rows or of tokens."""
    order = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, (400,), generator=torch.Generator().manual_seed(1))
    if kind in ("random", "sequential"):
        return cl.windows(ids, 5, 10, kind, order)
    x, y = ids[:300].view(30, 10), ids[1:301].view(30, 10).clone()
    y[::3, 4:] = -100
    y[6:9] = -100  # all that the first of two processes gets of the second batch
    return cl.batches(x, y, 6) if kind == "padded" else cl.batches(x, y, 8, order)


def train(kind, place, path=None, epochs=3, dropout=0.0, dies=None):
    """Train a small model, in the last process up to a step if that is where it dies."""
    torch.manual_seed(place.rank)  # the first process's weights become everybody's
    model = cl.CharLM(cl.LSTM(5, 8), 5, dropout=dropout).double()
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    if dies and place.rank == place.of - 1:
        together.dies_at(adam, dies)
    valid = sharing.share(cl.windows(torch.arange(200) % 5, 3, 11))
    history = cl.fit(
        model,
        sharing.share(data(kind)),
        epochs=epochs,
        clip=0.1,
        optimizer=adam,
        valid=valid,
        patience=None if dropout else 2,
        checkpoint=path,
        resume=path is not None,
    )
    return model, history


def say(line: str) -> None:
    """Print a line at once, so that those of two processes do not mix."""
    sys.stdout.write(f"{line}\n")


def equal(place, folder):
    """Train on every kind of data, and let the first process keep what came out."""
    for kind in KINDS:
        model, history = train(kind, place, folder / f"{kind}.run")
        curves = [history.loss, history.valid_perplexity]
        if place.first:
            torch.save([*curves, model.state_dict()], folder / f"{kind}.pt")
    model = torch.nn.ModuleList([torch.nn.Linear(3, 3), torch.nn.Linear(2, 2)])
    model[0](torch.ones(1, 3)).sum().backward()
    distributed.processes().average(model, torch.tensor(0.0), 1)
    assert model[0].weight.grad is not None
    assert model[1].weight.grad is None
    assert distributed.processes().mean(6.0 + place.rank, 1) == 6 + (place.of - 1) / 2


def dies(place, folder):
    """Die in the middle of the fourth epoch of six."""
    train("random", place, folder / "run.pt", epochs=6, dropout=0.3, dies=25)


def goes_on(place, folder):
    """Go on from the last checkpoint; compare with a run that nothing has stopped."""
    model, history = train("random", place, folder / "run.pt", epochs=6, dropout=0.3)
    whole, same = train("random", place, epochs=6, dropout=0.3)
    pairs = zip(model.parameters(), whole.parameters(), strict=True)
    assert all(torch.equal(p, q) for p, q in pairs)
    assert history.loss == same.loss
    say(f"process {place.rank} has the same")


def refused(place, folder):
    """Ask for what cannot be; every process is told."""
    mixed = sharing.share(data("random", seed=place.rank))
    narrow = sharing.share(cl.windows(torch.arange(50), 1, 5))
    model = cl.CharLM(cl.RNN(5, 8), 5)
    for what in (
        lambda: list(mixed),
        lambda: list(narrow),
        lambda: distributed.processes().same_start(model, done=place.rank),
    ):
        try:
            what()
        except ValueError as error:
            say(f"process {place.rank}: {error}")


def stops(place, folder):
    """Let one process ask for the end of training, and all must hear it."""
    history = cl.fit(
        cl.CharLM(cl.RNN(5, 8), 5),
        sharing.share(data("random")),
        epochs=9,
        on_epoch=lambda epoch, history: place.rank == 1 and epoch == 2,
    )
    say(f"process {place.rank}: {len(history)} epochs")


def fails(place, folder):
    """Fail in one process, while the other waits for it."""
    if place.rank == 1:
        (folder / "over").touch()
        raise ValueError("no such text")
    try:
        torch.distributed.barrier()
    finally:
        (folder / "not left alone").touch()


def hangs(place, folder):
    """Never come to where the other process waits."""
    if place.rank == 1:
        (folder / "over").touch()
        threading.Event().wait()
    torch.distributed.barrier()


if __name__ == "__main__":
    torch.set_num_threads(1)
    what = sys.argv[1]
    with distributed.start("cpu", timeout=2.0 if what == "hangs" else 50.0) as here:
        globals()[what](here, Path(sys.argv[2]))
