"""The gradient by lag."""

import pytest
import torch
from torch import nn

import course_lib as cl


def linear_rnn(weight):
    """Return an RNN of one unit that stays near 0, where tanh is the identity."""
    layer = cl.RNN(1, 1, bias=False).double()
    nn.init.constant_(layer.weight_ih_l0, 1.0)
    nn.init.constant_(layer.weight_hh_l0, weight)
    return layer


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5])
def test_one_linear_unit_multiplies_the_gradient_by_its_weight(weight):
    x = torch.zeros(2, 20, 1, dtype=torch.float64)
    expected = torch.tensor([weight**k for k in range(20)], dtype=torch.float64)
    assert torch.allclose(cl.gradient_by_lag(linear_rnn(weight), x), expected)


def test_ours_and_torchs_layers_have_the_same():
    ours = cl.LSTM(3, 5).double()
    theirs = nn.LSTM(3, 5, batch_first=True).double()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(4, 12, 3, dtype=torch.float64)
    curves = [
        cl.gradient_by_lag(layer, x, torch.Generator().manual_seed(0))
        for layer in (ours, theirs)
    ]
    assert torch.allclose(*curves, rtol=1e-10, atol=0)


def test_it_leaves_no_gradient_behind_and_says_what_it_expected():
    layer = cl.GRU(3, 5)
    cl.gradient_by_lag(layer, torch.randn(2, 6, 3))
    assert all(p.grad is None for p in layer.parameters())
    with pytest.raises(
        ValueError, match=r"x must be \(B, T, 3\) floats, got \(2, 6, 4\)"
    ):
        cl.gradient_by_lag(layer, torch.randn(2, 6, 4))
