"""A cell's equation at every step: what a layer is, written out.

Shapes: B batch, T time steps, D input size, H hidden size.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..moved import renamed
from .cells import RecurrentCell


@renamed(backward="reverse")
def unroll(
    cell: type[RecurrentCell],
    x: Tensor,
    state: tuple[Tensor, ...],
    weights: tuple[Tensor | None, ...],
    reverse: bool = False,
) -> list:
    """Apply a cell's equation at every step; return the steps in the order of time.

    >>> layer, x = cl.RNN(8, 16), torch.rand(4, 10, 8)
    >>> state, weights = (torch.zeros(4, 16),), layers.weights_of(layer, 0)
    >>> steps = cl.unroll(cl.RNNCell, x, state, weights)
    >>> h = torch.stack([step.h for step in steps], dim=1)  # (B, T, H)
    >>> torch.allclose(h, layer(x)[0], atol=1e-6)
    True

    x: (B, T, D) floats or (B, T) ids; state: of one layer and direction, each part
    (B, H); weights: as `weights_of` gives them; reverse: read from the end.
    """
    W_ih, W_hh, b_ih, b_hh = weights
    inputs = into_hidden(x, W_ih, b_ih).unbind(dim=1)  # T of (B, blocks * H)
    steps = []
    for from_x in reversed(inputs) if reverse else inputs:
        from_h = F.linear(state[0], W_hh, b_hh)
        steps.append(cell.equation(from_x, from_h, state))
        state = steps[-1].state
    return steps[::-1] if reverse else steps


def weights_of(layer: nn.Module, run: int) -> tuple[Tensor | None, ...]:
    """Return (W_ih, W_hh, b_ih, b_hh) of one layer and direction, of ours or torch's.

    run: layer * number of directions + direction, as the rows of a state are ordered.
    Raises ValueError where one was taken away: a weight, or one bias of the two.
    """
    names = names_of(run, layer.bidirectional)
    weights = tuple(_parameter(layer, name) for name in names)
    there = [weight is not None for weight in weights]
    if not (there[0] and there[1] and there[2] is there[3]):
        raise ValueError(
            f"{type(layer).__name__} must have both weights, and both biases or none, "
            f"got no {names[there.index(False)]} (zeros are as good as none)"
        )
    return weights


def names_of(run: int, bidirectional: bool) -> tuple[str, ...]:
    """Return the names of the four parameters of one layer and direction."""
    depth, direction = divmod(run, 2) if bidirectional else (run, 0)
    suffix = f"l{depth}" + ("_reverse" if direction else "")
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return tuple(f"{name}_{suffix}" for name in names)


def _parameter(layer: nn.Module, name: str) -> Tensor | None:
    """Return a parameter, None if it is not there; getattr alone takes several times
    as long, and is for those that are computed (torch's parametrizations)."""
    found = layer._parameters.get(name)
    return getattr(layer, name, None) if found is None else found


def into_hidden(x: Tensor, W_ih: Tensor, b_ih: Tensor | None) -> Tensor:
    """Return W_ih x_t + b_ih for every step at once: (B, T, blocks * H).

    For token ids the product with a one-hot vector is a look-up: W_ih e_k is the k-th
    column of W_ih.
    """
    if not validation.is_ids(x):
        return F.linear(x, W_ih, b_ih)
    columns = F.embedding(x, W_ih.T)
    return columns if b_ih is None else columns + b_ih
