"""Wrong answers to the exercises of "One-hot encoding"."""

import torch

import course_lib as cl

LENGTH = len(cl.letters_only(cl.load_corpus("lighthouse")))


def flat(ids, V):
    return cl.one_hot(ids, V).flatten(0, -2)


def everywhere(ids, V):
    rows = torch.zeros(ids.numel(), V)
    rows[:, ids.flatten()] = 1
    return rows.view(*ids.shape, V)


def into_a_copy(ids, V):
    rows = torch.zeros(ids.numel(), V)
    rows[torch.arange(ids.numel())][:, ids.flatten()] = 1
    return rows.view(*ids.shape, V)


def all_ones(ids, V):
    return torch.ones(*ids.shape, V)


def whole_numbers(ids, V):
    return torch.nn.functional.one_hot(ids, V)


MISTAKES = [
    ("sum_of_rows", "is every token a letter", "e", LENGTH),
    ("sum_of_rows", "occurs more often", "q", LENGTH),
    ("sum_of_rows", "tokens repeat", " ", 27),
    ("sum_of_rows", "how many rows", " ", 1),
    ("one_hot_rows", "not for its own alone", everywhere),
    ("one_hot_rows", "the shape of the ids is lost", flat),
    ("one_hot_rows", "written into a copy", into_a_copy),
    ("one_hot_rows", "one column of each row", all_ones),
    ("one_hot_rows", "expected floats", whole_numbers),
    ("folded_bias", "b has one for each column", lambda W, b: (W.T + b).T),
    ("folded_bias", "once for each row", lambda W, b: W + len(W) * b),
    ("folded_bias", "where is b", lambda W, b: W),
    ("gigabyte", "just under a gigabyte", 223_214),
    ("gigabyte", "counts numbers", 892_858),
    ("gigabyte", "8 bytes a number", 111_608),
    ("gigabyte", "2**30 bytes", 239_675),
    ("gigabyte", "a whole number", 223_214.3),
]
