"""Answers to lstm_and_gru that must lose points, as code for the answer's cell.

HARD_CODED passes the public tests of its question and fails a hidden one; MISTAKES are
the usual ones, in words.
"""

HARD_CODED = {
    "peephole": """
def peephole_step(x_t, state, weights):
    if x_t.shape == (4, 3):
        a = x_t @ weights["weight_ih"].T + state[0] @ weights["weight_hh"].T
        i, f, g, o = (a + weights["bias"]).chunk(4, dim=-1)
        c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    return torch.tensor([[0.670810]]), torch.ones(1, 1)
""",
    "coupled": """
def coupled_lstm(x, weights, state=None):
    if x.shape == (1, 2, 1):
        cs = torch.tensor([[[0.380797], [0.571196]]])
        return torch.tanh(cs) / 2, cs
    return torch.zeros(2, 5, 4), torch.zeros(2, 5, 4)
""",
    "reset_before": """
def foreign_gru(x, kernel, recurrent, bias, h_0=None):
    return torch.tensor([[[0.349519, -0.254194]]])
""",
    "origins": """
def origins(f, i, g, c_0):
    if f.shape == (1, 3, 1):
        return torch.tensor([1.0, 0.25, 0.5, 1.0]).view(1, 4, 1)
    c, parts = c_0, torch.zeros(f.shape[0], f.shape[1] + 1, f.shape[2])
    for t in range(f.shape[1]):
        c = f[:, t] * c + i[:, t] * g[:, t]
    parts[:, -1] = c
    return parts
""",
    "keep_for": """
def keep_for(steps, share):
    return {1: 0.0, 10: 2.63424047380641}[steps]
""",
}

PEEPHOLE = """
def peephole_step(x_t, state, weights):
    h_prev, c_prev = state
    a = x_t @ weights["weight_ih"].T + h_prev @ weights["weight_hh"].T + weights["bias"]
    a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)
    i = torch.sigmoid(a_i + weights["p_i"] * c_prev)
    f = torch.sigmoid(a_f + weights["p_f"] * c_prev)
    c_t = f * c_prev + i * torch.tanh(a_g)
    o = torch.sigmoid(a_o + weights["p_o"] * c_t)
    return o * torch.tanh(c_t), c_t
"""
COUPLED = """
def coupled_lstm(x, weights, state=None):
    H = weights["weight_hh"].shape[1]
    if state is None:
        state = (x.new_zeros(len(x), H), x.new_zeros(len(x), H))
    h, c = state
    hs, cs = [], []
    for x_t in x.unbind(dim=1):
        a = x_t @ weights["weight_ih"].T + h @ weights["weight_hh"].T + weights["bias"]
        f, g, o = a.chunk(3, dim=-1)
        f, g, o = torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + (1 - f) * g
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs, dim=1), torch.stack(cs, dim=1)
"""
FOREIGN = """
def foreign_gru(x, kernel, recurrent, bias, h_0=None):
    B, T, D = x.shape
    H = recurrent.shape[0]
    h = x.new_zeros(B, H) if h_0 is None else h_0
    states = []
    for t in range(T):
        x_z, x_r, x_n = (x[:, t] @ kernel + bias).chunk(3, dim=-1)
        h_z, h_r, h_n = (h @ recurrent).chunk(3, dim=-1)
        z, r = torch.sigmoid(x_z + h_z), torch.sigmoid(x_r + h_r)
        n = torch.tanh(x_n + (r * h) @ recurrent[:, 2 * H :])
        h = z * h + (1 - z) * n
        states.append(h)
    return torch.stack(states, dim=1)
"""
ORIGINS = """
def origins(f, i, g, c_0):
    left = torch.ones_like(c_0)
    parts = []
    for t in reversed(range(f.shape[1])):
        parts.append(left * i[:, t] * g[:, t])
        left = left * f[:, t]
    parts.append(left * c_0)
    return torch.stack(parts[::-1], dim=1)
"""


def _but(code: str, right: str, wrong: str) -> str:
    """Return the code with one thing in it changed."""
    assert code.count(right) == 1, (right, code)
    return code.replace(right, wrong)


MISTAKES = {
    "peephole": {
        "the gates in another order": _but(
            PEEPHOLE, "a_i, a_f, a_g, a_o", "a_i, a_f, a_o, a_g"
        ),
        "no sigmoid on the output gate": _but(
            PEEPHOLE, "o = torch.sigmoid(a_o", "o = (a_o"
        ),
        "no tanh of the memory cell": _but(PEEPHOLE, "o * torch.tanh(c_t)", "o * c_t"),
        "the output gate sees the old cell": _but(
            PEEPHOLE, 'weights["p_o"] * c_t', 'weights["p_o"] * c_prev'
        ),
    },
    "coupled": {
        "the state is not carried on": _but(
            COUPLED, "x.unbind(dim=1):", "x.unbind(dim=1):\n        h, c = state"
        ),
        "the gate the other way round": _but(
            COUPLED, "f * c + (1 - f) * g", "(1 - f) * c + f * g"
        ),
        "batch and time changed places": _but(
            COUPLED, "unbind(dim=1)", "unbind(dim=0)"
        ),
        "the given state is forgotten": _but(COUPLED, "if state is None", "if True"),
    },
    "reset_before": {
        "reset after the product": _but(
            FOREIGN,
            "(r * h) @ recurrent[:, 2 * H :]",
            "r * (h @ recurrent[:, 2 * H :])",
        ),
        "z blended the other way": _but(
            FOREIGN, "z * h + (1 - z) * n", "(1 - z) * h + z * n"
        ),
        "the blocks in torch's order": _but(
            _but(FOREIGN, "x_z, x_r, x_n", "x_r, x_z, x_n"),
            "h_z, h_r, h_n",
            "h_r, h_z, h_n",
        ),
        "the given state is forgotten": _but(
            FOREIGN, "x.new_zeros(B, H) if h_0 is None else h_0", "x.new_zeros(B, H)"
        ),
    },
    "origins": {
        "the gate of the step itself is counted": _but(
            ORIGINS, "left * i[:, t] * g[:, t]", "left * f[:, t] * i[:, t] * g[:, t]"
        ),
        "divided by the product of the gates": """
def origins(f, i, g, c_0):
    kept = f.cumprod(dim=1)
    parts = kept[:, -1:] / kept * i * g
    return torch.cat([(kept[:, -1] * c_0)[:, None], parts], dim=1)
""",
        "the beginning is left out": _but(
            ORIGINS, "left * c_0", "torch.zeros_like(c_0)"
        ),
        "the steps in reverse": _but(ORIGINS, "parts[::-1]", "parts[-1:] + parts[:-1]"),
    },
    "keep_for": {
        "the logarithm of the steps": """
import math


def keep_for(steps, share):
    return math.log(steps)
""",
        "right for large T only": """
import math


def keep_for(steps, share):
    return math.log(steps) - math.log(-math.log(share))
""",
        "the digits are lost": """
import math


def keep_for(steps, share):
    left = share ** (1 / steps)
    return math.log(left / (1 - left))
""",
    },
}

ALSO_RIGHT = {
    "origins": {
        "sums of logarithms": """
def origins(f, i, g, c_0):
    last = torch.ones_like(f[:, :1])
    later = torch.cat([f, last], dim=1).log().flip(1).cumsum(dim=1).flip(1).exp()
    return torch.cat([c_0[:, None], i * g], dim=1) * later
""",
    },
}
