"""The distance between texts, against its definition."""

import functools
import itertools

import pytest

import course_lib as cl


@functools.cache
def by_definition(a: str, b: str) -> int:
    """Return the distance by trying every last edit."""
    if not a or not b:
        return len(a) + len(b)
    return min(
        by_definition(a[:-1], b) + 1,
        by_definition(a, b[:-1]) + 1,
        by_definition(a[:-1], b[:-1]) + (a[-1] != b[-1]),
    )


SHORT = ["".join(s) for n in range(5) for s in itertools.product("ab", repeat=n)]


def test_every_pair_of_short_texts():
    for a, b in itertools.product(SHORT, SHORT):
        assert cl.edit_distance(a, b) == by_definition(a, b)


def test_lists_count_as_texts_do():
    assert cl.edit_distance([1, 2, 3], [1, 3]) == 1


def test_rates_are_weighted_by_length():
    assert cl.error_rate(["", "abcdefghi"], ["a", "abcdefghi"]) == 0.1
    assert cl.error_rate(["abc"], ["x"]) == 3.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cl.edit_distance(3, "a"), TypeError, "a must be a string or a list"),
        (lambda: cl.edit_distance("ab", ["ab"]), TypeError, "both be strings"),
        (lambda: cl.error_rate("ab", ["ab"]), TypeError, "said must be a list"),
        (lambda: cl.error_rate(["a"], ["a", "b"]), ValueError, "got 1 texts and 2"),
        (lambda: cl.error_rate([], []), ValueError, "all that is wanted"),
    ],
)
def test_what_cannot_be_compared(call, error, message):
    with pytest.raises(error, match=message):
        call()
