"""Saving a model with all that belongs to it, and getting it back."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from ..data.text import Vocab
from ..models.heads import CharLM
from ..nn.layers import GRU, LSTM, RNN
from ..training import checkpoint
from ..training.history import History

LAYERS = {
    **{f"course_lib.{kind.__name__}": kind for kind in (RNN, LSTM, GRU)},
    **{f"torch.nn.{kind.__name__}": kind for kind in (nn.RNN, nn.LSTM, nn.GRU)},
}
SIZES = ("input_size", "hidden_size", "num_layers", "bias", "dropout", "bidirectional")
OUR_OPTIONS, TORCH_OPTIONS = (*SIZES, "backward"), (*SIZES, "batch_first")


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

    model: a CharLM or a recurrent layer, of ours or torch's. The state of torch's
    random numbers is saved too. Written atomically: after a power cut there is the old
    file or the new one. Raises TypeError for a model that `load` could not build.
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


def load(path: str | Path) -> Saved:
    """Read what `save` wrote and build the model again, on the CPU.

    >>> model, x = cl.GRU(8, 16), torch.rand(4, 10, 8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cl.save(f"{folder}/model.pt", model)
    ...     again = cl.load(f"{folder}/model.pt").model
    >>> torch.equal(model(x)[0], again(x)[0])
    True

    The optimizer's state is for `optimizer.load_state_dict`; `random` is for
    `course_lib.training.checkpoint.set_random_state`. Nothing in the file is executed.
    Raises ValueError, naming the file, for any that `save` did not write.
    """
    content = checkpoint.read(path, "model")
    try:
        model = build(content["model"])
        model.load_state_dict(content["weights"])
        vocab, history = content["vocab"], content["history"]
        return Saved(
            model,
            None if vocab is None else Vocab.from_tokens(**vocab),
            None if history is None else History(**history),
            content["optimizer"],
            content["random"],
        )
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


def build(description: dict) -> nn.Module:
    """Return a model of the kind and sizes that `describe` gave."""
    if description["kind"] == "CharLM":
        layer = build(description["layer"])
        return CharLM(layer, description["vocab_size"], description["dropout"])
    return LAYERS[description["kind"]](**description["options"])


def vars_of(vocab: Vocab) -> dict:
    """Return what a vocabulary is made of, in plain values."""
    return {
        "tokens": list(vocab.tokens),
        "unit": vocab.unit,
        "unknown": vocab.unknown,
    }
