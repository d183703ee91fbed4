"""Recurrent networks, gate by gate: the library that every chapter imports.

From text to figure, in one direction: text and windows, cells, layers, models, training
and sampling. Plots are in `course_lib.plots`, imported by whoever draws.
"""

from .attention import AdditiveAttention, Memory
from .batching import Batches, Windows, batches, whole_text, windows
from .by_threshold import hear_by_threshold
from .cells import GRUCell, GRUStep, LSTMCell, LSTMStep, RNNCell, RNNStep
from .clips import Clips, code_groups, morse_sounds
from .corpus import corpora, load_corpus
from .ctc import ctc_collapse, ctc_greedy, ctc_log_probability, ctc_loss
from .dates import (
    DatePairs,
    DateParts,
    date_vocabs,
    in_rows,
    load_dates,
    wordings,
)
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
from .listener import Listener, train_listener
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
from .morse import from_morse, morse_audio, morse_units, to_morse
from .ngrams import NGram
from .playing import play
from .readable import round_to_half, train_readable
from .records import provenance, read_record
from .sampling import generate
from .saving import Saved, load, save
from .scans import MinGRU, scan
from .search import Found, beam_search, greedy_search
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
from .spectrum import spectrogram
from .speller import Speller, spelling
from .tasks import memory_stream, temporal_xor
from .text import Vocab, letters_only, one_hot, split
from .tracing import Trace, trace
from .training import accuracy, fit, perplexity
from .translate import Translator, padded
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
    "AdditiveAttention",
    "Attending",
    "AutoRegression",
    "Batches",
    "CharLM",
    "Clips",
    "Copied",
    "DatePairs",
    "DateParts",
    "EveryStep",
    "Found",
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
    "Listener",
    "ManyToOne",
    "MarkScore",
    "Memory",
    "MinGRU",
    "NGram",
    "RNN",
    "RNNCell",
    "RNNStep",
    "Speller",
    "Translator",
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
    "beam_search",
    "chrono",
    "code_groups",
    "copied",
    "corpora",
    "count_wrong",
    "counting_scores",
    "date_vocabs",
    "ctc_collapse",
    "ctc_greedy",
    "ctc_log_probability",
    "ctc_loss",
    "device",
    "edit_distance",
    "error_rate",
    "fit",
    "forget_bias",
    "free_run",
    "from_morse",
    "generate",
    "identity",
    "gradient_by_lag",
    "in_rows",
    "known_part",
    "horizon",
    "greedy_search",
    "hear_by_threshold",
    "grey_rows",
    "leaderboard",
    "letters_only",
    "load",
    "load_corpus",
    "lyrics",
    "load_dates",
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
    "morse_audio",
    "morse_sounds",
    "morse_units",
    "one_hot",
    "orthogonal",
    "padded",
    "perplexity",
    "play",
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
    "spectrogram",
    "spelling",
    "split",
    "story",
    "take_marks",
    "temporal_xor",
    "to_morse",
    "trace",
    "train_forecaster",
    "train_listener",
    "train_on_story",
    "train_readable",
    "train_songwriter",
    "unroll",
    "whole_text",
    "windows",
    "wordings",
]
