"""Five cells as they are found, each of them broken: for "Five broken cells" alone.

Their faults are kept on purpose, and tests keep them equal to the stubs that readers
mend on that page. Each has its weights in two linear layers, `from_x` and `from_h`,
whose blocks are in torch's order. Shapes: B batch, D input size, H hidden size.
Written for this course, after kinds of faults that one meets in tutorials.
"""

import torch
from torch import nn


class CellA(nn.Module):
    """A GRU cell: returns h_t, (B, H), from x_t, (B, D), and h_prev, zeros if None."""

    def __init__(self, D, H):
        super().__init__()
        self.hidden_size = H
        self.from_x, self.from_h = nn.Linear(D, 3 * H), nn.Linear(H, 3 * H)

    def forward(self, x_t, h=None):
        """Take one step."""
        if h is None:
            h = torch.zeros(len(x_t), self.num_hiddens)
        x_r, x_z, x_n = self.from_x(x_t).chunk(3, dim=1)  # (B, H) each
        h_r, h_z, h_n = self.from_h(h).chunk(3, dim=1)
        r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
        n = (x_n + r * h_n).tanh()
        return (1 - z) * n + z * h


class CellB(nn.Module):
    """An LSTM cell: returns (h_t, c_t) from x_t, (B, D), and (h_prev, c_prev)."""

    def __init__(self, D, H):
        super().__init__()
        self.from_x = nn.Linear(D, 4 * H)
        self.from_h = nn.Linear(D + H, 4 * H)

    def forward(self, x_t, state):
        """Take one step."""
        h, c = state
        joined = torch.cat([x_t, h], dim=1)  # (B, D + H)
        a = self.from_x(x_t) + self.from_h(joined)
        i, f, g, o = a.chunk(4, dim=1)  # (B, H) each
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class CellC(nn.Module):
    """An LSTM cell: returns (h_t, c_t) from x_t, (B, D), and (h_prev, c_prev)."""

    def __init__(self, D, H):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(D, 4 * H), nn.Linear(H, 4 * H)

    def forward(self, x_t, state):
        """Take one step."""
        c, h = state
        a = self.from_x(x_t) + self.from_h(h)
        i, f, g, o = a.chunk(4, dim=1)  # (B, H) each
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class CellD(nn.Module):
    """An LSTM cell that keeps its last gates, by name, in the attribute `gates`."""

    def __init__(self, D, H):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(D, 4 * H), nn.Linear(H, 4 * H)

    def forward(self, x_t, state):
        """Take one step."""
        h, c = state
        a = self.from_x(x_t) + self.from_h(h)
        i, f, g, o = a.chunk(4, dim=1)  # (B, H) each
        i, g, o = i.sigmoid(), g.tanh(), o.sigmoid()
        self.gates = {"i": i, "f": f, "g": g, "o": o}
        c = f * c + i * g
        return o * c, c


class CellE(nn.Module):
    """A GRU cell: returns h_t, (B, H), from x_t, (B, D), and h_prev, (B, H)."""

    def __init__(self, D, H):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(D, 3 * H), nn.Linear(H, 3 * H)

    def forward(self, x_t, h):
        """Take one step."""
        from_x, from_h = self.from_x(x_t), self.from_h(h)  # (B, 3 * H) each
        gates = (from_x + from_h).sigmoid().chunk(3, dim=1)  # (B, H) each
        x_n, h_n = from_x.chunk(3, dim=1)[-1], from_h.chunk(3, dim=1)[-1]
        z, n = gates[1], (x_n + gates[-1] * h_n).tanh()
        return (1 - z) * n + z * h
