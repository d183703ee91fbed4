"""Keeping a training run in a file, epoch by epoch, and going on from it."""

from pathlib import Path

import torch
from torch import nn

from . import checkpoint, parallel
from .history import History
from .snapshot import Best


class Keeper:
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
        best: Best,
        batches: tuple,
    ):
        self.path = None if path is None else Path(path)
        self.model, self.optimizer = model, optimizer
        self.history, self.best = history, best
        self.generators = [getattr(each, "generator", None) for each in batches]

    def keep(self) -> None:
        """Write the run as it is after an epoch, whole or not at all.

        Of several processes the first writes, for all; the others wait until it has.
        """
        if self.path is None:
            return
        random = parallel.gathered(checkpoint.random_state(*self.generators))
        content = {
            "weights": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": dict(vars(self.history)),
            "best": self.best.state(),
            "random": random[0],
            "others": random[1:],
        }
        if parallel.place()[0] == 0:
            checkpoint.write(self.path, "run", content)
        parallel.gathered(None)

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
        content = checkpoint.read(self.path, "run")
        try:
            self.model.load_state_dict(content["weights"])
            self.optimizer.load_state_dict(content["optimizer"])
            vars(self.history).update(content["history"])
            self.best.set_state(content["best"])
            random = [content["random"], *content.get("others", [])]
            own = random[parallel.place()[0] % len(random)]
            checkpoint.set_random_state(own, *self.generators)
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise ValueError(
                f"{self.path} is the checkpoint of another run: expected this model, "
                f"optimizer and data ({error}); remove it, or name another"
            ) from error
        return len(self.history)
