"""The checks of "An RNN from scratch"."""

import copy
import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector

from ..data.windows import windows
from ..experiments.story import story
from ..models.heads import CharLM
from ..nn.cells import RNNCell
from ..nn.layers import RNN
from ..training.metrics import perplexity
from .answers import answers_back, call, heard
from .compare import choice, number, one_number, ordinary, same
from .descent import Descent, descend, repaired
from .verdict import Wrong


@answers_back
def parameter_count(count, least_H):
    """The number of parameters of a CharLM, and when W_hh has most of them."""
    for V, H, L in ((27, 64, 1), (2, 5, 1), (5, 3, 2), (7, 4, 3)):
        model = CharLM(RNN(V, H, num_layers=L), V)
        right = sum(p.numel() for p in model.parameters())
        mistakes = _counts(right, V, H, L)
        what = f"V = {V}, H = {H}, {L} layer{'s' * (L > 1)}"
        yield number(call(count, V, H, L), right, what, mistakes, tolerance=0)
    V, H = 27, 1
    while H * H <= 2 * H * V + 2 * H + V:
        H += 1
    mistakes = {
        "there, the rest is still a little larger": H - 1,
        "that compares W_hh with the rest of the layer; the head belongs to it": V + 3,
    }
    yield number(least_H, H, "the least H with V = 27", mistakes, tolerance=0)


def _counts(right: int, V: int, H: int, L: int) -> dict[str, int]:
    """Return what mistakes in counting parameters give."""
    above = (L - 1) * (2 * H * H + 2 * H)
    return {
        "a layer has a bias for the input and one for the state": right - L * H,
        "every bias is a parameter, too": right - 2 * L * H - V,
        "the head has parameters, too": right - H * V - V,
        "the head has a bias, too": right - V,
        "what does an upper layer read, and how long is it?": (
            right - above + (L - 1) * (H * V + H * H + 2 * H)
        ),
        "the upper layers are not counted": right - above,
        "an upper layer multiplies what comes from below, too": right - (L - 1) * H * H,
    }


@answers_back
def read_from_the_end(read_backwards):
    """A cell run over sequences from their end, as a bidirectional layer runs it."""
    for B, T, D, H in ((3, 3, 2, 4), (2, 5, 3, 3), (1, 4, 2, 3), (4, 1, 2, 2)):
        cell, x, h = RNNCell(D, H), torch.randn(B, T, D), torch.randn(B, H)
        right = _states(cell, x.flip(1), h).flip(1).detach()
        what = f"x of shape {(B, T, D)}, H = {H}"
        given = call(read_backwards, cell, x, h)
        mistakes = _readings(cell, x, h, right)
        yield same(given, right, what, mistakes)
    both, x = RNN(3, 4, bidirectional=True), torch.randn(2, 6, 3)
    cell, suffix = RNNCell(3, 4), "_l0_reverse"
    for name, parameter in cell.named_parameters():
        parameter.data.copy_(getattr(both, name + suffix))
    given = call(read_backwards, cell, x, torch.zeros(2, 4))
    what = "the second half of a bidirectional layer's output"
    yield same(given, both(x)[0][..., 4:].detach(), what)


def _states(cell: nn.Module, x: Tensor, h: Tensor) -> Tensor:
    """Return a cell's states (B, T, H), from the first step on."""
    states = []
    for x_t in x.unbind(1):
        h = cell(x_t, h)
        states.append(h)
    return torch.stack(states, dim=1)


@torch.no_grad()
def _readings(cell: nn.Module, x: Tensor, h: Tensor, right: Tensor) -> dict:
    """Return what the mistakes in reading x from its end give."""
    alone = torch.stack([cell(x_t, h) for x_t in x.unbind(1)], dim=1)
    mistakes = {
        "is the state carried? Each step begins from the first state": alone,
        "each step begins from zero: is the state carried?": torch.stack(
            [cell(x_t, 0 * h) for x_t in x.unbind(1)], dim=1
        ),
        "these are the right states, in the order of reading": right.flip(1),
        "that reads from the beginning": _states(cell, x, h),
        "that begins from a state of zeros, not from the h that is given": _states(
            cell, x.flip(1), 0 * h
        ).flip(1),
        "it should be (B, T, H); batch and time have changed places": (
            right.transpose(0, 1)
        ),
    }
    if x.shape[0] == x.shape[1]:
        swapped = _states(cell, x.transpose(0, 1).flip(1), h).flip(1)
        hint = "batch and time swapped: each row reads across the batch"
        mistakes[hint] = swapped.transpose(0, 1)
        mistakes["each row reads across the batch: which axis is time?"] = swapped
    return mistakes


@answers_back
def mended_training(train_on_windows):
    """Training on adjacent windows: losses and weights, compared after each fault."""
    V, B, T = 5, 3, 4
    model = CharLM(RNN(V, 6), V).double()
    for parameter in model.parameters():
        parameter.data *= 4  # so that the gradients are long, and the state matters
    ids = torch.randint(V, (2 * T + 1, B))  # time first
    batches = [(ids[t : t + T], ids[t + 1 : t + T + 1]) for t in (0, T)]
    first, below, none = batches[:1], 0.1, 1e6
    trained = partial(_trained, train_on_windows, model)
    if right := repaired(trained, model, batches, below):
        yield f"repaired so far: {', '.join(right)}"
    for what, data, limit, mistakes in (
        ("one window, nothing to clip", first, none, _LOSSES),
        ("one window, a gradient to clip", first, below, _CLIPS),
        ("two windows, nothing to clip", batches, none, _STATES),
        ("two windows, both to clip", batches, below, {}),
    ):
        given = trained(data, limit, what)
        right = descend(model, data, limit)
        computed = {hint: descend(model, data, limit, **m) for hint, m in mistakes}
        yield same(given, right, f"{what}: losses and weights", computed)


_LOSSES = {
    "logits have become something else before the cross-entropy": {"softmax": True},
    "the cross-entropy is given something else than logits, and the targets stand in "
    "another order": {"softmax": True, "turned": False},
    "the logits are batch first; in which order are the targets?": {"turned": False},
    "each row reads across the batch: the model wants (B, T)": {"across": True},
    "is it the mean of the tokens' losses?": {"reduction": "sum"},
}.items()
_CLIPS = {
    "every number of the gradient is clipped for itself: its direction changes": {
        "clip": clip_grad_value_
    },
    "the gradient has its full length": {"clip": lambda parameters, limit: None},
    "each parameter is clipped for itself; the limit is for the whole gradient": {
        "clip": lambda ps, limit: [clip_grad_norm_(p, limit) for p in ps]
    },
}.items()
_STATES = {
    "the second window begins from zero: is the state carried?": {"carried": False},
    "the second step has the first one's gradient in it, too": {"forget": False},
}.items()


def _trained(train, model: nn.Module, batches: list, limit: float, what: str) -> Tensor:
    """Return losses and weights after a reader's function has trained a copy."""
    model = copy.deepcopy(model)
    try:
        losses = call(train, model, batches, Descent(model), limit)
    except Wrong as wrong:
        if "second time" in str(wrong) or "inplace operation" in str(wrong):
            hint = "the gradient runs on into the window before; where is it to stop?"
            raise Wrong(f"{what}: {hint}") from wrong
        raise
    losses = losses if isinstance(losses, list | tuple) else []
    wanted = f"{what}: expected a list with a loss, a number, for each window"
    if len(losses) != len(batches):
        raise Wrong(wanted)
    numbers = [one_number(loss, wanted) for loss in losses]
    weights = parameters_to_vector(model.parameters()).detach()
    return torch.cat([torch.tensor(numbers, dtype=weights.dtype), weights])


@answers_back
def next_characters(draw):
    """Ids drawn for a batch of logits at a temperature, counted over many draws."""
    two = torch.tensor([[1.0, 2.0, 0.2, 2.6], [3.0, 0.4, 2.2, 1.2]]).double()
    other = torch.tensor([[-4.0, 0.5, 1.0], [0.3, -0.2, -3.0]]).double()
    g = torch.Generator().manual_seed(1)
    for logits, temperature in ((two, 1.0), (two, 0.5), (other, 2.0)):
        what = f"V = {logits.shape[1]}, temperature {temperature}"
        ids = call(draw, logits.repeat_interleave(N, dim=0), temperature, g)
        ids, V = _row_of_ids(ids, 2 * N, what), logits.shape[1]
        if ids.min() < 0 or ids.max() >= V:
            raise Wrong(f"{what}: an id is outside 0 .. {V - 1}")
        share = F.one_hot(ids.view(2, N), V).double().mean(dim=1)
        right = torch.softmax(logits / temperature, dim=-1)
        yield same(share, right, what, _draws(logits, temperature), tolerance=0.03)
    _row_of_ids(call(draw, torch.randn(1, 5), 1.0, g), 1, "B = 1")
    yield "B = 1"
    many = torch.zeros(50, 6)
    made = [g, g, *(torch.Generator().manual_seed(2) for _ in "ab")]
    drawn = [_row_of_ids(call(draw, many, 1.0, k), 50, "B = 50") for k in made]
    if not torch.equal(*drawn[2:]):
        raise Wrong("the same generator gave other ids: is it used to draw them?")
    if torch.equal(*drawn[:2]):
        raise Wrong("a generator gave the same ids twice: is it set back each time?")
    yield "drawn from the generator that is given"


N = 5000  # draws for each row of logits


def _row_of_ids(ids, B: int, what: str) -> Tensor:
    """Return ids that are (B,) whole numbers; raise `Wrong` if they are not."""
    ids = ordinary(ids, what)
    if ids.dtype != torch.int64:
        came = ids.dtype
        raise Wrong(f"{what}: expected whole numbers as ids, a tensor of int64: {came}")
    if ids.shape != (B,):
        raise Wrong(f"{what}: expected ids of shape {(B,)}, came {tuple(ids.shape)}")
    return ids


def _draws(logits: Tensor, temperature: float) -> dict[str, Tensor]:
    """Return what the mistakes in drawing make of the ids' shares."""
    p = torch.softmax(logits / temperature, dim=-1)
    down = torch.softmax(logits / temperature, dim=0)
    down, raw = (w / w.sum(-1, keepdim=True) for w in (down, logits.clamp(min=0)))
    likeliest = F.one_hot(p.argmax(-1), p.shape[-1]).double()
    tamer = torch.softmax(logits * temperature, dim=-1)
    return {
        "always the likeliest: is anything drawn?": likeliest,
        "shares like the logits themselves; are those probabilities?": raw,
        "the softmax runs over the batch: which axis adds up to 1?": down,
        "a temperature below 1 should be bolder; here it is tamer": tamer,
        "the temperature changes nothing": torch.softmax(logits, dim=-1),
        "as if no token were likelier than another": 0 * p + 1 / p.shape[-1],
    }


@answers_back
def dropped_state(net, dropped, enough):
    """What a trained network loses where its state is dropped every T steps."""
    lengths, part = (1, 2, 4, 8, 16, 32), story().valid
    if not isinstance(dropped, dict) or set(dropped) != set(lengths):
        raise Wrong(f"expected a dict with a perplexity for each T of {lengths}")
    dropped, costs = {T: one_number(dropped[T], f"T = {T}") for T in lengths}, {}
    for T in reversed(lengths):
        batches = windows(part, 16, T)
        with heard("scoring the second part with `net`"):
            right = float(perplexity(net, list(batches)))
            carried = float(perplexity(net, batches))
        costs[T] = right / carried
        mistakes = {"the state was carried after all: are they adjacent?": carried}
        what = f"windows of {T}, the very same ones, from zero"
        yield number(dropped[T], right, what, mistakes, tolerance=1e-3)
    right = next((T for T in lengths if costs[T] < 1.1), math.inf)
    hints = {
        T: f"there it costs a factor of {costs[T]:.2f}"
        + ", and a shorter one will do" * (right < T)
        for T in lengths
        if right != T
    }
    yield choice(enough, right, "the smallest T for less than a tenth", hints)
