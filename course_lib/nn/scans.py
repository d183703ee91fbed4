"""A linear recurrence over time, as a loop and as a parallel scan, and a layer of it.

Shapes: B batch, T time steps, D input size, H hidden size.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation
from .arguments import (
    Unquantized,
    check_dtype,
    check_sequence,
    either,
    is_alone,
)
from .unrolling import into_hidden
from .values import initialize

WAYS = ("parallel", "loop")


def scan(
    a: Tensor, b: Tensor, h_0: Tensor | None = None, way: str = "parallel"
) -> Tensor:
    """Return h_1 to h_T of h_t = a_t h_prev + b_t, elementwise, (B, T, H).

    >>> a, b = torch.tensor([[[0.5], [0.0], [2.0]]]), torch.ones(1, 3, 1)
    >>> cl.scan(a, b)[0, :, 0].tolist()
    [1.0, 1.0, 3.0]

    a, b: (B, T, H) floats; h_0: (B, H), zeros unless told otherwise.
    way: "loop" takes T steps one after the other. "parallel" takes log2 T, rounded up:
    at each, every h has met twice as much of its past. It does T log2 T products
    instead of T, all of a step at once, and divides by nothing, so that any a will do.
    Both can be differentiated; the gradient is a scan again, from the end. Raises
    ValueError for shapes or types that differ, no step, or another way.
    Hillis & Steele 1986, Blelloch 1990, Martin & Cundy 2018.
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, got {way!r}")
    validation.shape(a, ("B", "T", "H"), "a")
    validation.shape(b, tuple(a.shape), "b")
    validation.like(b, a, "b", "a is")
    if validation.sized() and a.shape[1] == 0:
        raise ValueError(f"a must be (B, T, H), T at least 1, got {tuple(a.shape)}")
    if h_0 is not None:
        validation.shape(h_0, (a.shape[0], a.shape[2]), "h_0")
        validation.like(h_0, a, "h_0", "a is")
        first = torch.addcmul(b[:, 0], a[:, 0], h_0)
        b = torch.cat([first[:, None], b[:, 1:]], dim=1)
    if way == "loop" or not validation.sized():
        return _loop(a, b)
    if validation.traced() or validation.transformed():  # they write their own way back
        return doubling(a, b)
    return _Scan.apply(a, b)


def _loop(a: Tensor, b: Tensor) -> Tensor:
    """Take one step after the other."""
    h, steps = torch.zeros_like(b[:, 0]), []
    for a_t, b_t in zip(a.unbind(dim=1), b.unbind(dim=1), strict=True):
        h = torch.addcmul(b_t, a_t, h)
        steps.append(h)
    return torch.stack(steps, dim=1)


def doubling(a: Tensor, b: Tensor) -> Tensor:
    """Return what `scan` does, by joining stretches of twice the length at each step.

    >>> a, b = torch.rand(1, 5, 2), torch.rand(1, 5, 2)
    >>> torch.allclose(scans.doubling(a, b), cl.scan(a, b, way="loop"))
    True

    A stretch of time takes h to a h + b. Of two stretches, one after the other, the
    whole is a_2 (a_1 h + b_1) + b_2: again of this form.
    """
    T, length = a.shape[1], 1
    while length < T:
        later, earlier = slice(length, None), slice(None, -length)
        joined_b = torch.addcmul(b[:, later], a[:, later], b[:, earlier])
        joined_a = a[:, later] * a[:, earlier]
        b = torch.cat([b[:, :length], joined_b], dim=1)
        a = torch.cat([a[:, :length], joined_a], dim=1)
        length *= 2
    return b


class _Scan(torch.autograd.Function):
    """The parallel scan, which keeps a and h for its way back and nothing else."""

    @staticmethod
    def forward(ctx, a: Tensor, b: Tensor) -> Tensor:
        """Return h at every step, and keep it."""
        h = doubling(a, b)
        ctx.save_for_backward(a, h)
        ctx.save_for_forward(a, h)
        return h

    @staticmethod
    def backward(ctx, d_h: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradients of a and b.

        dL/db_t = dL/dh_t + a_{t+1} dL/db_{t+1}, a scan from the end, and
        dL/da_t = h_{t-1} dL/db_t.
        """
        a, h = ctx.saved_tensors
        after = F.pad(a[:, 1:], (0, 0, 0, 1))  # a_{t+1}, and 0 behind the end
        d_b = scan(after.flip(1), d_h.flip(1)).flip(1)
        return d_b * _before(h), d_b

    @staticmethod
    def jvp(ctx, d_a: Tensor, d_b: Tensor) -> Tensor:
        """Return the change of h, a scan too: of h_{t-1} da_t + db_t."""
        a, h = ctx.saved_tensors
        return scan(a, d_a * _before(h) + d_b)


def _before(h: Tensor) -> Tensor:
    """Return h_{t-1} for every t, with 0 before the start."""
    return F.pad(h[:, :-1], (0, 0, 1, 0))


class MinGRU(nn.Module):
    """A gated layer whose gate does not look at h, so that its steps can be joined.

    >>> layer = cl.MinGRU(8, 16)
    >>> output, h = layer(torch.rand(4, 10, 8))  # (B, T, D)
    >>> tuple(output.shape), torch.equal(h[0], output[:, -1])
    ((4, 10, 16), True)

    z_t = sigmoid(W_z x_t + b_z);  n_t = W_n x_t + b_n
    h_t = (1 - z_t) h_prev + z_t n_t

    Called as the other layers are: x (B, T, D) floats or (B, T) token ids, a state
    (1, B, H) or None; or one sequence without B. `weight_ih_l0` holds W_z above W_n.
    way: as for `scan`. device, dtype: of the weights. Raises ValueError if something
    does not fit, or for another way. Feng et al. 2024.
    """

    batch_first, bidirectional, num_layers = True, False, 1
    qconfig = Unquantized()

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        way: str = "parallel",
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        if way not in WAYS:
            raise ValueError(f"way must be one of {', '.join(WAYS)}, got {way!r}")
        self.input_size = D = validation.whole(input_size, 1, "input_size")
        self.hidden_size = H = validation.whole(hidden_size, 1, "hidden_size")
        self.way = way
        factory = {"device": device, "dtype": check_dtype(dtype)}
        self.weight_ih_l0 = nn.Parameter(torch.empty(2 * H, D, **factory))
        self.bias_ih_l0 = nn.Parameter(torch.empty(2 * H, **factory))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every parameter anew, uniformly from ±1/√H."""
        initialize(self)

    def forward(
        self, x: Tensor, state: Tensor | None = None, *, hx: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return (output (B, T, H), state (1, B, H)) for sequences x."""
        state = either(state, hx)
        if is_alone(x, self.input_size):
            if state is not None:
                state = validation.shape(state, (1, self.hidden_size), "state")[:, None]
            output, state = MinGRU.forward(self, x[None], state)
            return output[0], state[:, 0]
        check_sequence(x, self.input_size)
        validation.like(x, self.weight_ih_l0, "x")
        if state is not None:
            validation.shape(state, (1, x.shape[0], self.hidden_size), "state")
            validation.like(state, self.weight_ih_l0, "state")
            state = state[0]
        from_x = into_hidden(x, self.weight_ih_l0, self.bias_ih_l0)  # (B, T, 2H)
        z, n = from_x.chunk(2, dim=-1)
        z = z.sigmoid()
        output = scan(1 - z, z * n, state, self.way)
        return output, output[:, -1][None]

    def extra_repr(self) -> str:
        """Name the sizes for repr, and the way if it is the loop."""
        way = "" if self.way == "parallel" else f", way={self.way!r}"
        return f"{self.input_size}, {self.hidden_size}{way}"
