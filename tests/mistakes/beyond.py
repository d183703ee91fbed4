"""Wrong answers to the exercises of "Beyond: scans and attention"."""

import math

import torch


def attend(divide="root", mask="later", when="before", axis=-1):
    def attend(q, k, v):
        T, H = q.shape[1:]
        by = {"root": H**0.5, "nothing": 1, "H": H}[divide]
        later = torch.ones(T, T, dtype=torch.bool).triu(1)
        hidden = {"later": later, "earlier": later.T, "self": ~later.T}[mask]
        scores = q @ k.transpose(1, 2) / by
        if when == "before":
            scores = scores.masked_fill(hidden, -torch.inf)
        weights = scores.softmax(dim=axis)
        return (weights.masked_fill(hidden, 0) if when == "after" else weights) @ v

    return attend


SHARES = {2: 0.7, 4: 0.8, 8: 0.9, 32: 0.99}

MISTAKES = [
    ("rounds_of_a_scan", "that is the loop", lambda T: T - 1),
    ("rounds_of_a_scan", "that is one a step", lambda T: T),
    ("rounds_of_a_scan", "half done", math.log2),
    ("rounds_of_a_scan", "all of their past yet", lambda T: int(math.log2(T))),
    ("rounds_of_a_scan", "needs no round more", lambda T: int(math.log2(T)) + 1),
    ("looks_back", "is the mask used", attend(when="never")),
    ("looks_back", "mask what, and when", attend(when="after")),
    ("looks_back", "grow with H", attend(divide="nothing")),
    ("looks_back", "not by its root", attend(divide="H")),
    ("looks_back", "which axis adds up", attend(axis=1)),
    ("looks_back", "upside down", attend(mask="earlier")),
    ("looks_back", "some of it is not finite", attend(mask="self")),
    ("random_readers", "expected a share for each", {2: 0.5}, "can be read"),
    ("random_readers", "mean share of five", SHARES | {32: 4.9}, "can be read"),
    ("random_readers", "less than 32", SHARES | {32: 0.6}, "can be read"),
    ("random_readers", "nothing was trained", SHARES, "uses it"),
    ("random_readers", "what could they have learned", SHARES, "has learned it"),
]
