"""What a training run leaves behind: its curves."""

import math
from dataclasses import dataclass, field


def exponential(loss: float) -> float:
    """Return exp(loss), or infinity where that is too large for a float."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


@dataclass
class History:
    """The record of a run of `fit`: lists with one entry for each epoch.

    >>> history = cl.History()
    >>> history.add(loss=2.0, valid_loss=2.1, seconds=4.0, tokens=1000)
    >>> history
    History(1 epochs, last loss 2.000, last perplexity 7.39, best valid_perplexity 8.17)

    loss: mean training loss a token, in nats if it is a cross-entropy, with the weights
    as they were during the epoch. perplexity: exp(loss). valid_perplexity: after the
    epoch, NaN without validation data. seconds: of training, without validation.
    tokens_per_second: a token is one element of y.
    """

    loss: list[float] = field(default_factory=list)
    perplexity: list[float] = field(default_factory=list)
    valid_perplexity: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    tokens_per_second: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.loss)

    def __repr__(self) -> str:
        if not self.loss:
            return "History(0 epochs)"
        best = min(self.valid_perplexity)
        valid = "" if math.isnan(best) else f", best valid_perplexity {best:.2f}"
        return (
            f"History({len(self)} epochs, last loss {self.loss[-1]:.3f}, "
            f"last perplexity {self.perplexity[-1]:.2f}{valid})"
        )

    def add(self, loss: float, valid_loss: float, seconds: float, tokens: int) -> None:
        """Append the entries of one epoch."""
        self.loss.append(loss)
        self.perplexity.append(exponential(loss))
        self.valid_perplexity.append(exponential(valid_loss))
        self.seconds.append(seconds)
        speed = tokens / seconds if seconds else math.inf  # a clock that stands
        self.tokens_per_second.append(speed)

    def plot(self, ax=None):
        """Draw perplexity against epoch, and return the matplotlib axes."""
        from ..plots import perplexity_curve  # matplotlib is loaded only when used

        return perplexity_curve(self, ax)
