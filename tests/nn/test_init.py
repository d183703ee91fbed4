"""How gates begin."""

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.nn.layers import weights_of

LAYERS = [cl.LSTM, nn.LSTM]


def biases(layer, blocks):
    """Return, for each layer and direction, the sums of torch's two biases by gate."""
    runs = layer.num_layers * (2 if layer.bidirectional else 1)
    return [sum(weights_of(layer, run)[2:]).chunk(blocks) for run in range(runs)]


@pytest.mark.parametrize("make", LAYERS)
def test_b_is_the_sum_of_both_biases_in_every_layer_and_direction(make):
    torch.manual_seed(0)
    layer = make(4, 6, num_layers=3, bidirectional=True)
    before = biases(layer, 4)
    assert cl.forget_bias(layer, 2.5) is layer
    for old, new in zip(before, biases(layer, 4), strict=True):
        assert torch.equal(new[1], torch.full((6,), 2.5))
        for gate in (0, 2, 3):
            assert torch.equal(new[gate], old[gate])


@pytest.mark.parametrize("make", LAYERS)
def test_the_forget_gate_then_begins_near_sigma_of_b(make):
    layer = cl.forget_bias(make(4, 64), 3.0)
    f = cl.trace(layer, torch.zeros(1, 1, 4)).f
    assert torch.allclose(f, torch.sigmoid(torch.tensor(3.0)).expand_as(f))


@pytest.mark.parametrize("make", LAYERS)
def test_chrono_spreads_memories_up_to_the_longest(make):
    g = torch.Generator().manual_seed(0)
    layer = cl.chrono(make(4, 4000, num_layers=1), 100, g)
    (i, f, *_) = biases(layer, 4)[0]
    lengths = f.exp()
    assert torch.allclose(i, -f)
    assert lengths.min() >= 1 - 1e-4
    assert lengths.max() <= 99 + 1e-3
    assert abs(lengths.mean() - 50) < 2  # uniform between 1 and 99


@pytest.mark.parametrize("make", [cl.GRU, nn.GRU])
def test_chrono_sets_the_gate_that_keeps_in_a_gru(make):
    layer = cl.chrono(make(4, 6, num_layers=2), 50)
    for _, z, _ in biases(layer, 3):
        assert z.min() >= -1e-4
        assert z.max() <= torch.tensor(49.0).log() + 1e-4


def test_a_seed_gives_the_same_beginning():
    layers = [
        cl.chrono(cl.LSTM(4, 6), 100, torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    ]
    first, again, other = (biases(layer, 4)[0][1] for layer in layers)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_layers_without_such_gates_or_biases_are_refused():
    with pytest.raises(TypeError, match="must be an LSTM, got GRU"):
        cl.forget_bias(cl.GRU(4, 5), 1.0)
    with pytest.raises(TypeError, match="an LSTM or a GRU|an LSTM, got RNN"):
        cl.chrono(cl.RNN(4, 5), 10)
    with pytest.raises(ValueError, match="must have biases"):
        cl.forget_bias(cl.LSTM(4, 5, bias=False), 1.0)
    with pytest.raises(ValueError, match="longest must be at least 3"):
        cl.chrono(cl.LSTM(4, 5), 2)


@pytest.mark.parametrize("make", [cl.RNN, nn.RNN])
def test_orthogonal_keeps_lengths_in_every_layer_and_direction(make):
    layer = make(4, 6, num_layers=2, bidirectional=True).double()
    before = layer.weight_ih_l0.clone()
    assert cl.orthogonal(layer, torch.Generator().manual_seed(0)) is layer
    for run in range(4):
        W = weights_of(layer, run)[1]
        assert torch.allclose(W @ W.T, torch.eye(6).double(), atol=1e-12)
    assert not torch.allclose(layer.weight_hh_l0, layer.weight_hh_l1)
    assert torch.equal(layer.weight_ih_l0, before)
    again = cl.orthogonal(make(4, 6).double(), torch.Generator().manual_seed(0))
    assert torch.equal(again.weight_hh_l0, layer.weight_hh_l0)


@pytest.mark.parametrize("make", [cl.RNN, nn.RNN])
def test_identity_sets_every_layer_and_direction(make):
    layer = make(4, 6, num_layers=2, bidirectional=True)
    assert cl.identity(layer, 0.5) is layer
    for run in range(4):
        _, W, b_ih, b_hh = weights_of(layer, run)
        assert torch.equal(W, 0.5 * torch.eye(6))
        assert not b_ih.any()
        assert not b_hh.any()
    assert torch.equal(cl.identity(make(4, 6, bias=False)).weight_hh_l0, torch.eye(6))


def test_with_relu_the_identity_holds_a_state_as_it_is():
    layer = cl.identity(nn.RNN(2, 5, nonlinearity="relu", batch_first=True))
    h = torch.rand(1, 3, 5)
    assert torch.equal(layer(torch.zeros(3, 50, 2), h)[1], h)


def test_a_layer_with_gates_has_no_such_matrix():
    for begin in (cl.orthogonal, cl.identity):
        with pytest.raises(TypeError, match="layer must be an RNN, got GRU"):
            begin(cl.GRU(4, 5))
