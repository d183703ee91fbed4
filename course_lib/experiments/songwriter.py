"""The songwriter: learning a short text by heart, writing with it, and what it copies.

Shapes: B rows in a batch, T steps, V different characters, H hidden units. A character
is a Unicode code point, so one visible letter may be several of them: an accent that
stands by itself is a character of its own.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import validation
from ..data.corpus import load_corpus
from ..data.text import Vocab
from ..data.windows import windows
from ..models.generate import generate
from ..models.heads import CharLM
from ..nn.layers import LSTM
from ..training.history import History
from ..training.loop import fit
from ..training.random_state import random_state, set_random_state

CLIP = 0.01  # for both recipes
SEEDS = 2**64  # how many torch has


class Songwriter(NamedTuple):
    """What `train_songwriter` returns: a model, its characters and its curves.

    >>> song = cl.train_songwriter("la " * 40, units=8, epochs=2, batch_size=2)
    >>> song._fields, len(song.vocab)
    (('model', 'vocab', 'history'), 3)
    """

    model: CharLM
    vocab: Vocab
    history: History


class Copied(NamedTuple):
    """What `copied` returns: the longest copy, its share, and the run at every place.

    >>> cl.copied("abcd", "xxabc")
    Copied(longest='abc', share=0.75, runs=[3, 3, 3, 0])
    """

    longest: str
    share: float
    runs: list[int]


def lyrics(
    name_or_path: str | Path = "songbook",
    max_chars: int | None = 10_000,
    encoding: str = "utf-8",
) -> str:
    """Return a text as the songwriter reads it: each line break becomes one space.

    >>> cl.lyrics()[:20]
    '夜里十一点 站台的灯泡嗡嗡响 我把箱子举'

    An empty line, as between two songs, is two spaces. Arguments and errors are those
    of `load_corpus`; max_chars: None for all of it. Raises ValueError for a text with
    nothing but white space.
    """
    if max_chars is not None:
        validation.whole(max_chars, 1, "max_chars")
    text = load_corpus(name_or_path, max_chars, encoding).replace("\n", " ")
    if not text.strip():
        raise ValueError(
            f"{str(name_or_path)[:200]!r} must hold some text, got {len(text)} "
            "characters, all of them white space"
        )
    return text


def scratch_model(V: int, units: int) -> CharLM:
    """Return the model of the recipe "scratch": our LSTM with one bias.

    Every weight is drawn from normal(0, 0.01) and every bias is 0. torch's cells, and
    so ours, have two biases, which only add up; the second is kept at 0, out of reach
    of any optimizer.
    """
    model = CharLM(LSTM(V, units), V)
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, 0.0, 0.01)
        else:
            nn.init.zeros_(parameter)
        parameter.requires_grad_("bias_hh" not in name)
    return model


def torch_model(V: int, units: int) -> CharLM:
    """Return the model of the recipe "torch": nn.LSTM as it comes."""
    return CharLM(nn.LSTM(V, units, batch_first=True), V)


# name: (model, optimizer, its learning rate)
RECIPES = {
    "scratch": (scratch_model, torch.optim.SGD, 100.0),
    "torch": (torch_model, torch.optim.Adam, 0.01),
}


def train_songwriter(
    text: str,
    recipe: str = "torch",
    *,
    units: int = 256,
    epochs: int = 160,
    batch_size: int = 32,
    num_steps: int = 35,
    seed: int = 0,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[Songwriter, int], object] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool | str = False,
) -> Songwriter:
    """Train a character model on a text until it knows it by heart.

    >>> song = cl.train_songwriter("la " * 40, units=16, epochs=60, batch_size=2)
    >>> song.history.perplexity[-1] < 1.2
    True

    recipe: "scratch" is `cl.LSTM` with one bias, weights from normal(0, 0.01) and SGD
    at a rate of 100; "torch" is `nn.LSTM` as it comes and Adam at 0.01. Both read
    sequential windows with the state carried, and clip the gradient at norm 0.01.
    on_epoch: called with the songwriter so far and the number of the epoch, from 1; if
    it returns True, training ends there. checkpoint, resume: a file that keeps the run
    after every epoch, and how to go on from it, as for `fit`.
    seed: of the weights; random numbers elsewhere are left as they were. Raises
    ValueError for a text too short for one batch, a recipe that is not known, or a
    checkpoint of another run.
    The lyrics experiment of Zhang et al., Dive into Deep Learning.
    """
    if validation.text(recipe, "recipe") not in RECIPES:
        raise ValueError(f"recipe must be one of {sorted(RECIPES)}, got {recipe!r}")
    make, optimizer, lr = RECIPES[recipe]
    vocab, size = Vocab(text), validation.whole(units, 1, "units")
    if validation.whole(seed, 0, "seed") >= SEEDS:
        raise ValueError(f"seed must be below 2**64, got {seed}")
    data = windows(vocab.encode(text), batch_size, num_steps)
    data.origin = f"{seed} {''.join(vocab.tokens)}"  # by which a checkpoint knows it
    before = random_state()
    try:
        torch.default_generator.manual_seed(seed)
        model = make(len(vocab), size).to(device)
        sgd_or_adam = optimizer(model.parameters(), lr=lr)
        told = on_epoch and (lambda k, h: on_epoch(Songwriter(model, vocab, h), k))
        how = {"epochs": epochs, "optimizer": sgd_or_adam, "clip": CLIP}
        how |= {"on_epoch": told, "progress": progress}
        history = fit(model, data, checkpoint=checkpoint, resume=resume, **how)
    finally:
        set_random_state(before)
    return Songwriter(model, vocab, history)


def songs(
    songwriter: Songwriter, prefixes: Sequence[str], length: int = 50, **how
) -> dict[str, str]:
    """Return a song for each prefix: the prefix and `length` more characters.

    >>> song = cl.train_songwriter("la " * 40, units=8, epochs=30, batch_size=2)
    >>> cl.songs(song, ["la", "a "], 4)
    {'la': 'la la ', 'a ': 'a la l'}

    Greedy unless told otherwise: always the likeliest character. how: temperature,
    top_k and generator, as in `generate`, whose errors these are.
    """
    if not isinstance(songwriter, Songwriter):
        kind = type(songwriter).__name__
        raise TypeError(f"songwriter must be what train_songwriter returns, got {kind}")
    if isinstance(prefixes, str):
        raise TypeError(f"prefixes must be a list of str, got the one str {prefixes!r}")
    model, vocab, _ = songwriter
    how = {"temperature": 0.0} | how
    return {each: generate(model, vocab, each, length, **how) for each in prefixes}


def copied(song: str, source: str) -> Copied:
    """Find how much of a song stands in a source: the longest common substring.

    >>> cl.copied("a lamp is lit", "the lamp was lit").longest
    ' lamp '

    longest: the first of the longest runs of characters that stand in both. share: its
    length over the song's. runs: for each character of the song, the length of the
    longest such run that it is part of. Two ends move through the song, so it takes
    2 * len(song) searches of the source. Raises ValueError for an empty song.
    """
    validation.text(source, "source")
    if not validation.text(song, "song"):
        raise ValueError("song must hold at least one character, got an empty text")
    runs, best, end = [0] * len(song), (0, 0), 0
    for start in range(len(song)):
        end = max(end, start)
        while end < len(song) and song[start : end + 1] in source:
            end += 1
        best = max(best, (end - start, -start))
        for place in range(start, end):
            runs[place] = max(runs[place], end - start)
    length, start = best[0], -best[1]
    return Copied(song[start : start + length], length / len(song), runs)


def known_part(text: str, vocab: Vocab) -> tuple[Tensor, int]:
    """Return the ids of a text without what a vocabulary lacks, and how much that was.

    >>> cl.known_part("a big cat", cl.Vocab("abc "))
    (tensor([1, 0, 2, 0, 3, 1]), 3)

    To score a model on a text that it did not learn from. What is left out is told, as
    it counts in the model's favour: it gives those characters no probability at all.
    Raises ValueError if fewer than two characters are left.
    """
    if not isinstance(vocab, Vocab) or vocab.unit != "char":
        raise TypeError(f"vocab must be a Vocab of characters, got {vocab!r}")
    known = "".join(c for c in validation.text(text, "text") if c in vocab)
    if len(known) < 2:
        raise ValueError(
            f"text must share at least two characters with the {len(vocab)} of the "
            f"vocabulary, got {len(known)}"
        )
    return vocab.encode(known), len(text) - len(known)
