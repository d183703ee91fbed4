"""The checks of "Watching it learn"."""

import copy
import functools
from collections.abc import Mapping

import torch
from torch import Tensor

from ..data.shouting import shouting
from ..data.text import Vocab, split
from ..data.windows import windows
from ..models.heads import CharLM
from ..nn.layers import GRU, LSTM, RNN
from ..training.loop import fit
from ..training.metrics import perplexity
from .answers import answers_back, call
from .compare import choice, number, same
from .verdict import Wrong

BESIDE = {
    "clipping at 5": "the same",
    "seed 2": "alike",
    "16 units": "behind",
    "rate 10, clipping at 0.25": "diverges",
}
AGAINST = {
    "the same": "does this setting change no number of any step?",
    "alike": "other numbers need a cause, and nothing may hinder it for long",
    "behind": "what would hold this one back, from early on to the end?",
    "diverges": "the step would have to be far too long; which setting makes it long?",
}


@answers_back
def beside_the_first(predicted):
    """What becomes of an LSTM that differs from another in one setting."""
    if not isinstance(predicted, Mapping) or set(predicted) != set(BESIDE):
        raise Wrong(f"expected a dictionary with four settings: {'; '.join(BESIDE)}")
    for setting, right in BESIDE.items():
        hints = {word: hint for word, hint in AGAINST.items() if word != right}
        yield choice(predicted[setting], right, setting, hints)


RATE, FIRST = 0.02, 4.0  # and the first gradient, which is clipped to 1
UNCORRECTED = RATE * 0.1 / 0.001**0.5
BY_ADAM = {
    "that is a plain step; Adam divides by the root of its second mean": RATE * FIRST,
    "neither mean is corrected, and both begin near 0": UNCORRECTED,
    "the first mean is not corrected": RATE * 0.1,
    "the second mean is not corrected": RATE / 0.001**0.5,
    "that is divided by the second mean: where is its root?": RATE / FIRST,
}
BY_ADAM_CLIPPED = {
    "a quarter of the gradient goes in; what becomes of both means?": RATE / FIRST,
    "what becomes of the gradient's quarter in the root of the mean?": RATE * FIRST,
    "the means of the clipped gradient are to be corrected, too": UNCORRECTED,
}
PLAIN = {
    "that is as long as Adam's; a plain step has the gradient in it": RATE,
    "that is the gradient: where is the rate?": FIRST,
    "it is multiplied by the gradient, and not divided": RATE / FIRST,
}
PLAIN_CLIPPED = {
    "that is as if nothing were clipped": RATE * FIRST,
    "that is the clipped gradient: where is the rate then?": 1.0,
    "the gradient is clipped to 1; here it is clipped to less": RATE / FIRST,
}


@answers_back
def first_steps(adam_step, adam_step_clipped, plain_step, plain_step_clipped):
    """How far the first step moves a weight: Adam's and a plain one, clipped or not."""
    for given, right, what, mistakes in (
        (adam_step, RATE, "Adam's step", BY_ADAM),
        (adam_step_clipped, RATE, "Adam's step, clipped", BY_ADAM_CLIPPED),
        (plain_step, RATE * FIRST, "a plain step", PLAIN),
        (plain_step_clipped, RATE, "a plain step, clipped", PLAIN_CLIPPED),
    ):
        yield number(given, right, what, mistakes, 1e-3)


@answers_back
def leaving_out(left_out):
    """By how much log p changes when each token but the last is left out."""
    for layer, V, T in ((LSTM, 7, 9), (GRU, 5, 6), (RNN, 4, 2)):
        model = CharLM(layer(V, 8), V)
        for parameter in model.parameters():
            parameter.data *= 3  # so that every token counts
        ids = torch.randint(V, (T,))
        given = call(left_out, model, ids, name="left_out")
        what = f"{layer.__name__}, V = {V}, T = {T}"
        yield same(given, changes(model, ids), what, changed_wrongly(model, ids))


def log_p(model: CharLM, ids: Tensor) -> Tensor:
    """Return the log probabilities of the token to come: (V,)."""
    with torch.no_grad():
        return model(ids[None])[0][0, -1].log_softmax(dim=-1)


def changes(model: CharLM, ids: Tensor, shorter=None, last: int = 1) -> Tensor:
    """Return how log p of the likeliest token changes: (T - last,)."""
    shorter = shorter or (lambda t: torch.cat([ids[:t], ids[t + 1 :]]))
    before = log_p(model, ids)
    best = before.argmax()
    steps = range(len(ids) - last)
    return torch.stack([log_p(model, shorter(t))[best] - before[best] for t in steps])


def changed_wrongly(model: CharLM, ids: Tensor) -> dict[str, Tensor]:
    """Return what the usual mistakes in leaving tokens out compute."""
    before, other = log_p(model, ids), functools.partial(changes, model, ids)
    best, right = before.argmax(), other()
    shorter = [torch.cat([ids[:t], ids[t + 1 :]]) for t in range(len(ids) - 1)]
    after = torch.stack([log_p(model, each) for each in shorter])  # (T - 1, V)
    by_each = after.amax(dim=-1) - before[best]
    in_p = after.exp()[:, best] - before.exp()[best]
    next_one = other(lambda t: torch.cat([ids[: t + 1], ids[t + 2 :]]))
    replaced = other(lambda t: ids.index_fill(0, torch.tensor(t), 0))
    return {
        "which sign has a change for the worse?": -right,
        "that is log p without it; the change is asked for": after[:, best],
        "each time it is about another token, and not about the same one": by_each,
        "probabilities are subtracted where their logarithms are meant": in_p,
        "all that stands before it is left out, too": other(lambda t: ids[t + 1 :]),
        "the one after it is left out": next_one,
        "it is replaced by token 0; it is to be left out": replaced,
        "the last one is left out as well: one change too many": other(last=0),
    }


@answers_back
def wide_and_narrow(after_two, further):
    """What networks of 16 and of 64 units have learned after two passes."""
    if not isinstance(after_two, Mapping) or set(after_two) != {16, 64}:
        raise Wrong("expected a dictionary with two numbers, for 16 and for 64 units")
    for units, other in ((16, 64), (64, 16)):
        one, own, right = passes(units)
        mistakes = {
            "that is on the text that it learns from": own,
            "that is after one pass": one,
            "that is what the other one reaches": passes(other)[2],
        }
        what = f"{units} units after two passes"
        yield number(after_two[units], right, what, mistakes, 1e-2)
    hints = {
        "the narrow": "a lower perplexity is the better one: which is lower?",
        "neither": "is the difference smaller than what seeds make of it?",
    }
    yield choice(further, "the wide", "which gets further", hints)


@functools.cache
def passes(units: int) -> tuple[float, float, float]:
    """Return a perplexity after one pass, one of what it learns from, the right one."""
    text = shouting(1000)
    vocab = Vocab(text)
    learn, fresh = split(vocab.encode(text), (0.9, 0.1))
    torch.manual_seed(1)
    model = CharLM(LSTM(len(vocab), units), len(vocab))
    adam = torch.optim.Adam(model.parameters(), lr=RATE)
    valid = windows(fresh, 16, 32)
    how = {"epochs": 2, "valid": valid, "progress": False}
    history = fit(model, windows(learn, 16, 32), optimizer=adam, **how)
    one, two = history.valid_perplexity
    return one, history.perplexity[-1], two


@answers_back
def best_kept(keep_the_best):
    """A run that leaves the weights which were best on the validation batches."""
    for units, epochs, rate in ((16, 12, 0.05), (8, 9, 0.1), (8, 1, 0.1)):
        data, valid, model = short_text(units)
        runs = after_each_pass(model, data, rate, epochs)
        scores = [perplexity(run, valid) for run in runs]
        given = copy.deepcopy(model)
        adam = torch.optim.Adam(given.parameters(), lr=rate)
        lowest = call(keep_the_best, given, data, valid, adam, epochs)
        what = f"{units} units, {epochs} passes"
        mistakes = {
            "it is chosen by the part that it learns from": perplexity(runs[-1], data),
            "that is the score of the last pass": scores[-1],
        }
        yield number(lowest, min(scores), f"{what}: the score", mistakes, 1e-5)
        left = perplexity(given, valid)
        mistakes = {
            "the score is right, and the model left is the last one: what does "
            "`best` hold when training goes on?": scores[-1],
            "the weights are those with which it began": perplexity(model, valid),
        }
        yield number(left, min(scores), f"{what}: the model left", mistakes, 1e-5)


def short_text(units: int) -> tuple:
    """Return batches of a few sentences, of others, and a model to learn the first."""
    text = shouting(12)
    vocab = Vocab(text)
    learn, fresh = split(vocab.encode(text), (0.5, 0.5))
    model = CharLM(LSTM(len(vocab), units), len(vocab))
    return windows(learn, 4, 8), windows(fresh, 4, 8), model


def after_each_pass(model: CharLM, data, rate: float, epochs: int) -> list[CharLM]:
    """Return copies of a model as training leaves it after each pass."""
    model, copies = copy.deepcopy(model), []
    adam = torch.optim.Adam(model.parameters(), lr=rate)

    def _kept(*_) -> None:
        copies.append(copy.deepcopy(model))

    how = {"epochs": epochs, "on_epoch": _kept, "progress": False}
    fit(model, data, optimizer=adam, **how)
    return copies
