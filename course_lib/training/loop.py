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
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from .. import validation
from . import distributed
from .best_weights import BestWeights, LastFinite
from .checkpoint import Checkpoint, Run, Unkept
from .history import History
from .metrics import Loss, cross_entropy, total_loss
from .passes import Batches, mode, not_finite, outputs
from .progress import progress_bar
from .same_run import given as run_given


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
    schedule: LRScheduler | None = None,
    on_epoch: Callable[[int, History], object] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool | str = False,
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
    schedule: of the learning rate, one of torch's for this optimizer; it takes a step
    after each epoch and is kept in the checkpoint.
    on_epoch: called with the number of the epoch (from 1) and the history so far; if it
    returns True, training ends there.
    progress: a bar in a terminal or a live notebook; an executed page has none.
    checkpoint, resume: a file that is written after every epoch, whole or not at all;
    with resume=True, training goes on from it if it is there, as if nothing had
    happened: on the CPU to the last bit. At most the epoch under way is lost, with what
    `on_epoch` did in it. Kept are torch's, numpy's and Python's random numbers and the
    generators of the data; not what else `on_epoch` or the data may keep for itself.
    A run that `on_epoch` or patience has ended is over. If the file's run was given
    other settings, data or parameters, the differences are named and nothing is
    changed: "keep" then takes the optimizer's settings from the file; "override" those
    given now, with what the file's optimizer remembers where it fits, and the schedule
    of now from its beginning if they differ. A loss is known by its name only, and of
    data what `data_mark.mark_of` finds.

    In several processes (`distributed.start`) every step is that of the global batch:
    of data dealt out by `sharing.share`, gradients and losses are means over the tokens
    of all. The first process's weights are everybody's; it alone shows a bar and writes
    the checkpoint. Training ends where `on_epoch` returns True in any process.
    Raises FloatingPointError, naming epoch and step, when the loss or its gradient
    becomes NaN or infinite; the model then keeps its last finite weights. ValueError
    for a checkpoint that cannot be gone on from, OSError where none can be written.
    """
    optimizer = _optimizer(model, optimizer, schedule)
    _check(data, valid, epochs, clip, patience)
    loss, processes = loss or cross_entropy, distributed.processes()
    history, best = History(), BestWeights(model, patience)
    kept = Run(model, optimizer, schedule, history, best)
    settings = (data, valid, clip, patience, loss)
    run = _file(checkpoint, resume, kept, settings, processes)
    done = run.resume(resume) if resume else 0
    processes.same_start(model, done)
    with progress_bar(data, epochs, progress and processes.first) as bar:
        for epoch in range(done + 1, epochs + 1):
            if best.is_over() or run.ended:
                break
            how = (optimizer, clip, loss, epoch, processes, bar)
            mean, tokens, seconds = _epoch(model, data, *how)
            score = _score(model, valid, loss, processes)
            history.add(mean, score, seconds, tokens)
            best.note(score, epoch)
            over = _over(on_epoch, epoch, history, processes)
            _lower(schedule, mean if valid is None else score)
            run.write(over)
            if over:
                break
    best.restore()
    return history


def _optimizer(model, optimizer, schedule) -> torch.optim.Optimizer:
    """Return the optimizer of a run, or raise for one that moves another model."""
    own = {id(parameter) for parameter in model.parameters()}
    if not own:
        raise ValueError(f"the model has nothing to train: {type(model).__name__}")
    groups = optimizer.param_groups if optimizer is not None else []
    if groups and not any(id(p) in own for group in groups for p in group["params"]):
        raise ValueError(
            "the optimizer moves no parameter of this model, but another's"
        )
    if schedule is not None and schedule.optimizer is not optimizer:
        raise ValueError(
            "the schedule is of another optimizer: pass the one that it was made with, "
            "fit(..., optimizer=optimizer, schedule=schedule)"
        )
    return optimizer or torch.optim.Adam(model.parameters(), lr=0.003, fused=True)


def _file(path, resume, run: Run, settings: tuple, processes) -> Checkpoint | Unkept:
    """Return what writes a run down after each epoch, and what can go on from there."""
    if not isinstance(resume, bool) and resume not in ("keep", "override"):
        raise ValueError(
            f'resume must be True, False, "keep" or "override", got {resume!r}'
        )
    if path is None and resume:
        raise ValueError("resume needs the path of a checkpoint, got None")
    if path is None:
        return Unkept()
    data, valid, clip, patience, loss = settings
    given = run_given(run, data, valid, clip, patience, loss)
    return Checkpoint(path, run, (data, valid), given, processes)


def _over(on_epoch, epoch: int, history: History, processes) -> bool:
    """Tell whoever wants to know of an epoch; say whether any of them ends the run."""
    over = on_epoch is not None and on_epoch(epoch, history) is True
    return any(processes.gathered(over))


def _lower(schedule, loss: float) -> None:
    """Let a schedule take its step; one that waits for a plateau is told the loss."""
    if isinstance(schedule, ReduceLROnPlateau):
        schedule.step(loss)
    elif schedule is not None:
        schedule.step()


def _epoch(
    model, data, optimizer, clip, loss, epoch, processes, bar
) -> tuple[float, int, float]:
    """Take one pass over the data; return the mean loss, the tokens and the seconds."""
    start, total, tokens, step = time.perf_counter(), 0.0, 0, 0
    limit, safe = math.inf if clip is None else clip, LastFinite(model)
    with mode(model, training=True):
        for step, batch in enumerate(outputs(model, data), start=1):
            value = batch.scored(loss)
            model.zero_grad()
            value.backward()
            value, count = processes.average(model, value, batch.count)
            norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
            safe.check(value, norm, epoch, step, batch)
            optimizer.step()
            total, tokens = total + safe.loss * count, tokens + count
            bar.advance(epoch, total / tokens)
    if step == 0:
        raise ValueError("data gave no batches: expected (x, y), got nothing")
    safe.check_weights(epoch, step)
    return total / tokens, tokens, time.perf_counter() - start


def _score(model, valid, loss, processes) -> float:
    """Return the mean loss on the validation batches, NaN where there are none."""
    if valid is None:
        return math.nan
    mean = processes.mean(*total_loss(model, valid, loss))
    bad = next(_gaps(valid), "") if math.isnan(mean) else ""
    if bad:
        raise FloatingPointError(
            f"the validation loss is {mean}: {bad} in a batch of valid. Fill or leave "
            "out what is no number first"
        )
    return mean


def _gaps(data) -> Iterator[str]:
    """Give where a batch holds NaN; an infinity may be a mask's, and meant."""
    for x, y in data:
        bad = not_finite(x if isinstance(x, tuple) else (x,), y)
        if "nan" in bad:
            yield bad


def _check(data, valid, epochs, clip, patience) -> None:
    """Raise for settings that cannot work, before anything is trained."""
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
