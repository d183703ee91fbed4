"""Comparing a reader's cell with torch's: shapes, states over steps, gradients.

A cell has torch's weights in two linear layers, `from_x` and `from_h`. Shapes: B batch,
T time steps, D input size, H hidden size; inputs are time first, (T, B, D).
"""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from .answers import call, heard
from .compare import same
from .verdict import Wrong
from .words import kind

SIZES = ((3, 5, 2), (1, 2, 3), (4, 3, 4))  # B, D, H
STEPS = 4
States = list[tuple[Tensor, ...]]
Run = Callable[[nn.RNNCellBase, Tensor, tuple[Tensor, ...] | Tensor], States]


def parity(
    kind: type[nn.Module],
    theirs_kind: type[nn.RNNCellBase],
    mistakes: Mapping[str, Run] | None = None,
) -> Iterator[str]:
    """Compare a cell with torch's of the same weights, in 64-bit numbers.

    mistakes: a hint for each usual one, with a run that gives its states, step by step.
    Yields what is right, and raises `Wrong` at the first thing that is not.
    """
    for B, D, H in SIZES:
        cell, theirs = pair(kind, theirs_kind, D, H)
        xs, h, c = 2 * torch.randn(STEPS, B, D).double(), *torch.randn(2, B, H).double()
        state = h if theirs_kind is nn.GRUCell else (h, c)
        wrong = {hint: run(theirs, xs, state) for hint, run in (mistakes or {}).items()}
        given, right = readers_run(cell, xs, state), run_over(theirs, xs, state)
        for t, parts in enumerate(right):
            for k, part in enumerate(parts):
                what = f"{'hc'[k]} after step {t + 1} from a state, B = {B}"
                values = {hint: states[t][k] for hint, states in wrong.items()}
                same(given[t][k], part, what, values, 1e-9)
        _same_gradients(cell, theirs, xs, state)
        what = f"{STEPS} steps, B = {B}, D = {D}, H = {H}"
        yield f"shapes, states and the gradients of all parameters over {what}"


def pair(
    kind: type[nn.Module],
    theirs_kind: type[nn.RNNCellBase],
    D: int,
    H: int,
    dtype: torch.dtype = torch.float64,
) -> tuple[nn.Module, nn.RNNCellBase]:
    """Make a reader's cell and torch's with the same weights; raise `Wrong` if not."""
    theirs, cell = theirs_kind(D, H, dtype=dtype), call(kind, D, H)
    if not isinstance(cell, nn.Module):
        raise Wrong("the cell should be a class that inherits from nn.Module")
    for name in ("from_x", "from_h"):
        if not isinstance(getattr(cell, name, None), nn.Linear):
            raise Wrong(f"the cell should have its weights in a linear layer `{name}`")
    with heard("what the cell was made with"):
        shapes = [None if own is None else own.shape for own in _weights(cell)]
        cell = cell.to(dtype)
    if shapes != [value.shape for value in theirs.parameters()]:
        raise Wrong(_other_shapes(cell, theirs))
    with torch.no_grad():
        for own, value in zip(_weights(cell), theirs.parameters(), strict=True):
            own.copy_(value)
    return cell, theirs


def step(cell: nn.Module, x_t: Tensor, *state):
    """Take one step with a reader's cell."""
    return call(cell.forward, x_t, *state, name=type(cell).__name__)


def readers_run(cell: nn.Module, xs: Tensor, state) -> States:
    """Return the states of a reader's cell; raise `Wrong` if a step gives no state."""
    states, name = [], type(cell).__name__
    own = state.clone() if isinstance(state, Tensor) else tuple(map(torch.clone, state))
    for t, x_t in enumerate(xs.clone()):
        with heard(f"step {t + 1} of `{name}`"):
            own = cell.forward(x_t, own)
        states.append(_as_a_state(own, state))
    return states


def run_over(cell: nn.Module, xs: Tensor, state, cut: bool = False) -> States:
    """Return a cell's states, step by step; cut: with no gradient between steps."""
    states = []
    for x_t in xs:
        state = cell(x_t, state)
        states.append(state if isinstance(state, tuple) else (state,))
        if cut:
            parts = tuple(part.detach() for part in states[-1])
            state = parts if isinstance(state, tuple) else parts[0]
    return states


def _weights(cell: nn.Module) -> tuple:
    """Return a cell's parameters in the order of torch's."""
    layers = cell.from_x, cell.from_h
    return *(each.weight for each in layers), *(each.bias for each in layers)


def _other_shapes(cell: nn.Module, theirs: nn.RNNCellBase) -> str:
    """Say how many parameters a cell has, and how many torch's."""
    own, right = (sum(p.numel() for p in c.parameters()) for c in (cell, theirs))
    return (
        f"the cell has {own} parameters, torch's has {right}: "
        "write down the shape of each weight, and what it is multiplied with"
    )


def _as_a_state(given, state) -> tuple[Tensor, ...]:
    """Return what a step gave, as a tuple; raise `Wrong` if it is of another form."""
    two = isinstance(state, tuple)
    if two and not (isinstance(given, tuple) and len(given) == 2):
        raise Wrong("expected a pair of tensors from a step, (h_t, c_t)")
    if not two and not isinstance(given, Tensor):
        raise Wrong("expected one tensor from a step, h_t")
    given, state = (given, state) if two else ((given,), (state,))
    for name, part, like in zip("hc", given, state, strict=False):
        came = kind(part)
        if came != kind(like):
            raise Wrong(f"{name}_t: expected {kind(like)}, came {came}")
    return given


def _same_gradients(cell: nn.Module, theirs: nn.RNNCellBase, xs: Tensor, state) -> None:
    """Compare the gradients of all parameters, through several steps."""
    states = readers_run(cell, xs, state)
    if not any(part.requires_grad for part in states[-1]):
        raise Wrong("the values are right, but nothing that it returns has a gradient")
    with heard("the values are right, but the way back"):
        given = _gradients(states, _weights(cell))
    right = _gradients(run_over(theirs, xs, state), theirs.parameters())
    cut = _gradients(run_over(theirs, xs, state, cut=True), theirs.parameters())
    names = "from_x.weight", "from_h.weight", "from_x.bias", "from_h.bias"
    hint = "no gradient comes through from the step before: is something detached?"
    for name, *values in zip(names, given, right, cut, strict=True):
        what = f"the gradient of {name}"
        if values[0] is None:
            raise Wrong(f"the values are right, but {what} is missing")
        same(values[0], values[1], what, {hint: values[2]}, 1e-9)


def _gradients(states: States, parameters) -> tuple[Tensor | None, ...]:
    """Return the gradients of a sum over the last state."""
    total = sum((part * part).sum() for part in states[-1])
    return torch.autograd.grad(total, tuple(parameters), allow_unused=True)
