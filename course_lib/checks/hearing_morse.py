"""The checks of "Hearing Morse"."""

import itertools

from .answers import answers_back, call
from .compare import choice, number, one_number
from .ctc import PATHS, alike
from .verdict import Wrong
from .words import brief, kind


@answers_back
def steps_and_speeds(steps_of_a_dot, fastest):
    """The steps that a dot takes, and the speed up to which there are enough."""
    for w in (20, 12, 60):
        mistakes = {
            "these are the seconds that a unit lasts: how many steps are in them?": 1.2
            / w,
            "divide by the length of a step: how often does it go into a dot?": 1.2
            / w
            * 0.025,
            "a step lasts 25 ms, and these are milliseconds": 1200 / w,
            "those are steps of 12.5 ms; the network takes two of them as one": 96 / w,
            "that is a dash": 144 / w,
            "how many dots go into a step? The question is the other way round": w / 48,
        }
        what = f"the steps of a dot at {w} words a minute"
        yield number(call(steps_of_a_dot, w), 48 / w, what, mistakes)
    mistakes = {
        "a dot alone would do with that; the blank behind it needs a step, too": 96,
        "does the silence behind a dot give no time to the blank?": 24,
        "that is the steps in a second: which speed has a unit of that length?": 40,
        "a unit is to last a step: 1.2 / w seconds are how long?": 1.2 * 0.025,
    }
    yield number(fastest, 48, "the speed at which there are just enough", mistakes)


@answers_back
def symbols_in_time(spans):
    """When each symbol of a path begins and ends."""
    for path in PATHS:
        given = call(spans, path)
        right = runs_of(path)
        what = f"the path {path}"
        hints = {
            "the blank is no symbol": runs_of(path, blanks=True),
            "the end is the step after the last one of the run": [
                (k, a, b - 1) for k, a, b in right
            ],
            "is the last run, which nothing follows, among them?": right[:-1],
            "the number of steps stands where the end should": [
                (k, a, b - a) for k, a, b in right
            ],
            "a blank between two equal symbols keeps them apart": touching(path),
            "one entry for each run, not for each step": [
                (k, t, t + 1) for t, k in enumerate(path) if k
            ],
        }
        yield listed(given, right, what, hints)


def runs_of(path: list[int], blanks: bool = False) -> list[tuple[int, int, int]]:
    """Return (symbol, first step, step after the last) of each run."""
    found, t = [], 0
    for k, run in itertools.groupby(path):
        n = len(list(run))
        if k or blanks:
            found.append((k, t, t + n))
        t += n
    return found


def touching(path: list[int]) -> list[tuple[int, int, int]]:
    """Return the runs, of which equal ones with only blanks between are joined."""
    found: list[tuple[int, int, int]] = []
    for k, a, b in runs_of(path):
        if found and found[-1][0] == k:
            a = found.pop()[1]
        found.append((k, a, b))
    return found


def listed(given: object, right: list, what: str, hints: dict) -> str:
    """Return `what` if a list is the right one, of tuples or lists; raise if not."""
    if not isinstance(given, list):
        raise Wrong(f"{what}: expected a list, came {kind(given)}")
    rows = [tuple(row) if isinstance(row, list) else row for row in given]
    if alike(rows, right):
        return what
    for hint, value in hints.items():
        if alike(rows, value):
            raise Wrong(f"{what}: {hint}")
    raise Wrong(f"{what}: expected {len(right)} entries, came {brief(given)}")


EXPECTED = {12: (0.2, 3.0), 20: (0.0, 0.05), 30: (0.5, 1.2)}


@answers_back
def beyond_the_speeds(errors, slow, fast):
    """The error rate outside of the speeds trained on, and which way it errs."""
    if not isinstance(errors, dict) or set(errors) != set(EXPECTED):
        raise Wrong("`errors` is to have an entry for each speed: 12, 20 and 30")
    for speed, (low, high) in EXPECTED.items():
        found = one_number(errors[speed], f"{speed} words a minute")
        if not low <= found <= high:
            hint = f"is far from the {low:g} to {high:g} of our runs: are these shares"
            raise Wrong(f"{speed} words a minute: {found:.3g} {hint}, not percent?")
    yield "the error rates are plausible: small at 20, and large on either side"
    hints = {
        "fewer": "print what it hears in a slow clip, and count",
        "as many": "an error rate near 1 or above it must come from somewhere",
    }
    yield choice(slow, "more", "characters said at 12 words a minute", hints)
    hints = {
        "more": "print what it hears in a fast clip, and count",
        "as many": "which gap is the first to be too short to be noticed?",
    }
    yield choice(fast, "fewer", "characters said at 30 words a minute", hints)
