"""What an explorable of networks is sent: weights to compute with, or values to show.

Shapes: T time steps, H hidden size, V vocabulary size.
"""

import base64
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import nn

from ..analysis.trace import Trace
from ..data.text import Vocab
from ..models.heads import CharLM
from ..nn.cells import GRUCell, LSTMCell, RecurrentCell, RNNCell
from ..nn.layers import RecurrentLayer, cell_of, weights_of
from ..nn.values import stated
from ..plots.style import gate_colours
from .drawn_cell import drawn

# The cells whose arithmetic the page has, in js/numerics.js, and what it calls them.
IN_THE_PAGE = {LSTMCell: "lstm", GRUCell: "gru", RNNCell: "rnn"}
SHOWN = (RecurrentLayer, nn.RNN, nn.LSTM, nn.GRU)
MOST_WEIGHTS = 1_000_000  # 2 to 4 MB in a page
MOST_VALUE = 65_504  # of float16
SUPPORTED = (
    "supported are one-layer CharLMs with an RNN, LSTM or GRU, of course_lib or torch, "
    "or with a RecurrentLayer of your own, that reads forwards, with tanh and without "
    f"projections, of at most {MOST_WEIGHTS:,} weights; for others show values "
    "computed beforehand: GateStepper.from_trace(cl.trace(model, ids).at(layer), text)"
)
# What a page says of values that it shows and cannot compute, after the reason.
BEFOREHAND = (
    ": its values were computed beforehand, so no text can be typed and no gate held."
)


def kind_of(model: CharLM) -> str:
    """Return "lstm", "gru" or "rnn", or "own" for a cell that the page cannot compute.

    Raises TypeError or ValueError for a model that a stepper cannot show.
    """
    if not isinstance(model, CharLM):
        raise TypeError(f"model must be a CharLM, got {type(model).__name__}")
    layer = model.layer
    weights = sum(p.numel() for p in model.parameters())
    faults = {
        f"the layer {type(layer).__name__}": not isinstance(layer, SHOWN),
        f"{layer.num_layers} layers": layer.num_layers > 1,
        "a bidirectional layer": layer.bidirectional,
        "projections": getattr(layer, "proj_size", 0) > 0,
        "ReLU": getattr(layer, "nonlinearity", "tanh") != "tanh",
        f"{weights:,} weights": weights > MOST_WEIGHTS,
    }
    found = [fault for fault, is_there in faults.items() if is_there]
    if found:
        raise ValueError(f"the page cannot run {', '.join(found)}; {SUPPORTED}")
    return IN_THE_PAGE.get(cell_of(layer), "own")


def name_of(model: CharLM) -> str:
    """Return what a model is called: its kind, or its layer's name for one of yours."""
    kind = kind_of(model)
    return type(model.layer).__name__ if kind == "own" else kind.upper()


def described(cell: type[RecurrentCell]) -> dict:
    """Return what a cell says of itself, for the page: its values, and its memory.

    A gate has a hue, red, green and blue, as in every figure; what has none is drawn
    on a scale with two ends. Its drawing is None if there is none.
    """
    values = stated(cell)
    colours = gate_colours(value.name for value in values)
    return {
        "kind": IN_THE_PAGE.get(cell, "own"),
        "memory": cell.state_names[-1],
        "drawing": drawn(cell),
        "parts": [
            {
                "name": value.name,
                "kind": value.kind,
                "words": value.called,
                "equation": value.equation,
                "hue": rgb(colours[value.name]) if value.kind == "gate" else None,
            }
            for value in values
        ],
    }


def has_block(part: Mapping) -> bool:
    """Say whether a part of a network has a block of its weights, and can be held."""
    return part["kind"] in ("gate", "candidate")


def rgb(colour: str) -> list[int]:
    """Return a colour such as #0072B2 as red, green and blue, 0 to 255."""
    return list(bytes.fromhex(colour.removeprefix("#")))


def pack(model: CharLM, name: str | None = None) -> dict:
    """Return a network for the page: its kind, its sizes and all its weights.

    The weights travel as float16 where that holds them exactly, else as float32, in
    torch's order, then the head's. Raises ValueError for weights that are not finite.
    """
    cell = cell_of(model.layer)
    W_ih, W_hh, b_ih, b_hh = (
        None if w is None else w.detach().cpu().float()
        for w in weights_of(model.layer, 0)
    )
    zeros = torch.zeros(W_ih.shape[0])
    biases = [zeros if b is None else b for b in (b_ih, b_hh)]
    head = [p.detach().cpu().float() for p in (model.head.weight, model.head.bias)]
    numbers = torch.cat([part.flatten() for part in (W_ih, W_hh, *biases, *head)])
    if not numbers.isfinite().all():
        raise ValueError("the model's weights must be finite, got NaN or infinity")
    is_exact = torch.equal(numbers.half().float(), numbers)
    dtype = "float16" if is_exact else "float32"
    return described(cell) | {
        "name": name or name_of(model),
        "hidden": model.layer.hidden_size,
        "dtype": dtype,
        "weights": encode(numbers.numpy(), dtype),
    }


def pack_values(values: dict, cell: type[RecurrentCell], name: str) -> dict:
    """Return values (T, H) by name for the page, those of a cell's step."""
    shapes = {key: tuple(value.shape) for key, value in values.items()}
    if len(set(shapes.values())) > 1 or len(shapes["h"]) != 2 or 0 in shapes["h"]:
        raise ValueError(f"values must all be (T, H), with no size 0, got {shapes}")
    return described(cell) | {
        "name": name,
        "hidden": shapes["h"][1],
        "values": encoded(values),
        "given": True,
        "why": f"This model does not run in the page{BEFOREHAND}",
    }


def encoded(values: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Return values by name as base64 of float16; raise for one that is too large."""
    most = max(float(np.abs(value).max(initial=0)) for value in values.values())
    if not most <= MOST_VALUE:  # nor if it is NaN
        raise ValueError(f"values must lie within ±{MOST_VALUE:,}, got {most}")
    return {name: encode(value, "float16") for name, value in values.items()}


def cell_with(values: Mapping, cell: type[RecurrentCell] | None):
    """Return the cell that has these values: the one that is given, or one of ours."""
    known = [cell] if cell is not None else list(IN_THE_PAGE)
    for each in known:
        if {value.name for value in stated(each)} == set(values):
            return each
    if cell is not None:
        names = ", ".join(value.name for value in stated(cell))
        raise ValueError(
            f"values must be those of {cell.__name__} ({names}), got "
            f"{', '.join(values)}"
        )
    raise ValueError(
        "values must be those of an LSTM (i, f, g, o, c, h), a GRU (r, z, n, h) or "
        f"an RNN (h), got {', '.join(values)}; for another cell pass a Trace, or cell="
    )


def values_of(trace: Trace | Mapping) -> dict[str, np.ndarray]:
    """Return values (T, H) by name from a trace of one sequence, or from arrays."""
    values = trace.numpy() if isinstance(trace, Trace) else dict(trace)
    arrays = {
        name: np.asarray(value, dtype=np.float64) for name, value in values.items()
    }
    if isinstance(trace, Trace):
        sizes = {array.shape[0] for array in arrays.values()}
        if sizes != {1}:
            raise ValueError(
                f"trace must be of one sequence, got {sizes.pop()}; take "
                "one with trace[0:1]"
            )
        arrays = {name: array[0] for name, array in arrays.items()}
    return arrays


def probabilities_of(p: torch.Tensor, T: int, V: int) -> np.ndarray:
    """Return probabilities of one sequence as an array (T, V), or raise."""
    p = torch.as_tensor(p).detach().cpu().double()
    if p.shape not in [(T, V), (1, T, V)]:
        raise ValueError(f"probabilities must be ({T}, {V}), got {tuple(p.shape)}")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    return p.reshape(T, V).numpy()


def pack_predictions(p: np.ndarray, ids: Sequence[int], most: int = 8) -> dict:
    """Return the likeliest tokens of each step, and the next one's, from p (T, V)."""
    top = np.argsort(-p, axis=1, kind="stable")[:, :most]
    following = [p[t, k] for t, k in enumerate(ids[1:])] + [0.0]
    return {
        "T": len(p),
        "top": encode(np.take_along_axis(p, top, axis=1), "float16"),
        "top_ids": top.flatten().tolist(),
        "next": encode(np.array(following), "float16"),
    }


def encode(numbers: np.ndarray, dtype: str) -> str:
    """Return numbers as base64 of little-endian float16 or float32."""
    little = {"float16": "<f2", "float32": "<f4"}[dtype]
    return base64.b64encode(numbers.astype(little).tobytes()).decode()


def well_formed(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def vocabulary(vocab: Vocab, size: int | None = None) -> list[str]:
    """Return the tokens of a vocabulary of characters, or raise."""
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab must be a Vocab, got {type(vocab).__name__}")
    if vocab.unit != "char":
        raise ValueError("vocab must be one of characters, got one of words")
    if size is not None and len(vocab) != size:
        raise ValueError(
            f"model and vocab must have one size, got {size} and {len(vocab)} tokens"
        )
    return list(vocab.tokens)
