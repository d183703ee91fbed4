"""Recurrent networks, gate by gate: the library that every chapter imports.

From text to figure, in one direction: text and windows, cells, layers, models, training
and sampling. Plots are in `course_lib.plots`, imported by whoever draws.
"""

from .batching import Batches, Windows, batches, whole_text, windows
from .cells import GRUCell, GRUStep, LSTMCell, LSTMStep, RNNCell, RNNStep
from .corpus import corpora, load_corpus
from .devices import device
from .gradients import gradient_by_lag
from .history import History
from .holding import Hold
from .initialize import chrono, forget_bias, identity, orthogonal
from .layers import GRU, LSTM, RNN, unroll
from .ledger import Ledger
from .models import CharLM, EveryStep, ManyToOne
from .ngrams import NGram
from .readable import round_to_half, train_readable
from .records import provenance, read_record
from .sampling import generate
from .saving import Saved, load, save
from .shipped import shipped
from .showing import source
from .solving import (
    Solved,
    answers,
    count_wrong,
    memories,
    memory,
    met_before,
    seeds_of,
    solve,
)
from .tasks import memory_stream, temporal_xor
from .text import Vocab, letters_only, one_hot, split
from .tracing import Trace, trace
from .training import accuracy, fit, perplexity
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
    "Batches",
    "CharLM",
    "EveryStep",
    "GRU",
    "GRUCell",
    "GRUStep",
    "History",
    "Hold",
    "LSTM",
    "LSTMCell",
    "LSTMStep",
    "Ledger",
    "ManyToOne",
    "NGram",
    "RNN",
    "RNNCell",
    "RNNStep",
    "Vocab",
    "Windows",
    "Run",
    "Saved",
    "Solved",
    "Story",
    "Trace",
    "accuracy",
    "answers",
    "batches",
    "chrono",
    "corpora",
    "count_wrong",
    "counting_scores",
    "device",
    "fit",
    "forget_bias",
    "generate",
    "identity",
    "gradient_by_lag",
    "leaderboard",
    "letters_only",
    "load",
    "load_corpus",
    "memories",
    "memory",
    "memory_stream",
    "met_before",
    "one_hot",
    "orthogonal",
    "perplexity",
    "provenance",
    "read_record",
    "round_to_half",
    "save",
    "seeds_of",
    "shipped",
    "solve",
    "source",
    "split",
    "story",
    "temporal_xor",
    "trace",
    "train_on_story",
    "train_readable",
    "unroll",
    "whole_text",
    "windows",
]
