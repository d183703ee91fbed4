"""A run kept in a file: written whole or not at all, read without running code."""

import os
import pickle
import tempfile
import zipfile
from pathlib import Path

import torch
from torch import nn

from .best_weights import BestWeights
from .history import History

MARK = "course_lib"
FORMAT = 1


def write(path: str | Path, kind: str, content: dict) -> None:
    """Write a dict of tensors, numbers and text, atomically.

    A file under another name is written first, flushed to the disk and then renamed,
    so whoever reads `path` finds the old content or the new one, never half of it.
    """
    path = Path(path)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save({"mark": MARK, "format": FORMAT, "kind": kind, **content}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def read(path: str | Path, kind: str) -> dict:
    """Read what `write` wrote, onto the CPU; nothing in the file is executed.

    Raises ValueError, naming the file, for one that is missing, cut short, of another
    program, or made to run code.
    """
    path = Path(path)
    expected = "expected a file written by course_lib's save or fit(checkpoint=...)"
    if not path.is_file():
        raise ValueError(f"{path} is no file: {expected}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is cut short or of another program: {expected}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except UNREADABLE as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{path} cannot be read: {expected} ({reason})") from error
    if not isinstance(content, dict) or content.get("mark") != MARK:
        raise ValueError(f"{path} is of another program: {expected}")
    if content.get("format") != FORMAT:
        found = content.get("format")
        raise ValueError(f"{path} has format {found}, expected {FORMAT}: {expected}")
    if content.get("kind") != kind:
        raise ValueError(f"{path} holds a {content.get('kind')}, expected a {kind}")
    return content


UNREADABLE = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)


def random_state(*generators: torch.Generator | None) -> dict:
    """Return the state of torch's random numbers, and of generators in use."""
    return {
        "cpu": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "generators": [g.get_state() if g is not None else None for g in generators],
    }


def set_random_state(state: dict, *generators: torch.Generator | None) -> None:
    """Go back to what `random_state` returned."""
    torch.set_rng_state(state["cpu"])
    if torch.cuda.is_available() and state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
    for generator, saved in zip(generators, state["generators"], strict=True):
        if generator is not None and saved is not None:
            generator.set_state(saved)


class Checkpoint:
    """All that a run of `fit` needs to go on as if it had never stopped.

    Weights, optimizer, curves, the best weights so far, and the random numbers: torch's
    own and those of the batches' generators. Does nothing without a path.
    """

    def __init__(
        self,
        path: str | Path | None,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        history: History,
        best: BestWeights,
        batches: tuple,
        processes,
    ):
        self.path = None if path is None else Path(path)
        self.model, self.optimizer = model, optimizer
        self.history, self.best, self.processes = history, best, processes
        self.generators = [getattr(each, "generator", None) for each in batches]

    def write(self) -> None:
        """Write the run as it is after an epoch, whole or not at all.

        Of several processes the first writes, for all; the others wait until it has.
        """
        if self.path is None:
            return
        random = self.processes.gathered(random_state(*self.generators))
        content = {
            "weights": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": dict(vars(self.history)),
            "best": self.best.state(),
            "random": random[0],
            "others": random[1:],
        }
        if self.processes.first:
            write(self.path, "run", content)
        self.processes.gathered(None)

    def resume(self) -> int:
        """Go back to what the file holds; return how many epochs were done.

        Without a file there is nothing to go on from: 0. Raises ValueError for a file
        that is not of such a run, or of a run of another model. Each process goes on
        with its own random numbers; those beyond the run's old number of processes take
        others' in turn.
        """
        if self.path is None:
            raise ValueError("resume needs the path of a checkpoint, got None")
        if not self.path.exists():
            return 0
        content = read(self.path, "run")
        try:
            self.model.load_state_dict(content["weights"])
            self.optimizer.load_state_dict(content["optimizer"])
            vars(self.history).update(content["history"])
            self.best.set_state(content["best"])
            random = [content["random"], *content.get("others", [])]
            own = random[self.processes.rank % len(random)]
            set_random_state(own, *self.generators)
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise ValueError(
                f"{self.path} is the checkpoint of another run: expected this model, "
                f"optimizer and data ({error}); remove it, or name another"
            ) from error
        return len(self.history)
