"""Cells to be drawn: those of the library, and some that it does not have."""

from typing import NamedTuple

from torch import Tensor, sigmoid, tanh

import course_lib as cl
from course_lib.nn.cells import RecurrentCell, Value


def cell_of(name, values, states, equation):
    """Make a cell from its values, "f gate σ(a_f)" each, and its equation."""
    values = tuple(Value(*value.split(" ", 2)) for value in values)
    Step = NamedTuple("Step", [(value.name, Tensor) for value in values])
    Step.state = property(lambda self: tuple(getattr(self, s) for s in states))

    def step(from_x, from_h, state):
        return Step(*equation(from_x, from_h, state))

    made = {
        "gates": values,
        "state_names": tuple(states),
        "equation": staticmethod(step),
    }
    return type(f"{name}Cell", (RecurrentCell,), made)


def adding(x, h, state):
    g = tanh(x + h)
    c = state[1] + g
    return g, c, tanh(c)


def with_input_gate(x, h, state):
    i, g = (x + h).chunk(2, -1)
    i, g = sigmoid(i), tanh(g)
    c = state[1] + i * g
    return i, g, c, tanh(c)


def with_output_gate(x, h, state):
    i, g, o = (x + h).chunk(3, -1)
    i, g, o = sigmoid(i), tanh(g), sigmoid(o)
    c = state[1] + i * g
    return i, g, o, c, o * tanh(c)


def coupled(x, h, state):
    f, g, o = (x + h).chunk(3, -1)
    f, g, o = sigmoid(f), tanh(g), sigmoid(o)
    c = f * state[1] + (1 - f) * g
    return f, g, o, c, o * tanh(c)


def one_state(x, h, state):
    f, g = (x + h).chunk(2, -1)
    f, g = sigmoid(f), tanh(g)
    return f, g, f * state[0] + (1 - f) * g


def minimal(x, h, state):
    (x_f, x_n), (h_f, h_n) = x.chunk(2, -1), h.chunk(2, -1)
    f = sigmoid(x_f + h_f)
    n = tanh(x_n + f * h_n)
    return f, n, f * state[0] + (1 - f) * n


def leaky(x, h, state):
    return (0.9 * state[0] + 0.1 * tanh(x + h),)


def late(x, h, state):
    i, f, g, o = (x + h).chunk(4, -1)
    i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
    c = f * (state[1] + i * g)
    return i, f, g, o, c, o * tanh(c)


def blended(x, h, state):
    z, g = (x + h).chunk(2, -1)
    z, g = sigmoid(z), tanh(g)
    return z, g, (1 - z) * state[0] + z * g


def parallel(x, h, state):
    f, g = x.chunk(2, -1)
    f, g = sigmoid(f), tanh(g)
    return f, g, f * state[0] + (1 - f) * g


def two_writes(x, h, state):
    f, i, g, k, u, o = (x + h).chunk(6, -1)
    f, i, g, k, u, o = *map(sigmoid, (f, i)), tanh(g), sigmoid(k), tanh(u), sigmoid(o)
    c = f * state[1] + i * g + k * u
    return f, i, g, k, u, o, c, o * tanh(c)


def skipping(x, h, state):
    f, g, o, k, u = (x + h).chunk(5, -1)
    f, g, o, k, u = sigmoid(f), tanh(g), sigmoid(o), sigmoid(k), tanh(u)
    c = f * state[1] + g
    return f, g, o, k, u, c, o * tanh(c) + k * u


def choosing(x, h, state):
    z, g, u = (x + h).chunk(3, -1)
    z, g, u = sigmoid(z), tanh(g), tanh(u)
    return z, g, u, z * g + (1 - z) * u


def aside(x, h, state):
    f, g, o, u = (x + h).chunk(4, -1)
    f, g, o, u = sigmoid(f), tanh(g), sigmoid(o), tanh(u)
    return f, g, o, u, f * state[1] + g, o * u


def squashed(x, h, state):
    f, g = (x + h).chunk(2, -1)
    f, g = sigmoid(f), tanh(g)
    return f, g, tanh(f * state[0] + (1 - f) * g)


FORGET, INPUT, OUTPUT = (f"{name} gate σ(a_{name})" for name in "fio")
NEW, OTHER = "g candidate tanh(a_g)", "u candidate tanh(a_u)"
SECOND = "k gate σ(a_k)"
ONCE, TWICE = "c state f c_{t−1} + g", "c state f c_{t−1} + i g + k u"
TANH, OUT = "h state tanh(c)", "h state o tanh(c)"
CELLS = {
    "RNN": cl.RNNCell,
    "LSTM": cl.LSTMCell,
    "GRU": cl.GRUCell,
    "coupled": cell_of(
        "Coupled",
        [FORGET, NEW, OUTPUT, "c state f c_{t−1} + (1 − f) g", OUT],
        "hc",
        coupled,
    ),
    "one state": cell_of(
        "OneState", [FORGET, NEW, "h state f h_{t−1} + (1 − f) g"], "h", one_state
    ),
    "blended": cell_of(
        "Blended",
        ["z gate σ(a_z)", NEW, "h state (1 − z) h_{t−1} + z g"],
        "h",
        blended,
    ),
    "minimal": cell_of(
        "Minimal",
        [FORGET, "n candidate tanh(x_n + f h_n)", "h state f h_{t−1} + (1 − f) n"],
        "h",
        minimal,
    ),
    "leaky": cell_of("Leaky", ["h state 0.9 h_{t−1} + 0.1 tanh(a)"], "h", leaky),
    "late": cell_of(
        "Late",
        [INPUT, FORGET, NEW, OUTPUT, "c state f (c_{t−1} + i g)", OUT],
        "hc",
        late,
    ),
    "parallel": cell_of(
        "Parallel",
        ["f gate σ(x_f)", "g candidate tanh(x_g)", "h state f h_{t−1} + (1 − f) g"],
        "h",
        parallel,
    ),
    "two writes": cell_of(
        "TwoWrites",
        [FORGET, INPUT, NEW, SECOND, OTHER, OUTPUT, TWICE, OUT],
        "hc",
        two_writes,
    ),
    "skipping": cell_of(
        "Skipping",
        [FORGET, NEW, OUTPUT, SECOND, OTHER, ONCE, "h state o tanh(c) + k u"],
        "hc",
        skipping,
    ),
    "choosing": cell_of(
        "Choosing",
        ["z gate σ(a_z)", NEW, OTHER, "h state z g + (1 − z) u"],
        "h",
        choosing,
    ),
    "aside": cell_of(
        "Aside",
        [FORGET, NEW, OUTPUT, OTHER, ONCE, "h state o u"],
        "hc",
        aside,
    ),
    "squashed": cell_of(
        "Squashed", [FORGET, NEW, "h state tanh(f h_{t−1} + (1 − f) g)"], "h", squashed
    ),
}
SUM = "c state c_{t−1} + i g"
STAGES = {  # each stage of the LSTM beside a cell that computes it
    "adding": cell_of("Adding", [NEW, "c state c_{t−1} + g", TANH], "hc", adding),
    "input": cell_of("Input", [INPUT, NEW, SUM, TANH], "hc", with_input_gate),
    "output": cell_of("Output", [INPUT, NEW, OUTPUT, SUM, OUT], "hc", with_output_gate),
    "forget": cl.LSTMCell,
    "tied": CELLS["coupled"],
    "merged": CELLS["one state"],
}
