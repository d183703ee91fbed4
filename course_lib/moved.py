"""Where modules and names of version 0.1 are now; they work for one more version.

An old module is a module that looks its names up where they are. Each use warns with a
DeprecationWarning that says the new name.
"""

import functools
import importlib
import importlib.abc
import importlib.util
import sys
import warnings
from collections.abc import Callable, Sequence
from types import ModuleType

PACKAGE = __package__
# old module: the modules that have its names now
MODULES = {
    "attention": ["nn.attention"],
    "batching": ["data.windows"],
    "bptt": ["nn.bptt"],
    "by_threshold": ["models.threshold_decoder"],
    "cells": ["nn.cells"],
    "checkpoint": ["training.checkpoint"],
    "clips": ["data.morse_clips"],
    "corpus": ["data.corpus"],
    "costs": ["analysis.costs"],
    "ctc": ["nn.ctc"],
    "dates": ["data.dates"],
    "decoding": ["data.encoding"],
    "distance": ["training.metrics"],
    "downloads": ["data.download"],
    "forecast": ["experiments.forecasting", "models.autoregression"],
    "found": ["checks.broken_cells"],
    "gradients": ["analysis.gradients"],
    "guard": ["validation"],
    "history": ["training.history"],
    "holding": ["analysis.holding"],
    "idx": ["data.idx"],
    "images": ["data.images"],
    "initialize": ["nn.init"],
    "layers": ["nn.layers"],
    "ledger": ["records.ledger"],
    "listener": ["models.listener", "experiments.hearing"],
    "lyrics": ["experiments.songwriter"],
    "marks": ["data.punctuation"],
    "models": ["models.heads"],
    "morse": ["data.morse"],
    "ngrams": ["models.ngrams"],
    "parallel": ["training.distributed", "training.sharing"],
    "peers": ["d2l_peer"],
    "playing": ["display"],
    "progress": ["training.progress"],
    "readable": ["experiments.sparse_states"],
    "records": ["records.store"],
    "sampling": ["models.generate"],
    "saving": ["pretrained.saving"],
    "scans": ["nn.scans"],
    "search": ["models.search"],
    "self_attention": ["nn.self_attention"],
    "series": ["data.series"],
    "series_file": ["data.series_file"],
    "shipped": ["pretrained.shipped"],
    "shouting": ["data.shouting"],
    "showing": ["display"],
    "snapshot": ["training.best_weights"],
    "solving": ["experiments.memory_tasks"],
    "spectrum": ["data.spectrogram"],
    "speller": ["models.speller"],
    "stepping": ["models.one_token"],
    "text": ["data.text"],
    "tracing": ["analysis.trace"],
    "training": ["training.loop", "training.metrics", "training.passes"],
    "translate": ["models.seq2seq"],
    "yardstick": ["experiments.story"],
}
# old public name: the new one
NAMES = {
    "answers": "wrong_sequences",
    "memories": "architectures",
    "memory": "task_model",
}


def find(name: str):
    """Return what an old name or module of the package stands for, with a warning.

    >>> with pytest.warns(DeprecationWarning, match="cl.task_model"):
    ...     moved.find("memory") is cl.task_model
    True

    Raises AttributeError for a name that there never was.
    """
    if name in NAMES:
        warn_of(f"cl.{name} is now cl.{NAMES[name]}", depth=3)
        return getattr(sys.modules[PACKAGE], NAMES[name])
    if name in MODULES:
        return importlib.import_module(f"{PACKAGE}.{name}")
    raise AttributeError(f"module {PACKAGE!r} has no attribute {name!r}")


def find_in(old: str, name: str):
    """Return a name of an old module from where it is now, with a warning.

    >>> with pytest.warns(DeprecationWarning, match="course_lib.nn.cells"):
    ...     moved.find_in("cells", "LSTMCell") is cl.LSTMCell
    True

    Raises AttributeError for a name that the old module never had.
    """
    if not name.startswith("__"):
        for new in MODULES[old]:
            module = importlib.import_module(f"{PACKAGE}.{new}")
            if hasattr(module, name):
                warn_of(f"{PACKAGE}.{old}.{name} is now in {module.__name__}", depth=3)
                return getattr(module, name)
    raise AttributeError(f"module {PACKAGE + '.' + old!r} has no attribute {name!r}")


def renamed(**names: str) -> Callable:
    """Let a function take arguments by their old names, too: renamed(old="new").

    >>> @moved.renamed(falls="decay")
    ... def train(decay=False):
    ...     return decay
    >>> with pytest.warns(DeprecationWarning, match="decay= is the new name of falls="):
    ...     train(falls=True)
    True

    Raises TypeError where both names are given.
    """

    def _with_old_names(function: Callable) -> Callable:
        @functools.wraps(function)
        def _call(*args, **given):
            for old in names.keys() & given.keys():
                new = names[old]
                if new in given:
                    raise TypeError(f"{new}= and {old}=, its old name, are both given")
                warn_of(f"{new}= is the new name of {old}=", depth=3)
                given[new] = given.pop(old)
            return function(*args, **given)

        return _call

    return _with_old_names


def warn_of(words: str, depth: int = 3) -> None:
    """Warn in the line that uses an old name, `depth` calls above this one.

    >>> with pytest.warns(DeprecationWarning, match="is now new"):
    ...     moved.warn_of("old() is now new()")
    """
    warnings.warn(words, DeprecationWarning, stacklevel=depth)


class _OldModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds an old module's path, and makes a module that looks its names up."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target=None):
        """Return how an old module is made; None for any other."""
        package, _, old = name.rpartition(".")
        if package != PACKAGE or old not in MODULES:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: ModuleType) -> None:
        """Let the module look up each name when it is asked for."""
        module.__getattr__ = functools.partial(find_in, module.__name__.split(".")[-1])


sys.meta_path.append(_OldModules())
