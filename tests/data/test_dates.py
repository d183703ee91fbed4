"""Dates in words: each means one day, and no day is in two parts."""

import datetime
import re

import pytest
import torch

import course_lib as cl
from course_lib.data.dates import FIRST, LAST, MONTHS, ORDINALS, WORDINGS

TENS = {"twentieth": 20, "thirtieth": 30}
DAYS = {word: k for k, word in enumerate(ORDINALS, start=1)} | TENS
DAYS |= {f"twenty-{word}": 20 + k for k, word in enumerate(ORDINALS[:9], start=1)}
DAYS |= {"thirty-first": 31}


def meant(words: str) -> str:
    """Read a wording in another way than it was written: by its parts alone."""
    words = words.lower()
    year = re.search(r"\d{4}", words).group()
    rest = words.replace(year, " ")
    (month,) = [
        k
        for k, name in enumerate(MONTHS, start=1)
        if re.search(rf"\b({name.lower()}|{name[:3].lower()})\b", rest)
    ]
    number = re.search(r"\d+", rest)
    longest_first = sorted(DAYS, key=len, reverse=True)
    named = next((word for word in longest_first if word in rest), None)
    day = int(number.group()) if number else DAYS[named]
    return datetime.date(int(year), month, day).isoformat()


def test_every_wording_of_every_kind_of_day_means_that_day_and_no_other():
    assert len(WORDINGS) >= 16
    for number in range(0, 73049, 37):
        day = FIRST + datetime.timedelta(days=number)
        written = cl.wordings(day)
        assert len(set(written)) >= len(WORDINGS) - 2  # May is short, 10 has no zero
        assert {meant(words) for words in written} == {day.isoformat()}


def test_no_two_days_share_a_wording_and_no_letter_is_outside_the_alphabet():
    days = [datetime.date(2000, 1, 1) + datetime.timedelta(k) for k in range(366)]
    written = [words for day in days for words in set(cl.wordings(day))]
    assert len(set(written)) == len(written)
    reads, writes = cl.date_vocabs()
    assert set("".join(written)) <= set(reads.tokens)
    assert set("".join(map(str, days))) < set(writes.tokens)


@pytest.mark.parametrize("mark", ["", "3", "-", "ab"])
def test_a_mark_is_one_symbol_and_no_part_of_a_date(mark):
    with pytest.raises(ValueError, match="one symbol and no part of a date"):
        cl.date_vocabs(mark)


def test_the_day_of_the_week_is_the_calendar_s():
    assert "Tuesday, 3 March 1987" in cl.wordings(datetime.date(1987, 3, 3))
    assert "Tue 29 Feb 2000" in cl.wordings(datetime.date(2000, 2, 29))
    assert "the twenty-first of March, 1987" in cl.wordings(datetime.date(1987, 3, 21))


def test_no_day_is_in_two_parts_and_one_seed_gives_one_draw():
    parts, again = cl.load_dates(3000, 500, 500), cl.load_dates(3000, 500, 500)
    assert parts == again
    days = [set(part.iso) for part in parts]
    assert [len(each) for each in days] == [3000, 500, 500]
    assert len(set.union(*days)) == 4000
    other = cl.load_dates(3000, 500, 500, torch.Generator().manual_seed(1))
    assert other.test != parts.test
    assert all(meant(w) == iso for w, iso in zip(*parts.test, strict=True))


def test_all_wordings_are_drawn():
    words = cl.load_dates(3000, 1, 1).train.words
    shapes = [re.sub(r"\d", "0", words[k]).lower() for k in range(len(words))]
    assert any(" the first of" in f" {s}" for s in map(str.lower, words))
    assert len({len(shape) for shape in shapes}) > 15


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_the_first_and_the_last_day_have_wordings(day):
    assert meant(cl.wordings(day)[0]) == day.isoformat()


@pytest.mark.parametrize("number", [-1, 73049])
def test_days_outside_are_refused(number):
    day = FIRST + datetime.timedelta(days=number)
    with pytest.raises(ValueError, match="1900-01-01 .. 2099-12-31, got"):
        cl.wordings(day)


def test_what_is_no_day_or_too_many_are_refused():
    with pytest.raises(TypeError, match=r"datetime\.date, got str"):
        cl.wordings("1987-03-03")
    with pytest.raises(ValueError, match="73049 days together at most, got 73050"):
        cl.load_dates(73048, 1, 1)
    with pytest.raises(ValueError, match="valid must be at least 1, got 0"):
        cl.load_dates(10, 0, 1)


def test_several_dates_are_joined_and_a_rest_is_left_out():
    pairs = cl.DatePairs(["a", "b", "c"], ["1", "2", "3"])
    assert cl.in_rows(pairs, 2) == (["a; b"], ["1;2"])
    assert cl.in_rows(pairs, 1) == pairs
    with pytest.raises(ValueError, match="4 texts or more"):
        cl.in_rows(pairs, 4)
    with pytest.raises(ValueError, match="got 1 and 2"):
        cl.in_rows(cl.DatePairs(["a"], ["1", "2"]), 1)
