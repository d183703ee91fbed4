"""Reading one token at a time, for writing: no sequences, no batches, no gradients.

Shapes: V vocabulary size, H hidden size, K blocks of H rows in a weight. A step works
in place, on a few small tensors that are made once.
"""

import torch
from torch import Tensor, nn

from ..nn.cells import GRUCell, LSTMCell, RNNCell
from ..nn.layers import GRU, LSTM, RNN, cell_of, weights_of
from ..nn.passes import loops_for
from .heads import CharLM

LAYERS = (RNN, LSTM, GRU, nn.RNN, nn.LSTM, nn.GRU)


class Stepper:
    """A model prepared for reading single tokens: stepper(id) gives logits (V,).

    >>> model, ids = cl.CharLM(cl.LSTM(27, 16), 27).eval(), torch.tensor([[3, 1, 4]])
    >>> with torch.no_grad():
    ...     _, state = model(ids[:, :2])
    ...     logits = one_token.Stepper(model, state)(4)
    ...     torch.allclose(logits, model(ids)[0][0, -1], atol=1e-6)
    True

    A call of the model makes ready for any batch, any length and a backward pass. For
    one token this is most of the work. Here all that does not depend on the token is
    done once: weights are transposed, so that each is read in the order in which it
    lies, and the product with a one-hot vector is a row of them.

    model: one that `can_step` allows, in evaluation mode. state: as the model returns
    it for a batch of one; it is copied.

    Use it under `torch.no_grad`.
    """

    def __init__(self, model: CharLM, state):
        parts = state if isinstance(state, tuple) else (state,)
        layer, cell = model.layer, cell_of(model.layer)
        kind = (COMPILED if loops_for(weights_of(layer, 0)[1]) else STEPS)[cell]
        self.steps = [
            kind(weights_of(layer, run), [part[run].clone() for part in parts])
            for run in range(layer.num_layers)
        ]
        first = self.steps[0]
        self.rows = first.W_ih + first.b  # (V, K * H)
        self.head = model.head.weight.t().contiguous(), model.head.bias

    def __call__(self, token: int) -> Tensor:
        """Read a token; return the logits (V,) of the one after it."""
        h = self.steps[0](self.rows[token : token + 1])
        for step in self.steps[1:]:
            h = step(torch.addmm(step.b, h, step.W_ih))
        W, b = self.head
        return torch.addmm(b, h, W)[0]


class Step:
    """One layer's step, in place: step(W_ih x + b), of (1, K * H), returns the new h.

    weights: W_ih, W_hh, b_ih, b_hh, the biases None if there are none; state: each part
    (1, H), which the step will overwrite. `b` is what belongs to W_ih x: the sum of
    both biases, but for those of a GRU.
    """

    def __init__(self, weights: tuple[Tensor | None, ...], state: list[Tensor]):
        W_ih, W_hh, b_ih, b_hh = weights
        self.W_ih, self.W_hh = W_ih.t().contiguous(), W_hh.t().contiguous()
        self.state = state
        self.a = W_hh.new_empty(1, len(W_hh))  # what goes into the gates, (1, K * H)
        none = W_hh.new_zeros(len(W_hh))
        self.b_ih, self.b_hh = (none if b is None else b for b in (b_ih, b_hh))
        self.b = self.b_ih + self.b_hh


class RNNOneStep(Step):
    """h = tanh(a)."""

    def __call__(self, from_x: Tensor) -> Tensor:
        """Take the step."""
        (h,) = self.state
        torch.addmm(from_x, h, self.W_hh, out=self.a)
        return torch.tanh(self.a, out=h)


class LSTMOneStep(Step):
    """c = f ⊙ c + i ⊙ g  and  h = o ⊙ tanh(c), the blocks of `a` being i, f, g, o."""

    def __init__(self, weights: tuple[Tensor | None, ...], state: list[Tensor]):
        super().__init__(weights, state)
        self.gates = *self.a.chunk(4, dim=1), self.a[:, : self.a.shape[1] // 2]

    def __call__(self, from_x: Tensor) -> Tensor:
        """Take the step."""
        (h, c), (i, f, g, o, i_and_f) = self.state, self.gates
        torch.addmm(from_x, h, self.W_hh, out=self.a)
        i_and_f.sigmoid_()
        c.mul_(f).addcmul_(i, g.tanh_())
        return torch.mul(o.sigmoid_(), c.tanh(), out=h)


class GRUOneStep(Step):
    """h = (1 - z) ⊙ n + z ⊙ h, the blocks of `a` being r, z and W_hn h + b_hn."""

    def __init__(self, weights: tuple[Tensor | None, ...], state: list[Tensor]):
        super().__init__(weights, state)
        H = state[0].shape[1]
        self.gates = *self.a.chunk(3, dim=1), self.a[:, : 2 * H]
        self.blocks = [2 * H, H]
        self.b = self.b_ih  # b_hn is inside the reset, so b_hh stays with W_hh h

    def __call__(self, from_x: Tensor) -> Tensor:
        """Take the step."""
        (h,), (r, z, h_n, r_and_z) = self.state, self.gates
        torch.addmm(self.b_hh, h, self.W_hh, out=self.a)
        x_rz, x_n = from_x.split(self.blocks, dim=1)
        r_and_z.add_(x_rz).sigmoid_()
        n = torch.addcmul(x_n, r, h_n).tanh_()
        return torch.lerp(n, h, z, out=h)  # n + z ⊙ (h - n)


class CompiledStep(Step):
    """The same by a compiled loop over one step, which allocates nothing.

    A loop reads the states that lie before a step and writes those after it, or in
    reverse. So it goes to and fro between two places. A kind gives its `loop`, what
    the loop is given, and how from_x gets there.
    """

    def __init__(self, weights: tuple[Tensor | None, ...], state: list[Tensor]):
        super().__init__(weights, state)
        self.turn = 0  # reads from place 0, and writes to place 1
        places = [torch.stack([part, part]) for part in state]  # (2, 1, H)
        self.h = places[0]
        self.loop, given = self.prepare(loops_for(self.W_hh), weights[1], places)
        self.given = [tensor.numpy() for tensor in given]

    def __call__(self, from_x: Tensor) -> Tensor:
        """Take the step."""
        self.bring(from_x)
        self.loop(*self.given, self.turn)
        self.turn = 1 - self.turn
        return self.h[self.turn]


class CompiledRNNStep(CompiledStep):
    """h = tanh(a): the loop finds a where h is to be."""

    def prepare(self, loops, W_hh: Tensor, places: list[Tensor]):
        """Return the loop and what it is given."""
        return loops.rnn.forward, (loops.as_read(W_hh), *places)

    def bring(self, from_x: Tensor) -> None:
        """Put W_ih x + b where the loop looks for it."""
        self.h[1 - self.turn].copy_(from_x)


class CompiledLSTMStep(CompiledStep):
    """c = f ⊙ c + i ⊙ g  and  h = o ⊙ tanh(c)."""

    def prepare(self, loops, W_hh: Tensor, places: list[Tensor]):
        """Return the loop and what it is given."""
        tanh_c, a = torch.empty_like(places[0][:1]), self.a.unsqueeze(0)
        return loops.lstm.forward, (a, loops.as_read(W_hh), *places, tanh_c)

    def bring(self, from_x: Tensor) -> None:
        """Put W_ih x + b where the loop looks for it."""
        self.a.copy_(from_x)


class CompiledGRUStep(CompiledStep):
    """h = (1 - z) ⊙ n + z ⊙ h: x_n and W_hn h + b_hn come apart."""

    def prepare(self, loops, W_hh: Tensor, places: list[Tensor]):
        """Return the loop and what it is given."""
        H = W_hh.shape[1]
        self.n, self.blocks, self.b = self.a.new_empty(1, 1, H), [2 * H, H], self.b_ih
        given = self.a.unsqueeze(0), self.n, loops.as_read(W_hh), *places
        return loops.gru.forward, given

    def bring(self, from_x: Tensor) -> None:
        """Put W_ih x + b where the loop looks for it."""
        x_rz, x_n = from_x.split(self.blocks, dim=1)
        self.a.copy_(self.b_hh)
        self.a[:, : x_rz.shape[1]].add_(x_rz)
        self.n.copy_(x_n)


COMPILED = {
    RNNCell: CompiledRNNStep,
    LSTMCell: CompiledLSTMStep,
    GRUCell: CompiledGRUStep,
}
STEPS = {RNNCell: RNNOneStep, LSTMCell: LSTMOneStep, GRUCell: GRUOneStep}


def can_step(model: nn.Module) -> bool:
    """Say whether a `Stepper` computes what a call of the model would.

    So it is for a CharLM whose layer is one of this course's or of torch's, with tanh
    and without projections, as long as nobody has hooked into it or asked for autocast.
    A layer of a reader's own has no step prepared here: the model reads for it.
    """
    layer = getattr(model, "layer", None)
    if type(model) is not CharLM or type(layer) not in LAYERS:
        return False
    usual = getattr(layer, "nonlinearity", "tanh") == "tanh"
    usual = usual and not getattr(layer, "proj_size", 0) and not layer.bidirectional
    parts = list(model.modules())
    hooked = any(part._forward_hooks or part._forward_pre_hooks for part in parts)
    autocast = torch.is_autocast_enabled(model.head.weight.device.type)
    return usual and not hooked and not autocast
