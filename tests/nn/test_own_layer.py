"""A layer made from an equation by one call."""

import copy

import pytest
import torch

import course_lib as cl


def plain(from_x, from_h, h_prev):
    return torch.tanh(from_x + from_h)


def four_blocks(from_x, from_h, h_prev, c_prev):
    i, f, g, o = (from_x + from_h).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c_prev + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


@pytest.mark.parametrize(
    ("equation", "blocks", "library"),
    [(plain, 1, cl.RNN), (four_blocks, 4, cl.LSTM)],
)
def test_it_is_the_library_s_layer_for_the_library_s_equation(
    equation, blocks, library
):
    options = {"num_layers": 2, "bidirectional": True}
    own = cl.layer_of(equation, blocks)(3, 5, **options).double()
    theirs = library(3, 5, **options).double()
    theirs.load_state_dict(own.state_dict())
    x, results = torch.randn(4, 7, 3).double(), []
    for layer in (own, theirs):
        output, state = layer(x)
        state = state if isinstance(state, tuple) else (state,)
        total = output.sum() + sum(part.square().sum() for part in state)
        gradients = torch.autograd.grad(total, list(layer.parameters()))
        results.append([output, *state, *gradients])
    for ours, other in zip(*results, strict=True):
        assert torch.allclose(ours, other, rtol=0, atol=1e-12)


def test_it_is_called_as_its_equation_and_can_be_copied():
    layer = cl.layer_of(four_blocks, 4)(3, 5)
    assert repr(layer) == "FourBlocks(3, 5)"
    twin, x = copy.deepcopy(layer), torch.randn(2, 4, 3)
    assert torch.equal(twin(x)[0], layer(x)[0])


def test_its_values_are_traced_by_name():
    layer, x = cl.layer_of(four_blocks, 4)(3, 5), torch.randn(2, 4, 3)
    output, (_, c) = layer(x)
    trace = cl.trace(layer, x)
    assert list(trace) == ["h", "c"]
    assert torch.equal(trace.h, output)
    assert torch.equal(trace.c[:, -1], c[0])


@pytest.mark.parametrize(
    "equation",
    [
        lambda x, h, h_prev: h_prev,
        lambda from_x, from_h: from_x,
        lambda from_x, from_h, c_prev: c_prev,
        lambda from_x, from_h, h_prev, c: (h_prev, c),
    ],
)
def test_names_that_are_no_state_are_refused(equation):
    with pytest.raises(TypeError, match=r"takes \(from_x, from_h, h_prev\)"):
        cl.layer_of(equation)


def test_what_is_not_the_state_is_refused_with_words():
    def forgets_c(from_x, from_h, h_prev, c_prev):
        return h_prev

    layer, x = cl.layer_of(forgets_c)(3, 5), torch.randn(2, 4, 3)
    with pytest.raises(ValueError, match=r"must return \(h, c\).* returned 1"):
        layer(x)
    with pytest.raises(ValueError, match=r"h must be \(2, 5\).*\(2, 10\).* `blocks`"):
        cl.layer_of(plain, blocks=2)(3, 5)(x)
