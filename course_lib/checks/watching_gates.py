"""The checks of "Watching gates"."""

import copy
import functools
import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ..analysis.holding import Hold
from ..analysis.trace import Trace, trace
from ..data.shouting import shouting
from ..nn.layers import LSTM
from ..pretrained.shipped import shipped
from .answers import answers_back, call, heard
from .compare import choice, number, same
from .verdict import Wrong
from .words import kind

HOLDS = {"f at 1": Hold("f", 1.0), "i at 0": Hold("i", 0.0)}
HOLDS |= {"o at 0": Hold("o", 0.0), "f at 0": Hold("f", 0.0)}
OUTCOMES = {
    "grows": "to grow, a memory must keep all that it has and add to it; does it here?",
    "empty": "an empty memory is one that is never written; is it not written here?",
    "unseen": "unseen is what is there and cannot get out; what hinders it here?",
    "short": "a short memory is written and lost a step later; is it both here?",
}


@answers_back
def after_holding(predicted):
    """What becomes of the memory when a gate is held in all units."""
    if not isinstance(predicted, Mapping) or set(predicted) != set(HOLDS):
        raise Wrong(f"expected a dictionary with the four holds {', '.join(HOLDS)}")
    saved = shipped("shouting_lstm")
    ids = saved.vocab.encode(shouting(8, seed=7))[None]
    free = trace(saved.model, ids)
    wrong = []
    for name, hold in HOLDS.items():
        right = outcome(trace(saved.model, ids, hold=[hold]), free)
        hints = {word: hint for word, hint in OUTCOMES.items() if word != right}
        try:
            yield choice(predicted[name], right, f"{name}, as it is held", hints)
        except Wrong as one:
            wrong.append(str(one))
    if wrong:
        raise Wrong("; ".join(wrong))


def outcome(held: Trace, free: Trace) -> str:
    """Say in a word what became of the memory of a held network."""
    if not held.c.any():
        return "empty"
    if not held.h.any():
        return "unseen"
    return "grows" if held.c.abs().max() > 10 * free.c.abs().max() else "short"


@answers_back
def place_in_the_word(place_in_word, best, later, follows):
    """The unit whose memory follows the place in the word, and how closely."""
    for text in ('a "LAMP (OR" x', "oil", ". ("):
        given = call(place_in_word, text)
        yield same(given, places(text), f"the places in {text!r}", misplaced(text))
    first, second, shown = correlations()
    unit = int(first.abs().argmax())
    hint = "on the first half another unit follows more closely than"
    mistakes = {
        "a memory may follow with the opposite sign, too": int(first.argmax()),
        "that is found by h; the memory cell is meant": int(shown.abs().argmax()),
    } | {f"{hint} unit {k}": k for k in range(len(first)) if k != unit}
    yield number(best, unit, "the unit", mistakes, tolerance=0)
    early, right = float(first[unit]), float(second[unit])
    mistakes = {
        "that is its correlation on the first half, where it was chosen": early,
        "which sign has it?": -right,
    }
    yield number(later, right, "its correlation later on", mistakes, tolerance=5e-3)
    hints = {
        "closely": "it tells the square of it, less than half, of the variance",
        "by chance": "what is found by chance is gone on the second half; is it?",
    }
    yield choice(follows, "loosely", "how it follows", hints)


def misplaced(text: str) -> dict[str, Tensor]:
    """Return what the usual mistakes in counting the place in the word give."""
    right, plain = places(text), torch.arange(1.0, len(text) + 1)
    no_space = places(text, lambda character: character != " ")
    return {
        "a word's first letter is to get a 1": (right - 1).clamp(min=0),
        "it never begins again: what is between two words?": plain,
        "every letter gets a 1: the place was asked for": (right > 0).float(),
        "capitals are letters as well": places(text, str.islower),
        "only spaces end a word: what about quotes and brackets?": no_space,
    }


def places(text: str, counts=str.isalpha) -> Tensor:
    """Return 1 at the first letter of a word, 2 at the second, 0 outside: (T,)."""
    found, count = [], 0
    for character in text:
        count = count + 1 if counts(character) else 0
        found.append(float(count))
    return torch.tensor(found)


@functools.cache
def correlations() -> tuple[Tensor, Tensor, Tensor]:
    """Return each unit's correlation with the place: c early, c late, h early: (H,)."""
    saved, text = shipped("shouting_lstm"), shouting(100, seed=7)
    values, fact = trace(saved.model, saved.vocab.encode(text)[None]), places(text)
    half = len(text) // 2
    parts = [(values.c, slice(half)), (values.c, slice(half, None))]
    parts.append((values.h, slice(half)))
    return tuple(
        torch.corrcoef(torch.cat([fact[None, part], each[0, part].T]))[0, 1:]
        for each, part in parts
    )


@answers_back
def held_by_weights(hold_by_weights):
    """One unit's forget gate held by nothing but the weights."""
    for made, D, H, unit, value in (
        (LSTM, 3, 4, 2, 0.9),
        (nn.LSTM, 2, 3, 0, 0.2),
        (LSTM, 1, 1, 0, 0.5),
    ):
        layer = made(D, H, batch_first=True) if made is nn.LSTM else made(D, H)
        for parameter in layer.parameters():
            nn.init.normal_(parameter.data)
        x, before = torch.randn(2, 6, D), copy.deepcopy(layer.state_dict())
        right = trace(layer, x, hold=[Hold("f", value, unit)]).h
        given = call(hold_by_weights, layer, unit, value)
        if any(not torch.equal(v, before[k]) for k, v in layer.state_dict().items()):
            raise Wrong("the layer that was handed in has changed: hold a copy of it")
        if type(given) is not type(layer):
            raise Wrong(f"expected a layer like the one handed in, came {kind(given)}")
        what = f"unit {unit} of {H} held at {value}"
        with heard("a run of the layer that came"):
            held = trace(given, x)
        same_row(layer, given, unit, what)
        hints, f = held_wrongly(layer, x, unit, value), held.f[..., unit]
        if f.max() - f.min() < 1e-6:
            hint = "the gate is held, but not at the value that is asked for: at"
            hints[f"{hint} {f.mean():.3f}"] = held.h
        yield same(held.h, right, what, hints, 1e-5)


def same_row(layer: nn.Module, given: nn.Module, unit: int, what: str) -> None:
    """Raise `Wrong` if rows have changed, but not that of the unit's forget gate."""
    H, before, changed = layer.hidden_size, layer.state_dict(), set()
    for name, value in given.state_dict().items():
        if value.shape == before[name].shape:
            apart = (value != before[name]).view(4 * H, -1).any(dim=1)
            changed |= set(apart.nonzero().flatten().tolist())
    if not changed or {H + unit, 4 * unit + 1} & changed:
        return
    block, other = divmod(min(changed), H)
    gate = ("the input gate", "the forget gate", "the candidate", "the output gate")
    raise Wrong(
        f"{what}: the row of {gate[block]} of unit {other} has changed; in which order "
        "do the blocks of the gates lie?"
    )


def held_wrongly(layer: nn.Module, x: Tensor, unit: int, value: float) -> dict:
    """Return what h becomes by each usual mistake in holding a forget gate."""
    H, number_ = layer.hidden_size, math.log(value / (1 - value))

    def _by(row=H + unit, bias=number_, second=0.0, still=()):
        changed = copy.deepcopy(layer)
        with torch.no_grad():
            for name in {"ih", "hh"} - set(still):
                getattr(changed, f"weight_{name}_l0")[row] = 0
            changed.bias_ih_l0[row] = bias
            changed.bias_hh_l0[row] = second
        return trace(changed, x).h

    return {
        "the rows of one gate lie together, not those of one unit": _by(4 * unit + 1),
        "every unit's gate is held, not that of one": _by(slice(H, 2 * H)),
        "the value is the gate's; what goes into the sigmoid is not": _by(bias=value),
        "torch has two biases, and they are added": _by(second=number_),
        "the second bias still counts": _by(second=layer.bias_hh_l0[H + unit].item()),
        "the gate still sees the input": _by(still=("ih",)),
        "the gate still sees the hidden state": _by(still=("hh",)),
        "the gate still sees the input and the state": _by(still=("ih", "hh")),
        "it is at 1 minus the value: which sign has the bias?": _by(bias=-number_),
        "nothing is held: is the copy changed, and handed back?": trace(layer, x).h,
    }


@answers_back
def through_a_quote(left, f_half, b_half):
    """What a constant forget gate leaves of a memory at the end of a quote."""
    mistakes = {
        "does each step lose the same amount, or the same share?": 1 - 0.1 * 30,
        "30 steps are 30 factors, not 30 summands": 0.9 * 30,
        "that is what is lost": 1 - 0.9**30,
        "count the steps: one is missing": 0.9**29,
    }
    yield number(left, 0.9**30, "what f = 0.9 leaves after 30 steps", mistakes, 1e-2)
    f = 2 ** (-1 / 30)
    mistakes = {
        "does each step lose the same amount, or the same share?": 1 - 0.5 / 30,
        "that is what a gate at one half leaves": 0.5**30,
        "half is to be left at the end, not after each step": 0.5,
        "that is more than 1: what is its inverse?": 1 / f,
    }
    yield number(f_half, f, "the gate that keeps half", mistakes, 1e-3)
    b, squashed = math.log(f / (1 - f)), 1 / (1 + math.exp(-f))
    mistakes = {
        "that is the gate; which number has it as its sigmoid?": f,
        "that bias leaves 1/e, not a half": math.log(29.5),
        "that is the sigmoid of the gate; the way back is asked for": squashed,
        "which sign has the bias of a gate that is nearly open?": -b,
    }
    yield number(b_half, b, "its bias", mistakes, 1e-2)


@answers_back
def forgetful_gru(smalls, because):
    """What the GRU expects in a quote when its gates are held at 0."""
    if not isinstance(smalls, Mapping) or set(smalls) != {"z", "zr"}:
        raise Wrong('expected a dictionary with two numbers, for "z" and for "zr"')
    free = expected_small()
    for gates in ("z", "zr"):
        holds = tuple(Hold(gate, 0.0) for gate in gates)
        alone = expected_small((Hold("r", 0.0),))
        mistakes = {
            "that is as if nothing were held": free,
            "that is with z at 1, where everything is kept": expected_small(
                tuple(Hold(gate, 1.0) for gate in gates)
            ),
            "that is with r alone at 0": alone,
        }
        if gates == "zr":
            hint = "that is with z alone at 0"
            mistakes[hint] = expected_small(holds[:1])
        what = f"with {' and '.join(gates)} at 0"
        yield number(smalls[gates], expected_small(holds), what, mistakes, 1e-2)
    hints = {
        "a second state": "what is handed on from step to step in a GRU?",
        "fewer weights": "they are as many when r is held as well, and then it forgets",
    }
    yield choice(because, "the candidate", "why r matters", hints)


@functools.cache
def expected_small(holds: tuple[Hold, ...] = ()) -> float:
    """Return the mean probability of a small letter at the spaces in quotes, held."""
    saved, text = shipped("shouting_gru"), shouting(100, seed=7)[:500]
    tokens = saved.vocab.tokens
    with torch.no_grad():
        ids = saved.vocab.encode(text)[None]
        logits = saved.model.head(trace(saved.model, ids, hold=holds).h[0])
    p = torch.softmax(logits[at_spaces_in_quotes(text)], dim=-1)
    small = p[:, torch.tensor([token.islower() for token in tokens])].sum(dim=-1)
    capital = p[:, torch.tensor([token.isupper() for token in tokens])].sum(dim=-1)
    return float((small / (small + capital)).mean())


def at_spaces_in_quotes(text: str) -> list[int]:
    """Return the places of the spaces inside quotes and brackets."""
    found, quoted = [], False
    for place, character in enumerate(text):
        if character in '"()':
            quoted = character == "(" or (character == '"' and not quoted)
        if quoted and character == " ":
            found.append(place)
    return found
