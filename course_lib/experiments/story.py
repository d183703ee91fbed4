"""The story on which every chapter's model is measured, and the recipe for it.

`lighthouse`, letters only, cut by position: 80 % to learn from, 10 % to stop on, 10 %
to score on. Shapes: N ids, V tokens in the vocabulary.
"""

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..data.corpus import load_corpus
from ..data.text import Vocab, letters_only, split
from ..data.windows import whole_text, windows
from ..models.heads import CharLM
from ..models.ngrams import SMOOTHINGS, NGram
from ..models.window_lm import WindowLM
from ..training.history import History
from ..training.loop import fit
from ..training.metrics import perplexity


class Story(NamedTuple):
    """The story's vocabulary and its three parts, each (N,) ids.

    >>> story = cl.story()
    >>> story._fields, len(story.vocab)
    (('vocab', 'train', 'valid', 'test'), 27)
    """

    vocab: Vocab
    train: Tensor
    valid: Tensor
    test: Tensor


class Run(NamedTuple):
    """A trained model, its curves and its score on the third part.

    >>> vocab = cl.Vocab("ab")
    >>> tiny = cl.Story(vocab, *(vocab.encode("ab" * n) for n in (600, 20, 20)))
    >>> run = cl.train_on_story(lambda V: cl.RNN(V, 4), tiny, lr=2.0)
    >>> run.model.layer, run.test_perplexity > 1
    (RNN(2, 4), True)
    """

    model: CharLM | WindowLM
    history: History
    test_perplexity: float


def story() -> Story:
    """Return `lighthouse` through `letters_only`, split 80/10/10, as ids.

    >>> story = cl.story()
    >>> story.vocab.decode(story.train[:30])
    'the boat that took dinah prows'
    """
    parts = split(letters_only(load_corpus("lighthouse")))
    vocab = Vocab(parts[0])
    return Story(vocab, *(vocab.encode(part) for part in parts))


def counting_scores(story: Story, orders: Sequence[int] = range(7)) -> list[dict]:
    """Return the perplexity of every counting model, a row for each.

    >>> vocab = cl.Vocab("ab")
    >>> tiny = cl.Story(vocab, *(vocab.encode(text) for text in ("aabab", "ab", "ba")))
    >>> rows = cl.counting_scores(tiny, orders=range(3))
    >>> [(row["smoothing"], row["order"]) for row in rows[:3]]
    [('witten-bell', 0), ('witten-bell', 1), ('witten-bell', 2)]
    >>> round(rows[0]["test"], 6)  # order 0 is uniform: V
    2.0

    A row holds smoothing, order, valid and test (perplexity on those parts).
    """
    rows = []
    for smoothing in SMOOTHINGS:
        for order in orders:
            model = NGram(story.train, len(story.vocab), order, smoothing)
            valid = perplexity(model, whole_text(story.valid))
            test = perplexity(model, whole_text(story.test))
            row = {"smoothing": smoothing, "order": order, "valid": valid, "test": test}
            rows.append(row)
    return rows


def leaderboard(counting: list[dict], networks: list[dict] = ()) -> list[dict]:
    """Return the one table: a row (model, test perplexity) for every kind of model.

    >>> record = cl.read_record("lighthouse")["results"]
    >>> rows = cl.leaderboard(record["counting"])
    >>> [row["model"] for row in rows[:4]], round(rows[0]["test perplexity"])
    (['uniform', 'unigram', 'bigram', 'trigram'], 27)

    counting: rows of `counting_scores`; of each smoothing, the order that is best on
    the second part is taken. networks: rows with model and test, a list of perplexities
    with one entry for each seed, of which the table shows the median.
    """
    by_order = {
        row["order"]: row for row in counting if row["smoothing"] == SMOOTHINGS[0]
    }
    names = ["uniform", "unigram", "bigram", "trigram"]
    rows = [(name, by_order[order]["test"]) for order, name in enumerate(names)]
    for smoothing in SMOOTHINGS:
        candidates = [row for row in counting if row["smoothing"] == smoothing]
        best = min(candidates, key=lambda row: row["valid"])
        rows.append((f"{best['order']}-gram, {smoothing}", best["test"]))
    rows += [
        (network["model"], statistics.median(network["test"])) for network in networks
    ]
    return [{"model": name, "test perplexity": test} for name, test in rows]


def train_on_story(
    layer: Callable[[int], nn.Module],
    story: Story,
    seed: int = 0,
    lr: float = 0.02,
    dropout: float = 0.25,
    device: torch.device | str = "cpu",
) -> Run:
    """Train a character model on the story by the recipe that every chapter shares.

    >>> vocab = cl.Vocab("ab")
    >>> tiny = cl.Story(vocab, *(vocab.encode("ab" * n) for n in (600, 20, 20)))
    >>> run = cl.train_on_story(lambda V: cl.RNN(V, 4), tiny, lr=2.0)  # far too high
    >>> len(run.history) < 100  # it stopped where nothing was gained
    True

    layer: makes a recurrent layer, or a WindowLM, from the size of the vocabulary; it
    is called after the seed is set.

    Sequential windows of 35 steps in batches of 32, from a new offset each epoch; Adam;
    clipping at norm 1; stops on the second part after 5 epochs without gain.
    """
    torch.manual_seed(seed)
    model = _model(layer(len(story.vocab)), len(story.vocab), dropout).to(device)
    history = fit(
        model,
        windows(story.train, 32, 35, generator=torch.Generator().manual_seed(seed)),
        epochs=100,
        optimizer=torch.optim.Adam(model.parameters(), lr=lr, fused=True),
        valid=whole_text(story.valid),
        patience=5,
    )
    return Run(model, history, perplexity(model, whole_text(story.test)))


def _model(made: nn.Module, V: int, dropout: float) -> CharLM | WindowLM:
    """Return a language model: a layer with a head, or a window, which has its own."""
    if isinstance(made, WindowLM):
        made.dropout.p = dropout
        return made
    return CharLM(made, V, dropout=dropout)
