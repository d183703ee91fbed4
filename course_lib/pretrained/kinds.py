"""What a model is made of, in plain values, and a model made of them.

A file names a kind and what its constructor was given. Whoever reads it looks the kind
up here, or among classes of its own that it hands over; a file's names are never
imported.
"""

import inspect
import warnings
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.nn.utils import parametrize
from torch.overrides import TorchFunctionMode

from ..data.text import Vocab
from ..models.heads import CharLM, EveryStep, ManyToOne
from ..models.listener import Listener
from ..models.seq2seq import Translator
from ..models.speller import Speller
from ..models.window_lm import WindowLM
from ..nn.layers import GRU, LSTM, RNN, RecurrentLayer
from ..nn.scans import MinGRU
from ..nn.values import held_by_block

OWN = "own."  # before the name of a class that the library does not have
SIZES = ("input_size", "hidden_size", "num_layers", "bias", "dropout", "bidirectional")


class NotHandedOver(ValueError):
    """A file has a layer of its reader's own, and `load` was not handed that class."""


def _named(*names: str) -> Callable[[nn.Module], dict]:
    """Return what gives the options that a model keeps under the same names."""
    return lambda model: {name: getattr(model, name) for name in names}


def _with_head(model) -> dict:
    """Return the options of a layer with a head."""
    p, width = model.dropout.p, model.head.out_features
    return {"layer": model.layer, "output_size": width, "dropout": p}


def _of_char_lm(model: CharLM) -> dict:
    named = {"layer": model.layer, "vocab_size": model.vocab_size}
    return named | {"dropout": model.dropout.p}


def _of_window(model: WindowLM) -> dict:
    return _named("vocab_size", "hidden_size", "k")(model) | {
        "dropout": model.dropout.p
    }


def _of_translator(model: Translator) -> dict:
    return {
        "reads": model.reads,
        "writes": model.writes,
        "mark": model.writes.tokens[model.mark],
        "hidden_size": model.decoder.hidden_size,
        "attention": model.attention is not None,
        "embedding_size": model.embed_read.embedding_dim,
    }


def _of_speller(model: Speller) -> dict:
    named = {"size": list(model.size), "vocab": model.vocab}
    H = model.layer.hidden_size
    return named | {"mark": model.vocab.tokens[model.mark], "hidden_size": H}


def _of_listener(model: Listener) -> dict:
    D, H = model.ahead.input_size, model.ahead.hidden_size
    return {"input_size": D, "hidden_size": H, "over": model.over}


def _of_ours(layer: RecurrentLayer) -> dict:
    """Return the options of our layer, for machines with numba and without."""
    way = "auto" if layer.backward == "compiled" else layer.backward
    return _named(*SIZES)(layer) | {"backward": way}


TORCH_LAYER = _named(*SIZES, "batch_first")
# kind: its class, and what gives the options that its constructor was given
KINDS: dict[str, tuple[type[nn.Module], Callable[[nn.Module], dict]]] = {
    **{f"course_lib.{kind.__name__}": (kind, _of_ours) for kind in (RNN, LSTM, GRU)},
    "course_lib.MinGRU": (MinGRU, _named("input_size", "hidden_size", "way")),
    "torch.nn.RNN": (nn.RNN, _named(*SIZES, "batch_first", "nonlinearity")),
    "torch.nn.LSTM": (nn.LSTM, _named(*SIZES, "batch_first", "proj_size")),
    "torch.nn.GRU": (nn.GRU, TORCH_LAYER),
    "CharLM": (CharLM, _of_char_lm),
    "WindowLM": (WindowLM, _of_window),
    "ManyToOne": (ManyToOne, _with_head),
    "EveryStep": (EveryStep, _with_head),
    "Translator": (Translator, _of_translator),
    "Speller": (Speller, _of_speller),
    "Listener": (Listener, _of_listener),
}


def describe(model: nn.Module) -> dict:
    """Return the kind of a model and what its constructor was given, in plain values.

    Raises TypeError for a class that `build` could not make again.
    """
    if parametrize.is_parametrized(model):
        names = ", ".join(model.parametrizations)
        raise TypeError(
            f"model computes its {names} from other parameters, which a file does not "
            "hold: torch.nn.utils.parametrize.remove_parametrizations makes them plain"
        )
    for kind, (made, options) in KINDS.items():
        if type(model) is made:
            return {"kind": kind, "options": _plain(options(model))}
    if isinstance(model, RecurrentLayer):
        _takes_our_options(type(model))
        options = {"kind": OWN + type(model).__name__, "options": _of_ours(model)}
        return options | {"cell": cell_in_words(type(model))}
    name = type(model).__name__
    parent = next((n for n, (made, _) in KINDS.items() if isinstance(model, made)), "")
    kin = f" ({name} is made from {parent}, and would come back as that)" * bool(parent)
    raise TypeError(
        "model must be of a class that load can make again: a recurrent layer, ours, "
        f"torch's or made from RecurrentLayer, or one of {', '.join(MODELS)}; got "
        f"{name}{kin}: save its state_dict() with torch.save, and build {name} yourself"
    )


def _takes_our_options(layer: type[RecurrentLayer]) -> None:
    """Raise TypeError for a class whose constructor takes what a file does not hold."""
    parameters = inspect.signature(layer.__init__).parameters.values()
    many = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    other = {p.name for p in parameters if p.kind not in many}
    other -= {"self", *inspect.signature(RecurrentLayer.__init__).parameters}
    if other:
        raise TypeError(
            f"{layer.__name__} is made with {', '.join(sorted(other))}, and a file "
            f"holds {', '.join(SIZES)} and backward alone: save its state_dict() with "
            "torch.save"
        )


MODELS = tuple(kind for kind in KINDS if "." not in kind)


def build(
    description: dict, own: dict[str, type[RecurrentLayer]], held: int
) -> nn.Module:
    """Return a model of the kind and options that `describe` gave, without numbers.

    It is on torch's device "meta", where the largest sizes take no memory, and waits
    for its weights. own: kind -> class, of layers that the library does not have.
    held: how many tensors a file has for it, which bounds its layers.
    """
    kind = description["kind"]
    options = description.get("options")
    if options is None:  # format 1 had those of a CharLM beside its kind
        options = {name: v for name, v in description.items() if name != "kind"}
    if {"device", "dtype"} & options.keys():
        raise ValueError(f"{kind} has no such options in a file: {', '.join(options)}")
    if options.get("num_layers", 1) > held:
        raise ValueError(f"{options['num_layers']} layers cannot have {held} tensors")
    made = _own(description, own) if kind.startswith(OWN) else KINDS[kind][0]
    given = {name: _made(value, own, held) for name, value in options.items()}
    with torch.device("meta"), _Undrawn(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it was told before
        return made(**given)


class _Undrawn(TorchFunctionMode):
    """While a model is built that waits for its weights, draw no random ones."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in ("normal_", "uniform_"):
            return args[0] if args else kwargs["tensor"]
        return func(*args, **(kwargs or {}))


def _made(value, own: dict, held: int):
    """Return an option as a constructor takes it."""
    if isinstance(value, dict):
        return vocab_of(value) if "tokens" in value else build(value, own, held)
    return value


def vocab_of(said: dict) -> Vocab:
    """Return the vocabulary that `vars_of` has described, or raise ValueError."""
    tokens, unit, unknown = said["tokens"], said["unit"], said["unknown"]
    text = isinstance(tokens, list) and all(isinstance(t, str) for t in tokens)
    if not text or any(len(t) != 1 and t != unknown and unit == "char" for t in tokens):
        raise ValueError(f"tokens must be texts, one {unit} each, got {tokens!r:.80}")
    return Vocab.from_tokens(**said)


def _plain(options: dict) -> dict:
    """Return options with models and vocabularies in plain values."""
    plain = {nn.Module: describe, Vocab: vars_of}
    return {
        name: next((f(v) for kind, f in plain.items() if isinstance(v, kind)), v)
        for name, v in options.items()
    }


def _own(description: dict, own: dict) -> type[RecurrentLayer]:
    """Return the class handed over for a layer that the library does not have."""
    kind = description["kind"]
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
    return own[kind]


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
