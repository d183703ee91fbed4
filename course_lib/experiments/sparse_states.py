"""Training a small network whose memory can be read: the penalties, and the recipe.

A network trained on its loss alone drives its units to the ends of their range, and a
picture of them is stripes. A small price on large states leaves most units near zero
until they are needed. Shapes: B batch, T time steps, H hidden size, V vocabulary size.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..data.text import Vocab
from ..data.windows import windows
from ..models.heads import CharLM
from ..nn.layers import RecurrentLayer, unroll, weights_of
from ..training.history import History
from ..training.loop import fit
from ..training.metrics import cross_entropy


class Watched(nn.Module):
    """A CharLM of ours that also returns the states that it went through.

    Called with ids (B, T), it returns ((logits, memory, h), state): logits (B, T, V),
    memory and h (B, T, H), where memory is c for an LSTM and h for the others.
    """

    def __init__(self, model: CharLM):
        super().__init__()
        if not isinstance(model.layer, RecurrentLayer) or model.layer.num_layers > 1:
            raise ValueError(
                "model must have one recurrent layer of course_lib, got "
                f"{type(model.layer).__name__} with {model.layer.num_layers} layers"
            )
        self.model = model

    def forward(self, ids: Tensor, state: tuple[Tensor, ...] | None = None):
        """Return ((logits, memory, h), state); the state is a tuple of (B, H)."""
        layer = self.model.layer
        zeros = layer.weight_hh_l0.new_zeros(ids.shape[0], layer.hidden_size)
        state = state or (zeros,) * len(layer.cell.state_names)
        steps = unroll(layer.cell, ids, state, weights_of(layer, 0))
        h = torch.stack([step.h for step in steps], dim=1)  # (B, T, H)
        memory = torch.stack([step.state[-1] for step in steps], dim=1)
        return (self.model.head(h), memory, h), steps[-1].state


def state_penalty(price: float = 0.002) -> Callable:
    """Return a loss of ((logits, memory, h), y): cross-entropy and a price on states.

    price * (mean of memory² + mean over steps of Σ|h|) is added, for (B, T, H) states.
    """

    def _loss(output: tuple[Tensor, Tensor, Tensor], y: Tensor) -> Tensor:
        logits, memory, h = output
        states = memory.square().mean() + h.abs().sum(dim=-1).mean()
        return cross_entropy(logits, y) + price * states

    return _loss


def train_readable(
    layer: Callable[[int], nn.Module],
    text: str,
    seed: int = 0,
    price: float = 0.002,
    lr: float = 0.008,
    epochs: int = 12,
) -> tuple[CharLM, Vocab, History]:
    """Train a small character model whose states stay small, and round its weights.

    >>> text = shouting.shouting(100)
    >>> trained = cl.train_readable(lambda V: cl.GRU(V, 4), text, epochs=1)
    >>> model, vocab, history = trained
    >>> model.layer.hidden_size, len(vocab) == model.vocab_size, len(history)
    (4, True, 1)

    layer: makes a layer of ours from the size of the vocabulary; it is called after the
    seed is set.

    The learning rate falls to a fifth for the last three tenths. The weights end as
    numbers that float16 holds exactly, so that half the bytes carry them and nothing is
    lost on the way. Returns model, vocabulary and curves (of the loss with its
    penalty).
    """
    torch.manual_seed(seed)
    vocab = Vocab(text)
    model = CharLM(layer(len(vocab)), len(vocab))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    generator = torch.Generator().manual_seed(seed)
    history = fit(
        Watched(model),
        windows(vocab.encode(text), 48, 56, generator=generator),
        epochs=epochs,
        optimizer=optimizer,
        loss=state_penalty(price),
        on_epoch=_slower_at(round(0.7 * epochs), optimizer),
    )
    round_to_half(model)
    return model, vocab, history


def _slower_at(epoch: int, optimizer: torch.optim.Optimizer) -> Callable:
    """Return what lowers the learning rate to a fifth after an epoch."""

    def _after(done: int, history: History) -> None:
        if done == epoch:
            for group in optimizer.param_groups:
                group["lr"] /= 5

    return _after


@torch.no_grad()
def round_to_half(model: nn.Module) -> None:
    """Round every parameter, in place, to the nearest number that float16 holds.

    >>> layer = cl.RNN(8, 16)
    >>> cl.round_to_half(layer)
    >>> torch.equal(layer.weight_ih_l0, layer.weight_ih_l0.half().float())
    True
    """
    for parameter in model.parameters():
        parameter.copy_(parameter.half())
