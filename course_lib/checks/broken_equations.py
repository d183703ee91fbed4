"""What two of the five broken cells compute, as equations: to be drawn, on one page.

The faults of the other three are in no equation. Tests hold each of these to the cell
of its name in `broken_cells`.
"""

from torch import Tensor

from ..nn.cells import GRUStep, LSTMStep, RecurrentCell
from ..nn.values import Value


class CellD(RecurrentCell):
    """An LSTM cell whose f is no gate, and whose memory goes out as it is."""

    state_names = ("h", "c")
    gates = (
        Value("i", "gate", "σ(a_i)", "input gate"),
        Value("f", "gate", "a_f", "forget gate"),
        Value("g", "candidate", "tanh(a_g)"),
        Value("o", "gate", "σ(a_o)", "output gate"),
        Value("c", "state", "f c_{t−1} + i g", "memory cell"),
        Value("h", "state", "o c", "hidden state"),
    )

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple) -> LSTMStep:
        """Return a step's values."""
        i, f, g, o = (from_x + from_h).chunk(4, dim=-1)
        i, g, o = i.sigmoid(), g.tanh(), o.sigmoid()
        c = f * state[1] + i * g
        return LSTMStep(i, f, g, o, c, o * c)


class CellE(RecurrentCell):
    """A GRU cell whose reset gate is made with the block of the candidate."""

    state_names = ("h",)
    gates = (
        Value("r", "gate", "σ(a_n)", "reset gate"),
        Value("z", "gate", "σ(a_z)", "update gate"),
        Value("n", "candidate", "tanh(x_n + r h_n)"),
        Value("h", "state", "(1 − z) n + z h_{t−1}", "hidden state"),
    )

    @staticmethod
    def equation(from_x: Tensor, from_h: Tensor, state: tuple) -> GRUStep:
        """Return a step's values."""
        _, x_z, x_n = from_x.chunk(3, dim=-1)
        _, h_z, h_n = from_h.chunk(3, dim=-1)
        r, z = (x_n + h_n).sigmoid(), (x_z + h_z).sigmoid()
        n = (x_n + r * h_n).tanh()
        return GRUStep(r, z, n, (1 - z) * n + z * state[0])
