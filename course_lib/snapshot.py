"""Copies of a model's weights: the last finite ones, and the best ones."""

import math

import torch
from torch import Tensor, nn


class LastFinite:
    """Keep the weights from before each update, and go back if a loss is not finite."""

    def __init__(self, model: nn.Module):
        self.parameters = list(model.parameters())
        self.copies = [p.detach().clone() for p in self.parameters]
        self.loss = math.nan

    def check(self, loss: Tensor, norm: Tensor, epoch: int, step: int) -> None:
        """Raise FloatingPointError if loss or gradient norm is NaN or infinite.

        Called after the backward pass, before the update. Reads both numbers from the
        device at once, so that a step waits for it only once.
        """
        self.loss, length = torch.stack([loss.detach(), norm.to(loss)]).tolist()
        if not math.isfinite(self.loss):
            self._stop("loss", self.loss, epoch, step)
        if not math.isfinite(length):
            self._stop("gradient norm", length, epoch, step)
        torch._foreach_copy_(self.copies, [p.detach() for p in self.parameters])

    def check_weights(self, epoch: int, step: int) -> None:
        """Raise if the last update has made a weight NaN or infinite."""
        if not self._finite():
            self._stop("weight", math.nan, epoch, step)

    def _finite(self) -> bool:
        return all(bool(p.isfinite().all()) for p in self.parameters)

    @torch.no_grad()
    def _stop(self, what: str, value: float, epoch: int, step: int) -> None:
        if not self._finite():
            torch._foreach_copy_(self.parameters, self.copies)
        raise FloatingPointError(
            f"the {what} became {value} in epoch {epoch}, step {step}; the model keeps "
            "its last finite weights. Try a smaller learning rate, or clip=1.0 or less"
        )


class Best:
    """Remember the weights with the smallest validation loss, and when to give up."""

    def __init__(self, model: nn.Module, patience: int | None):
        self.model = model
        self.patience = patience
        self.loss = math.inf
        self.since = 0
        self.weights: dict[str, Tensor] | None = None

    def is_over(self, loss: float) -> bool:
        """Take note of an epoch's loss; say whether patience has run out."""
        self.since += 1
        if loss < self.loss:
            self.loss, self.since = loss, 0
            state = self.model.state_dict()
            self.weights = {name: value.clone() for name, value in state.items()}
        return self.since >= self.patience

    def restore(self) -> None:
        """Put the best weights back, if any were kept."""
        if self.weights is not None:
            self.model.load_state_dict(self.weights)
