"""Models: a recurrent layer with a head that turns hidden states into predictions.

Shapes: B batch, T time steps, H hidden size, V vocabulary size.
"""

from torch import Tensor, nn

from . import guard
from .layers import LSTM, RecurrentLayer
from .text import one_hot


class CharLM(nn.Module):
    """A language model: predict the token after each token read.

    >>> model = cl.CharLM(cl.GRU(27, 16), vocab_size=27)
    >>> logits, state = model(torch.tensor([[3, 1, 4, 1]]))  # (B, T) ids
    >>> tuple(logits.shape), tuple(state.shape)
    ((1, 4, 27), (1, 1, 16))

    logits = W h + b, with h the layer's output at each step. (The tokens may be words
    as well as characters.)

    layer: one of this course's or of torch's recurrent layers, with batch_first=True
    and input_size equal to the size of the vocabulary. A bidirectional layer is taken,
    for tagging; it has read what a next-token model is to predict, so `generate`
    refuses it. dropout: share of h that is dropped in training, before the head.
    Raises TypeError for something that is no recurrent layer, ValueError for one that
    does not fit.
    """

    def __init__(self, layer: nn.Module, vocab_size: int, dropout: float = 0.0):
        super().__init__()
        if not isinstance(layer, RecurrentLayer | nn.RNNBase):
            raise TypeError(
                "layer must be a recurrent layer of course_lib or torch.nn, "
                f"got {type(layer).__name__}"
            )
        if not layer.batch_first:
            raise ValueError("layer must have batch_first=True, got batch_first=False")
        if layer.input_size != guard.whole(vocab_size, 1, "vocab_size"):
            raise ValueError(
                "layer must read one-hot rows, input_size equal to vocab_size: "
                f"expected {vocab_size}, got {layer.input_size}"
            )
        self.layer = layer
        self.vocab_size = vocab_size
        width = getattr(layer, "proj_size", 0) or layer.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width * (2 if layer.bidirectional else 1), vocab_size)

    def check_inputs(self, ids: Tensor, state=None) -> None:
        """Raise unless ids are (B, T) token ids in the vocabulary and the state fits.

        `fit` calls this before it moves a batch, so that a wrong id is found on the
        host and no step waits for the GPU.
        """
        if guard.ids(ids).dim() != 2 or 0 in ids.shape:
            raise ValueError(
                f"ids must be (B, T) with no size 0, got {tuple(ids.shape)}"
            )
        guard.ids_below(ids, self.vocab_size)
        if state is not None:
            self._check_state(state, ids.shape[0])

    def _check_state(self, state, B: int) -> None:
        """Raise unless a state has the parts and the shapes that the layer takes."""
        layer = self.layer
        names = ("h", "c") if isinstance(layer, nn.LSTM | LSTM) else ("h",)
        parts = state if isinstance(state, tuple) else (state,)
        if len(parts) != len(names) or isinstance(state, tuple) is (len(names) == 1):
            raise TypeError(
                f"state must be {'a tuple (h, c)' if len(names) > 1 else 'a tensor h'} "
                f"for {type(layer).__name__}, got {type(state).__name__}"
            )
        runs = layer.num_layers * (2 if layer.bidirectional else 1)
        widths = (
            getattr(layer, "proj_size", 0) or layer.hidden_size,
            layer.hidden_size,
        )
        for name, part, width in zip(names, parts, widths, strict=False):
            guard.shape(part, (runs, B, width), f"state {name}")
            guard.like(part, self.head.weight, f"state {name}")

    def forward(self, ids: Tensor, state=None):
        """Return (logits (B, T, V), state) for ids (B, T) and the layer's state.

        Raises ValueError for another shape, an id outside the vocabulary or a state
        that does not fit, TypeError for anything but ids.
        """
        self.check_inputs(ids, state)
        if isinstance(self.layer, RecurrentLayer):
            x = ids
        else:
            x = one_hot(ids, self.vocab_size).to(self.head.weight.dtype)  # (B, T, V)
        output, state = self.layer(x, state)
        return self.head(self.dropout(output)), state  # (B, T, V)
