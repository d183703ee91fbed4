"""What lies around every pass: its number format, and what it refuses."""

import functools
from collections.abc import Callable

import torch
from torch import Tensor

from ... import validation

INSTEAD = (
    'expected a layer made with backward="autograd" (on a layer that is made, set '
    'layer.backward = "autograd")'
)
TRANSFORMED = (
    "a pass by hand works in place, which vmap, jacrev, grad and the other transforms "
    f"of torch.func cannot follow: {INSTEAD}"
)


class ThroughTime(torch.autograd.Function):
    """What the passes share: they go forwards and back, once."""

    @staticmethod
    def jvp(ctx, *tangents):
        """Raise RuntimeError, as forward-mode differentiation is not written."""
        raise RuntimeError(
            f"a pass by hand has no forward-mode derivative (dual numbers): {INSTEAD}"
        )


def by_hand(
    kind: type[torch.autograd.Function],
    x: Tensor,
    state: tuple[Tensor, ...],
    weights: tuple[Tensor | None, ...],
    reverse: bool = False,
) -> tuple[Tensor, ...]:
    """Run a pass over one layer and direction; return (h (B, T, H), last state ...).

    >>> layer, x = cl.RNN(8, 16, backward="hand"), torch.rand(4, 10, 8)
    >>> state, weights = (torch.zeros(4, 16),), layers.weights_of(layer, 0)
    >>> h, end = bptt.by_hand(bptt.RNNThroughTime, x, state, weights)
    >>> torch.equal(h, layer(x)[0]), torch.equal(end, h[:, -1])
    (True, True)

    kind: one of this package's passes. x: (B, T, D) floats or (B, T) token ids. state:
    each part (B, H). weights: (W_ih, W_hh, b_ih, b_hh), the biases None if there are
    none. reverse: read from the end.

    Under autocast everything is computed and returned in autocast's type; float64 stays
    as it is. The h that comes back is also what the backward pass will read: it must
    not be changed in place (a layer copies). Raises RuntimeError inside torch.func,
    whose transforms (vmap, grad, jacrev) do not see what is done in place.
    """
    if validation.transformed():
        raise RuntimeError(TRANSFORMED)
    if not validation.autocast(x.device):
        h, *end = kind.apply(x, reverse, *weights, *state)
        return h.transpose(0, 1), *end
    device = x.device.type
    double = weights[0].dtype == torch.float64
    dtype = torch.float64 if double else torch.get_autocast_dtype(device)
    x = x.to(dtype) if x.is_floating_point() else x
    weights = [None if value is None else value.to(dtype) for value in weights]
    state = [part.to(dtype) for part in state]
    with torch.autocast(device, enabled=False):
        h, *end = kind.apply(x, reverse, *weights, *state)
    return h.transpose(0, 1), *end


def first_order(backward: Callable) -> Callable:
    """Decorate a backward pass, which has no backward pass of its own.

    Raises RuntimeError where a gradient is to be differentiated again. Autocast is
    kept out: the gradients are of the type in which the forward pass ran.
    """

    @functools.wraps(backward)
    def guarded(ctx, *gradients):
        """Run the backward pass, unless it is to be differentiated."""
        if torch.is_grad_enabled():
            raise RuntimeError(
                "a backward pass by hand cannot be differentiated again, as "
                f"create_graph=True asks for: {INSTEAD}"
            )
        device = gradients[0].device
        try:
            if not validation.autocast(device):
                return backward(ctx, *gradients)
            with torch.autocast(device.type, enabled=False):
                return backward(ctx, *gradients)
        except RuntimeError as error:  # asked for only now, since asking takes time
            if any(map(torch._C._functorch.is_legacy_batchedtensor, gradients)):
                raise RuntimeError(TRANSFORMED) from error
            raise

    return guarded
