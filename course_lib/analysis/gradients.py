"""How much of a gradient is left, by lag: tensors in, tensors out."""

import torch
from torch import Tensor, nn

from .. import validation


def gradient_by_lag(
    layer: nn.Module, x: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """Return the norm of the gradient at the input, from the last step back: (T,).

    >>> norms = cl.gradient_by_lag(cl.RNN(8, 16), torch.rand(4, 20, 8))
    >>> tuple(norms.shape), bool(norms[19] < norms[0])  # less from far back
    ((20,), True)

    Entry k is the mean over the batch of |∂s / ∂x_{T-k}|, where s is a random direction
    of norm 1 in the last output. It says how far the past can be felt by learning.
    layer: any recurrent layer with batch_first=True; x: (B, T, D) floats. generator: of
    the direction, on the CPU. Raises ValueError for an x of another shape. Bengio,
    Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013.
    """
    validation.shape(x, ("B", "T", layer.input_size), "x")
    x = x.detach().requires_grad_()
    output, _ = layer(x)
    direction = torch.randn(output.shape[-1], generator=generator, dtype=torch.float64)
    direction = (direction / direction.norm()).to(output)
    (gradient,) = torch.autograd.grad((output[:, -1] @ direction).sum(), x)
    return gradient.norm(dim=-1).mean(dim=0).flip(0)  # lag 0 first
