"""Cells over time: whole sequences, several layers, two directions.

Shapes: B batch, T time steps, D input size, H hidden size, L layers.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from ..moved import renamed
from .bptt import GRUThroughTime, LSTMThroughTime, RNNThroughTime, by_hand
from .cells import (
    GRUCell,
    LSTMCell,
    RecurrentCell,
    RNNCell,
    initialize,
)
from .values import parameter_sizes, state_parts

# The cells whose backward pass is written by hand; any other takes autograd's.
BY_HAND = {
    RNNCell: RNNThroughTime,
    LSTMCell: LSTMThroughTime,
    GRUCell: GRUThroughTime,
}
WAYS_BACK = ("hand", "autograd")
TORCH_CELLS = {nn.RNN: RNNCell, nn.LSTM: LSTMCell, nn.GRU: GRUCell}


class RecurrentLayer(nn.Module):
    """What all layers share: a cell run along time, stacked and mirrored as asked.

    >>> layer, ids = cl.GRU(8, 16), torch.tensor([[2, 5, 5]])
    >>> issubclass(cl.GRU, layers.RecurrentLayer), layer.cell is cl.GRUCell
    (True, True)
    >>> rows = cl.one_hot(ids, 8)  # ids stand for their one-hot rows
    >>> torch.allclose(layer(ids)[0], layer(rows)[0], atol=1e-6)
    True

    A layer adds its `cell`, whose `equation` it applies at every step. Parameters have
    torch's names (`weight_ih_l0`, ..., `bias_hh_l1_reverse`), order and initialisation.

    backward: "hand" runs `course_lib.nn.bptt`, the same equations with the backward
    pass written out, which takes less time; "autograd" applies the equation step by
    step and lets torch record it, which is the textbook way, the reference, and can be
    differentiated more than once. A cell that has no pass by hand takes autograd's.
    Raises ValueError or TypeError for an option that cannot be.
    """

    cell: type[RecurrentCell]
    batch_first = True

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        backward: str = "hand",
    ):
        super().__init__()
        if backward not in WAYS_BACK:
            raise ValueError(
                f"backward must be one of {', '.join(WAYS_BACK)}, got {backward!r}"
            )
        self.backward = backward
        self.input_size = validation.whole(input_size, 1, "input_size")
        self.hidden_size = validation.whole(hidden_size, 1, "hidden_size")
        self.num_layers = validation.whole(num_layers, 1, "num_layers")
        if not 0 <= dropout <= 1:
            raise ValueError(f"dropout must be in 0 .. 1, got {dropout}")
        self.bias = bias
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.num_directions = 2 if bidirectional else 1
        for suffix, D in self._runs():
            sizes = parameter_sizes(self.cell.blocks, D, self.hidden_size)
            for name, size in sizes.items():
                if bias or not name.startswith("bias"):
                    parameter = nn.Parameter(torch.empty(size))
                    self.register_parameter(f"{name}_{suffix}", parameter)
        initialize(self)

    def _runs(self) -> list[tuple[str, int]]:
        """List (parameter suffix, input size) for every layer and direction."""
        wide = self.hidden_size * self.num_directions
        return [
            (f"l{layer}{direction}", self.input_size if layer == 0 else wide)
            for layer in range(self.num_layers)
            for direction in ("", "_reverse")[: self.num_directions]
        ]

    def forward(self, x: Tensor, state=None):
        """Run the layer over sequences and return (output, state), as torch's does.

        x: (B, T, D) floats; or (B, T) token ids, each of which stands for its one-hot
        row and selects a column of W_ih, with no product computed. state: (L * K, B, H)
        with K directions, a tuple of those for an LSTM; None is zeros.
        Returns the top layer's h at every step, (B, T, K * H), and the last state.
        Raises ValueError if a shape, a type of number or an id does not fit, and
        TypeError for something that is no tensor.
        """
        check_sequence(x, self.input_size)
        validation.like(x, self.weight_ih_l0, "x")
        parts = self._state(state, x.shape[0])
        ends = []
        for layer in range(self.num_layers):
            if layer > 0:
                x = F.dropout(x, self.dropout, self.training)
            runs = range(layer * self.num_directions, (layer + 1) * self.num_directions)
            results = [self._run(x, [p[run] for p in parts], run) for run in runs]
            x = torch.cat([output for output, *_ in results], dim=-1)  # (B, T, K * H)
            ends += [end for _, *end in results]
        final = tuple(torch.stack(part) for part in zip(*ends, strict=True))
        return x, final if len(final) > 1 else final[0]

    def _run(self, x: Tensor, state: list[Tensor], run: int) -> tuple[Tensor, ...]:
        """Run one layer in one direction; return h at every step and the last state."""
        reverse = run % self.num_directions == 1
        weights = weights_of(self, run)
        if self.backward == "hand" and self.cell in BY_HAND:
            return by_hand(BY_HAND[self.cell], x, state, weights, reverse)
        steps = unroll(self.cell, x, tuple(state), weights, reverse)
        end = steps[0 if reverse else -1].state
        return torch.stack([step.h for step in steps], dim=1), *end

    def _state(self, state, B: int) -> tuple[Tensor, ...]:
        shape = (self.num_layers * self.num_directions, B, self.hidden_size)
        names = self.cell.state_names
        if state is None:
            return (self.weight_hh_l0.new_zeros(shape),) * len(names)
        parts = state_parts(state, names, shape)
        for name, part in zip(names, parts, strict=True):
            validation.like(part, self.weight_hh_l0, f"state {name}")
        return parts

    def extra_repr(self) -> str:
        """Name the sizes, and what is not as usual, for repr."""
        options = {
            "num_layers": 1,
            "bias": True,
            "dropout": 0.0,
            "bidirectional": False,
            "backward": "hand",
        }
        shown = [
            f"{name}={getattr(self, name)!r}"
            for name, usual in options.items()
            if getattr(self, name) != usual
        ]
        return ", ".join([str(self.input_size), str(self.hidden_size), *shown])


class RNN(RecurrentLayer):
    """The plain recurrent layer, h_t = tanh(W_ih x_t + b_ih + W_hh h_prev + b_hh).

    >>> layer = cl.RNN(8, 16)
    >>> output, h = layer(torch.rand(4, 10, 8))  # (B, T, D)
    >>> torch.equal(h[0], output[:, -1])  # the state is the last output
    True

    Called as torch.nn.RNN is with batch_first=True, state dicts included; it also
    takes token ids. Elman 1990.
    """

    cell = RNNCell


class LSTM(RecurrentLayer):
    """The long short-term memory layer; its state is the pair (h, c).

    >>> layer = cl.LSTM(8, 16, num_layers=2, bidirectional=True)
    >>> output, (h, c) = layer(torch.rand(4, 10, 8))  # (B, T, D)
    >>> tuple(output.shape), tuple(h.shape)  # (B, T, 2H), (2L, B, H)
    ((4, 10, 32), (4, 4, 16))

    Called as torch.nn.LSTM is with batch_first=True, state dicts included; it also
    takes token ids. Hochreiter & Schmidhuber 1997, Gers et al. 2000.
    """

    cell = LSTMCell


class GRU(RecurrentLayer):
    """The gated recurrent layer, in torch's variant.

    >>> ours, theirs = cl.GRU(8, 16), torch.nn.GRU(8, 16, batch_first=True)
    >>> _ = theirs.load_state_dict(ours.state_dict())
    >>> x = torch.rand(4, 10, 8)  # (B, T, D)
    >>> torch.allclose(ours(x)[0], theirs(x)[0], atol=1e-6)
    True

    Called as torch.nn.GRU is with batch_first=True, state dicts included; it also
    takes token ids. Cho et al. 2014.
    """

    cell = GRUCell


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


def check_sequence(x: Tensor, D: int) -> None:
    """Raise unless x is (B, T, D) floats or (B, T) token ids, with no size 0."""
    dims = validation.tensor(x, "x").dim()
    tokens = dims == 2 and validation.is_ids(x)
    floats = dims == 3 and x.is_floating_point() and x.shape[2] == D
    if not (tokens or floats) or 0 in x.shape:
        raise ValueError(
            f"x must be (B, T, {D}) floats or (B, T) token ids, with no size 0, got "
            f"{tuple(x.shape)} of {str(x.dtype).removeprefix('torch.')}"
        )
    if tokens:
        validation.ids_below(x, D)


def weights_of(layer: nn.Module, run: int) -> tuple[Tensor | None, ...]:
    """Return (W_ih, W_hh, b_ih, b_hh) of one layer and direction, of ours or torch's.

    run: layer * number of directions + direction, as the rows of a state are ordered.
    """
    depth, direction = divmod(run, 2) if layer.bidirectional else (run, 0)
    suffix = f"l{depth}" + ("_reverse" if direction else "")
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return tuple(getattr(layer, f"{name}_{suffix}", None) for name in names)


def cell_of(layer: nn.Module) -> type[RecurrentCell]:
    """Return the cell whose equation a layer applies, of ours or torch's.

    Raises TypeError for something that is no recurrent layer, ValueError for a layer
    whose equation is not among ours: with a projection, or with another function
    than tanh.
    """
    if isinstance(layer, RecurrentLayer):
        return layer.cell
    kind = next(
        (cell for cls, cell in TORCH_CELLS.items() if isinstance(layer, cls)), None
    )
    if kind is None:
        raise TypeError(
            "expected a recurrent layer, or a model that has one as .layer, got "
            f"{type(layer).__name__}"
        )
    if layer.proj_size or getattr(layer, "nonlinearity", "tanh") != "tanh":
        raise ValueError(f"layer must use tanh and no projection, got {layer}")
    return kind


def into_hidden(x: Tensor, W_ih: Tensor, b_ih: Tensor | None) -> Tensor:
    """Return W_ih x_t + b_ih for every step at once: (B, T, blocks * H).

    For token ids the product with a one-hot vector is a look-up: W_ih e_k is the k-th
    column of W_ih.
    """
    if not validation.is_ids(x):
        return F.linear(x, W_ih, b_ih)
    columns = F.embedding(x, W_ih.T)
    return columns if b_ih is None else columns + b_ih
