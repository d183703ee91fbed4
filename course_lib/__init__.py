"""Recurrent networks, gate by gate: the library that every chapter imports.

The rooms lie along the way of the data: data, nn, models, training, analysis; what is
made of them: experiments, pretrained, records. Plots, widgets and checks are imported
by whoever draws, shows or asks. Each public name is written once, here.
"""

from types import ModuleType as _Module

from .analysis.gradients import gradient_by_lag
from .analysis.holding import Hold
from .analysis.trace import Trace, trace
from .data.corpus import corpora, load_corpus
from .data.dates import DatePairs, DateParts, date_vocabs, in_rows, load_dates, wordings
from .data.idx import read_idx
from .data.images import ImageParts, Images, grey_rows, load_digits, load_mnist
from .data.morse import from_morse, morse_audio, morse_units, to_morse
from .data.morse_clips import Clips, code_groups, morse_sounds
from .data.punctuation import MarkScore, mark_scores, put_marks, take_marks
from .data.series import Scale, mackey_glass, series_windows
from .data.series_file import load_series
from .data.spectrogram import spectrogram
from .data.tables.report import Table, TableReport
from .data.tables.table import load_table
from .data.text import Vocab, letters_only, one_hot, split
from .data.windows import Batches, Windows, batches, whole_text, windows
from .devices import device
from .display import play, source
from .experiments.forecasting import free_run, horizon, nrmse, train_forecaster
from .experiments.hearing import train_listener
from .experiments.memory_tasks import (
    Solved,
    architectures,
    count_wrong,
    met_before,
    seeds_of,
    solve,
    task_model,
    wrong_sequences,
)
from .experiments.songwriter import (
    Copied,
    Songwriter,
    copied,
    known_part,
    lyrics,
    songs,
    train_songwriter,
)
from .experiments.sparse_states import round_to_half, train_readable
from .experiments.story import (
    Run,
    Story,
    counting_scores,
    leaderboard,
    story,
    train_on_story,
)
from .models.autoregression import AutoRegression
from .models.generate import generate
from .models.heads import CharLM, EveryStep, ManyToOne
from .models.listener import Listener
from .models.ngrams import NGram
from .models.search import Found, beam_search, greedy_search
from .models.seq2seq import Translator, padded
from .models.speller import Speller, spelling
from .models.threshold_decoder import hear_by_threshold
from .models.window_lm import WindowLM
from .moved import find as __getattr__  # what had another name in version 0.1
from .nn.attention import AdditiveAttention, Memory
from .nn.cells import GRUCell, GRUStep, LSTMCell, LSTMStep, RNNCell, RNNStep
from .nn.ctc import ctc_collapse, ctc_greedy, ctc_log_probability, ctc_loss
from .nn.init import chrono, forget_bias, identity, orthogonal
from .nn.layers import GRU, LSTM, RNN, unroll
from .nn.own_layer import layer_of
from .nn.scans import MinGRU, scan
from .nn.self_attention import Attending, self_attention
from .pretrained.saving import Saved, load, save
from .pretrained.shipped import shipped
from .records.ledger import Ledger
from .records.store import provenance, read_record
from .tasks import memory_stream, temporal_xor
from .training.history import History
from .training.loop import fit
from .training.metrics import accuracy, edit_distance, error_rate, perplexity
from .version import VERSION as __version__

__all__ = sorted(
    name
    for name, thing in vars().items()
    if not name.startswith("_") and not isinstance(thing, _Module)
)
