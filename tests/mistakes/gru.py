"""Wrong answers to the exercises of "The GRU"."""

import math
from itertools import permutations

import torch
from torch import sigmoid, tanh


def positive_root(p, q):
    """Return the positive x with x * x + p * x = q."""
    return (math.sqrt(p * p + 4 * q) - p) / 2


def rnn(blocks=3, biases=2, around=round):
    def rnn_units(V, H):
        p = V + biases
        return around(positive_root(p, blocks * H * (H + p)))

    return rnn_units


GATES = (1, 0.5, 0)
AFTER = [0.3 + r * 1.7 for r in GATES]
BEFORE = [0.8 + r * 1.2 for r in GATES]


def same(a):
    return a


def zeros_at_the_end(h, h_prev, over):
    return torch.where(over, 0.0, h)


def stays(h, h_prev, over):
    return torch.where(over, h_prev, h)


def moves_on(h, h_prev, over):
    return h


def the_wrong_way(h, h_prev, over):
    return torch.where(over, h, h_prev)


RESETS = {
    "after": lambda x, h, r, W, b: x + r * (h @ W.T + b),
    "before": lambda x, h, r, W, b: x + (r * h) @ W.T + b,
    "bias outside": lambda x, h, r, W, b: x + r * (h @ W.T) + b,
    "on x": lambda x, h, r, W, b: r * x + h @ W.T + b,
    "on both": lambda x, h, r, W, b: r * (x + h @ W.T + b),
    "nowhere": lambda x, h, r, W, b: x + h @ W.T + b,
}


def gru(
    order="rzn",
    squash=(sigmoid, sigmoid, tanh),
    reset="after",
    z_writes=False,
    drops=False,
    first=1,
    second=1,
    end=stays,
    late=0,
    carried=True,
    begin=same,
):
    """Make a GRU over time with something wrong, as a reader might write it."""

    def my_gru(x, lengths, h, W_ih, W_hh, b_ih, b_hh):
        h = start = begin(h)
        cut = {k: n for n, k in enumerate(order)}
        U, W, a, b = (p.chunk(3) for p in (W_ih, W_hh, first * b_ih, second * b_hh))
        states = []
        for t in range(x.shape[1]):
            from_x = {k: x[:, t] @ U[n].T + a[n] for k, n in cut.items()}
            r, z = (
                squash[n](from_x[k] + h @ W[cut[k]].T + b[cut[k]])
                for n, k in enumerate("rz")
            )
            z = z.masked_fill((t >= lengths)[:, None] & drops, 0)
            inside = RESETS[reset](from_x["n"], h, r, W[cut["n"]], b[cut["n"]])
            n = squash[2](inside)
            new = (1 - z) * h + z * n if z_writes else (1 - z) * n + z * h
            states.append(end(new, h, (t >= lengths + late)[:, None]))
            h = (
                states[-1]
                if carried
                else torch.where((t + 1 < lengths)[:, None], start, states[-1])
            )
        return torch.stack(states, dim=1)

    return my_gru


def convert(pick):
    return lambda theirs: torch.cat(pick(*theirs.chunk(3)))


def diagonal(W):
    return W.diag().diag()


MISTAKES = [
    *[
        ("rnn_of_equal_size", words, units, 5.9, "there")
        for words, units in (
            ("three times the parameters, not the units", lambda V, H: 3 * H),
            ("it counts as well", lambda V, H: round(H * 3**0.5)),
            ("right without biases", rnn(biases=0)),
            ("are all biases counted", rnn(biases=1)),
            ("in the square alone", lambda V, H: round((3 * H * (H + V + 2)) ** 0.5)),
            ("as many as an LSTM", rnn(blocks=4)),
            ("that is rounded up", rnn(around=math.ceil)),
            ("is to be rounded", rnn(around=float)),
        )
    ],
    ("rnn_of_equal_size", "the run's `test_perplexity`", rnn(), 120, "there"),
    ("rnn_of_equal_size", "is this an RNN", rnn(), 4.9, "there"),
    ("rnn_of_equal_size", "is the rate 0.01", rnn(), 15.8, "there"),
    ("rnn_of_equal_size", "compare the two perplexities", rnn(), 5.9, "gone"),
    ("rnn_of_equal_size", "seeds differ by less", rnn(), 5.9, "unknown"),
    ("inside_the_tanh", "b_hn came through whole", BEFORE, BEFORE),
    ("inside_the_tanh", "the same for every r", [2.0, 2.0, 2.0], BEFORE),
    ("inside_the_tanh", "what comes from h alone", [r * 2.0 for r in GATES], BEFORE),
    ("inside_the_tanh", "where is what comes from x", [r * 1.7 for r in GATES], BEFORE),
    ("inside_the_tanh", "a tanh is still to come", [*map(math.tanh, AFTER)], BEFORE),
    ("inside_the_tanh", "does not reach the bias", AFTER, AFTER),
    ("inside_the_tanh", "nothing else", AFTER, [r * 1.5 + 0.5 for r in GATES]),
    ("inside_the_tanh", "where is the bias", AFTER, [0.3 + r * 1.2 for r in GATES]),
    ("inside_the_tanh", "a list of three numbers", 2.0, BEFORE),
    *[
        ("gru_with_lengths", f"read as {', '.join(order)},", gru("".join(order)))
        for order in list(permutations("rzn"))[1:]
    ],
    ("gru_with_lengths", "goes on changing", gru(end=moves_on)),
    ("gru_with_lengths", "not to become 0", gru(end=zeros_at_the_end)),
    ("gru_with_lengths", "z keeps nothing", gru(end=moves_on, drops=True)),
    ("gru_with_lengths", "one step too far", gru(late=1)),
    ("gru_with_lengths", "kept while a sequence is read", gru(end=the_wrong_way)),
    ("gru_with_lengths", "shuts out the past", gru(squash=(same, sigmoid, tanh))),
    ("gru_with_lengths", "no gate is squashed", gru(squash=(same, same, tanh))),
    ("gru_with_lengths", "blends old and new", gru(squash=(sigmoid, same, tanh))),
    (
        "gru_with_lengths",
        "is the candidate squashed",
        gru(squash=(sigmoid, sigmoid, same)),
    ),
    ("gru_with_lengths", "a candidate is no gate", gru(squash=(sigmoid,) * 3)),
    ("gru_with_lengths", "the other way round", gru(z_writes=True)),
    ("gru_with_lengths", "on the other side of the product", gru(reset="before")),
    ("gru_with_lengths", "inside the reset stands outside", gru(reset="bias outside")),
    ("gru_with_lengths", "at what comes in from x", gru(reset="on x")),
    ("gru_with_lengths", "at all that the candidate gets", gru(reset="on both")),
    ("gru_with_lengths", "no effect on the candidate", gru(reset="nowhere")),
    ("gru_with_lengths", "the second is missing", gru(second=0)),
    ("gru_with_lengths", "the first is missing", gru(first=0)),
    ("gru_with_lengths", "where are the biases", gru(first=0, second=0)),
    ("gru_with_lengths", "the state is not carried", gru(carried=False)),
    ("gru_with_lengths", "it begins from zeros", gru(begin=torch.zeros_like)),
    ("from_elsewhere", "z still writes", convert(lambda z, r, n: (r, z, n))),
    ("from_elsewhere", "still in the other order", convert(lambda z, r, n: (-z, r, n))),
    ("from_elsewhere", "nothing has changed", lambda theirs: theirs),
    ("from_elsewhere", "all blocks have", convert(lambda z, r, n: (-r, -z, -n))),
    ("from_elsewhere", "r whose sign has changed", convert(lambda z, r, n: (-r, z, n))),
    (
        "from_elsewhere",
        "by 1 minus its weights",
        convert(lambda z, r, n: (r, 1 - z, n)),
    ),
    ("from_elsewhere", "exchanged wrongly", convert(lambda z, r, n: (n, r, -z))),
    ("from_elsewhere", "moved round by one", convert(lambda z, r, n: (r, n, -z))),
    ("where_variants_agree", "already for h = 0", lambda W, b: (diagonal(W), b)),
    ("where_variants_agree", "Look at row", lambda W, b: (W, 0 * b)),
    ("where_variants_agree", "Look at row", lambda W, b: (W.triu(), 0 * b)),
    ("where_variants_agree", "a W_hn nearer", lambda W, b: (0 * W, 0 * b)),
    ("where_variants_agree", "a W_hn nearer", lambda W, b: (torch.eye(len(b)), 0 * b)),
    ("where_variants_agree", "expected two tensors", lambda W, b: diagonal(W)),
    ("where_variants_agree", "must be a tensor of shape", lambda W, b: (W.diag(), b)),
]
