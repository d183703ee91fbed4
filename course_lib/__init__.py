"""Recurrent networks, gate by gate: the library that every chapter imports.

From text to figure, in one direction: text and windows, cells, layers, models, training
and sampling. Plots are in `course_lib.plots`, imported by whoever draws.
"""

from .batching import Batches, Windows, batches, whole_text, windows
from .cells import GRUCell, GRUStep, LSTMCell, LSTMStep, RNNCell, RNNStep
from .corpus import corpora, load_corpus
from .devices import device
from .distance import edit_distance, error_rate
from .forecast import AutoRegression, free_run, horizon, nrmse, train_forecaster
from .gradients import gradient_by_lag
from .history import History
from .holding import Hold
from .idx import read_idx
from .images import ImageParts, Images, grey_rows, load_digits, load_mnist
from .initialize import chrono, forget_bias, identity, orthogonal
from .layers import GRU, LSTM, RNN, unroll
from .ledger import Ledger
from .lyrics import (
    Copied,
    Songwriter,
    copied,
    known_part,
    lyrics,
    songs,
    train_songwriter,
)
from .marks import MarkScore, mark_scores, put_marks, take_marks
from .models import CharLM, EveryStep, ManyToOne
from .ngrams import NGram
from .readable import round_to_half, train_readable
from .records import provenance, read_record
from .sampling import generate
from .saving import Saved, load, save
from .scans import MinGRU, scan
from .self_attention import Attending, self_attention
from .series import Scale, mackey_glass, series_windows
from .series_file import load_series
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
from .speller import Speller, spelling
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
    "Attending",
    "AutoRegression",
    "Batches",
    "CharLM",
    "Copied",
    "EveryStep",
    "GRU",
    "GRUCell",
    "GRUStep",
    "History",
    "Hold",
    "ImageParts",
    "Images",
    "LSTM",
    "LSTMCell",
    "LSTMStep",
    "Ledger",
    "ManyToOne",
    "MarkScore",
    "MinGRU",
    "NGram",
    "RNN",
    "RNNCell",
    "RNNStep",
    "Speller",
    "Vocab",
    "Windows",
    "Run",
    "Saved",
    "Songwriter",
    "Scale",
    "Solved",
    "Story",
    "Trace",
    "accuracy",
    "answers",
    "batches",
    "chrono",
    "copied",
    "corpora",
    "count_wrong",
    "counting_scores",
    "device",
    "edit_distance",
    "error_rate",
    "fit",
    "forget_bias",
    "free_run",
    "generate",
    "identity",
    "gradient_by_lag",
    "known_part",
    "horizon",
    "grey_rows",
    "leaderboard",
    "letters_only",
    "load",
    "load_corpus",
    "lyrics",
    "load_series",
    "mackey_glass",
    "load_digits",
    "load_mnist",
    "mark_scores",
    "memory_stream",
    "nrmse",
    "memories",
    "memory",
    "met_before",
    "one_hot",
    "orthogonal",
    "perplexity",
    "provenance",
    "put_marks",
    "read_idx",
    "read_record",
    "round_to_half",
    "save",
    "scan",
    "self_attention",
    "series_windows",
    "shipped",
    "songs",
    "seeds_of",
    "solve",
    "source",
    "spelling",
    "split",
    "story",
    "take_marks",
    "temporal_xor",
    "trace",
    "train_forecaster",
    "train_on_story",
    "train_readable",
    "train_songwriter",
    "unroll",
    "whole_text",
    "windows",
]
