"""A layer from an equation of one's own: write a function, and call `layer_of`.

Shapes: B batch, H hidden size.
"""

import inspect
from collections import namedtuple
from collections.abc import Callable

from torch import Tensor

from .. import validation
from .cells import RecurrentCell
from .layers import RecurrentLayer


def layer_of(equation: Callable, blocks: int = 1) -> type[RecurrentLayer]:
    """Return a layer that applies your own equation at every step.

    >>> def leaky(from_x, from_h, h_prev):
    ...     return 0.9 * h_prev + 0.1 * torch.tanh(from_x + from_h)
    >>> Leaky = cl.layer_of(leaky)
    >>> output, h = Leaky(8, 16)(torch.rand(4, 10, 8))  # (B, T, D)
    >>> tuple(output.shape), tuple(h.shape)
    ((4, 10, 16), (1, 4, 16))

    equation: a function of from_x = W_ih x_t + b_ih and from_h = W_hh h_prev + b_hh,
    each (B, blocks * H), and of each part of the old state, (B, H). Its names say what
    the state is made of: after (from_x, from_h, h_prev, c_prev) come h and c, in this
    order, and the equation returns the new ones, (h, c). With one part it returns h.
    blocks: how many blocks of H rows the weights have, one for each gate and candidate.

    The layer is made and called as `RNN` is: layers, directions and token ids come with
    it, and its backward pass is autograd's. A cell whose gates have names, which can be
    drawn and held, is a subclass of `RecurrentCell`.
    Raises TypeError for names that are no state, and ValueError, once the layer is
    called, if what the equation returns is not the state.
    """
    names = _state_names(equation)
    step_of = namedtuple("Step", names)
    step_of.state = property(tuple)

    def checked(from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]):
        """Apply the equation, and name what it returns."""
        new = equation(from_x, from_h, *state)
        return step_of(*_parts(new, names, state[0].shape))

    about = {
        "equation": staticmethod(checked),
        "blocks": validation.whole(blocks, 1, "blocks"),
        "state_names": names,
    }
    called = equation.__name__.title().replace("_", "")
    cell = type(f"{called}Cell", (RecurrentCell,), about)
    return type(called, (RecurrentLayer,), {"cell": cell})


def _state_names(equation: Callable) -> tuple[str, ...]:
    """Return what the state is made of, by the names of an equation's arguments."""
    arguments = list(inspect.signature(equation).parameters)
    parts = arguments[2:]
    fits = arguments[:2] == ["from_x", "from_h"] and parts[:1] == ["h_prev"]
    if not fits or not all(part.endswith("_prev") for part in parts):
        raise TypeError(
            "an equation takes (from_x, from_h, h_prev), and more parts of a state by "
            f"names that end in _prev, such as c_prev, got ({', '.join(arguments)})"
        )
    return tuple(part.removesuffix("_prev") for part in parts)


def _parts(new, names: tuple[str, ...], shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Return the new state as a tuple; raise ValueError if it is not the state."""
    parts = new if isinstance(new, tuple) else (new,)
    if len(parts) != len(names):
        raise ValueError(
            f"the equation must return ({', '.join(names)}), in this order; "
            f"it returned {len(parts)} of them"
        )
    for name, part in zip(names, parts, strict=True):
        if validation.tensor(part, name).shape != shape:
            raise ValueError(
                f"the equation's {name} must be {tuple(shape)}, (B, H), got "
                f"{tuple(part.shape)}: does it take as many blocks as `blocks` says?"
            )
    return parts
