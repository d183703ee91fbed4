"""Saving a model with all that belongs to it, and getting it back as it was."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from ..data.text import Vocab
from ..files import format
from ..nn.layers import RecurrentLayer
from ..training.history import History
from ..training.random_state import torch_state
from .kinds import NotHandedOver, build, describe, handed_over, vars_of, vocab_of
from .state import look_of, put_back, state_of


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
    random: dict | None


def save(
    path: str | Path,
    model: nn.Module,
    vocab: Vocab | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    history: History | None = None,
) -> None:
    """Write a model, with what else is given, into one file that `load` reads.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/model.safetensors"
    ...     cl.save(path, cl.GRU(8, 16).half().eval(), vocab=cl.Vocab("hello"))
    ...     saved = cl.load(path)
    >>> saved.model, saved.model.weight_hh_l0.dtype, saved.model.training, saved.vocab
    (GRU(8, 16), torch.float16, False, Vocab(4 chars, unknown=None))

    model: a recurrent layer, of ours, of torch's, or a RecurrentLayer of your own,
    whose class is then to be handed to `load`; or a model of this course: CharLM,
    WindowLM, ManyToOne, EveryStep, Translator, Speller, Listener. Kept are its weights
    and their types, what is frozen, tied or in evaluation mode, and the state of
    torch's random numbers; not its device, nor its hooks.
    The file is a safetensors file (see `course_lib.files.format`) with a checksum,
    written whole: after a power cut there is the old one or the new one. Raises
    TypeError for a model that `load` could not build as it is, OSError, with what to
    do, where nothing can be written.
    """
    _check(vocab, optimizer, history)
    description = describe(model)
    _same_parts(
        model, build(description, handed_over(_classes_in(model)), _many(model))
    )
    content = {
        "model": description,
        **state_of(model),
        "vocab": None if vocab is None else vars_of(vocab),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "history": None if history is None else lists_of(history),
        "random": torch_state(),
    }
    format.write(path, "model", content)


def load(path: str | Path, layers: Sequence[type[RecurrentLayer]] = ()) -> Saved:
    """Read what `save` wrote and build the model again, on the CPU.

    >>> model, x = cl.GRU(8, 16), torch.rand(4, 10, 8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cl.save(f"{folder}/model.safetensors", model)
    ...     again = cl.load(f"{folder}/model.safetensors").model
    >>> torch.equal(model(x)[0], again(x)[0])
    True

    layers: classes of your own that the model may be made of, as in
    `cl.load(path, layers=[CoupledLSTM])`; a file only names them, and nothing that it
    names is imported or executed. The optimizer's state is for
    `optimizer.load_state_dict`; `random`, None in a file that a page wrote, is for
    `course_lib.training.random_state.set_random_state`. Files of version 0.1 are read,
    too. Raises ValueError, naming the file, for any that `save` did not write or that
    is damaged, and for one with a layer that was not handed over or whose cell says
    something else now; TypeError for `layers` that are none.
    """
    own = handed_over(layers)
    content = format.read(path, "model")
    try:
        model = build(content["model"], own, len(content["weights"]))
        put_back(model, content)
        vocab, history = content["vocab"], content["history"]
        return Saved(
            model,
            None if vocab is None else vocab_of(vocab),
            None if history is None else history_of(history),
            content["optimizer"],
            content["random"],
        )
    except NotHandedOver as error:
        raise NotHandedOver(f"{path} cannot be built: {error}") from error
    except Exception as error:  # whatever a file that somebody wrote may lead to
        problem = " ".join(str(error).split())[:200]
        raise ValueError(
            f"{path} holds no model that can be built: expected {format.EXPECTED} "
            f"({problem})"
        ) from error


def _check(vocab, optimizer, history) -> None:
    """Raise TypeError for something that a file has no place for."""
    for name, value, kind in (
        ("vocab", vocab, Vocab),
        ("optimizer", optimizer, torch.optim.Optimizer),
        ("history", history, History),
    ):
        fits = type(value) is Vocab if kind is Vocab else isinstance(value, kind)
        if value is not None and not fits:
            given = type(value).__name__
            raise TypeError(f"{name} must be a {kind.__name__} or None, got {given}")


def lists_of(history: History) -> dict:
    """Return the curves of a history, by name."""
    return {field.name: getattr(history, field.name) for field in fields(History)}


def history_of(lists: dict) -> History:
    """Return a history of curves; raise ValueError for what are none."""
    numbers = [isinstance(x, int | float) for curve in lists.values() for x in curve]
    if len({len(curve) for curve in lists.values()}) != 1 or not all(numbers):
        raise ValueError("history must be lists of numbers, as long as each other")
    return History(**lists)


def _classes_in(model: nn.Module) -> list[type[RecurrentLayer]]:
    """Return the classes of the recurrent layers in a model."""
    layers = [m for m in model.modules() if isinstance(m, RecurrentLayer)]
    return list({type(layer) for layer in layers})


def _many(model: nn.Module) -> int:
    """Return how many tensors a model has."""
    return len(model.state_dict())


def _same_parts(model: nn.Module, again: nn.Module) -> None:
    """Raise TypeError unless a model has the parts that its class makes."""
    for name, part in model.named_modules():
        if "forward" in vars(part) or part._non_persistent_buffers_set:
            what = "a forward of its own" if "forward" in vars(part) else "a buffer"
            raise TypeError(
                f"{name or type(model).__name__} has {what} that its state_dict() does "
                "not hold, and load would not give it back"
            )
    there, wanted = look_of(model), look_of(again)
    if there != wanted:
        names = sorted(n for n in there | wanted if there.get(n) != wanted.get(n))
        name = names[0]
        raise TypeError(
            f"{type(model).__name__} has been changed after it was made, and load "
            f"would not make it so: {name} is {there.get(name, 'missing')}, expected "
            f"{wanted.get(name, 'nothing of that name')}; save its state_dict() with "
            "torch.save instead"
        )
