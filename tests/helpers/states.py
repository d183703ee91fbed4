"""States of layers and cells, and all that one gives: for tests that compare two."""

import torch


def parts(state):
    """Return a state as a tuple of tensors; the empty one for None."""
    if state is None:
        return ()
    return state if isinstance(state, tuple) else (state,)


def random_state(cell, *shape):
    """Return a state of a cell that wants a gradient: a tensor, or the pair (h, c)."""
    made = [
        torch.randn(*shape, dtype=torch.float64, requires_grad=True)
        for _ in cell.state_names
    ]
    return tuple(made) if len(made) > 1 else made[0]


def weighted(value):
    """Return a scalar in which every entry of a tensor has a weight of its own."""
    weights = torch.linspace(-1, 1, value.numel(), device=value.device)
    return (value * weights.view_as(value)).sum()


def outcome(layer, x, start):
    """Return output, state and every gradient of a weighted sum of both."""
    x = x.clone().requires_grad_(x.is_floating_point())
    output, state = layer(x, start)
    values = (output, *parts(state))
    leaves = [x] if x.requires_grad else []
    leaves += [*layer.parameters(), *parts(start)]
    return *values, *torch.autograd.grad(sum(map(weighted, values)), leaves)


def assert_equal(results, atol=1e-12):
    """Assert that two outcomes are the same, tensor by tensor."""
    for mine, other in zip(*results, strict=True):
        assert mine.shape == other.shape
        assert torch.allclose(mine, other, rtol=0, atol=atol)
