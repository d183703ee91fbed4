"""How far a text is from the one that was wanted, in single edits."""

from collections.abc import Sequence

from . import guard


def edit_distance(a: Sequence, b: Sequence) -> int:
    """Return the fewest insertions, deletions and replacements that turn a into b.

    >>> cl.edit_distance("gate", "great")
    3

    a, b: strings, or lists of anything that can be compared. O(len(a) * len(b)) time,
    O(len(b)) memory: row i of the table holds the distances of a[:i] to every b[:j].
    Levenshtein 1966; Wagner & Fischer 1974. Raises TypeError for no sequence, or for a
    string beside a list.
    """
    for name, value in (("a", a), ("b", b)):
        if not isinstance(value, Sequence):
            raise TypeError(
                f"{name} must be a string or a list, got {type(value).__name__}"
            )
    if isinstance(a, str) is not isinstance(b, str):
        raise TypeError(
            "a and b must both be strings or both be lists, "
            f"got {type(a).__name__} and {type(b).__name__}"
        )
    row = list(range(len(b) + 1))
    for i, a_i in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, b_j in enumerate(b, start=1):
            replaced = diagonal + (a_i != b_j)
            diagonal, row[j] = row[j], min(replaced, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def error_rate(said: Sequence, wanted: Sequence) -> float:
    """Return the edits between what was said and wanted, a symbol that was wanted.

    >>> round(cl.error_rate(["1986", "2001"], ["1987", "2001"]), 3)  # 1 edit in 8
    0.125

    said, wanted: lists of N strings (or of N lists). The edits of all pairs are added
    and divided by the length of all that was wanted, so that long texts count more;
    with characters it is the character error rate. 0 is perfect; it can pass 1, when
    more is said than was wanted. Raises ValueError for lists of different lengths, or
    if nothing was wanted; TypeError for a bare string.
    """
    for name, value in (("said", said), ("wanted", wanted)):
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise TypeError(
                f"{name} must be a list of texts, got {type(value).__name__}"
            )
    if len(said) != len(wanted):
        raise ValueError(
            f"said and wanted must be as long as each other, got {len(said)} texts "
            f"and {len(wanted)}"
        )
    length = sum(map(len, wanted))
    guard.whole(length, 1, "the length of all that is wanted")
    return sum(map(edit_distance, said, wanted)) / length
