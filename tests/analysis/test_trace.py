"""Traces: what torch's layers do not show, equal to stepping our cells."""

import numpy as np
import pytest
import torch
from torch import nn

import course_lib as cl

B, T, D, H = 3, 7, 4, 5
FAMILIES = [
    (cl.RNN, nn.RNN, cl.RNNCell, "h"),
    (cl.LSTM, nn.LSTM, cl.LSTMCell, "ifgoch"),
    (cl.GRU, nn.GRU, cl.GRUCell, "rznh"),
]
families = pytest.mark.parametrize(("ours", "theirs", "cell", "names"), FAMILIES)


@families
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 2])
def test_the_trace_of_torchs_layer_is_ours_and_ends_in_its_own_output(
    ours, theirs, cell, names, bidirectional, num_layers
):
    options = {"num_layers": num_layers, "bidirectional": bidirectional}
    other = theirs(D, H, batch_first=True, dropout=0.0, **options).double()
    mine = ours(D, H, **options).double()
    mine.load_state_dict(other.state_dict())
    x = torch.randn(B, T, D, dtype=torch.float64)
    traces = [cl.trace(layer, x) for layer in (mine, other)]
    output, _ = other(x)
    for layer in range(num_layers):
        for backward in (False, True)[: 2 if bidirectional else 1]:
            a, b = (each.at(layer, backward) for each in traces)
            assert a.names == b.names == tuple(names)
            for name in names:
                assert a[name].shape == (B, T, H)
                assert torch.equal(a[name], b[name])
    parts = [traces[1].at(-1, way).h for way in (False, True)[: 1 + bidirectional]]
    assert torch.allclose(torch.cat(parts, -1), output, rtol=0, atol=1e-12)


@families
def test_the_trace_is_the_cell_stepped_by_hand(ours, theirs, cell, names):
    layer = theirs(D, H, batch_first=True).double()
    stepper = cell(D, H).double()
    weights = layer.state_dict().items()
    stepper.load_state_dict({k.removesuffix("_l0"): v for k, v in weights})
    x, state = torch.randn(B, T, D).double(), None
    trace = cl.trace(layer, x)
    for t in range(T):
        step = stepper.step(x[:, t], state)
        state = step.state if len(step.state) > 1 else step.h
        for name in names:
            assert torch.allclose(
                trace[name][:, t], getattr(step, name), rtol=0, atol=1e-12
            )


def test_a_model_is_traced_on_ids_and_from_a_state():
    for layer in (cl.LSTM(6, H), nn.LSTM(6, H, batch_first=True)):
        model = cl.CharLM(layer, 6, dropout=0.5)
        ids = torch.randint(6, (2, 9))
        whole = cl.trace(model, ids)
        _, state = model(ids[:, :4])
        rest = cl.trace(model, ids[:, 4:], state)
        assert torch.allclose(whole[:, 4:].c, rest.c, atol=1e-6)


def test_time_first_layers_are_traced_batch_first():
    layer = nn.GRU(D, H)
    x = torch.randn(T, B, D)
    output, _ = layer(x)
    assert torch.allclose(cl.trace(layer, x).h, output.transpose(0, 1), atol=1e-6)


def test_it_is_indexed_sliced_and_turned_into_numpy_without_gradients():
    trace = cl.trace(cl.LSTM(D, H, num_layers=2), torch.randn(B, T, D))
    assert trace["f"] is trace.f
    assert not trace.f.requires_grad
    assert torch.equal(trace[0, 2:5].c, trace.c[0, 2:5])
    assert torch.equal(trace[:, 1].at(0).i, trace.at(0).i[:, 1])
    arrays = trace.numpy()
    assert list(arrays) == list(trace) == list("ifgoch")
    assert isinstance(arrays["o"], np.ndarray)
    assert repr(trace) == "Trace(i, f, g, o, c, h; each (3, 7, 5); 2 layers)"
    with pytest.raises(KeyError, match="'z' is none of i, f, g, o, c, h"):
        trace["z"]
    with pytest.raises(AttributeError, match="has no 'z'"):
        _ = trace.z
    with pytest.raises(ValueError, match="layer must be below 2, got 2"):
        trace.at(2)
    with pytest.raises(ValueError, match="reverse needs a bidirectional layer"):
        trace.at(0, reverse=True)


@pytest.mark.parametrize(
    ("layer", "x", "error", "message"),
    [
        (nn.LSTM(D, H, proj_size=2), torch.ones(2, 3, D), ValueError, "no projection"),
        (
            nn.RNN(D, H, nonlinearity="relu"),
            torch.ones(2, 3, D),
            ValueError,
            "use tanh",
        ),
        (
            nn.Linear(D, H),
            torch.ones(2, 3, D),
            TypeError,
            "recurrent layer.*got Linear",
        ),
        (cl.GRU(D, H), torch.ones(2, 3, 9), ValueError, r"x must be \(B, T, 4\)"),
        (cl.GRU(D, H), torch.tensor([[9]]), ValueError, r"0 \.\. 3"),
    ],
)
def test_trace_says_what_it_expected(layer, x, error, message):
    with pytest.raises(error, match=message):
        cl.trace(layer, x)
