"""The training bench: a network that a reader trains in the page, from nothing."""

import functools
import math
from types import MappingProxyType
from typing import NamedTuple

import matplotlib.pyplot as plt
import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from ..data.corpus import load_corpus
from ..data.shouting import shouting
from ..data.text import Vocab, letters_only, split
from ..models.ngrams import NGram
from ..nn.cells import GRUCell, LSTMCell, RNNCell
from ..version import VERSION
from .carrier import Explorable, checked
from .payload import IN_THE_PAGE, described

SENTENCES = 1000  # of the shouting language
CELLS = (RNNCell, GRUCell, LSTMCell)
LEAST_UNITS, MOST_UNITS = 8, 128
ORDERS = range(1, 5)  # of the counting models in the picture


class Learner(NamedTuple):
    """How one network of a bench begins and learns; the reader may change all of it.

    >>> widgets.Learner("gru", units=64).for_page()["H"]
    64

    kind: "rnn", "gru" or "lstm". units: 8 to 128, a multiple of 4. rate: Adam's. clip:
    the largest norm of the gradient. forget_bias: of an LSTM, None for what is drawn.
    seed: of its first weights.
    """

    kind: str = "lstm"
    units: int = 32
    rate: float = 0.02
    clip: float = 1.0
    forget_bias: float | None = None
    seed: int = 1

    def for_page(self) -> dict:
        """Return it as the page has it; raise ValueError for what it cannot train."""
        kinds = sorted(IN_THE_PAGE.values())
        if self.kind not in kinds:
            raise ValueError(f"kind must be one of {', '.join(kinds)}, got {self.kind}")
        if self.units % 4 or not LEAST_UNITS <= self.units <= MOST_UNITS:
            raise ValueError(
                f"units must be a multiple of 4 from {LEAST_UNITS} to {MOST_UNITS}, "
                f"got {self.units}"
            )
        if not (0 < self.rate < math.inf and 0 < self.clip < math.inf):
            raise ValueError(
                "rate and clip must be finite and above 0, "
                f"got {self.rate} and {self.clip}"
            )
        if not math.isfinite(self.forget_bias or 0):
            raise ValueError(f"forget_bias must be finite, got {self.forget_bias}")
        named = {"H": self.units, "forgetBias": self.forget_bias}
        return named | {name: getattr(self, name) for name in SAME}


SAME = ("kind", "rate", "clip", "seed")  # what the page calls by the same name


class TrainingBench(Explorable):
    """A network that a reader trains in the page, and looks into while it learns.

    >>> explorable = widgets.TrainingBench(widgets.Learner("gru", units=16))
    >>> explorable.settings["networks"][0]["kind"], explorable.sentence()[:31]
    ('gru', 'Training bench, for a GRU of 16')

    Everything is computed in the page, in a worker: forward, backpropagation through
    time, clipping and Adam. What the reader trains can be stepped through, saved as a
    file that `cl.load` reads, and opened again. A second learner trains beside the
    first, on the same batches. text: which of the course's texts is chosen first, its
    name in TEXTS; readers may paste their own, which stays in the page.
    Raises ValueError for a learner that cannot be trained or a text that is not there.
    """

    module = "training_bench.js"
    carried = ("texts", "cells", "versions", "settings")
    attributes = MappingProxyType({"id": "bench"})  # where links to experiments lead

    texts = traitlets.List(traitlets.Dict()).tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    versions = traitlets.Dict().tag(sync=True)
    #: The number of the text, and the networks, as the reader has chosen them.
    settings = traitlets.Dict().tag(sync=True)

    def __init__(self, *learners: Learner, text: str = "shouting"):
        if len(learners) > 2:
            raise ValueError(f"expected 1 or 2 learners, got {len(learners)}")
        texts = course_texts()
        names = [each["name"] for each in texts]
        if text not in names:
            raise ValueError(f"text must be one of {', '.join(names)}, got {text!r}")
        networks = [learner.for_page() for learner in learners or [Learner()]]
        super().__init__(
            texts=texts,
            cells={IN_THE_PAGE[cell]: described(cell) for cell in CELLS},
            versions={"course_lib": VERSION, "torch": torch.__version__},
            settings={"text": names.index(text), "networks": networks},
        )

    @traitlets.validate("settings")
    @checked
    def _check_settings(self, settings: dict) -> dict:
        if not 0 <= settings["text"] < len(self.texts):
            raise ValueError(
                f"text must be from 0 to {len(self.texts) - 1}, got {settings['text']}"
            )
        return settings

    @property
    def _text(self) -> str:
        return self.texts[self.settings["text"]]["text"]

    def sentence(self) -> str:
        """Return what can be trained here, in words."""
        networks = " and ".join(
            f"{'a' if each['kind'] == 'gru' else 'an'} {each['kind'].upper()} "
            f"of {each['H']} units"
            for each in self.settings["networks"]
        )
        return (
            f"Training bench, for {networks} on the text "
            f"“{self.texts[self.settings['text']]['name']}”, of "
            f"{len(self._text):,} characters. It trains in the page, with JavaScript."
        )

    def figure(self) -> Figure:
        """Draw what counting alone reaches on the text, which a network has to pass."""
        ax = plots.perplexity_by_order(ORDERS, {"counting": counted(self._text)})
        plt.close(ax.figure)  # it is a picture of the bench, and not one of its own
        return ax.figure


def course_texts() -> list[dict]:
    """Return the course's texts for the page, with the Python that gives each."""
    story = 'text = cl.letters_only(cl.load_corpus("lighthouse"))'
    language = "from course_lib.data.shouting import shouting"
    return [
        {
            "name": "shouting",
            "text": shouting(SENTENCES),
            "about": "A made-up language that SHOUTS in quotes and in brackets.",
            "python": [language, f"text = shouting({SENTENCES})"],
        },
        {
            "name": "lighthouse",
            "text": letters_only(load_corpus("lighthouse")),
            "about": "A short story, in small letters and spaces.",
            "python": [story],
        },
    ]


@functools.lru_cache(maxsize=4)
def counted(text: str) -> tuple[float, ...]:
    """Return the perplexity of counting models on a text's last tenth, by order."""
    vocab = Vocab(text)
    train, fresh = split(vocab.encode(text), (0.9, 0.1))
    return tuple(perplexity(NGram(train, len(vocab), order), fresh) for order in ORDERS)


def perplexity(model: NGram, ids: Tensor) -> float:
    """Return the perplexity of a counting model on ids, from the second one on."""
    logits, _ = model(ids[None, :-1])
    p = logits[0].gather(1, ids[1:, None])
    return float((-p.mean()).exp())
