"""The checks of "CTC: text without an alignment"."""

import itertools
import math

import torch

from ..data.text import one_hot
from .answers import answers_back, call
from .compare import choice, number
from .verdict import Wrong
from .words import brief, kind

PATHS = (
    [0, 0, 1, 1, 0, 2, 2, 2, 0, 0],
    [3, 3, 0, 3, 1, 1],
    [2, 2, 2, 0, 2],
    [0, 4, 0, 4, 4, 1],
    [0, 0],
)


@answers_back
def what_paths_say(first, second, sayable):
    """Which letters two paths say, and how many can be said without a blank."""
    hints = {
        "A": "the blanks go last: between the two runs of dots there are some",
        "4": "neighbours that are equal become one before anything else",
        "V": "count the runs: how many of dots are there?",
    }
    yield choice(first, "U", "what `..__.._-` says", hints)
    hints = {
        "T": "the blanks go last: one stands between the two runs of dashes",
        "0": "neighbours that are equal become one before anything else",
    }
    yield choice(second, "M", "what `---_--` says", hints)
    mistakes = {
        "those are the letters that cannot be said": 19,
        "letters such as A have neighbours that differ": 2,
        "how would you say the dots of S, with nothing between them?": 26,
        "look again for letters of three or four symbols, such as K": 3,
    }
    yield number(sayable, 7, "letters without a blank", mistakes, tolerance=0)


@answers_back
def paths_counted(shortest, paths):
    """The fewest steps for a target, and how many paths say it."""
    for S, r in ((1, 0), (4, 0), (4, 3), (2, 1), (7, 2)):
        mistakes = {
            "two equal neighbours need a blank between them": S,
            "only equal neighbours need a blank between them": 2 * S - 1,
            "no blank is needed before the first symbol or after the last": 2 * S + 1,
            "how many steps does each of the equal neighbours take?": S - r,
        }
        what = f"the fewest steps, S = {S}, r = {r}"
        yield number(call(shortest, S, r), S + r, what, mistakes, tolerance=0)
    for T, S, r in ((4, 1, 0), (5, 2, 1), (5, 2, 0), (9, 4, 2), (4, 4, 1)):
        mistakes = {
            "a symbol may be said for several steps": math.comb(T, S),
            "that counts paths in which equal neighbours touch": math.comb(
                T + S, 2 * S
            ),
            "of T + S - r places 2 S are chosen: S?": math.comb(T + S - r, S),
            "a symbol may begin and end at one step": math.comb(T, 2 * S),
        }
        right = math.comb(T + S - r, 2 * S)
        what = f"the paths, T = {T}, S = {S}, r = {r}"
        yield number(call(paths, T, S, r), right, what, mistakes, tolerance=0)


@answers_back
def blanks_go_last(decoded):
    """The symbols of each clip of a batch, greedily, up to its own end."""
    for rows in (PATHS[:2], PATHS[2:4], [*PATHS[:3], PATHS[4]]):
        lengths = torch.tensor([len(row) for row in rows])
        T = int(lengths.max()) + 2
        filled = [row + [1 + (k % 4)] * (T - len(row)) for k, row in enumerate(rows)]
        log_p = (one_hot(torch.tensor(filled), 5) * 0.9 + 0.02).log()
        given = call(decoded, log_p, lengths)
        hints = {
            "blanks are dropped too early, and a clip does not end: two faults": [
                merged_late(row) for row in filled
            ],
            "equal symbols with a blank between them have become one": [
                merged_late(row) for row in rows
            ],
            "is something heard after the end of a clip?": [
                said(row) for row in filled
            ],
            "the blank, 0, is left in": [
                [k for k, _ in itertools.groupby(row)] for row in rows
            ],
            "nothing has been merged": [[k for k in row if k] for row in rows],
        }
        right = [said(row) for row in rows]
        what = f"{len(rows)} clips of {lengths.tolist()} steps"
        yield lists(given, right, what, hints)


def said(path: list[int]) -> list[int]:
    """Return what a path says."""
    return [k for k, _ in itertools.groupby(path) if k]


def merged_late(path: list[int]) -> list[int]:
    """Return what is left if blanks are dropped first."""
    return [k for k, _ in itertools.groupby(k for k in path if k)]


def lists(given: object, right: list, what: str, hints: dict) -> str:
    """Return `what` if a list of lists is right; raise `Wrong` if not."""
    if not isinstance(given, list):
        raise Wrong(f"{what}: expected a list of lists, came {kind(given)}")
    rows = [tuple(row) if isinstance(row, list) else row for row in given]
    if alike(rows, [tuple(row) for row in right]):
        return what
    for hint, value in hints.items():
        if alike(rows, [tuple(row) for row in value]):
            raise Wrong(f"{what}: {hint}")
    raise Wrong(f"{what}: expected {brief(right)}, came {brief(given)}")


def alike(given: list, right: list) -> bool:
    """Say whether two lists are equal, of which one may hold anything."""
    if len(given) != len(right):
        return False
    return all(_plain(a) and a == b for a, b in zip(given, right, strict=True))


def _plain(value: object) -> bool:
    """Say whether a value is an int, or a tuple of such: it can be compared."""
    if isinstance(value, tuple):
        return all(map(_plain, value))
    return isinstance(value, int) and not isinstance(value, bool)
