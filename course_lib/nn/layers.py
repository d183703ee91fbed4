"""Cells over time: whole sequences, several layers, two directions.

Shapes: B batch, T time steps, D input size, H hidden size, L layers.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from .arguments import (
    Unquantized,
    check_as_torchs,
    check_dropout,
    check_dtype,
    check_sequence,
    check_weights,
    either,
    is_alone,
    map_state,
)
from .bptt import by_hand
from .cells import GRUCell, LSTMCell, RecurrentCell, RNNCell
from .passes import check_way, pass_of
from .unrolling import unroll, weights_of
from .values import initialize, parameter_sizes, state_parts

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

    Options are torch's, in torch's order, with batch_first=True where torch's default
    is False; what of them is not taken is in one table, under "As torch's layers are
    called" on the reference's page of layers. dropout: share of what one layer hands
    to the next that is dropped in training. device, dtype: of the weights.

    backward: how the layer runs, forwards and back. "auto" goes compiled where that can
    run, otherwise by hand; the others name one way. "hand" is `course_lib.nn.bptt`, the
    backward pass written out; "compiled" the same with its loops compiled, on the CPU
    and with numba; "autograd" applies the equation step by step and lets torch record
    it, which is the textbook way, the reference, and can be differentiated more than
    once, or by torch.func. A cell that has no pass of its own takes autograd's, and so
    does every cell while torch compiles, exports or traces the call. Raises ValueError
    or TypeError for an option that cannot be, and warns of dropout with a single layer,
    where it does nothing.
    """

    cell: type[RecurrentCell]
    batch_first, proj_size = True, 0
    qconfig = Unquantized()

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        backward: str = "auto",
        nonlinearity: str = "tanh",
        proj_size: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self.backward = check_way(backward)
        self.input_size = validation.whole(input_size, 1, "input_size")
        self.hidden_size = validation.whole(hidden_size, 1, "hidden_size")
        self.num_layers = validation.whole(num_layers, 1, "num_layers")
        self.bias = validation.boolean(bias, "bias")
        check_as_torchs(batch_first, nonlinearity, proj_size)
        self.dropout = check_dropout(dropout, num_layers)
        self.bidirectional = validation.boolean(bidirectional, "bidirectional")
        self.num_directions = 2 if bidirectional else 1
        self._make(device=device, dtype=check_dtype(dtype))
        self.reset_parameters()

    def _make(self, **factory) -> None:
        """Make every parameter, under torch's names and in torch's order."""
        for suffix, D in self._runs():
            sizes = parameter_sizes(self.cell.blocks, D, self.hidden_size)
            for name, size in sizes.items():
                if self.bias or not name.startswith("bias"):
                    parameter = nn.Parameter(torch.empty(size, **factory))
                    self.register_parameter(f"{name}_{suffix}", parameter)

    def reset_parameters(self) -> None:
        """Draw every parameter anew, uniformly from ±1/√H, as torch does."""
        initialize(self)

    def flatten_parameters(self) -> None:
        """Do nothing: torch's layers bring their weights together for cuDNN here."""

    def _runs(self) -> list[tuple[str, int]]:
        """List (parameter suffix, input size) for every layer and direction."""
        wide = self.hidden_size * self.num_directions
        return [
            (f"l{layer}{direction}", self.input_size if layer == 0 else wide)
            for layer in range(self.num_layers)
            for direction in ("", "_reverse")[: self.num_directions]
        ]

    def forward(self, x: Tensor, state=None, *, hx=None):
        """Run the layer over sequences and return (output, state), as torch's does.

        x: (B, T, D) floats; or (B, T) token ids, each of which stands for its one-hot
        row and selects a column of W_ih, with no product computed. state: (L * K, B, H)
        with K directions, a tuple of those for an LSTM; None is zeros. hx: torch's name
        for the state. One sequence may come without B: (T, D) or (T,), with a state
        (L * K, H).
        Returns the top layer's h at every step, (B, T, K * H), and the last state.
        Raises ValueError if a shape, a type of number or an id does not fit, and
        TypeError for something that is no tensor.
        """
        state = either(state, hx)
        if is_alone(x, self.input_size):
            return self._alone(x, state)
        check_sequence(x, self.input_size)
        K, ends = self.num_directions, []
        weights = [weights_of(self, run) for run in range(self.num_layers * K)]
        validation.like(x, weights[0][0], "x")
        parts = self._state(state, x.shape[0], weights[0][1])
        for layer in range(self.num_layers):
            if layer > 0:
                x = F.dropout(x, self.dropout, self.training)
            results = [
                self._run(x, [part[run] for part in parts], weights[run], run % K == 1)
                for run in range(layer * K, (layer + 1) * K)
            ]
            outputs = [output for output, *_ in results]
            # what a pass gave is not handed out itself: it will read it on the way back
            x = torch.cat(outputs, dim=-1) if K > 1 else batch_first(outputs[0])
            ends += [end for _, *end in results]
        final = tuple(torch.stack(part) for part in zip(*ends, strict=True))
        return x, final if len(final) > 1 else final[0]

    def _alone(self, x: Tensor, state):
        """Run the layer over one sequence, as a batch of one; state: (L * K, H)."""
        if state is not None:
            runs = self.num_layers * self.num_directions
            state_parts(state, self.cell.state_names, (runs, self.hidden_size))
        state = map_state(state, lambda part: part.unsqueeze(1))
        output, state = RecurrentLayer.forward(self, x.unsqueeze(0), state)
        return output.squeeze(0), map_state(state, lambda part: part.squeeze(1))

    def _run(
        self, x: Tensor, state: list[Tensor], weights: tuple, reverse: bool
    ) -> tuple[Tensor, ...]:
        """Run one layer in one direction; return h at every step and the last state."""
        way = pass_of(self.backward, self.cell, weights[1], x)
        try:
            if way is not None:
                return by_hand(way, x, state, weights, reverse)
            steps = unroll(self.cell, x, tuple(state), weights, reverse)
        except RuntimeError:
            D, H = weights[0].shape[-1], self.hidden_size
            check_weights(weights, parameter_sizes(self.cell.blocks, D, H))
            raise
        end = steps[0 if reverse else -1].state
        return torch.stack([step.h for step in steps], dim=1), *end

    def _state(self, state, B: int, like: Tensor) -> tuple[Tensor, ...]:
        shape = (self.num_layers * self.num_directions, B, self.hidden_size)
        names = self.cell.state_names
        if state is None:
            return (like.new_zeros(shape),) * len(names)
        parts = state_parts(state, names, shape)
        for name, part in zip(names, parts, strict=True):
            validation.like(part, like, f"state {name}")
        return parts

    def extra_repr(self) -> str:
        """Name the sizes, and what is not as usual, for repr."""
        options = {
            "num_layers": 1,
            "bias": True,
            "dropout": 0.0,
            "bidirectional": False,
            "backward": "auto",
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

    Called as torch.nn.RNN is with batch_first=True, state dicts included, with the
    exceptions that `RecurrentLayer` names; it also takes token ids. Elman 1990.
    """

    cell = RNNCell


class LSTM(RecurrentLayer):
    """The long short-term memory layer; its state is the pair (h, c).

    >>> layer = cl.LSTM(8, 16, num_layers=2, bidirectional=True)
    >>> output, (h, c) = layer(torch.rand(4, 10, 8))  # (B, T, D)
    >>> tuple(output.shape), tuple(h.shape)  # (B, T, 2H), (2L, B, H)
    ((4, 10, 32), (4, 4, 16))

    Called as torch.nn.LSTM is with batch_first=True, state dicts included, with the
    exceptions that `RecurrentLayer` names; it also takes token ids.
    Hochreiter & Schmidhuber 1997, Gers et al. 2000.
    """

    cell = LSTMCell


class GRU(RecurrentLayer):
    """The gated recurrent layer, in torch's variant.

    >>> ours, theirs = cl.GRU(8, 16), torch.nn.GRU(8, 16, batch_first=True)
    >>> _ = theirs.load_state_dict(ours.state_dict())
    >>> x = torch.rand(4, 10, 8)  # (B, T, D)
    >>> torch.allclose(ours(x)[0], theirs(x)[0], atol=1e-6)
    True

    Called as torch.nn.GRU is with batch_first=True, state dicts included, with the
    exceptions that `RecurrentLayer` names; it also takes token ids. Cho et al. 2014.
    """

    cell = GRUCell


def batch_first(output: Tensor) -> Tensor:
    """Return a copy of (B, T, H) in which each sequence lies in one piece."""
    return output.clone(memory_format=torch.contiguous_format)


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
