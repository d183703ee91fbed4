"""A run kept in a file, and taken up again as if it had never stopped."""

import copy
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from ..files import format
from ..files.plain import to_plain
from ..files.whole import place_to_write
from .best_weights import BestWeights
from .history import History
from .random_state import random_state, set_random_state
from .same_run import differences, same_optimizer, told

WAYS = (False, True, "keep", "override")
CHOOSE = (
    'resume="keep" goes on with the optimizer\'s settings in the file, '
    'resume="override" with those given now, and all else as it is given now; '
    "resume=False begins anew"
)


class Run(NamedTuple):
    """What changes while a model is trained, and belongs into a file."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: LRScheduler | None
    history: History
    best: BestWeights

    def state(self) -> dict:
        """Return all of it in plain values and tensors."""
        return {
            "weights": dict(self.model.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "schedule": None if self.schedule is None else self.schedule.state_dict(),
            "history": dict(vars(self.history)),
            "best": self.best.state(),
        }

    def put_back(self, state: dict) -> None:
        """Go back to what `state` returned."""
        self.model.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        vars(self.history).update(state["history"])
        self.best.set_state(state["best"])


class Unkept:
    """A run that no file keeps, in place of a Checkpoint."""

    def write(self) -> None:
        """Write nothing."""


class Checkpoint:
    """All that a run of `fit` needs to go on as if it had never stopped.

    Weights, optimizer, schedule, curves, the best weights so far, what the run was
    given, and the random numbers: torch's, numpy's and Python's own and those of the
    batches' generators. Does nothing without a path.
    """

    def __init__(
        self, path: str | Path, run: Run, batches: tuple, given: dict, processes
    ):
        self.path = place_to_write(path)
        self.run, self.given, self.processes = run, given, processes
        self.generators = [getattr(each, "generator", None) for each in batches]
        to_plain(
            run.state() | given, {}
        )  # now, not after an epoch: can a file hold it?

    def write(self) -> None:
        """Write the run as it is after an epoch, whole or not at all.

        Of several processes the first writes, for all; the others wait until it has.
        """
        random = self.processes.gathered(random_state(*self.generators))
        content = {"given": self.given, "random": random[0], "others": random[1:]}
        if self.processes.first:
            format.write(self.path, "run", self.run.state() | content)
        self.processes.gathered(None)

    def resume(self, way: bool | str) -> int:
        """Go back to what the file holds; return how many epochs were done.

        way: True for the run that the file is of; "keep" or "override" where they
        differ. Without a file there is nothing to go on from: 0. Raises ValueError for
        a file that is not of such a run, and then nothing has changed. Each process
        goes on with its own random numbers; those beyond the run's old number of
        processes take others' in turn.
        """
        if not self.path.exists():
            return 0
        content = format.read(self.path, "run")
        before, chance = copy.deepcopy(self.run.state()), random_state(*self.generators)
        try:
            chosen = self._chosen(content, way)
            self.run.put_back(chosen)
            random = [content["random"], *content.get("others", [])]
            own = random[self.processes.rank % len(random)]
            set_random_state(own, *self.generators)
        except UNFIT as error:
            self.run.put_back(before)
            set_random_state(chance, *self.generators)
            raise ValueError(
                f"{self.path} cannot be gone on from, and nothing was changed: {error}"
            ) from error
        return len(self.run.history)

    def _chosen(self, content: dict, way: bool | str) -> dict:
        """Return the state to go on from, with the settings asked for; or raise."""
        there, here = told(content), self.given
        _same_weights(content["weights"], self.run.model.state_dict())
        found = differences(there, here)
        same = same_optimizer(there, here)
        kept = same and there["schedule"] == here["schedule"]
        if (found or not kept) and way is True:
            raise ValueError(f"{'; '.join(found) or 'another optimizer'}. {CHOOSE}")
        if way != "override":
            if not kept:
                raise ValueError(
                    f'{"; ".join(found) or "another optimizer"}. resume="keep" needs '
                    "the kinds of optimizer and schedule that the file has"
                )
            self.given = here | {"groups": there["groups"]}
            return content
        now = self.run.state()
        if same:
            options = zip(
                content["optimizer"]["param_groups"],
                now["optimizer"]["param_groups"],
                strict=True,
            )
            groups = [old | new for old, new in options]
            now["optimizer"] = content["optimizer"] | {"param_groups": groups}
        return content | {name: now[name] for name in ("optimizer", "schedule")}


UNFIT = (KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError)


def _same_weights(there: dict, here: dict) -> None:
    """Raise ValueError unless weights in a file fit a model: name, shape, type."""
    for name in [*here, *(there.keys() - here.keys())]:
        old, new = (
            f"{tuple(w[name].shape)} of {w[name].dtype}" if name in w else "missing"
            for w in (there, here)
        )
        if old != new:
            raise ValueError(
                f"it is of another model, whose {name} is {old}, and here it is {new}"
            )
