"""Wrong answers to the exercises of "Hearing Morse"."""

import itertools


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


MEASURED = {12: 0.8, 20: 0.0, 30: 0.9}

MISTAKES = [
    *[
        ("steps_and_speeds", words, steps, 48)
        for words, steps in (
            ("seconds that a unit lasts", lambda w: 1.2 / w),
            ("how often does it go", lambda w: 1.2 / w * 0.025),
            ("these are milliseconds", lambda w: 1200 / w),
            ("steps of 12.5 ms", lambda w: 96 / w),
            ("that is a dash", lambda w: 144 / w),
            ("other way round", lambda w: w / 48),
        )
    ],
    ("steps_and_speeds", "a dot alone would do", lambda w: 48 / w, 96),
    ("steps_and_speeds", "no time to the blank", lambda w: 48 / w, 24),
    ("steps_and_speeds", "steps in a second", lambda w: 48 / w, 40),
    ("steps_and_speeds", "seconds are how long", lambda w: 48 / w, 0.03),
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
    ("beyond_the_speeds", "an entry for each speed", {12: 0.8}, "more", "fewer"),
    ("beyond_the_speeds", "shares", {**MEASURED, 12: 80.0}, "more", "fewer"),
    ("beyond_the_speeds", "count", MEASURED, "fewer", "fewer"),
    ("beyond_the_speeds", "from somewhere", MEASURED, "as many", "fewer"),
    ("beyond_the_speeds", "fast clip", MEASURED, "more", "more"),
    ("beyond_the_speeds", "too short to be noticed", MEASURED, "more", "as many"),
]
