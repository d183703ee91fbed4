"""The checks of "Five broken cells": a mended cell equals torch's, step for step."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .answers import answers_back, heard
from .compare import same
from .parity import SIZES, Run, States, pair, parity, readers_run, run_over, step
from .verdict import Wrong


@answers_back
def starts_from_nothing(CellA):
    """A GRU cell that begins with zeros if it is given no state."""
    for dtype in (torch.float32, torch.float64):
        for B, D, H in SIZES[:2]:
            cell, theirs = pair(CellA, nn.GRUCell, D, H, dtype)
            x, h = torch.randn(B, D, dtype=dtype), torch.randn(B, H, dtype=dtype)
            mistakes = {"the state that was handed over is not used": theirs(x)}
            what = f"a step from a state, {dtype}, B = {B}"
            yield same(step(cell, x, h), theirs(x, h), what, mistakes)
            mistakes = {"it begins with ones": theirs(x, torch.ones_like(h))}
            what = f"a step without a state, {dtype}, B = {B}"
            yield same(_from_nothing(cell, x), theirs(x), what, mistakes)
    yield from parity(CellA, nn.GRUCell)


def _from_nothing(cell: nn.Module, x_t: Tensor) -> Tensor:
    """Take a step without a state; raise `Wrong` with what the error's kind says."""
    try:
        return step(cell, x_t)
    except Wrong as wrong:
        cause = wrong.__cause__
        if isinstance(cause, AttributeError):
            raise Wrong(
                "without a state it stops with an AttributeError: read its last line; "
                "which name is asked for, and which names does __init__ give?"
            ) from cause
        if x_t.dtype == torch.float64 and isinstance(cause, RuntimeError):
            raise Wrong(
                "without a state it works in 32-bit numbers and stops in 64-bit ones: "
                "of which type is the state that it makes itself?"
            ) from cause
        raise


@answers_back
def reads_x_once(CellB):
    """An LSTM cell whose parameters have torch's shapes, and its states its values."""
    mistakes = {
        "the input comes in twice": _lstm(join=lambda x, h: 2 * x + h),
        "the input does not come in": _lstm(join=lambda x, h: 0 * x + h),
        "the state does not come in": _lstm(join=lambda x, h: x + 0 * h),
    }
    yield from parity(CellB, nn.LSTMCell, mistakes)


@answers_back
def keeps_its_memory(CellC):
    """An LSTM cell whose memory is where it was left, from one step to the next."""
    mistakes = {
        "from zeros all is right, from a state it is not: what is taken for what?": (
            _taken_for_each_other
        ),
        "both parts that it returns are the hidden state": (
            lambda *given: [(h, h) for h, _ in run_over(*given)]
        ),
        "the two parts that it returns stand in each other's place": (
            lambda *given: [(c, h) for h, c in run_over(*given)]
        ),
        "it takes and returns its state in an order of its own, not in torch's": (
            _in_another_order
        ),
    }
    yield from parity(CellC, nn.LSTMCell, mistakes)


def _taken_for_each_other(theirs: nn.LSTMCell, xs: Tensor, state: tuple) -> States:
    """Return the states if each step takes h for c and c for h."""
    states = []
    for x_t in xs:
        state = theirs(x_t, state[::-1])
        states.append(state)
    return states


def _in_another_order(theirs: nn.LSTMCell, xs: Tensor, state: tuple) -> States:
    """Return the states of a cell that has (c, h) wherever torch's has (h, c)."""
    return [(c, h) for h, c in run_over(theirs, xs, state[::-1])]


@answers_back
def stays_in_bounds(CellD):
    """An LSTM cell whose gates are between 0 and 1, and its hidden state below 1."""
    mistakes = {
        "a gate leaves 0 .. 1, and the hidden state leaves -1 .. 1": (
            _lstm(f=_as_it_is, out=_as_it_is)
        ),
        "all gates are gates now; the hidden state leaves -1 .. 1": (
            _lstm(out=_as_it_is)
        ),
        "the hidden state is within bounds now; a gate leaves 0 .. 1": (
            _lstm(f=_as_it_is)
        ),
        "a gate goes below 0: which function squashes a gate?": _lstm(f=torch.tanh),
        "a gate that is cut off at 0 and 1 stands still there, without a slope": (
            _lstm(f=lambda a: a.clamp(0, 1))
        ),
        "the candidate is no gate: it has to be able to go below 0": (
            _lstm(g=torch.sigmoid)
        ),
    }
    yield from parity(CellD, nn.LSTMCell, mistakes)


def _as_it_is(a: Tensor) -> Tensor:
    """Squash nothing."""
    return a


def _lstm(
    f: Callable = torch.sigmoid,
    g: Callable = torch.tanh,
    out: Callable = torch.tanh,
    join: Callable = torch.add,
) -> Run:
    """Return a run of an LSTM with some of its functions replaced."""

    def _run(theirs: nn.LSTMCell, xs: Tensor, state: tuple) -> States:
        (h, c), states = state, []
        for x_t in xs:
            from_x = F.linear(x_t, theirs.weight_ih, theirs.bias_ih)
            from_h = F.linear(h, theirs.weight_hh, theirs.bias_hh)
            a_i, a_f, a_g, a_o = join(from_x, from_h).chunk(4, dim=1)
            c = f(a_f) * c + a_i.sigmoid() * g(a_g)
            h = a_o.sigmoid() * out(c)
            states.append((h, c))
        return states

    return _run


@answers_back
def reset_gate_counts(CellE):
    """A GRU cell in which the reset gate decides what the candidate sees."""
    yield _hears_its_gates(CellE)
    mistakes = {
        "the reset gate stands on the input, too": _gru(lambda x, h, r, z: r * (x + h)),
        "the reset gate stands on the input, not on the state": (
            _gru(lambda x, h, r, z: r * x + h)
        ),
        "the gate is turned round: at 1 it lets the state through": (
            _gru(lambda x, h, r, z: x + (1 - r) * h)
        ),
        "the candidate is gated twice": (
            _gru(lambda x, h, r, z: x + r * (x + h).sigmoid() * h)
        ),
        "the reset gate acts before the product; in torch's cell it acts after it": (
            _gru(lambda x, h, r, z: x + h, before=True)
        ),
    }
    yield from parity(CellE, nn.GRUCell, mistakes)


def _hears_its_gates(kind: type[nn.Module]) -> str:
    """Return a line if every row of the weights has a gradient; raise if not."""
    cell, _ = pair(kind, nn.GRUCell, 3, 4)
    xs, h = torch.randn(3, 2, 3).double(), torch.randn(2, 4).double()
    last = readers_run(cell, xs, h)[-1][0]
    with heard("the way back through the cell"):
        last.sum().backward()
    for layer in (cell.from_x, cell.from_h):
        gradient = layer.weight.grad
        if gradient is None or not gradient.any(dim=1).all():
            raise Wrong(
                "there are rows of weights without any gradient, so nothing that comes "
                "out depends on them: to which gate do they belong?"
            )
    return "a gradient for every row of the weights"


def _gru(candidate: Callable, before: bool = False) -> Run:
    """Return a run of a GRU whose candidate is tanh of something else.

    candidate: of what x and h give for it, and of both gates. before: the reset gate
    multiplies the state before its product.
    """

    def _run(theirs: nn.GRUCell, xs: Tensor, h: Tensor) -> States:
        states, H = [], theirs.hidden_size
        for x_t in xs:
            from_x = F.linear(x_t, theirs.weight_ih, theirs.bias_ih)
            from_h = F.linear(h, theirs.weight_hh, theirs.bias_hh)
            r, z = (from_x + from_h)[:, : 2 * H].sigmoid().chunk(2, dim=1)
            if before:
                from_h = F.linear(r * h, theirs.weight_hh, theirs.bias_hh)
            x_n, h_n = from_x[:, 2 * H :], from_h[:, 2 * H :]
            h = (1 - z) * candidate(x_n, h_n, r, z).tanh() + z * h
            states.append((h,))
        return states

    return _run
