"""The checks of "The loop, compiled"."""

import torch
from torch import Tensor

from ..analysis.costs import saved_bytes
from .answers import answers_back, call, heard
from .compare import choice, number, one_number, same
from .verdict import Wrong


@answers_back
def read_before_written(rnn_step):
    """A step of the RNN, unit by unit, written over the state that it reads."""
    for B, H in ((1, 2), (3, 4), (2, 1), (4, 3)):
        a, h, W = (torch.randn(size).double() for size in ((B, H), (B, H), (H, H)))
        right, what = torch.tanh(a + h @ W.T), f"h_t for B = {B}, H = {H}"
        given = call(rnn_step, a, h, W)
        yield same(given, right, what, _wrong_steps(a, h, W), 1e-9)


def _wrong_steps(a: Tensor, h: Tensor, W: Tensor) -> dict[str, Tensor]:
    """Return what the faults of the step make of the new state, one and both."""
    return {
        "both faults are in it still: follow two units by hand, the first, then the "
        "second": _written_over(a, h, W.T),
        "what has the second unit read of the first, the old number or the new one?": (
            _written_over(a, h, W)
        ),
        "it reads the old state; but which of W's axes is that of the unit written?": (
            torch.tanh(a + h @ W)
        ),
        "that is the old state: where were the new numbers written?": h,
        "every sequence has a state of its own, and here all read the first one's": (
            torch.tanh(a + h[:1] @ W.T)
        ),
    }


def _written_over(a: Tensor, h: Tensor, W: Tensor) -> Tensor:
    """Return the state when each unit reads what those before it have written."""
    h = h.clone()
    for j in range(h.shape[1]):
        h[:, j] = torch.tanh(a[:, j] + h @ W[j])
    return h


@answers_back
def one_sigmoid(medians, share, fewer):
    """Two calls of the sigmoid beside one, and what one would save of a step."""
    names = ("two", "one", "product")
    if not isinstance(medians, dict) or set(medians) != set(names):
        raise Wrong(f"medians should have the keys {', '.join(names)}")
    medians = {k: one_number(v, f"the median of {k!r}") for k, v in medians.items()}
    two, one, product = (medians[name] for name in names)
    for name in names:
        if not 0 < medians[name] < 0.5:
            raise Wrong(f"{medians[name]:.3g} for {name!r} is no plausible time in s")
    if one > 2 * two:
        raise Wrong("one call took more than twice the time of two: measure again")
    yield "three times, positive and plausible"
    mistakes = {
        "a step has three products: forward, to the states and to the weights": (
            (two - one) / product
        ),
        "it is a share of the products' time, not of the sigmoids'": (two - one) / two,
        "that is in percent; a share of all is 1": 100 * (two - one) / (3 * product),
        "what is saved is a difference: of two calls and one": one / (3 * product),
        "the sign: what do two calls take more than one?": (one - two) / (3 * product),
    }
    right = (two - one) / (3 * product)
    yield number(share, right, "the share that is saved", mistakes)
    yield choice(fewer, "calls", "what there are fewer of", FEWER_HINTS)


NUMBERS_HINT = "as many numbers go through the sigmoid either way: count the columns"
FEWER_HINTS = {"sigmoids": NUMBERS_HINT, "both": NUMBERS_HINT}


@answers_back
def kept_less(Shown):
    """A pass for h_t = o tanh(c_t) that keeps two tensors and computes tanh again."""
    with heard("what was handed in"):
        run = getattr(Shown, "apply", Shown)
    for shape in ((3, 4), (1, 1), (2, 5, 3)):
        o, c = (torch.randn(shape).double().requires_grad_() for _ in "oc")
        dh = torch.randn(shape).double()
        h, right = call(run, o, c, name="Shown.apply"), o * c.tanh()
        yield same(h, right, f"h for shape {shape}", {"where is tanh?": o * c}, 1e-9)
        given, right = _gradients(run, o, c, dh), torch.autograd.grad(right, (o, c), dh)
        for k, name in enumerate("oc"):
            what = f"the gradient of {name}, shape {shape}"
            mistakes = _wrong_slopes(o.detach(), c.detach(), dh)[k]
            yield same(given[k], right[k], what, mistakes, 1e-9)
    yield _two_are_kept(run)


def _wrong_slopes(o: Tensor, c: Tensor, dh: Tensor) -> tuple[dict, dict]:
    """Return what the usual mistakes make of the gradients of o and of c."""
    s = c.tanh()
    of_o = {
        "gradients come back in the order of what went in": dh * o * (1 - s * s),
        "h is a product: what is o multiplied with?": dh * o,
        "what comes from above, dh, is missing": s,
        "the memory itself stands where its tanh should": dh * c,
    }
    of_c = {
        "the slope of tanh takes the square of tanh(c), not of c": (
            dh * o * (1 - c * c)
        ),
        "the slope of tanh has a square in it": dh * o * (1 - s),
        "the slope of tanh is missing": dh * o,
        "o is a factor of h, so of this gradient, too": dh * (1 - s * s),
        "also for c, dh from above is a factor": o * (1 - s * s),
    }
    return of_o, of_c


def _gradients(run, o: Tensor, c: Tensor, upstream: Tensor) -> tuple:
    """Return what a pass hands back; raise `Wrong` if it does not."""
    h = run(o, c)
    if not h.requires_grad:
        raise Wrong("nothing is recorded: call it by `apply` of an autograd.Function")
    try:
        return torch.autograd.grad(h, (o, c), upstream)
    except Exception as error:
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise Wrong(f"the way back stops with {what}") from error


def _two_are_kept(run) -> str:
    """Return a line if a pass keeps two tensors for its way back."""
    o, c = (torch.randn(50, 20).requires_grad_() for _ in "oc")
    kept = saved_bytes(lambda: run(o, c), [])
    if kept > 2 * o.nbytes:
        raise Wrong(
            f"right, but {kept / o.nbytes:.0f} tensors are kept; "
            "one of them can be computed again from another"
        )
    if kept < 2 * o.nbytes:
        raise Wrong(
            "right, but not all that it keeps goes through save_for_backward, which "
            "notices if it is changed in between"
        )
    return "two tensors are kept, not three"
