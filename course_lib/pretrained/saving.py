"""Saving a model with all that belongs to it, and getting it back."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from ..data.text import Vocab
from ..models.heads import CharLM
from ..nn.layers import GRU, LSTM, RNN, RecurrentLayer
from ..nn.values import held_by_block
from ..training import checkpoint
from ..training.history import History

LAYERS = {
    **{f"course_lib.{kind.__name__}": kind for kind in (RNN, LSTM, GRU)},
    **{f"torch.nn.{kind.__name__}": kind for kind in (nn.RNN, nn.LSTM, nn.GRU)},
}
OWN = "own."  # before the name of a class that the library does not have
SIZES = ("input_size", "hidden_size", "num_layers", "bias", "dropout", "bidirectional")
OUR_OPTIONS, TORCH_OPTIONS = (*SIZES, "backward"), (*SIZES, "batch_first")


class NotHandedOver(ValueError):
    """A file has a layer of its reader's own, and `load` was not handed that class."""


class Saved(NamedTuple):
    """What `load` returns: what was saved, None for what was not.

    >>> saved = cl.shipped("shouting_gru")
    >>> saved.model.layer, saved.vocab, saved.optimizer
    (GRU(51, 16), Vocab(51 chars, unknown=None), None)
    """

    model: nn.Module
    vocab: Vocab | None
    history: History | None
    optimizer: dict | None
    random: dict


def save(
    path: str | Path,
    model: nn.Module,
    vocab: Vocab | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    history: History | None = None,
) -> None:
    """Write a model's weights and sizes, and what else is given, into one file.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cl.save(f"{folder}/model.pt", cl.GRU(8, 16), vocab=cl.Vocab("hello"))
    ...     saved = cl.load(f"{folder}/model.pt")
    >>> saved.model, saved.vocab
    (GRU(8, 16), Vocab(4 chars, unknown=None))

    model: a CharLM or a recurrent layer, of ours or torch's, or a RecurrentLayer of
    your own, whose class is then to be handed to `load`. The state of torch's random
    numbers is saved too. Written atomically: after a power cut there is the old file or
    the new one. Raises TypeError for a model that `load` could not build.
    """
    content = {
        "model": describe(model),
        "weights": model.state_dict(),
        "vocab": None if vocab is None else vars_of(vocab),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "history": None if history is None else dict(vars(history)),
        "random": checkpoint.random_state(),
    }
    checkpoint.write(path, "model", content)


def load(path: str | Path, layers: Sequence[type[RecurrentLayer]] = ()) -> Saved:
    """Read what `save` wrote and build the model again, on the CPU.

    >>> model, x = cl.GRU(8, 16), torch.rand(4, 10, 8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cl.save(f"{folder}/model.pt", model)
    ...     again = cl.load(f"{folder}/model.pt").model
    >>> torch.equal(model(x)[0], again(x)[0])
    True

    layers: classes of your own that the model may be made of, as in
    `cl.load(path, layers=[CoupledLSTM])`; a file only names them, and nothing that it
    names is imported or executed. The optimizer's state is for
    `optimizer.load_state_dict`; `random` is for
    `course_lib.training.checkpoint.set_random_state`. Raises ValueError, naming the
    file, for any that `save` did not write, and for one with a layer that was not
    handed over or whose cell says something else now; TypeError for `layers` that are
    none.
    """
    own = handed_over(layers)
    content = checkpoint.read(path, "model")
    try:
        model = build(content["model"], own)
        model.load_state_dict(content["weights"])
        vocab, history = content["vocab"], content["history"]
        return Saved(
            model,
            None if vocab is None else Vocab.from_tokens(**vocab),
            None if history is None else History(**history),
            content["optimizer"],
            content["random"],
        )
    except NotHandedOver as error:
        raise NotHandedOver(f"{path} cannot be built: {error}") from error
    except (KeyError, TypeError, RuntimeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"{path} holds no model that can be built: expected a file written by "
            f"course_lib's save ({error})"
        ) from error


def describe(model: nn.Module) -> dict:
    """Return the kind and the sizes of a model, in plain values."""
    if isinstance(model, CharLM):
        return {
            "kind": "CharLM",
            "layer": describe(model.layer),
            "vocab_size": model.vocab_size,
            "dropout": model.dropout.p,
        }
    kind = next((name for name, cls in LAYERS.items() if type(model) is cls), None)
    if kind is None and isinstance(model, RecurrentLayer):
        options = {name: getattr(model, name) for name in OUR_OPTIONS}
        kind = OWN + type(model).__name__
        return {"kind": kind, "options": options, "cell": cell_in_words(type(model))}
    if kind is None or getattr(model, "proj_size", 0):
        raise TypeError(
            "model must be a CharLM or a recurrent layer (without projection), got "
            f"{type(model).__name__}; for others save model.state_dict()"
        )
    names = TORCH_OPTIONS if kind.startswith("torch") else OUR_OPTIONS
    options = {name: getattr(model, name) for name in names}
    if kind == "torch.nn.RNN":
        options["nonlinearity"] = model.nonlinearity
    return {"kind": kind, "options": options}


def build(description: dict, own: dict[str, type[RecurrentLayer]]) -> nn.Module:
    """Return a model of the kind and sizes that `describe` gave.

    own: kind -> class, of layers that the library does not have.
    """
    kind = description["kind"]
    if kind == "CharLM":
        layer = build(description["layer"], own)
        return CharLM(layer, description["vocab_size"], description["dropout"])
    if not kind.startswith(OWN):
        return LAYERS[kind](**description["options"])
    name = kind.removeprefix(OWN)
    if kind not in own:
        handed = ", ".join(key.removeprefix(OWN) for key in own) or "none"
        raise NotHandedOver(
            f"its layer {name} is none of course_lib's, and nothing that a file names "
            f"is imported: hand the class over, load(path, layers=[{name}]); layers "
            f"handed over: {handed}"
        )
    if cell_in_words(own[kind]) != description["cell"]:
        raise NotHandedOver(
            f"the cell of {name} had {description['cell']} when it was saved, and has "
            f"{cell_in_words(own[kind])} now: hand over the class that was saved"
        )
    return own[kind](**description["options"])


def handed_over(layers: Sequence[type[RecurrentLayer]]) -> dict:
    """Return the classes that a reader hands over by the kind that a file has."""
    for layer in layers:
        if not (isinstance(layer, type) and issubclass(layer, RecurrentLayer)):
            raise TypeError(
                f"layers must be classes made from RecurrentLayer, got {layer!r}"
            )
    return {OWN + layer.__name__: layer for layer in layers}


def cell_in_words(layer: type[RecurrentLayer]) -> str:
    """Return the blocks and the state of a layer's cell: what its weights mean."""
    cell = layer.cell
    named = " ".join(value.name for value in held_by_block(cell))
    return f"blocks {named or cell.blocks}, state {' '.join(cell.state_names)}"


def vars_of(vocab: Vocab) -> dict:
    """Return what a vocabulary is made of, in plain values."""
    return {
        "tokens": list(vocab.tokens),
        "unit": vocab.unit,
        "unknown": vocab.unknown,
    }
