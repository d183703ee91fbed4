"""Wrong answers to "Five broken cells": each as it was found, and half mended."""

import torch
from torch import nn

from course_lib.checks import broken_cells


class LSTM(nn.Module):
    """A right LSTM cell, of which each mistake below replaces a part."""

    def __init__(self, D, H):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(D, 4 * H), nn.Linear(H, 4 * H)

    def join(self, x_t, h):
        return self.from_x(x_t) + self.from_h(h)

    def f(self, a):
        return a.sigmoid()

    def g(self, a):
        return a.tanh()

    def out(self, c):
        return c.tanh()

    def forward(self, x_t, state):
        h, c = state
        i, f, g, o = self.join(x_t, h).chunk(4, dim=1)
        c = self.f(f) * c + i.sigmoid() * self.g(g)
        return o.sigmoid() * self.out(c), c


class GRU(nn.Module):
    """A right GRU cell, of which each mistake below replaces a part."""

    def __init__(self, D, H):
        super().__init__()
        self.H = H
        self.from_x, self.from_h = nn.Linear(D, 3 * H), nn.Linear(H, 3 * H)

    def start(self, x_t):
        return x_t.new_zeros(len(x_t), self.H)

    def candidate(self, x_n, h_n, r, h):
        return x_n + r * h_n

    def forward(self, x_t, h=None):
        h = self.start(x_t) if h is None else h
        x_r, x_z, x_n = self.from_x(x_t).chunk(3, dim=1)
        h_r, h_z, h_n = self.from_h(h).chunk(3, dim=1)
        r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
        n = self.candidate(x_n, h_n, r, h).tanh()
        return (1 - z) * n + z * h


def lstm(**parts):
    return type("Changed", (LSTM,), parts)


def gru(**parts):
    return type("Changed", (GRU,), parts)


class Floats(GRU):
    def start(self, x_t):
        return torch.zeros(len(x_t), self.H)


class Ones(GRU):
    def start(self, x_t):
        return x_t.new_ones(len(x_t), self.H)


class Narrow(GRU):
    def start(self, x_t):
        return x_t.new_zeros(len(x_t), self.H + 1)


class AlwaysFromZeros(GRU):
    def forward(self, x_t, h=None):
        return super().forward(x_t)


class InAPair(GRU):
    def forward(self, x_t, h=None):
        return (super().forward(x_t, h),)


class Alone(LSTM):
    def forward(self, x_t, state):
        return super().forward(x_t, state)[0]


class StillWide(broken_cells.CellB):
    """The input's own product is gone, and its layer and the wide one are there."""

    def forward(self, x_t, state):
        h, c = state
        a = self.from_h(torch.cat([x_t, h], dim=1))
        i, f, g, o = a.chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class NoLayer(StillWide):
    def __init__(self, D, H):
        super().__init__(D, H)
        del self.from_x


class Returned(LSTM):
    def forward(self, x_t, state):
        return super().forward(x_t, state)[::-1]


class BothWays(LSTM):
    def forward(self, x_t, state):
        return super().forward(x_t, state[::-1])[::-1]


class TwiceH(LSTM):
    def forward(self, x_t, state):
        h, _ = super().forward(x_t, state)
        return h, h


class Detached(LSTM):
    def forward(self, x_t, state):
        h, c = state
        return super().forward(x_t, (h.detach(), c.detach()))


class WithoutGradient(LSTM):
    @torch.no_grad()
    def forward(self, x_t, state):
        return super().forward(x_t, state)


def before(self, x_n, h_n, r, h):
    return x_n + self.from_h(r * h).chunk(3, dim=1)[2]


MISTAKES = [
    ("starts_from_nothing", "which name is asked for", broken_cells.CellA),
    ("starts_from_nothing", "stops in 64-bit ones", Floats),
    ("starts_from_nothing", "begins with ones", Ones),
    ("starts_from_nothing", "raised RuntimeError", Narrow),
    ("starts_from_nothing", "was handed over is not used", AlwaysFromZeros),
    ("starts_from_nothing", "expected a tensor, came a tuple", InAPair),
    ("reads_x_once", "torch's has 72", broken_cells.CellB),
    ("reads_x_once", "what it is multiplied with", StillWide),
    ("reads_x_once", "a linear layer `from_x`", NoLayer),
    (
        "reads_x_once",
        "the input comes in twice",
        lstm(join=lambda self, x, h: 2 * self.from_x(x) + self.from_h(h)),
    ),
    (
        "reads_x_once",
        "the input does not come in",
        lstm(join=lambda self, x, h: self.from_h(h)),
    ),
    (
        "reads_x_once",
        "the state does not come in",
        lstm(join=lambda self, x, h: self.from_x(x)),
    ),
    ("keeps_its_memory", "from zeros all is right", broken_cells.CellC),
    ("keeps_its_memory", "in each other's place", Returned),
    ("keeps_its_memory", "in an order of its own", BothWays),
    ("keeps_its_memory", "both parts", TwiceH),
    ("keeps_its_memory", "is something detached", Detached),
    ("keeps_its_memory", "nothing that it returns has a gradient", WithoutGradient),
    ("keeps_its_memory", "expected a pair", Alone),
    ("stays_in_bounds", "and the hidden state leaves", broken_cells.CellD),
    ("stays_in_bounds", "all gates are gates now", lstm(out=lambda self, c: c)),
    ("stays_in_bounds", "within bounds now", lstm(f=lambda self, a: a)),
    ("stays_in_bounds", "which function", lstm(f=lambda self, a: a.tanh())),
    ("stays_in_bounds", "without a slope", lstm(f=lambda self, a: a.clamp(0, 1))),
    ("stays_in_bounds", "is no gate", lstm(g=lambda self, a: a.sigmoid())),
    ("reset_gate_counts", "to which gate do they belong", broken_cells.CellE),
    (
        "reset_gate_counts",
        "on the input, too",
        gru(candidate=lambda self, x, h, r, _: r * (x + h)),
    ),
    (
        "reset_gate_counts",
        "not on the state",
        gru(candidate=lambda self, x, h, r, _: r * x + h),
    ),
    (
        "reset_gate_counts",
        "turned round",
        gru(candidate=lambda self, x, h, r, _: x + (1 - r) * h),
    ),
    (
        "reset_gate_counts",
        "gated twice",
        gru(candidate=lambda self, x, h, r, _: x + r * (x + h).sigmoid() * h),
    ),
    ("reset_gate_counts", "before the product", gru(candidate=before)),
]
