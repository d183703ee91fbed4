"""The checks of "Gradients through time"."""

import math

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from ..analysis.gradients import gradient_by_lag
from ..nn.layers import RNN
from .answers import answers_back, call
from .compare import choice, ordinary, same
from .verdict import Wrong

COIN = math.log(2)  # the loss of a guess between two


@answers_back
def loud_inputs(with_tanh, without_tanh):
    """The gradient at lag 99 when the inputs are a thousand times larger."""
    H = 64
    layer = RNN(8, H, bias=False).double()
    W = torch.randn(H, H, dtype=torch.float64)
    layer.weight_hh_l0.data = 1.5 * W / torch.linalg.eigvals(W).abs().max()
    x = 0.01 * torch.randn(4, 100, 8, dtype=torch.float64)
    quiet, loud = (gradient_by_lag(layer, scale * x)[99] for scale in (1, 1000))
    hints = {
        "larger": "large inputs make large states; what is the slope of tanh there?",
        "the same": "the Jacobian of a step has the slope of tanh in it, which depends "
        "on the state",
    }
    right = "smaller" if loud < quiet else "larger"
    what = choice(with_tanh, right, "with tanh", hints)
    yield f"{what}; here it was multiplied by {loud / quiet:.0e}"
    hints = {
        "larger": "which parts has the Jacobian of a step, and which of them know x?",
        "smaller": "what holds the gradient down with tanh, and is it still there?",
    }
    yield choice(without_tanh, "the same", "without tanh", hints)


@answers_back
def clipped_norm(clipped):
    """Gradients clipped by their joint norm, as torch does it."""
    long = [torch.randn(3), 40 * torch.randn(2, 2)]
    together = [torch.tensor([0.8, 0.0]), torch.tensor([[0.0, -0.9]])]
    short = [torch.tensor([0.1, -0.2]), torch.tensor([0.2])]
    nothing = [torch.zeros(3), torch.zeros(1, 2)]
    for what, gradients, limit in (
        ("a long gradient", long, 1.0),
        ("two parts that are short, and too long together", together, 1.0),
        ("a gradient shorter than the limit", short, 2.0),
        ("a gradient of zeros", nothing, 1.0),
    ):
        copies = [gradient.clone() for gradient in gradients]
        given = call(clipped, copies, limit)
        if not isinstance(given, list | tuple) or len(given) != 2:
            raise Wrong(f"{what}: expected a list of as many gradients as were given")
        parts = [ordinary(part, f"{what}, part {k}") for k, part in enumerate(given)]
        for k, (part, gradient) in enumerate(zip(parts, gradients, strict=True)):
            if part.shape != gradient.shape:
                raise Wrong(f"{what}: part {k} has lost its shape")
        flat = torch.cat([part.flatten() for part in parts])
        if flat.isnan().any():
            raise Wrong(f"{what}: nan: what is divided by a norm of zero?")
        right, mistakes = _clipped(gradients, limit)
        yield same(flat, right, what, mistakes)


def _clipped(gradients: list[Tensor], limit: float) -> tuple[Tensor, dict]:
    """Return the clipped gradients in a row, and what mistakes give."""
    flat = torch.cat([g.flatten() for g in gradients])
    norms = torch.stack([g.norm() for g in gradients])
    whole = torch.nn.Parameter(torch.zeros_like(flat))
    whole.grad = flat.clone()
    clip_grad_norm_([whole], limit)
    each = [g * (limit / g.norm()).clamp(max=1) for g in gradients]
    return whole.grad, {
        "each number is clipped for itself, which changes the direction": flat.clamp(
            -limit, limit
        ),
        "nothing is clipped; what is longer than the limit?": flat,
        "each part is clipped for itself; the limit is for all of them together": (
            torch.cat([g.flatten() for g in each])
        ),
        "the norm of the whole is not the sum of its parts' norms": (
            flat * (limit / norms.sum()).clamp(max=1)
        ),
        "the norm of the whole is not that of its longest part": (
            flat * (limit / norms.max()).clamp(max=1)
        ),
        "it has been stretched; clipping only shortens": flat * limit / flat.norm(),
    }


@answers_back
def bias_and_first_state(by_hand):
    """The gradients of a bias and of the first state, against autograd's."""
    for B, T, H in ((3, 6, 4), (1, 5, 3), (2, 1, 4)):
        layer = RNN(2, H, backward="autograd").double()
        h_0 = torch.randn(1, B, H, dtype=torch.float64, requires_grad=True)
        output, _ = layer(torch.randn(B, T, 2, dtype=torch.float64), h_0)
        from_loss = torch.randn(B, T, H, dtype=torch.float64)
        leaves = [layer.bias_ih_l0, h_0]
        d_bias, d_first = torch.autograd.grad(output, leaves, from_loss)
        states = torch.cat([h_0.transpose(0, 1), output], dim=1).detach()
        W_hh = layer.weight_hh_l0.detach()
        given = call(by_hand, W_hh, states, from_loss)
        if not isinstance(given, list | tuple) or len(given) != 2:
            raise Wrong("expected two gradients: of a bias, and of the first state")
        what = f"B = {B}, T = {T}, H = {H}"
        biases, firsts = _by_hand(W_hh, states, from_loss)
        yield same(given[0], d_bias, f"{what}, of a bias", biases, 1e-10)
        yield same(given[1], d_first[0], f"{what}, of the first state", firsts, 1e-10)


def _by_hand(W: Tensor, h: Tensor, from_loss: Tensor) -> tuple[dict, dict]:
    """Return what mistakes in the loop give for a bias, and for the first state."""
    right = _deltas(W, h, from_loss)
    before = torch.cat([h[:, :1], h[:, :-1]], dim=1)
    loops = {
        "the signal stops at each step; how does it reach the one before?": 0 * W,
        "the signal goes back through the matrix the other way round": W.T,
    }
    loops = {hint: _deltas(matrix, h, from_loss) for hint, matrix in loops.items()}
    loops |= {
        "the slope of tanh is forgotten": _deltas(W, 0 * h, from_loss),
        "the slope belongs to the state of another step": _deltas(W, before, from_loss),
    }
    biases = {hint: deltas.sum((0, 1)) for hint, deltas in loops.items()}
    first = right[:, 0] @ W
    return biases | _biases(right), {
        "the first state is given; what made it does not matter here": (
            first * (1 - h[:, 0] ** 2)
        ),
        "that is the signal at the first step, inside its tanh": right[:, 0],
        "the last product is the other way round": right[:, 0] @ W.T,
        "summed over the batch; every sequence has a first state": first.sum(0),
    }


def _biases(deltas: Tensor) -> dict[str, Tensor]:
    """Return what mistakes in the sum over error signals (B, T, H) give."""
    return {
        "a row for each sequence; the bias is the same for all": deltas.sum(1),
        "the batch is averaged; the loss is a sum": deltas.sum(1).mean(0),
        "that is the first step's part alone": deltas[:, 0].sum(0),
        "that is the last step's part alone": deltas[:, -1].sum(0),
    }


def _deltas(W: Tensor, h: Tensor, from_loss: Tensor) -> Tensor:
    """Return the error signals (B, T, H), from states h (B, T + 1, H)."""
    deltas, delta = [], torch.zeros_like(h[:, 0])
    for t in reversed(range(from_loss.shape[1])):
        delta = (from_loss[:, t] + delta @ W) * (1 - h[:, t + 1] ** 2)
        deltas.insert(0, delta)
    return torch.stack(deltas, dim=1)


@answers_back
def stretching(W, v, slopes):
    """A matrix of spectral radius below one that stretches, and grows with slopes."""
    W = _as_numbers(W, "W", (2, 2))
    v, slopes = _as_numbers(v, "v", (2,)), _as_numbers(slopes, "slopes", (2,))
    radius, norm = _radius(W), float(torch.linalg.matrix_norm(W, 2))
    if radius >= 1:
        raise Wrong(f"W has an eigenvalue of absolute value {radius:.3g}, not below 1")
    yield f"W: spectral radius {radius:.3g}"
    if norm < 2:
        hint = "is W symmetric, or nearly? Then its eigenvalues tell all"
        raise Wrong(f"W makes no vector more than {norm:.3g} times as long: {hint}")
    stretch = float((W @ v).norm() / v.norm()) if v.any() else 0.0
    if stretch < 2:
        hint = f"another is made {norm:.3g} times as long; which way does it point?"
        raise Wrong(f"v is made {stretch:.3g} times as long: {hint}")
    yield f"v: made {stretch:.3g} times as long"
    if slopes.min() < 0 or slopes.max() > 1:
        raise Wrong("slopes: those of tanh lie in 0 .. 1")
    growing = _radius(torch.diag(slopes) @ W)
    if growing <= 1:
        raise Wrong(f"the radius with these slopes is {growing:.3g}: {_shrinks(W)}")
    yield f"slopes: in the long run each step multiplies by {growing:.3g}"


def _shrinks(W: Tensor) -> str:
    """Say what stands against growth with slopes."""
    if W[0, 1] * W[1, 0] == 0:
        hint = "W is triangular, and slopes only shrink its eigenvalues; try another W"
    elif W.diagonal().abs().max() <= 1:
        hint = "with one unit silenced, what remains is the other's weight on itself"
    else:
        hint = "slopes can spoil what cancels in W; which unit, left alone, would grow?"
    return hint


def _radius(W: Tensor) -> float:
    """Return the largest absolute value among a matrix's eigenvalues."""
    return float(torch.linalg.eigvals(W).abs().max())


def _as_numbers(value, name: str, shape: tuple) -> Tensor:
    """Return a tensor or nested list as float64; raise `Wrong` for another shape."""
    try:
        real = not torch.as_tensor(value).is_complex()
        tensor = torch.as_tensor(value, dtype=torch.float64) if real else None
    except (TypeError, ValueError, RuntimeError, OverflowError):
        tensor = None
    if tensor is None:
        raise Wrong(f"{name}: expected a tensor of numbers")
    tensor = ordinary(tensor, name)
    if tensor.shape != shape or not tensor.isfinite().all():
        came = tuple(tensor.shape)
        raise Wrong(f"{name}: expected {shape} and finite numbers, came {came}")
    return tensor


@answers_back
def recall_lags(losses, reason):
    """What windows of 30 and of 60 steps learn at two lags, and why not more."""
    keys = [(30, 12), (30, 30), (60, 30)]
    if not isinstance(losses, dict) or set(losses) != set(keys):
        raise Wrong(f"expected a dict with a loss for each (T, lag) of {keys}")
    for T, lag in keys:
        loss, what = losses[T, lag], f"windows of {T}, lag {lag}"
        if not isinstance(loss, float) or not 0 < loss < 2:
            hint = "expected the loss after the last epoch, in nats"
            raise Wrong(f"{what}: {hint}")
        told = f"{what}: {loss:.3f} nats"
        if lag == 12 and loss > COIN / 2:
            raise Wrong(f"{told}; it can be learned: ten epochs, and by Adam?")
        if lag == 30 and abs(loss - COIN) > 0.1:
            raise Wrong(f"{told}, not those of a coin: was the lag handed on?")
        yield f"{told}, {'learned' if lag == 12 else 'a coin'}"
    hints = {
        "truncation": "in windows of 60, half of the targets have their bit inside",
        "explosion": "fit clips the gradient, and the losses stay finite",
    }
    yield choice(reason, "vanishing", "what stops windows of 60 at lag 30", hints)
