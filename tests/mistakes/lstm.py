"""Wrong answers to the exercises of "The LSTM, invented"."""

import math
from itertools import permutations

import torch
from torch import sigmoid, tanh


def lstm(
    order="ifgo",
    squash=(sigmoid, sigmoid, tanh, sigmoid),
    on_c=tanh,
    early=False,
    keeps_h=False,
    tied=False,
    first=1,
    second=1,
    keep_h=True,
    keep_c=True,
    shows="h",
    begin=lambda h, c: (h, c),
    last="new",
):
    """Make an LSTM over time with something wrong, as a reader might write it."""

    def my_lstm(x, h_0, c_0, W_ih, W_hh, b_ih, b_hh):
        h, c = begin(h_0, c_0)
        states = []
        for t in range(x.shape[1]):
            a = x[:, t] @ W_ih.T + first * b_ih + h @ W_hh.T + second * b_hh
            blocks = dict(zip(order, a.split(h.shape[1], dim=1), strict=True))
            i, f, g, o = (s(blocks[n]) for s, n in zip(squash, "ifgo", strict=True))
            new_c = f * (h if keeps_h else c) + (1 - f if tied else i) * g
            new_h = o * on_c(c if early else new_c)
            states.append({"h": new_h, "c": new_c, "old": h_0}[shows])
            h, c = new_h if keep_h else h, new_c if keep_c else c
        ends = {"new": new_c, "old": c_0, "h": new_h}
        return torch.stack(states, dim=1), ends[last]

    return my_lstm


def same(a):
    return a


def zeros(h, c):
    return torch.zeros_like(h), torch.zeros_like(c)


def swapped(h, c):
    return c, h


def only_states(*inputs):
    return lstm()(*inputs)[0]


def shares(b, change):
    return change(1 / (1 + math.exp(-b)))


def lengths(half=None, mean=None):
    """Return both functions, with what is wrong in one of them."""
    half = half or (lambda f: math.log(0.5) / math.log(f))
    mean = mean or (lambda f: f / (1 - f))
    return (lambda b: shares(b, half)), (lambda b: shares(b, mean))


def rows(**changed):
    right = {"i": [0, 20, 0, -10], "f": [0, -20, 0, 10], "g": [0.1, 0, 0, 0]}
    return right | {"o": [0, 0, 20, -10]} | changed


BEFORE, AFTER = [0.2, 0.81, 0.23], [0.03, 0.5, 0.04]

MISTAKES = [
    ("full_memory", "what was there stays", 0.5, 5, 1),
    ("full_memory", "the candidate is not 1", 10, 5, 1),
    ("full_memory", "c itself may be large", math.tanh(5), 5, 1),
    ("full_memory", "c itself may be large", 1, 5, 1),
    ("full_memory", "what is lost in a step when c is large", 5, math.inf, 1),
    ("full_memory", "each step also writes", 5, 0, 1),
    ("full_memory", "the same a step later", 5, 0.5, 1),
    ("full_memory", "for a candidate of 1", 5, 10.0, 1),
    ("full_memory", "then something is written", 5, 4.5, 1),
    ("full_memory", "c still grows", 5, 3.2566, 1),
    ("full_memory", "what stands between c and h", 5, 5, 5),
    ("full_memory", "the tanh of one step's candidate", 5, 5, math.tanh(0.5)),
    *[
        ("memory_lengths", words, *lengths(**{which: change}))
        for words, which, change in (
            ("time runs forwards", "half", lambda f: math.log(2) / math.log(f)),
            ("the same amount, or the same share", "half", lambda f: 0.5 / (1 - f)),
            ("1/e is left, not a half", "half", lambda f: -1 / math.log(f)),
            ("half is gone sooner", "half", lambda f: 1 / (1 - f)),
            ("fading without steps", "half", lambda f: math.log(2) / (1 - f)),
            ("number of half-lives in a step", "half", lambda f: -math.log2(f)),
            ("written just now has age 0", "mean", lambda f: 1 / (1 - f)),
            ("of all ages add up to 1", "mean", lambda f: f / (1 - f) ** 2),
            ("that is the half-life", "mean", lambda f: -1 / math.log2(f)),
            ("a larger bias keeps longer", "mean", lambda f: 1 / f - 1),
        )
    ],
    *[
        ("lstm_over_time", f"read as {', '.join(order)},", lstm("".join(order)))
        for order in list(permutations("ifgo"))[1:]
    ],
    *[
        ("lstm_over_time", words, lstm(squash=squash))
        for words, squash in (
            ("lets the candidate in squashed", (same, sigmoid, tanh, sigmoid)),
            ("lets the old memory stay squashed", (sigmoid, same, tanh, sigmoid)),
            ("that shows the memory squashed", (sigmoid, sigmoid, tanh, same)),
            ("no gate is squashed", (same, same, tanh, same)),
            ("is the candidate squashed", (sigmoid, sigmoid, same, sigmoid)),
            ("a candidate is no gate", (sigmoid,) * 4),
            ("all blocks go through tanh", (tanh,) * 4),
        )
    ],
    ("lstm_over_time", "is nothing missing between them", lstm(on_c=same)),
    ("lstm_over_time", "stands between c and h", lstm(on_c=sigmoid)),
    ("lstm_over_time", "is that the memory", lstm(keeps_h=True)),
    ("lstm_over_time", "they have blocks of their own", lstm(tied=True)),
    ("lstm_over_time", "as it was before this step", lstm(early=True)),
    ("lstm_over_time", "the second is missing", lstm(second=0)),
    ("lstm_over_time", "the first is missing", lstm(first=0)),
    ("lstm_over_time", "where are the biases", lstm(first=0, second=0)),
    ("lstm_over_time", "every step begins as", lstm(keep_h=False, keep_c=False)),
    ("lstm_over_time", "the memory is not carried", lstm(keep_c=False)),
    ("lstm_over_time", "the hidden state is not carried", lstm(keep_h=False)),
    ("lstm_over_time", "it begins from zeros", lstm(begin=zeros)),
    ("lstm_over_time", "which goes into the product", lstm(begin=swapped)),
    ("lstm_over_time", "c at every step, not h", lstm(shows="c")),
    ("lstm_over_time", "as it was before the first step", lstm(shows="old")),
    ("lstm_over_time", "the c it began with", lstm(last="old")),
    ("lstm_over_time", "that is the last h", lstm(last="h")),
    ("lstm_over_time", "expected two tensors", only_states),
    ("gates_by_hand", "the rows of i, f, g and o", [1, 2, 3]),
    ("gates_by_hand", "could not convert", rows(i=["x", 1, 2, 3])),
    (
        "gates_by_hand",
        "for value, remember, tell, and the bias",
        {name: [0, 1, 2] for name in "ifgo"},
    ),
    ("gates_by_hand", "the gate for it is shut", rows(i=[0, 0, 0, -10])),
    ("gates_by_hand", "is let in as well", rows(i=[0, 4, 0, -2])),
    ("gates_by_hand", "is let in as well", rows(i=[0, 0, 0, 10])),
    ("gates_by_hand", "fades or is lost", rows(f=[0, 0, 0, 0])),
    ("gates_by_hand", "fades or is lost", rows(f=[0, 20, 0, -10])),
    ("gates_by_hand", "is added to the old one", rows(f=[0, 0, 0, 10])),
    ("gates_by_hand", "it stays silent", rows(o=[0, 0, -20, -10])),
    ("gates_by_hand", "although nobody asks", rows(o=[0, 0, 0, 10])),
    ("gates_by_hand", "has no part in it", rows(g=[0, 1, 0, 0])),
    ("gates_by_hand", "the value alone", rows(g=[0.5, 0.5, 0, 0])),
    ("gates_by_hand", "are squeezed together", rows(g=[10, 0, 0, 0])),
    ("twice_as_long", "the three errors that", BEFORE, 0.03, "time"),
    ("twice_as_long", "the three errors that", 0.2, AFTER, "time"),
    ("twice_as_long", "no shares of the variance", BEFORE, [20.0, 3.0, 1.0], "time"),
    ("twice_as_long", "trained for 16 epochs", BEFORE, BEFORE, "time"),
    ("twice_as_long", "comes closer without the gate", BEFORE, AFTER, "ability"),
    ("twice_as_long", "there after eight epochs", BEFORE, AFTER, "nothing"),
]
