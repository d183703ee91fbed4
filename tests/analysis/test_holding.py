"""Gates that are held: equal to stepping the cell by hand with the gate replaced."""

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.analysis.holding import Hold

B, T, D, H = 2, 9, 4, 5
ALL = {"unit": None, "start": 0, "stop": None}
WHERE = [
    ALL,
    {"unit": 3, "start": 0, "stop": None},
    {"unit": None, "start": 4, "stop": None},
    {"unit": None, "start": 2, "stop": 3},
    {"unit": 0, "start": 3, "stop": 7},
]
LAYERS = {"ours": (cl.LSTM, cl.GRU), "torch": (nn.LSTM, nn.GRU)}


def by_hand(layer, x, gate, value, unit, start, stop):
    """Step a cell from its equations, with one gate overwritten where it is held."""
    W_ih, W_hh = layer.weight_ih_l0, layer.weight_hh_l0
    b_ih, b_hh = layer.bias_ih_l0, layer.bias_hh_l0
    h = c = x.new_zeros(B, H)
    seen = {}
    units = slice(None) if unit is None else unit
    for t in range(T):
        is_held = start <= t and (stop is None or t < stop)

        def held(name, computed, is_held=is_held):
            if name == gate and is_held:
                computed = computed.clone()
                computed[:, units] = value
            seen.setdefault(name, []).append(computed)
            return computed

        a, s = x[:, t] @ W_ih.T + b_ih, h @ W_hh.T + b_hh
        if len(W_ih) == 4 * H:
            parts = (a + s).chunk(4, dim=-1)
            i, f, o = (
                held(n, parts[k].sigmoid()) for n, k in [("i", 0), ("f", 1), ("o", 3)]
            )
            c = held("c", f * c + i * held("g", parts[2].tanh()))
            h = held("h", o * c.tanh())
        else:
            (a_r, a_z, a_n), (s_r, s_z, s_n) = a.chunk(3, -1), s.chunk(3, -1)
            r, z = held("r", (a_r + s_r).sigmoid()), held("z", (a_z + s_z).sigmoid())
            n = held("n", (a_n + r * s_n).tanh())
            h = held("h", (1 - z) * n + z * h)
    return {name: torch.stack(values, dim=1) for name, values in seen.items()}


@pytest.mark.parametrize("whose", LAYERS)
@pytest.mark.parametrize("where", WHERE, ids=str)
@pytest.mark.parametrize(
    ("kind", "gate", "values"),
    [(0, gate, (0.0, 0.3, 1.0)) for gate in "ifo"]
    + [(1, gate, (0.0, 0.3, 1.0)) for gate in "rz"]
    + [(0, "g", (-1.0, 0.0, 0.3, 1.0)), (1, "n", (-1.0, 0.0, 0.3, 1.0))],
)
@torch.no_grad()
def test_a_held_gate_is_the_cell_stepped_with_that_gate_replaced(
    whose, where, kind, gate, values
):
    make = LAYERS[whose][kind]
    options = {"batch_first": True} if whose == "torch" else {}
    layer = make(D, H, **options).double()
    x = torch.randn(B, T, D, dtype=torch.float64)
    for value in values:
        found = cl.trace(layer, x, hold=[Hold(gate, value, **where)])
        for name, expected in by_hand(layer, x, gate, value, **where).items():
            assert torch.allclose(found[name], expected, rtol=0, atol=1e-12), name


@torch.no_grad()
def test_the_last_of_several_holds_wins_and_others_stay_as_computed():
    layer = cl.LSTM(D, H)
    x = torch.randn(B, T, D)
    found = cl.trace(
        layer, x, hold=[Hold("f", 0.0), Hold("f", 1.0, unit=2), Hold("o", 0.5)]
    )
    assert (found.f[..., 2] == 1).all()
    assert (found.f[..., [0, 1, 3, 4]] == 0).all()
    assert torch.allclose(found.o, torch.tensor(0.5), rtol=0, atol=1e-7)
    assert torch.equal(found.i[:, 0], cl.trace(layer, x).i[:, 0])


def test_nothing_held_is_the_plain_trace():
    layer, x = cl.GRU(D, H), torch.randn(B, T, D)
    plain, held = cl.trace(layer, x), cl.trace(layer, x, hold=())
    assert all(torch.equal(plain[name], held[name]) for name in plain)


@pytest.mark.parametrize(
    ("hold", "message"),
    [
        (Hold("z", 0.5), r"one of this cell's \(i, f, g, o\)"),
        (Hold("", 0.5), "one of this cell's"),
        (Hold("if", 0.5), "one of this cell's"),
        (Hold("f", 1.1), "value must be from 0 to 1"),
        (Hold("f", -0.1), "value must be from 0 to 1"),
        (Hold("f", float("nan")), "value must be from 0 to 1"),
        (Hold("g", -1.1), "value must be from -1 to 1"),
        (Hold("f", 0.5, unit=H), f"unit must be below {H}"),
        (Hold("f", 0.5, unit=-1), f"unit must be below {H}"),
        (Hold("f", 0.5, start=-1), "start must be 0 or more"),
        (Hold("f", 0.5, start=3, stop=3), "before stop"),
    ],
)
def test_what_cannot_be_held_is_refused(hold, message):
    with pytest.raises(ValueError, match=message):
        cl.trace(cl.LSTM(D, H), torch.randn(B, T, D), hold=[hold])


def test_an_rnn_has_no_gate_to_hold():
    with pytest.raises(ValueError, match=r"\(none\)"):
        cl.trace(cl.RNN(D, H), torch.randn(B, T, D), hold=[Hold("f", 0.0)])


@pytest.mark.parametrize("options", [{"num_layers": 2}, {"bidirectional": True}])
def test_only_one_layer_that_reads_forwards_can_be_held(options):
    layer = cl.LSTM(D, H, **options)
    with pytest.raises(ValueError, match="hold needs one layer"):
        cl.trace(layer, torch.randn(B, T, D), hold=[Hold("f", 0.0)])
