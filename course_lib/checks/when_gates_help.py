"""The checks of "When gates help"."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..nn.init import chrono, forget_bias
from ..nn.layers import LSTM
from .answers import answers_back, call
from .compare import number, same
from .verdict import Wrong


@answers_back
def copying_without_memory(copying_baseline, with_some):
    """The loss of a copying task, without memory and with some of it."""
    for S, K, T in ((10, 8, 100), (3, 5, 20), (1, 2, 7)):
        what = f"S = {S}, K = {K}, T = {T}"
        given = call(copying_baseline, S, K, T)
        yield number(given, S * math.log(K) / (T + 2 * S), what, slips(S, K, T))
    for S, K, T, m in ((10, 8, 100, 4), (3, 5, 20, 3), (5, 4, 30, 0)):
        what = f"S = {S}, K = {K}, T = {T}, {m} remembered"
        right = (S - m) * math.log(K) / (T + 2 * S)
        given = call(with_some, S, K, T, m)
        yield number(given, right, what, slips_with_some(S, K, T, m))


def slips_with_some(S: int, K: int, T: int, m: int) -> dict[str, float]:
    """Return what the usual mistakes make of the loss when m are remembered."""
    return {
        "that is what the remembered ones would cost; what do the others?": (
            m * math.log(K) / (T + 2 * S)
        ),
        "what is known costs nothing, but its steps still count in the mean": (
            (S - m) * math.log(K) / (T + 2 * (S - m))
        ),
        "that is without any memory": S * math.log(K) / (T + 2 * S),
        "a remembered symbol leaves the number of symbols to choose from": (
            S * math.log(max(1, K - m)) / (T + 2 * S)
        ),
    }


def slips(S: int, K: int, T: int) -> dict[str, float]:
    """Return what the usual mistakes make of the baseline."""
    whole = S * math.log(K)
    return {
        "the mean is over all steps, those of reading too": whole / (T + S),
        "the mean is over all steps, not over those of writing": math.log(K),
        "that is the sum over the sequence; the mean was asked for": whole,
        "one of them stands outside: how many symbols are written?": (
            math.log(K) / (T + 2 * S)
        ),
        "that is in bits": whole / math.log(2) / (T + 2 * S),
        "the number of steps is not T alone": whole / T,
        "the blanks can be known: only the symbols cost something": (
            (T + 2 * S) * math.log(K + 1) / (T + 2 * S)
        ),
        "at the symbols' steps a blank need not be considered": (
            S * math.log(K + 1) / (T + 2 * S)
        ),
    }


@answers_back
def order_criterion(order_wrong):
    """The success criterion of temporal order, for logits and classes."""
    for n in (200, 6):
        y = torch.randint(4, (n,))
        logits = 2.5 * F.one_hot(y, 4) + 1.2 * torch.randn(n, 4)
        if n == 6:
            logits = borders(y)
        given = call(order_wrong, logits, y)
        if isinstance(given, Tensor) and given.dtype != torch.bool:
            raise Wrong("expected bools, one for each sequence: which are wrong?")
        off = (logits.softmax(dim=-1) - F.one_hot(y, 4)).abs()
        right = (off >= 0.3).any(dim=-1)
        yield same(given, right, f"{n} sequences", criteria(logits, y, off))


def borders(y: Tensor) -> Tensor:
    """Return logits (6, 4) whose probabilities lie on both sides of each border."""
    of_right = torch.tensor([0.75, 0.65, 0.55, 0.9, 0.45, 0.2])
    rest = ((1 - of_right) / 3)[:, None].expand(-1, 4).clone()
    return rest.scatter_(1, y[:, None], of_right[:, None]).log()


def criteria(logits: Tensor, y: Tensor, off: Tensor) -> dict[str, Tensor]:
    """Return what other criteria call wrong."""
    one_hot = F.one_hot(y, 4)
    return {
        "that is right and wrong the other way round": (off < 0.3).all(dim=-1),
        "the highest probability is not enough, whoever has it": logits.argmax(-1) != y,
        "a sequence is wrong if one output is, not only if all are": (
            (off >= 0.3).all(dim=-1)
        ),
        "these are logits: what makes probabilities of them?": (
            ((logits - one_hot).abs() >= 0.3).any(dim=-1)
        ),
        "each output is given by its own sigmoid; the classes exclude each other": (
            ((logits.sigmoid() - one_hot).abs() >= 0.3).any(dim=-1)
        ),
        "an output can be off downwards too: is the sign taken away?": (
            (logits.softmax(dim=-1) - one_hot >= 0.3).any(dim=-1)
        ),
        "one answer for each sequence is asked for, not one for each output": off
        >= 0.3,
    }


class Recorder:
    """A task that notes which streams are made, from which seeds."""

    def __init__(self):
        self.seeds = {}

    def stream(self, sequences, batch_size, generator):
        """Return the training stream, a mark."""
        self.seeds["training"] = generator.initial_seed()
        return "training"

    def test_set(self, sequences, seed=0):
        """Return a mark for a set, which knows its seed."""
        return ("set", sequences, seed)


@answers_back
def streams_apart(run):
    """A run whose training, stopping and scoring are seeded and kept apart."""
    scores = []
    for seed in (0, 5):
        task, asked, trained = Recorder(), [], []
        counts = iter((9, 4, 3, 2, 1, 0))

        def _wrong_of(data, asked=asked, counts=counts):
            asked.append(data)
            return next(counts, 0)

        def _train(stream, stop, trained=trained, asked=asked):
            trained.append(stream)
            before = len(asked)
            trained.append(any([stop(), stop(), stop()]))
            trained.append(asked[before:])

        scores.append(call(run, task, _train, _wrong_of, seed, name="run"))
        yield told_apart(task, trained, asked, scores[-1], seed)


def told_apart(task: Recorder, trained: list, asked: list, score, seed: int) -> str:
    """Check what a run trained on, was stopped by and was scored on."""
    if len(trained) != 3 or trained[0] != "training" or "training" not in task.seeds:
        raise Wrong("it must train once, on the stream of the task")
    stopping, after = trained[2], asked[3:]
    if len(stopping) != 3 or trained[1]:
        raise Wrong("`stop` must count what is wrong, and stop at 0 and not before")
    if len(after) != 1 or score != 2:
        raise Wrong("after training it must count once, and return that number")
    sets = [*stopping, *after]
    if any(not isinstance(each, tuple) or each[:1] != ("set",) for each in sets):
        raise Wrong("what is counted must be a set that the task has made")
    seeds = {each[2] for each in stopping}, after[0][2], task.seeds["training"]
    if seeds[1] in seeds[0]:
        raise Wrong("training is stopped by the very sequences that give the score")
    if seeds[2] in seeds[0]:
        raise Wrong("training is stopped by sequences of the seed that it learns from")
    if seeds[1] == seeds[2]:
        raise Wrong("the score is on sequences of the seed that it learns from")
    if seeds[1] != 3000 + seed:
        raise Wrong("the score is of the other set: which one is for the test?")
    return f"seed {seed}: three streams, each for one purpose"


@answers_back
def memory_half_lives(half_lives, of_chrono, of_default):
    """How long the memories of an LSTM last, by its biases."""
    for name, layer in layers_to_measure().items():
        with torch.no_grad():
            given = call(half_lives, layer)
            right, mistakes = lives(layer)
        yield same(given, right, name, mistakes, tolerance=1e-3)
    yield number(of_chrono, 34.5, "the median of chrono", tolerance=0.15)
    yield number(of_default, 1.0, "the median of the default", tolerance=0.1)


def lives(layer: LSTM) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the half-lives of a layer's memories, and what usual mistakes make."""
    b_ih, b_hh = layer.bias_ih_l0.chunk(4), layer.bias_hh_l0.chunk(4)
    i, f, _, o = (torch.sigmoid(a + b) for a, b in zip(b_ih, b_hh, strict=True))
    return life(f), {
        "is every bias of the gate counted?": life(b_ih[1].sigmoid()),
        "that is the gate i, which lets in": life(i),
        "that is the gate o, which shows": life(o),
        "that is after how many steps 1/e is left": -1 / f.log(),
        "those are the gates themselves: what is left after k steps?": f,
        "that is the sum of f, f², ...: a mean length, no half-life": 1 / (1 - f),
        "the number of steps is positive": -life(f),
        "that is turned upside down": 1 / life(f),
    }


def layers_to_measure() -> dict[str, LSTM]:
    """Return layers with known memories, and with two biases that count."""
    both = LSTM(2, 6)
    torch.nn.init.uniform_(both.bias_ih_l0.data, 0.2, 2)
    torch.nn.init.uniform_(both.bias_hh_l0.data, 0.2, 2)
    return {
        "forget bias 3": forget_bias(LSTM(3, 4), 3.0),
        "both biases": both,
        "chrono": chrono(LSTM(1, 50), 100),
    }


def life(f: Tensor) -> Tensor:
    """Return the half-lives of memories that keep f a step."""
    return math.log(0.5) / f.log()
