"""Reading one token at a time, for writing: no sequences, no batches, no gradients.

Shapes: V vocabulary size, H hidden size, K blocks of H rows in a weight.
"""

import torch
from torch import Tensor, nn

from .cells import RecurrentCell
from .layers import GRU, LSTM, RNN, cell_of, weights_of
from .models import CharLM

LAYERS = (RNN, LSTM, GRU, nn.RNN, nn.LSTM, nn.GRU)


class Stepper:
    """A model prepared for reading single tokens: stepper(id) gives logits (V,).

    A call of the model makes ready for any batch, any length and a backward pass. For
    one token this is most of the work. Here all that does not depend on the token is
    done once: W_ih is transposed, so that the product with a one-hot vector is a row
    that lies in one piece, and b_ih is added to it. A step is then the cell's own
    `equation`, on vectors.

    model: one that `can_step` allows, in evaluation mode. state: as the model returns
    it for a batch of one. Use it under `torch.no_grad`.
    """

    def __init__(self, model: CharLM, state):
        parts = state if isinstance(state, tuple) else (state,)
        self.head, layer = model.head, model.layer
        self.cell: type[RecurrentCell] = cell_of(layer)
        self.weights = [weights_of(layer, run) for run in range(layer.num_layers)]
        # for each layer, the parts of its state, (H,) each
        self.states = list(zip(*(part[:, 0].unbind() for part in parts), strict=True))
        W_ih, _, b_ih, _ = self.weights[0]
        rows = W_ih.t().contiguous()  # (V, K * H)
        self.rows = rows if b_ih is None else rows.add_(b_ih)

    def __call__(self, token: int) -> Tensor:
        """Read a token; return the logits (V,) of the one after it."""
        from_x = self.rows[token]  # (K * H,)
        for layer, (W_ih, W_hh, b_ih, b_hh) in enumerate(self.weights):
            if layer > 0:
                from_x = affine(W_ih, b_ih, self.states[layer - 1][0])
            state = self.states[layer]
            from_h = affine(W_hh, b_hh, state[0])
            self.states[layer] = self.cell.equation(from_x, from_h, state).state
        return affine(self.head.weight, self.head.bias, self.states[-1][0])


def can_step(model: nn.Module) -> bool:
    """Say whether a `Stepper` computes what a call of the model would.

    So it is for a CharLM whose layer is one of this course's or of torch's, with tanh
    and without projections, as long as nobody has hooked into it or asked for autocast.
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


def affine(W: Tensor, b: Tensor | None, x: Tensor) -> Tensor:
    """Return W x + b for a single vector x; b may be None."""
    return torch.mv(W, x) if b is None else torch.addmv(b, W, x)
