"""One recurrent layer on one task: trained, stopped and scored apart from each other.

The three streams of a run are seeded apart. Training stops by the validation stream;
the test stream is read once, at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .. import validation
from ..models.heads import EveryStep, ManyToOne
from ..moved import renamed
from ..nn.init import chrono, forget_bias, identity, orthogonal
from ..nn.layers import GRU, LSTM, RNN
from ..tasks import Stream, Task
from ..training.history import History
from ..training.loop import fit
from ..training.passes import mode, outputs

HELD_OUT = 2560  # sequences for validation, and as many for the test
EVALUATIONS = 20  # parts of the training, after each of which validation is asked

ARCHITECTURES = {
    "RNN": lambda D, H, T: RNN(D, H),
    "RNN, orthogonal": lambda D, H, T: orthogonal(RNN(D, H)),
    "ReLU RNN, identity": lambda D, H, T: identity(
        nn.RNN(D, H, nonlinearity="relu", batch_first=True)
    ),
    "GRU": lambda D, H, T: GRU(D, H),
    "GRU, chrono": lambda D, H, T: chrono(GRU(D, H), T),
    "LSTM": lambda D, H, T: LSTM(D, H),
    "LSTM, forget bias 1": lambda D, H, T: forget_bias(LSTM(D, H), 1.0),
    "LSTM, chrono": lambda D, H, T: chrono(LSTM(D, H), T),
}


def architectures() -> list[str]:
    """Return the names of the architectures compared: a layer and its initialisation.

    >>> cl.architectures()[:3]
    ['RNN', 'RNN, orthogonal', 'ReLU RNN, identity']

    A name without an initialisation is the layer as torch initialises it. The ReLU
    RNN is torch's own, since the RNN of this course has a tanh.
    """
    return list(ARCHITECTURES)


def task_model(kind: str, task: Task, units: int, seed: int = 0) -> nn.Module:
    """Return a model for a task, with a layer of one of the kinds of `architectures`.

    >>> model = cl.task_model("LSTM, chrono", tasks.Adding(T=100), units=16)
    >>> type(model).__name__, model.layer.hidden_size
    ('ManyToOne', 16)

    Its weights are drawn from the seed; torch's own random numbers go on as they were.
    A chrono initialisation knows the task's `longest`. Raises ValueError for another
    kind.
    """
    if kind not in ARCHITECTURES:
        raise ValueError(
            f"kind must be one of {', '.join(ARCHITECTURES)}, got {kind!r}"
        )
    head = EveryStep if task.every_step else ManyToOne
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        layer = ARCHITECTURES[kind](task.input_size, units, max(3, task.longest))
        return head(layer, task.output_size)


@dataclass(frozen=True)
class Solved:
    """What came of a model on a task: how long it learned, and how much is wrong.

    >>> solved = cl.Solved(cl.History(), 6400, True, 1, 2560)
    >>> solved
    Solved(after 6400 sequences: 1 of 2560 wrong)

    history: of `fit`; sequences: how many it was trained on; stopped: whether nothing
    of the validation stream was wrong before the sequences were used up; wrong: how
    many of the `tested` sequences of the test stream are wrong.
    """

    history: History
    sequences: int
    stopped: bool
    wrong: int
    tested: int

    @property
    def seconds(self) -> float:
        """Return the seconds of training."""
        return sum(self.history.seconds)

    def __repr__(self) -> str:
        return (
            f"Solved({'after' if self.stopped else 'not within'} {self.sequences} "
            f"sequences: {self.wrong} of {self.tested} wrong)"
        )


def seeds_of(seed: int) -> dict[str, int]:
    """Return the seeds of the three streams of a run, no two alike.

    >>> cl.seeds_of(2)
    {'training': 1002, 'validation': 2002, 'test': 3002}
    """
    validation.whole(seed, 0, "seed")
    if seed >= 1000:
        raise ValueError(f"seed must be below 1000, or streams meet, got {seed}")
    return {"training": 1000 + seed, "validation": 2000 + seed, "test": 3000 + seed}


@renamed(most="max_sequences", slices="evaluations", falls="decay", calm="patience")
def solve(
    model: nn.Module,
    task: Task,
    max_sequences: int,
    seed: int = 0,
    *,
    lr: float = 0.003,
    batch_size: int = 32,
    evaluations: int = EVALUATIONS,
    decay: bool = False,
    patience: int = 1,
    clip: float | None = 1.0,
    held_out: int = HELD_OUT,
) -> Solved:
    """Train a model on a task until nothing of a validation stream is wrong; score it.

    >>> task = tasks.TemporalXor(T=60)
    >>> model = cl.task_model("GRU", task, units=8)
    >>> solved = cl.solve(model, task, max_sequences=3000, lr=0.03, held_out=256)
    >>> solved.stopped, solved.wrong
    (True, 0)

    max_sequences: the largest number of training sequences. They come in equal parts,
    after each of which the validation stream of `held_out` sequences is evaluated:
    `evaluations` times at most. Once none of them has been wrong `patience` times in a
    row, training ends. The score is from a test stream of
    as many, which is made afterwards. The streams' seeds are `seeds_of(seed)`. lr: of
    Adam; with `decay` it goes down to a twentieth, in equal factors. In place; returns
    a `Solved`. Raises ValueError for sizes below 1, or for fewer sequences than
    evaluations.
    """
    seeds = seeds_of(seed)
    validation.whole(patience, 1, "patience")
    validation.whole(evaluations, 1, "evaluations")
    validation.whole(max_sequences, evaluations, "max_sequences")
    size = max_sequences // evaluations
    data = _stream(task, size, batch_size, seeds["training"])
    valid = task.test_set(
        validation.whole(held_out, 1, "held_out"), seeds["validation"]
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    factor = 0.05 ** (1 / evaluations) if decay else 1.0
    right = []

    def _ask(epoch: int, history: History) -> bool:
        optimizer.param_groups[0]["lr"] *= factor
        right.append(
            not any(wrong.any() for wrong in wrong_sequences(model, task, valid))
        )
        return len(right) >= patience and all(right[-patience:])

    how = {"loss": task.loss, "clip": clip, "on_epoch": _ask, "progress": False}
    history = fit(model, data, epochs=evaluations, optimizer=optimizer, **how)
    stopped = len(right) >= patience and all(right[-patience:])
    wrong = count_wrong(model, task, task.test_set(held_out, seeds["test"]))
    return Solved(history, size * len(history), stopped, wrong, held_out)


def _stream(task: Task, size: int, batch_size: int, seed: int) -> Stream:
    return task.stream(size, batch_size, torch.Generator().manual_seed(seed))


def wrong_sequences(
    model: nn.Module, task: Task, data: list[tuple]
) -> Iterator[Tensor]:
    """Give for each batch which sequences a model has wrong, (n,) bool each.

    >>> task = tasks.Parity(T=9)
    >>> model = cl.task_model("RNN", task, units=4)
    >>> [len(wrong) for wrong in cl.wrong_sequences(model, task, task.test_set(300))]
    [256, 44]
    """
    with torch.no_grad(), mode(model, training=False):
        for _, output, y, _ in outputs(model, data):
            yield task.wrong(output, y)


def count_wrong(model: nn.Module, task: Task, data: list[tuple]) -> int:
    """Return how many sequences of batches a model has wrong, by the task's criterion.

    >>> task = tasks.Copying(T=5)
    >>> cl.count_wrong(cl.task_model("RNN", task, units=4), task, task.test_set(40))
    40
    """
    return sum(int(wrong.sum()) for wrong in wrong_sequences(model, task, data))


def met_before(
    task: Task, sequences: int, passes: int = 1, batch_size: int = 32, seed: int = 0
) -> int:
    """Return how many test sequences of a run are among its training sequences.

    >>> cl.met_before(tasks.Adding(T=100), 100, passes=5)
    0

    The training stream is made once more from its seed, in so many passes of so many
    sequences; the test stream has 2,560.
    """
    seeds = seeds_of(seed)
    test = {row for x, _ in task.test_set(HELD_OUT, seeds["test"]) for row in _rows(x)}
    train = _stream(task, sequences, batch_size, seeds["training"])
    seen = (row for _ in range(passes) for x, _ in train for row in _rows(x))
    return len(test.intersection(seen))


def _rows(x: Tensor) -> Iterator[bytes]:
    """Give each sequence of a batch as bytes."""
    return (row.tobytes() for row in x.flatten(1).numpy())
