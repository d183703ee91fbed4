"""Wrong answers to the exercises of "CTC: text without an alignment"."""

import itertools
import math


def plus(change):
    return lambda S, r: S + r + change(S, r)


def right_paths(T, S, r):
    return math.comb(T + S - r, 2 * S)


def decode(cut=True, read=lambda path: [k for k, _ in itertools.groupby(path) if k]):
    def decoded(log_p, lengths):
        paths = log_p.argmax(dim=-1).tolist()
        ends = lengths.tolist() if cut else [None] * len(paths)
        return [read(path[:end]) for path, end in zip(paths, ends, strict=True)]

    return decoded


def late(path):
    return [k for k, _ in itertools.groupby(k for k in path if k)]


MISTAKES = [
    ("what_paths_say", "between the two runs of dots", "A", "M", 7),
    ("what_paths_say", "become one before", "4", "M", 7),
    ("what_paths_say", "count the runs", "V", "M", 7),
    ("what_paths_say", "two runs of dashes", "U", "T", 7),
    ("what_paths_say", "become one before", "U", "0", 7),
    ("what_paths_say", "cannot be said", "U", "M", 19),
    ("what_paths_say", "such as A", "U", "M", 2),
    ("what_paths_say", "the dots of S", "U", "M", 26),
    ("what_paths_say", "such as K", "U", "M", 3),
    *[
        ("paths_counted", words, plus(change), right_paths)
        for words, change in (
            ("two equal neighbours need", lambda S, r: -r),
            ("only equal neighbours", lambda S, r: S - 1 - r),
            ("before the first symbol", lambda S, r: S + 1 - r),
            ("each of the equal neighbours", lambda S, r: -2 * r),
        )
    ],
    *[
        ("paths_counted", words, plus(lambda S, r: 0), paths)
        for words, paths in (
            ("for several steps", lambda T, S, r: math.comb(T, S)),
            ("neighbours touch", lambda T, S, r: math.comb(T + S, 2 * S)),
            ("places 2 S are chosen", lambda T, S, r: math.comb(T + S - r, S)),
            ("begin and end at one", lambda T, S, r: math.comb(T, 2 * S)),
        )
    ],
    ("blanks_go_last", "two faults", decode(cut=False, read=late)),
    ("blanks_go_last", "have become one", decode(read=late)),
    ("blanks_go_last", "after the end of a clip", decode(cut=False)),
    (
        "blanks_go_last",
        "is left in",
        decode(read=lambda path: [k for k, _ in itertools.groupby(path)]),
    ),
    ("blanks_go_last", "been merged", decode(read=lambda path: [k for k in path if k])),
    ("blanks_go_last", "expected a list of lists", lambda log_p, lengths: lengths),
    ("blanks_go_last", "came", lambda log_p, lengths: [[1]] * len(log_p)),
]
