"""The checks of "From scratch, and fast"."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..nn.cells import LSTMCell
from .answers import answers_back, call
from .compare import number, one_number, same
from .verdict import Wrong


@answers_back
def relu_backward(relu_back):
    """The way back through h_t = max(0, a_t + h_prev W), beside autograd's."""
    for T, B, H in ((5, 2, 4), (1, 3, 2), (7, 1, 3)):
        a = torch.randn(T, B, H).double().requires_grad_()
        W = (0.6 * torch.randn(H, H)).double().requires_grad_()
        h, upstream = _relu_states(a, W), torch.randn(T, B, H).double()
        da, dW = torch.autograd.grad(h, (a, W), upstream)
        h, W, what = h.detach(), W.detach(), f"T = {T}, B = {B}, H = {H}"
        given = call(relu_back, h, W, upstream)
        if not isinstance(given, tuple) or len(given) != 2:
            raise Wrong("expected a pair, (da, dW)")
        yield same(given[0], da, f"da for {what}", _wrong_da(h, W, upstream), 1e-9)
        mistakes = _wrong_dW(h, da, upstream)
        yield same(given[1], dW, f"dW for {what}", mistakes, 1e-9)


def _wrong_da(h: Tensor, W: Tensor, upstream: Tensor) -> dict[str, Tensor]:
    """Return what the usual mistakes make of the gradients in time."""
    slope = (h > 0).double()
    at_the_end = torch.cat([0 * upstream[:-1], upstream[-1:]])
    return {
        "that is the slope of tanh, and the equation has none": (
            _back(1 - h * h, W, upstream)
        ),
        "the slope of a relu is no larger for a larger state": _back(h, W, upstream),
        "nothing comes back through time": slope * upstream,
        "what comes from the step after has to pass the slope, too": (
            _back(slope, W, upstream, around=True)
        ),
        "the slope is missing": _back(0 * h + 1, W, upstream),
        "on the way back the other axis of W is summed over": (
            _back(slope, W.T, upstream)
        ),
        "the loss acts at every step, not at the last alone": (
            _back(slope, W, at_the_end)
        ),
    }


def _wrong_dW(h: Tensor, da: Tensor, upstream: Tensor) -> dict[str, Tensor]:
    """Return what the usual mistakes make of the gradient of W."""
    right = torch.einsum("tbi,tbj->ij", h[:-1], da[1:])
    return {
        "it is shifted by a step: which state did W meet on the way to a_t?": (
            torch.einsum("tbi,tbj->ij", h, da)
        ),
        "it is shifted the wrong way: da_t goes with the state before it": (
            torch.einsum("tbi,tbj->ij", h[1:], da[:-1])
        ),
        "it is transposed": right.T,
        "the last step alone is in it; it is a sum over all": (
            torch.einsum("tbi,tbj->ij", h[-2:-1], da[1:][-1:])
        ),
        "it is a mean over the steps; the chain rule asks for the sum": (
            right / max(len(h) - 1, 1)
        ),
        "it takes the gradients da, not what came from the loss": (
            torch.einsum("tbi,tbj->ij", h[:-1], upstream[1:])
        ),
    }


def _relu_states(a: Tensor, W: Tensor) -> Tensor:
    """Return all states of the relu network, from zeros."""
    h, states = torch.zeros_like(a[0]), []
    for a_t in a:
        h = torch.relu(a_t + h @ W)
        states.append(h)
    return torch.stack(states)


def _back(slope: Tensor, W: Tensor, upstream: Tensor, around=False) -> Tensor:
    """Return da for given slopes; around: the past's share goes around the slope."""
    da, dh = [], torch.zeros_like(slope[0])
    for slope_t, from_loss in zip(slope.flip(0), upstream.flip(0), strict=True):
        passed = from_loss * slope_t + dh
        da.append(passed if around else (from_loss + dh) * slope_t)
        dh = da[-1] @ W.T
    return torch.stack(da[::-1])


@answers_back
def dearest_product(head_from, one_hot_from):
    """From which vocabulary on the head, and the one-hot product, are the dearest."""
    for H in (256, 32, 7):
        mistakes = {
            "with that V both are equal; more is asked for": 4 * H,
            "an LSTM's recurrence has four blocks": H + 1,
            "three blocks are a GRU's; an LSTM has four": 3 * H + 1,
        }
        what = f"the head above the recurrence, H = {H}"
        yield number(call(head_from, H), 4 * H + 1, what, mistakes, tolerance=0)
        mistakes = {
            "how often is each product taken? ids have no gradient": 4 * H // 3 + 1,
            "that is above the recurrence alone": 3 * H // 2 + 1,
            "that is above the head alone, which holds for every V": 1,
            "with that V the one-hot product is not above the others": 12 * H // 5,
        }
        what = f"the one-hot product above both, H = {H}"
        given, right = one_number(call(one_hot_from, H), what), 12 * H // 5 + 1
        if isinstance(given, float) and not given.is_integer():
            raise Wrong(f"{what}: a vocabulary has a whole number of tokens")
        yield number(given, right, what, mistakes, tolerance=0)


@answers_back
def out_of_the_loop(hasty):
    """An LSTM's logits, with nothing in the loop that could be outside it."""
    for B, T, V, H in ((2, 5, 7, 3), (1, 4, 3, 2), (3, 1, 4, 2), (3, 3, 5, 4)):
        shapes = (V, 4 * H), (H, 4 * H), (4 * H,), (H, V), (V,)
        p = [torch.randn(shape).double() for shape in shapes]
        ids = torch.randint(V, (B, T))
        h, _ = _lstm(F.embedding(ids.T, p[0]) + p[2], p[1])
        right, what = h @ p[3] + p[4], f"the logits for B = {B}, T = {T}"
        yield same(call(hasty, ids, p), right, what, _wrong_logits(ids, p), 1e-9)


def _wrong_logits(ids: Tensor, p: list[Tensor]) -> dict[str, Tensor]:
    """Return what comes of taking too much out of the loop, and the like."""
    W_x, W_h, b, W, d = p
    a = F.embedding(ids.T, W_x) + b
    (h, c), (alone, _), (twice, _) = (
        _lstm(a, W_h),
        _lstm(a, 0 * W_h),
        _lstm(a + b, W_h),
    )
    right, deaf = h @ W + d, alone @ W + d
    return {
        "batch and time stand in each other's place, and more is wrong": (
            deaf.transpose(0, 1)
        ),
        "no step knows of the one before it: which product needs a state?": deaf,
        "batch and time stand in each other's place": right.transpose(0, 1),
        "the head reads hidden states, and these are the memories": c @ W + d,
        "the bias comes in twice": twice @ W + d,
        "one step came back; the logits of all are asked for": right[-1],
    }


def _lstm(a: Tensor, W_h: Tensor) -> tuple[Tensor, Tensor]:
    """Return all hidden states and memories, (T, B, H), from what the input gives."""
    h = c = a.new_zeros(a.shape[1], len(W_h))
    steps = []
    for a_t in a:
        step = LSTMCell.equation(a_t, h @ W_h, (h, c))
        h, c = step.state
        steps.append(step)
    return tuple(torch.stack([getattr(s, name) for s in steps]) for name in "hc")
