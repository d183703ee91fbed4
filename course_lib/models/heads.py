"""Models: a recurrent layer with a head that turns hidden states into predictions.

Shapes: B batch, T time steps, H hidden size, V vocabulary size.
"""

import torch
from torch import Tensor, nn

from .. import validation
from ..data.text import one_hot
from ..nn.arguments import check_batch
from ..nn.layers import RecurrentLayer
from ..nn.scans import MinGRU

OURS = (RecurrentLayer, MinGRU)


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
        _check_layer(layer)
        if layer.input_size != validation.whole(vocab_size, 1, "vocab_size"):
            raise ValueError(
                "layer must read one-hot rows, input_size equal to vocab_size: "
                f"expected {vocab_size}, got {layer.input_size}"
            )
        self.layer = layer
        self.vocab_size = vocab_size
        self.dropout = nn.Dropout(validation.share(dropout, "dropout"))
        self.head = nn.Linear(output_width(layer), vocab_size)

    def check_inputs(self, ids: Tensor, state=None) -> None:
        """Raise unless ids are (B, T) token ids in the vocabulary and the state fits.

        `fit` calls this before it moves a batch, so that a wrong id is found on the
        host and no step waits for the GPU.
        """
        self._check_shapes(ids, state)
        validation.ids_below(ids, self.vocab_size)

    def _check_shapes(self, ids: Tensor, state) -> None:
        dims, sized = validation.ids(ids).dim(), validation.sized()
        if dims != 2 or (sized and 0 in ids.shape):
            raise ValueError(
                f"ids must be (B, T) with no size 0, got {tuple(ids.shape)}"
            )
        check_state(self.layer, state, ids.shape[0])

    def forward(self, ids: Tensor, state=None):
        """Return (logits (B, T, V), state) for ids (B, T) and the layer's state.

        Raises ValueError for another shape, an id outside the vocabulary or a state
        that does not fit, TypeError for anything but ids.
        """
        self._check_shapes(ids, state)
        output, state = _read(self.layer, ids, state)  # which looks at the ids
        return self.head(self.dropout(output)), state  # (B, T, V)


class ManyToOne(nn.Module):
    """Read a whole sequence, then say one thing about it: a class, or a number.

    >>> model = cl.ManyToOne(cl.RNN(8, 16), output_size=10)
    >>> tuple(model(torch.rand(4, 20, 8)).shape)  # (B, T, D) to (B, output_size)
    (4, 10)

    output = W h_T + b, with h_T what the top layer holds after the last step. Of a
    bidirectional layer it is the last h of each direction: after step T forwards and
    after step 1 backwards. layer: one of this course's or of torch's recurrent layers,
    with batch_first=True; output_size: the number of classes, or of numbers to predict.
    dropout: share of h_T that is dropped in training. Raises TypeError for something
    that is no recurrent layer, ValueError for one that does not fit.
    """

    def __init__(self, layer: nn.Module, output_size: int, dropout: float = 0.0):
        super().__init__()
        self.layer = _check_layer(layer)
        self.dropout = nn.Dropout(validation.share(dropout, "dropout"))
        self.head = nn.Linear(
            output_width(layer), validation.whole(output_size, 1, "output_size")
        )

    def forward(self, x: Tensor, state=None) -> Tensor:
        """Return (B, output_size) for x, (B, T, D) floats or (B, T) ids.

        Raises ValueError for another shape.
        """
        check_batch(x, self.layer.input_size)
        output, _ = _read(self.layer, x, state)  # (B, T, K * H)
        h = output[:, -1]
        if self.layer.bidirectional:
            H = output.shape[-1] // 2
            h = torch.cat([h[:, :H], output[:, 0, H:]], dim=-1)
        return self.head(self.dropout(h))


class EveryStep(nn.Module):
    """Say something at every step of a sequence: a class, or a number.

    >>> model = cl.EveryStep(cl.GRU(3, 16), output_size=1)
    >>> output, state = model(torch.rand(4, 20, 3))
    >>> tuple(output.shape), tuple(state.shape)  # (B, T, output_size), (L, B, H)
    ((4, 20, 1), (1, 4, 16))

    output_t = W h_t + b. `CharLM` is the same for token ids, with their vocabulary on
    both sides. Arguments and errors are those of `ManyToOne`.
    """

    def __init__(self, layer: nn.Module, output_size: int, dropout: float = 0.0):
        super().__init__()
        self.layer = _check_layer(layer)
        self.dropout = nn.Dropout(validation.share(dropout, "dropout"))
        self.head = nn.Linear(
            output_width(layer), validation.whole(output_size, 1, "output_size")
        )

    def forward(self, x: Tensor, state=None):
        """Return (output (B, T, output_size), state) for x and the layer's state.

        x: (B, T, D) floats or (B, T) ids. Raises ValueError for another shape.
        """
        check_batch(x, self.layer.input_size)
        output, state = _read(self.layer, x, state)
        return self.head(self.dropout(output)), state


def state_names(layer: nn.Module) -> tuple[str, ...]:
    """Return the names of a state's parts, which a layer's cell gives: h, or h and c.

    Torch's layers have those of our cells, its int8 layers too; `MinGRU`, which has no
    cell, has h alone.
    """
    if cell := getattr(layer, "cell", None):
        return cell.state_names
    return ("h", "c") if getattr(layer, "mode", "") == "LSTM" else ("h",)


def check_state(layer: nn.Module, state, B: int, weight: Tensor | None = None) -> None:
    """Raise unless a state has the parts and the shapes that a layer takes.

    weight: whose type and device it must have; None asks for neither.
    """
    if state is None:
        return
    names = state_names(layer)
    parts = state if isinstance(state, tuple | list) else (state,)
    if len(parts) != len(names) or isinstance(state, Tensor) is (len(names) > 1):
        many = f"a tuple ({', '.join(names)})"
        raise TypeError(
            f"state must be {many if len(names) > 1 else f'a tensor {names[0]}'} "
            f"for {type(layer).__name__}, got {type(state).__name__}"
        )
    runs = layer.num_layers * (2 if layer.bidirectional else 1)
    for name, part in zip(names, parts, strict=True):
        projected = getattr(layer, "proj_size", 0) if name == "h" else 0
        width = projected or layer.hidden_size
        validation.shape(part, (runs, B, width), f"state {name}")
        if weight is not None:
            validation.like(part, weight, f"state {name}")


def weight_of(layer: nn.Module) -> Tensor | None:
    """Return W_ih of a layer, whose type and device x must have; None if it is int8."""
    return getattr(layer, "weight_ih_l0", None)


def output_width(layer: nn.Module) -> int:
    """Return how wide a recurrent layer's output is: H, 2H both ways, or proj_size."""
    width = getattr(layer, "proj_size", 0) or layer.hidden_size
    return width * (2 if layer.bidirectional else 1)


def _check_layer(layer: nn.Module) -> nn.Module:
    """Return a recurrent layer that reads (B, T, D), or raise."""
    if not isinstance(layer, (*OURS, nn.RNNBase)):
        raise TypeError(
            "layer must be a recurrent layer of course_lib or torch.nn, "
            f"got {type(layer).__name__}"
        )
    if not layer.batch_first:
        raise ValueError("layer must have batch_first=True, got batch_first=False")
    return layer


def _read(layer: nn.Module, x: Tensor, state) -> tuple:
    """Run a layer over floats or ids; torch's layers need the ids' one-hot rows."""
    if isinstance(layer, OURS):
        return layer(x, state)
    weight = weight_of(layer)
    if weight is not None:
        validation.like(x, weight, "x")
    if validation.is_ids(x):
        x = one_hot(x, layer.input_size)  # (B, T, D)
        x = x if weight is None else x.to(weight.dtype)
    check_state(layer, state, x.shape[0], weight)
    if isinstance(state, list):
        state = tuple(state)
    return layer(x, state)
