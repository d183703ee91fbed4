"""Wrong answers to the exercises of "Watching gates"."""

import copy
import functools
import math

import torch

import course_lib as cl
from course_lib.data.shouting import shouting

RIGHT = {"f at 1": "grows", "i at 0": "empty", "o at 0": "unseen", "f at 0": "short"}


def places(text, counts=str.isalpha, before=0.0):
    """Return the place of each letter in its word, (T,), 0 outside."""
    found, count = [], before
    for character in text:
        count = count + 1 if counts(character) else before
        found.append(max(count, 0.0))
    return torch.tensor(found)


@functools.cache
def found_by(name, half):
    """Return the correlation of each unit with the place, over half of the text."""
    shipped, text = cl.shipped("shouting_lstm"), shouting(100, seed=7)
    values = cl.trace(shipped.model, shipped.vocab.encode(text)[None])[name][0]
    values, fact = values.chunk(2)[half], places(text).chunk(2)[half]
    return torch.corrcoef(torch.cat([fact[None], values.T]))[0, 1:]


UNIT = int(found_by("c", 0).abs().argmax())
EARLY, LATER = found_by("c", 0)[UNIT].item(), found_by("c", 1)[UNIT].item()


def held(
    block=1,
    bias=None,
    both=False,
    matrices=("ih", "hh"),
    kept=False,
    copied=True,
    off=0,
    every=False,
):
    """Make a function that holds a gate by its weights, with something wrong."""

    def hold_by_weights(layer, unit, value):
        layer = copy.deepcopy(layer) if copied else layer
        H = layer.hidden_size
        row = 4 * unit + 1 if block is None else block * H + unit + off
        row = slice(H, 2 * H) if every else row
        number = math.log(value / (1 - value))
        with torch.no_grad():
            for name in matrices:
                getattr(layer, f"weight_{name}_l0")[row] = 0
            layer.bias_ih_l0[row] = number if bias is None else bias(value)
            if not kept:
                layer.bias_hh_l0[row] = number if both else 0
        return layer

    return hold_by_weights


def untouched(layer, unit, value):
    return copy.deepcopy(layer)


def only_a_weight(layer, unit, value):
    return layer.weight_ih_l0


def small(**gates):
    """Return the mean probability of a small letter, of the GRU with gates held."""
    shipped, text = cl.shipped("shouting_gru"), shouting(100, seed=7)[:500]
    holds = [cl.Hold(gate, value) for gate, value in gates.items()]
    h = cl.trace(shipped.model, shipped.vocab.encode(text)[None], hold=holds).h[0]
    with torch.no_grad():
        p = torch.softmax(shipped.model.head(h), dim=-1)
    case = [
        torch.tensor([test(token) for token in shipped.vocab.tokens])
        for test in (str.islower, str.isupper)
    ]
    odd = torch.tensor([text[:k].count('"') % 2 == 1 for k in range(1, len(text) + 1)])
    open_ = [text[:k].count("(") > text[:k].count(")") for k in range(1, len(text) + 1)]
    at = (odd | torch.tensor(open_)) & torch.tensor([c == " " for c in text])
    lower, upper = (p[at][:, tokens].sum(dim=-1) for tokens in case)
    return (lower / (lower + upper)).mean().item()


Z, ZR = small(z=0.0), small(z=0.0, r=0.0)


def numbers(z=Z, zr=ZR):
    return {"z": z, "zr": zr}


QUOTE = (0.9**30, 2 ** (-1 / 30))

ALL_WRONG = dict(zip(RIGHT, ("short", "grows", "empty", "unseen"), strict=True))

MISTAKES = [
    ("after_holding", "must keep all that it has", RIGHT | {"f at 0": "grows"}),
    ("after_holding", "is it not written here", RIGHT | {"o at 0": "empty"}),
    ("after_holding", "what hinders it here", RIGHT | {"i at 0": "unseen"}),
    ("after_holding", "lost a step later", RIGHT | {"f at 1": "short"}),
    ("after_holding", "f at 1, as it is held: a short", ALL_WRONG),
    ("after_holding", "; o at 0, as it is held: an empty", ALL_WRONG),
    ("after_holding", "; f at 0, as it is held: unseen is", ALL_WRONG),
    ("after_holding", "the four holds", {"f at 1": "grows"}),
    *[
        ("place_in_the_word", words, count, UNIT, LATER, "loosely")
        for words, count in (
            ("first letter is to get a 1", lambda text: places(text, before=-1.0)),
            ("it never begins again", lambda text: torch.arange(1.0, len(text) + 1)),
            ("the place was asked for", lambda text: (places(text) > 0).float()),
            ("capitals are letters", lambda text: places(text, str.islower)),
            ("only spaces end a word", lambda text: places(text, lambda c: c != " ")),
        )
    ],
    *[
        ("place_in_the_word", words, places, *rest)
        for words, *rest in (
            ("another unit follows more", 4, LATER, "loosely"),
            (
                "with the opposite sign",
                int(found_by("c", 0).argmax()),
                LATER,
                "loosely",
            ),
            (
                "the memory cell is meant",
                int(found_by("h", 0).abs().argmax()),
                LATER,
                "loosely",
            ),
            ("where it was chosen", UNIT, EARLY, "loosely"),
            ("which sign has it", UNIT, -LATER, "loosely"),
            ("less than half", UNIT, LATER, "closely"),
            ("gone on the second half", UNIT, LATER, "by chance"),
        )
    ],
    ("held_by_weights", "the row of the input gate of unit 2", held(block=0)),
    ("held_by_weights", "the row of the candidate of unit 2", held(block=2)),
    ("held_by_weights", "the row of the output gate of unit 2", held(block=3)),
    ("held_by_weights", "in which order do the", held(block=2, bias=float, kept=True)),
    ("held_by_weights", "the row of the forget gate of unit 1", held(off=-1)),
    ("held_by_weights", "every unit's gate is held", held(every=True)),
    ("held_by_weights", "what goes into the sigmoid", held(bias=float)),
    ("held_by_weights", "they are added", held(both=True)),
    ("held_by_weights", "the second bias still counts", held(kept=True)),
    ("held_by_weights", "still sees the input", held(matrices=("hh",))),
    ("held_by_weights", "still sees the hidden state", held(matrices=("ih",))),
    ("held_by_weights", "the input and the state", held(matrices=())),
    (
        "held_by_weights",
        "1 minus the value",
        held(bias=lambda value: -math.log(value / (1 - value))),
    ),
    ("held_by_weights", "lie together", held(block=None)),
    ("held_by_weights", "but not at the value", held(bias=math.log)),
    ("held_by_weights", "nothing is held", untouched),
    ("held_by_weights", "hold a copy of it", held(copied=False)),
    ("held_by_weights", "a layer like the one handed in", only_a_weight),
    ("through_a_quote", "the same amount, or", 1 - 0.1 * 30, QUOTE[1], 3.76),
    ("through_a_quote", "not 30 summands", 27.0, QUOTE[1], 3.76),
    ("through_a_quote", "that is what is lost", 1 - 0.9**30, QUOTE[1], 3.76),
    ("through_a_quote", "one is missing", 0.9**29, QUOTE[1], 3.76),
    ("through_a_quote", "the same amount, or", QUOTE[0], 1 - 0.5 / 30, 3.76),
    ("through_a_quote", "what a gate at one half leaves", QUOTE[0], 0.5**30, 3.76),
    ("through_a_quote", "not after each step", QUOTE[0], 0.5, 3.76),
    ("through_a_quote", "what is its inverse", QUOTE[0], 2 ** (1 / 30), 3.76),
    ("through_a_quote", "has it as its sigmoid", *QUOTE, QUOTE[1]),
    ("through_a_quote", "leaves 1/e, not a half", *QUOTE, math.log(30)),
    ("through_a_quote", "the way back is asked for", *QUOTE, 0.7265),
    ("through_a_quote", "which sign has the bias", *QUOTE, -3.76),
    ("forgetful_gru", "expected a dictionary", Z, "the candidate"),
    ("forgetful_gru", "as if nothing were held", numbers(z=small()), "the candidate"),
    ("forgetful_gru", "with z at 1", numbers(z=small(z=1.0)), "the candidate"),
    ("forgetful_gru", "with r alone", numbers(zr=small(r=0.0)), "the candidate"),
    ("forgetful_gru", "with z alone", numbers(zr=Z), "the candidate"),
    ("forgetful_gru", "handed on from step to step", numbers(), "a second state"),
    ("forgetful_gru", "and then it forgets", numbers(), "fewer weights"),
]
