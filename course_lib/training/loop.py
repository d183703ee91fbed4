"""The training loop: one for every model of the course.

Nothing here knows a model or a corpus. What a step needs beside the model is asked of
two objects that answer alike whether this process is alone or one of many, and whether
a run is written to a file or not.
"""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

from .. import validation
from . import distributed
from .best_weights import BestWeights, LastFinite
from .checkpoint import Checkpoint
from .history import History
from .metrics import Loss, cross_entropy, total_loss
from .passes import Batches, mode, outputs, scalar
from .progress import progress_bar


def fit(
    model: nn.Module,
    data: Batches,
    *,
    epochs: int,
    optimizer: torch.optim.Optimizer | None = None,
    clip: float | None = 1.0,
    loss: Loss | None = None,
    valid: Batches | None = None,
    patience: int | None = None,
    on_epoch: Callable[[int, History], object] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> History:
    """Train a model in place, on the device where it is, and return the curves.

    >>> vocab = cl.Vocab("abc")
    >>> data = cl.windows(vocab.encode("abc" * 20), batch_size=2, num_steps=6)
    >>> model = cl.CharLM(cl.RNN(3, 8), vocab_size=3)
    >>> history = cl.fit(model, data, epochs=5)
    >>> len(history), history.loss[-1] < history.loss[0]
    (5, True)

    data: a re-iterable of batches (x, y), such as `windows` gives or a list. x may be a
    tuple, whose parts are the model's arguments. A target of -100 is padding. If
    `data.adjacent` is true, the state that the model returns is detached and handed
    back with the next batch; every epoch begins without one.
    optimizer: Adam with a learning rate of 0.003 unless told otherwise. It may move a
    part of the model only.
    clip: the largest norm that the whole gradient may have; None for no limit.
    loss: of (output, y), a mean over the tokens; `cross_entropy` unless told otherwise.
    valid, patience: batches to be scored after each epoch; training stops once they
    have not improved for `patience` epochs, and the best weights are restored.
    on_epoch: called with the number of the epoch (from 1) and the history so far; if it
    returns True, training ends there.
    progress: a bar in a terminal or a live notebook; an executed page has none.
    checkpoint, resume: a file that is written after every epoch, whole or not at all;
    with resume, training goes on from it if it is there, as if nothing had happened:
    on the CPU to the last bit. At most the epoch under way is lost.

    In several processes (`distributed.start`) every step is that of the global batch:
    of data dealt out by `sharing.share`, gradients and losses are means over the tokens
    of all. The first process's weights are everybody's; it alone shows a bar and writes
    the checkpoint. Training ends where `on_epoch` returns True in any process.
    Raises FloatingPointError, naming epoch and step, when the loss or its gradient
    becomes NaN or infinite; the model then keeps its last finite weights.
    """
    _check(model, data, valid, epochs, optimizer, clip, patience)
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.003)
    loss, processes = loss or cross_entropy, distributed.processes()
    history, best = History(), BestWeights(model, patience)
    kept = (model, optimizer, history, best, (data, valid), processes)
    run = Checkpoint(checkpoint, *kept)
    done = run.resume() if resume else 0
    processes.same_start(model, done)
    with progress_bar(data, epochs, progress and processes.first) as bar:
        for epoch in range(done + 1, epochs + 1):
            if best.is_over():
                break
            start = time.perf_counter()
            how = (optimizer, clip, loss, epoch, processes, bar)
            mean, tokens = _epoch(model, data, *how)
            seconds = time.perf_counter() - start
            valid_loss = _score(model, valid, loss, processes)
            history.add(mean, valid_loss, seconds, tokens)
            best.note(valid_loss, epoch)
            run.write()
            over = on_epoch is not None and on_epoch(epoch, history) is True
            if any(processes.gathered(over)):
                break
    best.restore()
    return history


def _epoch(
    model, data, optimizer, clip, loss, epoch, processes, bar
) -> tuple[float, int]:
    """Take one pass over the data; return the mean loss and the number of tokens."""
    total, tokens, step = 0.0, 0, 0
    limit, safe = math.inf if clip is None else clip, LastFinite(model)
    with mode(model, training=True):
        for step, (output, y, count) in enumerate(outputs(model, data), start=1):
            value = scalar(loss(output, y))
            model.zero_grad()
            value.backward()
            value, count = processes.average(model, value, count)
            norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
            safe.check(value, norm, epoch, step)
            optimizer.step()
            total, tokens = total + safe.loss * count, tokens + count
            bar.advance(epoch, total / tokens)
    if step == 0:
        raise ValueError("data gave no batches: expected (x, y), got nothing")
    safe.check_weights(epoch, step)
    return total / tokens, tokens


def _score(model, valid, loss, processes) -> float:
    """Return the mean loss on the validation batches, NaN where there are none."""
    if valid is None:
        return math.nan
    return processes.mean(*total_loss(model, valid, loss))


def _check(model, data, valid, epochs, optimizer, clip, patience) -> None:
    """Raise for settings that cannot work, before anything is trained."""
    own = {id(parameter) for parameter in model.parameters()}
    if not own:
        raise ValueError(f"the model has nothing to train: {type(model).__name__}")
    groups = optimizer.param_groups if optimizer is not None else []
    if groups and not any(id(p) in own for group in groups for p in group["params"]):
        raise ValueError(
            "the optimizer moves no parameter of this model, but another's"
        )
    for name, batches in (("data", data), ("valid", valid)):
        if isinstance(batches, Iterator):
            raise TypeError(
                f"{name} must be re-iterable, such as windows(...) or a list, got "
                f"{type(batches).__name__}, which one epoch would use up"
            )
    validation.whole(epochs, 1, "epochs")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip must be above 0, or None for no limit, got {clip}")
    if patience is not None and valid is None:
        raise ValueError("patience needs valid batches to be scored, got valid=None")
    if patience is not None:
        validation.whole(patience, 1, "patience")
