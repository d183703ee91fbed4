"""Ways to begin: what gates do, and what a recurrent matrix does, before learning.

The layers may be this course's or torch's; every layer and direction is set.
"""

import torch
from torch import Tensor, nn

from .. import validation
from .layers import GRU, LSTM, RNN, weights_of


@torch.no_grad()
def forget_bias(layer: nn.Module, b: float) -> nn.Module:
    """Set every forget bias of an LSTM to b, in place, and return the layer.

    >>> layer = cl.forget_bias(torch.nn.LSTM(8, 16), 3.0)
    >>> f = (layer.bias_ih_l0 + layer.bias_hh_l0).chunk(4)[1]
    >>> round(f.sigmoid().mean().item(), 2)
    0.95

    b is the whole bias of the gate: torch has two that are added, of which the second
    is set to 0. At the start the forget gate is then near σ(b): 0.5 for 0, 0.73 for 1,
    0.95 for 3. Raises TypeError for another layer, ValueError for one without biases.
    Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015 (b = 1).
    """
    for blocks in _bias_blocks(layer, (LSTM, nn.LSTM), 4):
        _set(blocks[1], torch.full_like(blocks[1][0], b))
    return layer


@torch.no_grad()
def chrono(
    layer: nn.Module, longest: int, generator: torch.Generator | None = None
) -> nn.Module:
    """Set the biases so that memories of every length up to `longest` are there.

    >>> layer = cl.chrono(cl.LSTM(8, 16), longest=100)
    >>> i, f, g, o = layer.bias_ih_l0.chunk(4)
    >>> bool((f >= 0).all()), bool((f.exp() < 100).all()), torch.equal(i, -f)
    (True, True, True)

    A gate that keeps with f = σ(b) remembers for about 1 + exp(b) steps, so with
    b = log u, u uniform in [1, longest - 1], the lengths are spread evenly. An
    LSTM's forget bias is b, its input bias -b; a GRU's bias of z, which keeps, is b.
    In place; returns the layer. generator: on the CPU. Raises TypeError for a layer
    without such gates, ValueError without biases or with `longest` below 3.
    Tallec & Ollivier 2018.
    """
    validation.whole(longest, 3, "longest")
    is_gru = isinstance(layer, GRU | nn.GRU)
    kinds = (GRU, nn.GRU) if is_gru else (LSTM, nn.LSTM)
    for blocks in _bias_blocks(layer, kinds, 3 if is_gru else 4):
        like = blocks[1][0]
        lengths = torch.rand(len(like), generator=generator) * (longest - 2) + 1
        b = lengths.log().to(like)
        _set(blocks[1], b)
        if not is_gru:
            _set(blocks[0], -b)
    return layer


@torch.no_grad()
def orthogonal(layer: nn.Module, generator: torch.Generator | None = None) -> nn.Module:
    """Make the recurrent matrix of an RNN orthogonal: it turns h and keeps its length.

    >>> W = cl.orthogonal(cl.RNN(8, 16)).weight_hh_l0
    >>> torch.allclose(W @ W.T, torch.eye(16), atol=1e-5)
    True

    Every direction is as likely as every other. In place, for each layer and direction;
    returns the layer. generator: on the CPU. Raises TypeError for a layer with gates.
    Saxe, McClelland & Ganguli 2014.
    """
    for W in _recurrent(layer):
        normal = torch.randn(W.shape, generator=generator, dtype=torch.float64)
        Q, R = torch.linalg.qr(normal)
        W.copy_((Q * R.diagonal().sign()).to(W))
    return layer


@torch.no_grad()
def identity(layer: nn.Module, scale: float = 1.0) -> nn.Module:
    """Make the recurrent matrix of an RNN `scale` times the identity, its biases 0.

    >>> layer = cl.identity(torch.nn.RNN(8, 16, nonlinearity="relu", batch_first=True))
    >>> torch.equal(layer.weight_hh_l0, torch.eye(16))
    True

    Where the nonlinearity is the positive part, as in torch's RNN with "relu", a state
    without input then stays as it is. `cl.RNN` has a tanh, which makes it smaller at
    every step. In place, for each layer and direction; returns the layer. Raises
    TypeError for a layer with gates. Le, Jaitly & Hinton 2015.
    """
    for W in _recurrent(layer):
        W.copy_(scale * torch.eye(len(W)))
    for name, parameter in layer.named_parameters():
        if name.startswith("bias"):
            parameter.zero_()
    return layer


def _recurrent(layer: nn.Module):
    """Give the recurrent matrix of an RNN, for each layer and direction."""
    if not isinstance(layer, RNN | nn.RNN):
        raise TypeError(f"layer must be an RNN, got {type(layer).__name__}")
    for run in range(layer.num_layers * (2 if layer.bidirectional else 1)):
        yield weights_of(layer, run)[1]


def _bias_blocks(layer: nn.Module, kinds: tuple, count: int):
    """Give the gates' pairs of biases (input, hidden), for each layer and direction."""
    if not isinstance(layer, kinds):
        names = "an LSTM" if count == 4 else "an LSTM or a GRU"
        raise TypeError(f"layer must be {names}, got {type(layer).__name__}")
    if not layer.bias:
        raise ValueError("layer must have biases to set, got bias=False")
    for run in range(layer.num_layers * (2 if layer.bidirectional else 1)):
        _, _, b_ih, b_hh = weights_of(layer, run)
        yield list(zip(b_ih.chunk(count), b_hh.chunk(count), strict=True))


def _set(pair: tuple[Tensor, Tensor], value: Tensor) -> None:
    """Make the sum of torch's two biases equal to a value."""
    pair[0].copy_(value)
    pair[1].zero_()
