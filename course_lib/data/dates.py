"""Dates in English words, and as ISO 8601 writes them: pairs to translate.

A day is written in one of many wordings, none of which leaves open which day is meant:
no month is a number, and no year has two digits only.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import torch

from .. import validation
from .text import Vocab

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
WEEKDAYS += ("Saturday", "Sunday")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
    *("fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
# The ways to write a day. {d} is 3, {dd} 03, {th} 3rd, {third} third; {month} March,
# {mon} Mar, {MONTH} MARCH; {day} Tuesday, {dy} Tue; {y} the year.
WORDINGS = (
    "{d} {month} {y}",
    "{dd} {month} {y}",
    "{th} {month} {y}",
    "{th} of {month}, {y}",
    "the {th} of {month}, {y}",
    "the {th} of {month} {y}",
    "{month} {d}, {y}",
    "{month} {th}, {y}",
    "{month} the {th}, {y}",
    "{d} {mon} {y}",
    "{dd}-{mon}-{y}",
    "{mon}. {d}, {y}",
    "{y}, {month} {d}",
    "{y} {mon} {dd}",
    "{day}, {d} {month} {y}",
    "{day}, {month} {th}, {y}",
    "{dy} {d} {mon} {y}",
    "{MONTH} {d} {y}",
    "the {third} of {month}, {y}",
    "{month} the {third}, {y}",
)
_MADE_OF = [*MONTHS, *WEEKDAYS, *ORDINALS, *(month.upper() for month in MONTHS)]
_MADE_OF += ["0123456789 ,.;-", "the of st nd rd th", "twenty thirtieth"]
DATE_LETTERS = "".join(sorted(set("".join(_MADE_OF))))
ISO_LETTERS = "0123456789-;"


class DatePairs(NamedTuple):
    """Texts to be translated, and their translations, one for one.

    >>> pairs = cl.DatePairs(["3 March 1987"], ["1987-03-03"])
    >>> pairs.words, pairs.iso
    (['3 March 1987'], ['1987-03-03'])
    """

    words: list[str]
    iso: list[str]


class DateParts(NamedTuple):
    """Pairs to learn from, to choose by, and to score with: no day is in two of them.

    >>> parts = cl.load_dates(20, 5, 5)
    >>> [len(part.words) for part in parts]
    [20, 5, 5]
    """

    train: DatePairs
    valid: DatePairs
    test: DatePairs


def wordings(day: datetime.date) -> list[str]:
    """Return every wording of a day, 20 of them.

    >>> import datetime
    >>> some = cl.wordings(datetime.date(1987, 3, 3))
    >>> some[4], some[15], some[18]
    ('the 3rd of March, 1987', 'Tuesday, March 3rd, 1987', 'the third of March, 1987')

    Raises TypeError for anything but a date, ValueError for a day before 1900 or after
    2099.
    """
    if not isinstance(day, datetime.date):
        raise TypeError(f"day must be a datetime.date, got {type(day).__name__}")
    if not FIRST <= day <= LAST:
        raise ValueError(f"day must lie in {FIRST} .. {LAST}, got {day}")
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    words = {
        "d": day.day,
        "dd": f"{day.day:02}",
        "th": f"{day.day}{_ending(day.day)}",
        "third": _ordinal(day.day),
        "month": month,
        "mon": month[:3],
        "MONTH": month.upper(),
        "day": weekday,
        "dy": weekday[:3],
        "y": day.year,
    }
    return [wording.format(**words) for wording in WORDINGS]


def _ending(number: int) -> str:
    """Return what stands behind the number of a day: st, nd, rd or th."""
    if number in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _ordinal(number: int) -> str:
    """Return the number of a day in letters, such as twenty-first."""
    if number < 20:
        return ORDINALS[number - 1]
    tens, ones = divmod(number, 10)
    if ones == 0:
        return ("twentieth", "thirtieth")[tens - 2]
    return f"{('twenty', 'thirty')[tens - 2]}-{ORDINALS[ones - 1]}"


def date_vocabs(mark: str = ".") -> tuple[Vocab, Vocab]:
    """Return the vocabularies of dates in words, and of ISO dates with a mark.

    >>> reads, writes = cl.date_vocabs()
    >>> len(reads), "".join(writes.tokens)
    (59, '-.0123456789;')

    They are the same whatever was drawn: every symbol of every wording of every day,
    and the semicolon that parts two dates. mark: begins and ends what is written.
    Raises ValueError for a mark that is not one symbol, or is one of a date's.
    """
    if len(mark) != 1 or mark in ISO_LETTERS:
        raise ValueError(f"mark must be one symbol and no part of a date, got {mark!r}")
    return Vocab(DATE_LETTERS), Vocab(ISO_LETTERS + mark)


def load_dates(
    train: int = 16000,
    valid: int = 500,
    test: int = 1000,
    generator: torch.Generator | None = None,
) -> DateParts:
    """Draw days from 1900 to 2099, each once, and a wording for each.

    >>> parts = cl.load_dates(3, 1, 1, torch.Generator().manual_seed(0))
    >>> parts.test.iso
    ['2067-05-07']

    train, valid, test: how many pairs are in each part, together at most the 73,049
    days that there are. The days are dealt out first, so that no day is in two parts,
    whatever its wording. generator: of what is drawn; seed 0 if None. Raises ValueError
    for a part of no pairs, or for more days than there are.
    """
    sizes = [
        validation.whole(size, 1, name)
        for name, size in (("train", train), ("valid", valid), ("test", test))
    ]
    there_are = (LAST - FIRST).days + 1
    if sum(sizes) > there_are:
        raise ValueError(
            f"train, valid and test must be {there_are} days together at most, "
            f"got {sum(sizes)}"
        )
    generator = generator or torch.Generator().manual_seed(0)
    drawn = torch.randperm(there_are, generator=generator)[: sum(sizes)]
    chosen = torch.randint(len(WORDINGS), (sum(sizes),), generator=generator)
    days = [FIRST + datetime.timedelta(days=k) for k in drawn.tolist()]
    each = zip(days, chosen.tolist(), strict=True)
    words, iso = [wordings(day)[k] for day, k in each], [str(day) for day in days]
    ends = [0, sizes[0], sizes[0] + sizes[1], sum(sizes)]
    cuts = [slice(*ends[k : k + 2]) for k in range(3)]
    return DateParts(*(DatePairs(words[cut], iso[cut]) for cut in cuts))


def in_rows(pairs: DatePairs, count: int) -> DatePairs:
    """Join the dates of `count` pairs after another into one, with semicolons.

    >>> cl.in_rows(cl.DatePairs(["3 May 1987", "1 Mar 2001"], ["a", "b"]), 2)
    DatePairs(words=['3 May 1987; 1 Mar 2001'], iso=['a;b'])

    What is left over at the end is not joined, and not returned. Raises ValueError if
    there are fewer than `count` pairs, or lists of different lengths.
    """
    words, iso = pairs
    if len(words) != len(iso) or len(words) < validation.whole(count, 1, "count"):
        raise ValueError(
            f"pairs must hold {count} texts or more, and as many translations, "
            f"got {len(words)} and {len(iso)}"
        )
    starts = range(0, len(words) - count + 1, count)
    return DatePairs(
        _joined(words, starts, count, "; "), _joined(iso, starts, count, ";")
    )


def _joined(texts: Sequence[str], starts: range, count: int, mark: str) -> list[str]:
    """Return texts joined in groups."""
    return [mark.join(texts[start : start + count]) for start in starts]
