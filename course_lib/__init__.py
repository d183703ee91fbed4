"""Recurrent networks, gate by gate: the library that every chapter imports.

From text to figure, in one direction: text and windows, cells, layers, models, training
and sampling. Plots are in `course_lib.plots`, imported by whoever draws.
"""

from .batching import Windows, whole_text, windows
from .cells import GRUCell, GRUStep, LSTMCell, LSTMStep, RNNCell, RNNStep
from .corpus import corpora, load_corpus
from .devices import device
from .history import History
from .layers import GRU, LSTM, RNN, unroll
from .models import CharLM
from .ngrams import NGram
from .records import provenance, read_record
from .sampling import generate
from .showing import source
from .tasks import temporal_xor
from .text import Vocab, letters_only, one_hot, split
from .training import fit, perplexity
from .yardstick import (
    Run,
    Story,
    counting_scores,
    leaderboard,
    story,
    train_on_story,
)

__version__ = "0.1.0"

__all__ = [
    "CharLM",
    "GRU",
    "GRUCell",
    "GRUStep",
    "History",
    "LSTM",
    "LSTMCell",
    "LSTMStep",
    "NGram",
    "RNN",
    "RNNCell",
    "RNNStep",
    "Vocab",
    "Windows",
    "Run",
    "Story",
    "corpora",
    "counting_scores",
    "device",
    "fit",
    "generate",
    "leaderboard",
    "letters_only",
    "load_corpus",
    "one_hot",
    "perplexity",
    "provenance",
    "read_record",
    "source",
    "split",
    "story",
    "temporal_xor",
    "train_on_story",
    "unroll",
    "whole_text",
    "windows",
]
