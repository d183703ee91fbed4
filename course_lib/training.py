"""Training: one loop for every model of the course, and the measure of what it learnt.

Nothing here knows a model or a corpus. A model is called with the parts of x, and with
its state where one is carried, and returns its output or (output, state).
"""

import math
import operator
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import guard, parallel
from .devices import device_of
from .history import History, exponential
from .keeper import Keeper
from .progress import progress_bar
from .snapshot import Best, LastFinite

PADDING = -100  # a target that does not count, as in torch
Batches = Iterable[tuple]
Loss = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(output: Tensor, y: Tensor) -> Tensor:
    """Return the mean of -log softmax(output)[y], in nats.

    output: (..., V) logits; y: (...) ids, of which -100 is padding and does not count.
    Raises ValueError if shapes differ or an id lies outside 0 .. V - 1.
    """
    if output.shape[:-1] != guard.ids(y, "y").shape:
        raise ValueError(
            f"y must be {tuple(output.shape[:-1])}, as the output is without its last "
            f"axis, got {tuple(y.shape)}"
        )
    guard.ids_below(y.masked_fill(y == PADDING, 0), output.shape[-1], "y")
    return F.cross_entropy(
        output.flatten(0, -2), y.long().flatten(), ignore_index=PADDING
    )


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

    In several processes (`parallel.start`) every step is that of the global batch: of
    data dealt out by `parallel.share`, gradients and losses are means over the tokens
    of all. The first process's weights are everybody's; it alone shows a bar and writes
    the checkpoint. Training ends where `on_epoch` returns True in any process.
    Raises FloatingPointError, naming epoch and step, when the loss or its gradient
    becomes NaN or infinite; the model then keeps its last finite weights.
    """
    _check(model, data, valid, epochs, optimizer, clip, patience)
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.003)
    loss = loss or cross_entropy
    history, best = History(), Best(model, patience)
    keeper = Keeper(checkpoint, model, optimizer, history, best, (data, valid))
    done = keeper.resume() if resume else 0
    parallel.same_start(model, done)
    with progress_bar(data, epochs, progress and parallel.place()[0] == 0) as bar:
        for epoch in range(done + 1, epochs + 1):
            if best.is_over():
                break
            start = time.perf_counter()
            mean, tokens = _epoch(model, data, optimizer, clip, loss, epoch, bar)
            seconds = time.perf_counter() - start
            valid_loss = math.nan
            if valid is not None:
                valid_loss = parallel.mean(*_total(model, valid, loss))
            history.add(mean, valid_loss, seconds, tokens)
            best.note(valid_loss, epoch)
            keeper.keep()
            over = on_epoch is not None and on_epoch(epoch, history) is True
            if any(parallel.gathered(over)):
                break
    best.restore()
    return history


def _epoch(model, data, optimizer, clip, loss, epoch, bar) -> tuple[float, int]:
    """Take one pass over the data; return the mean loss and the number of tokens."""
    total, tokens, step = 0.0, 0, 0
    safe = LastFinite(model)
    with _mode(model, training=True):
        for step, (output, y, count) in enumerate(outputs(model, data), start=1):
            value = _scalar(loss(output, y))
            model.zero_grad()
            value.backward()
            value, count = parallel.average(model, value, count)
            norm = _clip(model, clip)
            safe.check(value, norm, epoch, step)
            optimizer.step()
            total, tokens = total + safe.loss * count, tokens + count
            bar.advance(epoch, total / tokens)
    if step == 0:
        raise ValueError("data gave no batches: expected (x, y), got nothing")
    safe.check_weights(epoch, step)
    return total / tokens, tokens


def outputs(model: nn.Module, data: Batches) -> Iterator[tuple[Tensor, Tensor, int]]:
    """Give (output, y, number of tokens) for every batch of the data.

    The state is carried, detached, if the batches are adjacent.
    """
    device, state = device_of(model), None
    carry = getattr(data, "adjacent", False)
    for x, y in data:
        inputs = x if isinstance(x, tuple) else (x,)
        if device.type != "cpu" and hasattr(model, "check_inputs"):
            model.check_inputs(*inputs)  # on the host, where it costs no waiting
        inputs = _move(inputs, device)
        result = model(*inputs) if state is None else model(*inputs, state)
        output, state = result if isinstance(result, tuple) else (result, None)
        state = _detach(state) if carry else None
        yield output, _move(y, device), _tokens(y)


def mean_loss(model: nn.Module, data: Batches, loss: Loss = cross_entropy) -> float:
    """Return the mean loss a token over the data, without training."""
    total, tokens = _total(model, data, loss)
    return total / tokens


def _total(model: nn.Module, data: Batches, loss: Loss) -> tuple[float, int]:
    """Return the sum of the losses of all tokens, and their number."""
    losses, tokens = [], []
    with torch.no_grad(), _mode(model, training=False):
        for output, y, count in outputs(model, data):
            losses.append(_scalar(loss(output, y)))
            tokens.append(count)
    if not sum(tokens):
        raise ValueError("there is nothing to score: expected batches (x, y), got none")
    values = torch.stack(losses).tolist()  # one wait for the device, not one a batch
    return math.fsum(map(operator.mul, values, tokens)), sum(tokens)


def perplexity(model: nn.Module, data: Batches) -> float:
    """Return exp of the mean cross-entropy a token: the geometric mean of 1 / p.

    >>> uniform = cl.NGram(torch.tensor([0]), V=27, order=0)
    >>> round(cl.perplexity(uniform, cl.whole_text(torch.tensor([3, 1, 4]))), 6)
    27.0

    data: batches (x, y) as for `fit`; a whole text is the one batch
    [(ids[None, :-1], ids[None, 1:])]. Jelinek et al. 1977.
    """
    return exponential(mean_loss(model, data))


def accuracy(model: nn.Module, data: Batches) -> float:
    """Return the share of targets, 0 to 1, that the highest logit names.

    >>> uniform = cl.NGram(torch.tensor([0]), V=27, order=0)  # says 0 where all tie
    >>> cl.accuracy(uniform, cl.whole_text(torch.tensor([3, 0, 4])))
    0.5

    data: batches (x, y) as for `fit`; y ids, of which -100 is padding and does not
    count. Raises ValueError if there is nothing to score, TypeError if y is no ids.
    """
    right, tokens = [], 0
    with torch.no_grad(), _mode(model, training=False):
        for output, y, count in outputs(model, data):
            right.append((output.argmax(dim=-1) == guard.ids(y, "y")).sum())
            tokens += count
    if not tokens:
        raise ValueError("there is nothing to score: expected batches (x, y), got none")
    return int(torch.stack(right).sum()) / tokens


def _clip(model: nn.Module, clip: float | None) -> Tensor:
    """Scale the gradient down to norm `clip` if it is longer; return its norm."""
    limit = math.inf if clip is None else clip
    return nn.utils.clip_grad_norm_(model.parameters(), limit)


def _scalar(value: Tensor) -> Tensor:
    """Return a loss that is one number; raise ValueError for any other."""
    if guard.tensor(value, "the loss").dim() != 0:
        raise ValueError(f"the loss must be one number, got {tuple(value.shape)}")
    return value


def _tokens(y) -> int:
    """Count the elements of y, less padding; called before y is moved to a GPU."""
    y = guard.tensor(y[0] if isinstance(y, tuple) else y, "y")
    return int((y != PADDING).sum()) if guard.is_ids(y) else y.numel()


def _move(value, device: torch.device):
    if isinstance(value, tuple):
        return tuple(_move(part, device) for part in value)
    return value.to(device) if isinstance(value, Tensor) else value


def _detach(state):
    if isinstance(state, tuple):
        return tuple(_detach(part) for part in state)
    return None if state is None else state.detach()


@contextmanager
def _mode(model: nn.Module, training: bool):
    """Put a model into training or evaluation mode, and every part back afterwards."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was_training in before:
            module.training = was_training


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
    guard.whole(epochs, 1, "epochs")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip must be above 0, or None for no limit, got {clip}")
    if patience is not None and valid is None:
        raise ValueError("patience needs valid batches to be scored, got valid=None")
    if patience is not None:
        guard.whole(patience, 1, "patience")
