"""The checks of "One-hot encoding"."""

import torch

from ..data.corpus import load_corpus
from ..data.text import Vocab, letters_only, one_hot
from .answers import answers_back, call
from .compare import choice, number, same
from .verdict import Wrong


@answers_back
def sum_of_rows(largest, total):
    """The sum of a text's one-hot rows: its largest entry, and what it adds up to."""
    letters = letters_only(load_corpus("lighthouse"))
    tokens = set(Vocab(letters).tokens)
    hints = dict.fromkeys(tokens - {" "}, "there is a token that occurs more often")
    hints["e"] = "it is the most frequent letter, but is every token a letter?"
    yield choice(largest, " ", "the token of the largest entry", hints)
    mistakes = {
        "an entry is no longer 0 or 1 after the sum: tokens repeat": len(tokens),
        "one row adds up to this; how many rows are there?": 1,
    }
    yield number(total, len(letters), "what all entries add up to", mistakes)


@answers_back
def one_hot_rows(my_one_hot):
    """One-hot rows of floats, for ids of any shape."""
    for shape, V in (((4,), 6), ((2, 3), 5), ((1, 1), 3), ((2, 1, 2), 4)):
        ids = torch.randint(V, shape)
        right = one_hot(ids, V)
        rows = right.flatten(0, -2)
        everywhere = rows.amax(dim=0).expand_as(rows).view(right.shape)
        mistakes = {
            "each row has a 1 for every id, not for its own alone": everywhere,
            "the rows are right, but the shape of the ids is lost": rows,
            "there is no 1 in any row: was it written into a copy?": 0 * right,
            "every entry is 1: the 1 goes into one column of each row": 0 * right + 1,
        }
        what = f"ids of shape {shape}, V = {V}"
        yield same(call(my_one_hot, ids, V), right, what, mistakes)


@answers_back
def folded_bias(fold):
    """A bias folded into the weights: the same outputs for every one-hot row."""
    for V, H in ((4, 4), (5, 3), (1, 2)):
        W, b = torch.randn(V, H), torch.randn(H)
        mistakes = {
            "b came in once for each row; an output needs it once": W + V * b,
            "the weights are as before: where is b?": W,
        }
        if V == H:
            hint = "one number was added to a whole row; b has one for each column"
            mistakes[hint] = W + b[:, None]
        what = f"e_k W + b for every k, V = {V}, H = {H}"
        yield same(call(fold, W, b), W + b, what, mistakes)


@answers_back
def gigabyte(smallest_V):
    """The vocabulary from which on a batch of one-hot rows takes over a gigabyte."""
    if isinstance(smallest_V, float) and not smallest_V.is_integer():
        raise Wrong(f"a vocabulary has a whole number of tokens, not {smallest_V}")
    numbers, least = 32 * 35, 10**9 // (32 * 35 * 4) + 1
    mistakes = {
        "that many take just under a gigabyte; more is asked for": least - 1,
        "that counts numbers, and a float32 takes 4 bytes": 10**9 // numbers + 1,
        "that takes 8 bytes a number; a float32 takes 4": 10**9 // (8 * numbers) + 1,
        "that takes a gigabyte for 2**30 bytes; here it is 10**9": (
            2**30 // (4 * numbers) + 1
        ),
    }
    yield number(smallest_V, least, "the smallest V", mistakes, tolerance=0)
