"""Capitals and punctuation, taken out and put back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl

TEXTS = st.text().map(lambda t: " ".join(t.replace("^", "").replace("_", "").split()))


@given(TEXTS)
def test_what_was_taken_out_can_be_put_back_in_every_text(text):
    plain, tags = cl.take_marks(text)
    assert len(plain) == len(tags)
    assert all(tags)
    assert cl.put_marks(plain, tags) == text
    assert all(c.isalnum() or c == " " for c in plain)


@pytest.mark.parametrize("name", ["lighthouse", "songbook", "shouting"])
def test_the_texts_of_the_course_survive(name):
    text = " ".join(cl.load_corpus(name).replace("_", "").split())
    assert cl.put_marks(*cl.take_marks(text)) == text


def test_nothing_but_the_tags_knows_of_capitals_and_marks():
    plain, tags = cl.take_marks('"It\'s  9,\nAnn!"')
    assert plain == " its 9 ann"
    assert tags == ['"', "^", "'", "_", "_", ",", "_", "^", "_", '!"']


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cl.take_marks(b"a"), TypeError, "must be a str, got bytes"),
        (lambda: cl.take_marks("a_b"), ValueError, "must not hold '_'.* at 1"),
        (lambda: cl.take_marks("^"), ValueError, "must not hold '.'"),
        (lambda: cl.put_marks(" a", ["_"]), ValueError, "of 2 characters, got 1"),
        (lambda: cl.put_marks("a", ["_"]), ValueError, "begin with a space, got 'a'"),
        (lambda: cl.put_marks(b" ", ["_"]), TypeError, "plain must be a str, got by"),
        (lambda: cl.put_marks(" ", [None]), TypeError, "a tag must be a str, got No"),
        (lambda: cl.mark_scores([1], ["_"]), TypeError, "a tag must be a str, got in"),
        (lambda: cl.mark_scores(["_"], []), ValueError, "one length, got 1 and 0"),
    ],
)
def test_what_cannot_be_tagged_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_scores_count_every_sign_of_a_tag():
    scores = cl.mark_scores(['^."', "_", ",", "^"], ["^.", "^", ".", "_"])
    assert scores["capitals"] == (1, 2, 2)
    assert scores["punctuation"] == (1, 3, 2)
    assert scores["."] == (1, 1, 2)
    assert scores[","] == (0, 1, 0)
    assert scores["."].f1 == pytest.approx(2 / 3)
    assert scores[","].recall == scores[","].f1 == 0
    assert cl.mark_scores(["_"], ["_"])["punctuation"] == (0, 0, 0)
