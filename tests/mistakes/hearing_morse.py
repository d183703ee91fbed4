"""Wrong answers to the exercises of "Hearing Morse"."""

import itertools
import math


def plus(change):
    return lambda S, r: S + r + change(S, r)


def right_paths(T, S, r):
    return math.comb(T + S - r, 2 * S)


def runs(path):
    found, t = [], 0
    for k, run in itertools.groupby(path):
        n = len(list(run))
        found.append((k, t, t + n))
        t += n
    return found


def spans(change=lambda k, a, b: (k, a, b), keep=lambda found: found, blanks=False):
    def answer(path):
        kept = [change(*run) for run in runs(path) if run[0] or blanks]
        return keep(kept)

    return answer


def joined(path):
    found = []
    for k, a, b in runs(path):
        if k and found and found[-1][0] == k:
            a = found.pop()[1]
        if k:
            found.append((k, a, b))
    return found


def decode(cut=True, read=lambda path: [k for k, _ in itertools.groupby(path) if k]):
    def decoded(log_p, lengths):
        paths = log_p.argmax(dim=-1).tolist()
        ends = lengths.tolist() if cut else [None] * len(paths)
        return [read(path[:end]) for path, end in zip(paths, ends, strict=True)]

    return decoded


def late(path):
    return [k for k, _ in itertools.groupby(k for k in path if k)]


MEASURED = {12: 0.8, 20: 0.0, 30: 0.9}

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
    ("symbols_in_time", "the blank is no symbol", spans(blanks=True)),
    ("symbols_in_time", "the end is the step", spans(lambda k, a, b: (k, a, b - 1))),
    ("symbols_in_time", "is the last run", spans(keep=lambda found: found[:-1])),
    ("symbols_in_time", "the number of steps", spans(lambda k, a, b: (k, a, b - a))),
    ("symbols_in_time", "keeps them apart", joined),
    (
        "symbols_in_time",
        "one entry for each run",
        lambda path: [(k, t, t + 1) for t, k in enumerate(path) if k],
    ),
    ("symbols_in_time", "expected a list", lambda path: len(path)),
    ("symbols_in_time", "entries, came", lambda path: [(9, 9, 9)]),
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
    ("beyond_the_speeds", "an entry for each speed", {12: 0.8}, "more", "fewer"),
    ("beyond_the_speeds", "shares", {**MEASURED, 12: 80.0}, "more", "fewer"),
    ("beyond_the_speeds", "count", MEASURED, "fewer", "fewer"),
    ("beyond_the_speeds", "from somewhere", MEASURED, "as many", "fewer"),
    ("beyond_the_speeds", "fast clip", MEASURED, "more", "more"),
    ("beyond_the_speeds", "too short to be noticed", MEASURED, "more", "as many"),
]
