"""The recurrent cells: one step in time, as its equations.

Shapes, here and in the whole course: B batch, T time steps, D input size, H hidden
size, V vocabulary size, L layers; time runs along the second axis, (B, T, D).

A cell sees two things, the input x_t and its own state. Each comes in through one
matrix product,

    from_x = W_ih x_t + b_ih        from_h = W_hh h_prev + b_hh

and an `equation` says what becomes of them. Parameters have the names, the packing
and the initialisation of torch's own cells, so a state dict of one loads into the
other, and the same seed gives the same weights.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from .arguments import Unquantized, check_dtype, either, map_state
from .values import Value, check_values, initialize, parameter_sizes, state_parts


class RNNStep(NamedTuple):
    """What an RNN computes in one step, each (B, H).

    >>> step = cl.RNNCell(8, 16).step(torch.rand(4, 8))
    >>> step._fields, tuple(step.h.shape)
    (('h',), (4, 16))
    """

    h: Tensor

    @property
    def state(self) -> tuple[Tensor]:
        """What the next step needs."""
        return (self.h,)


class LSTMStep(NamedTuple):
    """What an LSTM computes in one step, each (B, H).

    >>> step = cl.LSTMCell(8, 16).step(torch.rand(4, 8))
    >>> h, c = step.state
    >>> h is step.h, c is step.c, tuple(step.f.shape)
    (True, True, (4, 16))
    """

    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor
    h: Tensor

    @property
    def state(self) -> tuple[Tensor, Tensor]:
        """What the next step needs."""
        return (self.h, self.c)


class GRUStep(NamedTuple):
    """What a GRU computes in one step, each (B, H).

    >>> step = cl.GRUCell(8, 16).step(torch.rand(4, 8))
    >>> step._fields, tuple(step.z.shape)
    (('r', 'z', 'n', 'h'), (4, 16))
    """

    r: Tensor
    z: Tensor
    n: Tensor
    h: Tensor

    @property
    def state(self) -> tuple[Tensor]:
        """What the next step needs."""
        return (self.h,)


class RecurrentCell(nn.Module):
    """What all cells share: the parameters, and the two ways to call them.

    >>> class Slow(cells.RecurrentCell):
    ...     state_names = ("h",)
    ...     gates = (cells.Value("h", "state", "0.9 h_{t−1} + 0.1 tanh(a)"),)
    ...     @staticmethod
    ...     def equation(from_x, from_h, state):
    ...         return cl.RNNStep(0.9 * state[0] + 0.1 * torch.tanh(from_x + from_h))
    >>> tuple(Slow(8, 16)(torch.rand(4, 8)).shape)
    (4, 16)

    A cell adds `state_names`; `gates`, what its step computes: the gates and candidates
    in the order in which their blocks of H rows are stacked in each weight, then the
    states; and `equation`. `blocks`, how many there are, follows: one for each gate and
    candidate, one for a cell without. Whatever else is to be known of a cell is asked
    of these. (A cell that gives `blocks` alone runs, but has no gate to hold.)
    Raises TypeError where the class is made, for gates that do not fit its blocks.
    """

    blocks: int
    gates: tuple[Value, ...] = ()
    state_names: tuple[str, ...]
    qconfig = Unquantized()

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.gates:
            cls.blocks = check_values(cls)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self.input_size = D = validation.whole(input_size, 1, "input_size")
        self.hidden_size = H = validation.whole(hidden_size, 1, "hidden_size")
        self.bias = validation.boolean(bias, "bias")
        factory = {"device": device, "dtype": check_dtype(dtype)}
        for name, size in parameter_sizes(self.blocks, D, H).items():
            wanted = bias or not name.startswith("bias")
            self.register_parameter(
                name, nn.Parameter(torch.empty(size, **factory)) if wanted else None
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every parameter anew, uniformly from ±1/√H, as torch does."""
        initialize(self)

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]):
        """Return the step's values by name, from what comes in and the old state."""
        raise NotImplementedError

    def step(self, x_t: Tensor, state=None) -> NamedTuple:
        """Take one step and return every value in it by name, each (B, H).

        x_t: (B, D). state: as in calling the cell; None is zeros. Raises ValueError
        if a shape does not fit, TypeError for something that is no tensor.
        """
        validation.shape(x_t, ("B", self.input_size), "x_t")
        validation.like(x_t, self.weight_ih, "x_t")
        parts = self._state(state, x_t)
        from_x = F.linear(x_t, self.weight_ih, self.bias_ih)  # (B, blocks * H)
        from_h = F.linear(parts[0], self.weight_hh, self.bias_hh)
        return self.equation(from_x, from_h, parts)

    def forward(self, x_t: Tensor, state=None, *, hx=None):
        """Return the new state, as torch's cell of the same name does.

        x_t: (B, D), or (D,) for one sequence without a batch axis. hx: torch's name for
        the state.
        """
        state = either(state, hx)
        if validation.tensor(x_t, "x_t").dim() == 1:
            validation.shape(x_t, (self.input_size,), "x_t")
            if state is not None:
                state_parts(state, self.state_names, (self.hidden_size,))
            batched = map_state(state, lambda part: part.unsqueeze(0))
            new = self.step(x_t.unsqueeze(0), batched).state
            new = tuple(part.squeeze(0) for part in new)
        else:
            new = self.step(x_t, state).state
        return new if len(new) > 1 else new[0]

    def _state(self, state, x_t: Tensor) -> tuple[Tensor, ...]:
        if state is None:
            zeros = x_t.new_zeros(x_t.shape[0], self.hidden_size)
            return (zeros,) * len(self.state_names)
        expected = (x_t.shape[0], self.hidden_size)
        parts = state_parts(state, self.state_names, expected)
        for name, part in zip(self.state_names, parts, strict=True):
            validation.like(part, self.weight_hh, f"state {name}")
        return parts

    def extra_repr(self) -> str:
        """Name the sizes, and what is not as usual, for repr."""
        bias = "" if self.bias else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"


class RNNCell(RecurrentCell):
    """The plain recurrent cell: h_t = tanh(W_ih x_t + b_ih + W_hh h_prev + b_hh).

    >>> cell = cl.RNNCell(8, 16)
    >>> cell.load_state_dict(torch.nn.RNNCell(8, 16).state_dict())
    <All keys matched successfully>
    >>> tuple(cell(torch.rand(4, 8)).shape)
    (4, 16)

    x_t: (B, D); h_prev: (B, H), zeros if None.

    Called, it returns h_t, (B, H), as torch.nn.RNNCell does; `.step` returns it by
    name. Raises ValueError if a shape does not fit. Elman 1990.
    """

    state_names = ("h",)
    gates = (Value("h", "state", "tanh(a)", "hidden state"),)

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]) -> RNNStep:
        """h_t = tanh(from_x + from_h); the state enters through from_h alone."""
        return RNNStep(h=torch.tanh(from_x + from_h))


class LSTMCell(RecurrentCell):
    """The long short-term memory cell: a memory c_t beside the hidden state h_t.

    >>> cell = cl.LSTMCell(8, 16)
    >>> h, c = cell(torch.rand(4, 8))  # from a state of zeros
    >>> step = cell.step(torch.rand(4, 8), (h, c))
    >>> torch.allclose(step.c, step.f * c + step.i * step.g)
    True

        i, f, o = σ(W_ih x_t + b_ih + W_hh h_prev + b_hh)    g = tanh(the same)
        c_t = f ⊙ c_prev + i ⊙ g                             h_t = o ⊙ tanh(c_t)

    x_t: (B, D); state: (h_prev, c_prev), each (B, H), zeros if None.

    Called, it returns (h_t, c_t), as torch.nn.LSTMCell does; `.step` returns i, f, g,
    o, c and h by name. The blocks of the weights are i, f, g, o, in torch's order.
    Raises ValueError if a shape does not fit. Hochreiter & Schmidhuber 1997, with the
    forget gate of Gers, Schmidhuber & Cummins 2000.
    """

    state_names = ("h", "c")
    gates = (
        Value("i", "gate", "σ(a_i)", "input gate"),
        Value("f", "gate", "σ(a_f)", "forget gate"),
        Value("g", "candidate", "tanh(a_g)"),
        Value("o", "gate", "σ(a_o)", "output gate"),
        Value("c", "state", "f c_{t−1} + i g", "memory cell"),
        Value("h", "state", "o tanh(c)", "hidden state"),
    )

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]) -> LSTMStep:
        """c_t = f ⊙ c_prev + i ⊙ g and h_t = o ⊙ tanh(c_t)."""
        _, c_prev = state
        i, f, g, o = (from_x + from_h).chunk(4, dim=-1)  # (B, H) each
        i, f, o = torch.sigmoid(i), torch.sigmoid(f), torch.sigmoid(o)
        g = torch.tanh(g)
        c = f * c_prev + i * g
        h = o * torch.tanh(c)
        return LSTMStep(i, f, g, o, c, h)


class GRUCell(RecurrentCell):
    """The gated recurrent unit, in torch's variant: reset after the product.

    >>> cell, h = cl.GRUCell(8, 16), torch.rand(4, 16)
    >>> step = cell.step(torch.rand(4, 8), h)
    >>> torch.allclose(step.h, (1 - step.z) * step.n + step.z * h)
    True

        r, z = σ(W_ih x_t + b_ih + W_hh h_prev + b_hh)
        n = tanh(W_in x_t + b_in + r ⊙ (W_hn h_prev + b_hn))
        h_t = (1 - z) ⊙ n + z ⊙ h_prev

    x_t: (B, D); h_prev: (B, H), zeros if None.

    Called, it returns h_t, as torch.nn.GRUCell does; `.step` returns r, z, n and h by
    name. The blocks of the weights are r, z, n, in torch's order. Raises ValueError if
    a shape does not fit. Cho et al. 2014; resetting after the product is the variant of
    their code and of cuDNN.
    """

    state_names = ("h",)
    gates = (
        Value("r", "gate", "σ(x_r + h_r)", "reset gate"),
        Value("z", "gate", "σ(x_z + h_z)", "update gate"),
        Value("n", "candidate", "tanh(x_n + r h_n)"),
        Value("h", "state", "z h_{t−1} + (1 − z) n", "hidden state"),
    )

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]) -> GRUStep:
        """h_t = (1 - z) ⊙ n + z ⊙ h_prev."""
        (h_prev,) = state
        x_r, x_z, x_n = from_x.chunk(3, dim=-1)  # (B, H) each
        h_r, h_z, h_n = from_h.chunk(3, dim=-1)
        r = torch.sigmoid(x_r + h_r)
        z = torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + r * h_n)
        h = (1 - z) * n + z * h_prev
        return GRUStep(r, z, n, h)
