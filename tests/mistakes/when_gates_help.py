"""Wrong answers to the exercises of "When gates help"."""

import math

import torch
from torch.nn.functional import one_hot


def base(S, K, T):
    return S * math.log(K) / (T + 2 * S)


def some(S, K, T, m):
    return (S - m) * math.log(K) / (T + 2 * S)


def right_order(logits, y):
    return ((logits.softmax(-1) - one_hot(y, 4)).abs() >= 0.3).any(-1)


def runs(valid=2000, test=3000, stops="valid", scores="test", train=1000, at=0):
    """Make a run with its seeds and its two sets exchanged as told."""

    def run(task, train_it, wrong_of, seed):
        stream = task.stream(320, 32, torch.Generator().manual_seed(train + seed))
        sets = {
            "valid": task.test_set(64, seed=valid + seed),
            "test": task.test_set(64, seed=test + seed),
            "training": stream,
        }
        train_it(stream, stop=lambda: wrong_of(sets[stops]) == at)
        return wrong_of(sets[scores])

    return run


def idle(task, train, wrong_of, seed):
    return 2


def always_stops(task, train, wrong_of, seed):
    stream = task.stream(320, 32, torch.Generator().manual_seed(1000 + seed))
    train(stream, stop=lambda: True)
    return wrong_of(task.test_set(64, seed=3000 + seed))


def twice(task, train, wrong_of, seed):
    runs()(task, train, wrong_of, seed)
    return wrong_of(task.test_set(64, seed=3000 + seed))


def gate(layer, k=1):
    return (layer.bias_ih_l0 + layer.bias_hh_l0).chunk(4)[k].sigmoid()


def halves(layer, k=1):
    return math.log(0.5) / gate(layer, k).log()


def first_bias(layer):
    return math.log(0.5) / layer.bias_ih_l0.chunk(4)[1].sigmoid().log()


MISTAKES = [
    *[
        ("copying_without_memory", words, wrong, some)
        for words, wrong in (
            ("those of reading too", lambda S, K, T: S * math.log(K) / (T + S)),
            ("not over those of writing", lambda S, K, T: math.log(K)),
            ("the mean was asked for", lambda S, K, T: S * math.log(K)),
            ("how many symbols are written", lambda S, K, T: base(S, K, T) / S),
            ("that is in bits", lambda S, K, T: base(S, K, T) / math.log(2)),
            ("not T alone", lambda S, K, T: S * math.log(K) / T),
            ("only the symbols cost something", lambda S, K, T: math.log(K + 1)),
            ("a blank need not be considered", lambda S, K, T: base(S, K + 1, T)),
        )
    ],
    *[
        ("copying_without_memory", words, base, wrong)
        for words, wrong in (
            ("what do the others?", lambda S, K, T, m: m * math.log(K) / (T + 2 * S)),
            ("still count in the mean", lambda S, K, T, m: base(S - m, K, T)),
            ("without any memory", lambda S, K, T, m: base(S, K, T)),
            (
                "the number of symbols to choose from",
                lambda S, K, T, m: S * math.log(max(1, K - m)) / (T + 2 * S),
            ),
        )
    ],
    *[
        ("order_criterion", words, wrong)
        for words, wrong in (
            ("the other way round", lambda a, y: ~right_order(a, y)),
            ("is not enough", lambda a, y: a.argmax(-1) != y),
            (
                "not only if all are",
                lambda a, y: ((a.softmax(-1) - one_hot(y, 4)).abs() >= 0.3).all(-1),
            ),
            (
                "these are logits",
                lambda a, y: ((a - one_hot(y, 4)).abs() >= 0.3).any(-1),
            ),
            (
                "by its own sigmoid",
                lambda a, y: ((a.sigmoid() - one_hot(y, 4)).abs() >= 0.3).any(-1),
            ),
            (
                "is the sign taken away",
                lambda a, y: (a.softmax(-1) - one_hot(y, 4) >= 0.3).any(-1),
            ),
            (
                "not one for each output",
                lambda a, y: (a.softmax(-1) - one_hot(y, 4)).abs() >= 0.3,
            ),
            ("expected bools", lambda a, y: right_order(a, y).float()),
        )
    ],
    ("streams_apart", "the very sequences", runs(valid=1000, stops="test")),
    ("streams_apart", "the very sequences", runs(scores="valid")),
    ("streams_apart", "stopped by sequences of the seed", runs(valid=1000)),
    ("streams_apart", "the score is on sequences of the seed", runs(test=1000)),
    ("streams_apart", "of the other set", runs(stops="test", scores="valid")),
    ("streams_apart", "that the task has made", runs(stops="training")),
    ("streams_apart", "stop at 0 and not before", runs(at=4)),
    ("streams_apart", "stop at 0 and not before", always_stops),
    ("streams_apart", "train once", idle),
    ("streams_apart", "count once", twice),
    *[
        ("memory_half_lives", words, wrong, 34.5, 1.0)
        for words, wrong in (
            ("is every bias of the gate", first_bias),
            ("the gate i", lambda layer: halves(layer, 0)),
            ("the gate o", lambda layer: halves(layer, 3)),
            ("1/e is left", lambda layer: -1 / gate(layer).log()),
            ("the gates themselves", gate),
            ("a mean length", lambda layer: 1 / (1 - gate(layer))),
            ("is positive", lambda layer: -halves(layer)),
            ("upside down", lambda layer: 1 / halves(layer)),
        )
    ],
    ("memory_half_lives", "too large", halves, 100.0, 1.0),
    ("memory_half_lives", "too small", halves, 34.5, 0.5),
]
