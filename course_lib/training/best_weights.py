"""Copies of a model's weights: the last finite ones, and the best ones."""

import copy
import math

import torch
from torch import Tensor, nn

from .passes import not_finite


class LastFinite:
    """Keep the weights from before each update, and go back if a loss is not finite."""

    def __init__(self, model: nn.Module):
        """Begin with a model's weights. Raises FloatingPointError if one is NaN."""
        trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
        for name, p in trained.items():
            if not p.isfinite().all():
                raise FloatingPointError(
                    f"{name} holds a number that is none before the first step: set it "
                    "to finite numbers"
                )
        buffers = [b for b in model.buffers() if b.is_floating_point()]
        held = [b for b in buffers if b.isfinite().all()]  # a mask may hold -inf
        self.tensors = [p.detach() for p in trained.values()] + held
        self.copies = [tensor.clone() for tensor in self.tensors]
        self.loss = math.nan

    def check(self, loss: Tensor, norm: Tensor, epoch: int, step: int, batch) -> None:
        """Raise FloatingPointError if loss or gradient norm is NaN or infinite.

        batch: what the loss is of, which is then looked at; see `passes.outputs`.

        Called after the backward pass, before the update. Reads all numbers from the
        device at once, so that a step waits for it only once.
        """
        weights = self._size()
        numbers = [loss.detach().double(), norm.double(), weights.double()]
        if loss.device.type == "mps":  # which has no float64
            numbers = [number.float() for number in (loss.detach(), norm, weights)]
        values = torch.stack(numbers).tolist()
        self.loss = values[0]
        for what, value in zip(
            ("loss", "gradient norm", "weight"), values, strict=True
        ):
            if not math.isfinite(value):
                where = f"the {what} became {value} in epoch {epoch}, step {step}"
                self._stop(where, not_finite(batch.x, batch.y))
        torch._foreach_copy_(self.copies, self.tensors)

    def _size(self) -> Tensor:
        """Return a number that is finite if all weights are: the sum of their norms."""
        return torch.stack(torch._foreach_norm(self.tensors)).sum()

    def check_weights(self, epoch: int, step: int) -> None:
        """Raise if the last update has made a weight NaN or infinite."""
        size = float(self._size())
        if not math.isfinite(size):
            self._stop(f"the weight became {size} in epoch {epoch}, step {step}", "")

    @torch.no_grad()
    def _stop(self, what: str, bad: str) -> None:
        """Put the last finite weights back and say what came, and of what, if known."""
        if not math.isfinite(float(self._size())):
            torch._foreach_copy_(self.tensors, self.copies)
        rate = "Try a smaller learning rate, or clip=1.0 or less"
        if "nan" in bad:
            rate = "Fill or leave out what is no number first"
        cause = f": {bad} in its batch. " if bad else ". "
        raise FloatingPointError(
            f"{what}; the model keeps its last finite weights{cause}{rate}"
        )


class BestWeights:
    """Remember the weights with the smallest validation loss, and when to give up."""

    def __init__(self, model: nn.Module, patience: int | None):
        self.model = model
        self.patience = patience
        self.loss = math.inf
        self.since = 0
        self.weights: dict[str, Tensor] | None = None

    def is_over(self) -> bool:
        """Say whether patience has run out."""
        return self.patience is not None and self.since >= self.patience

    def note(self, loss: float, epoch: int) -> None:
        """Take note of an epoch's validation loss, and of the weights if it is best.

        Raises FloatingPointError for a loss that is NaN, which would never improve.
        """
        if self.patience is None:
            return
        if math.isnan(loss):
            raise FloatingPointError(f"the validation loss became nan in epoch {epoch}")
        self.since += 1
        if loss < self.loss:
            self.loss, self.since = loss, 0
            self.weights = copy.deepcopy(self.model.state_dict())

    def restore(self) -> None:
        """Put the best weights back, if any were kept."""
        if self.weights is not None:
            self.model.load_state_dict(self.weights)

    def state(self) -> dict:
        """Return what is remembered, in plain values."""
        return {"loss": self.loss, "since": self.since, "weights": self.weights}

    def set_state(self, state: dict) -> None:
        """Go back to what `state` returned."""
        self.loss, self.since = state["loss"], state["since"]
        self.weights = state["weights"]
