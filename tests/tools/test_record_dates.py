"""The recorded runs of "Translation", in small: what is scored, and on what."""

import torch

import course_lib as cl
from tools.record import record_dates


def test_exact_counts_whole_texts():
    pairs = cl.DatePairs(["a", "b"], ["1987-03-03", "2001-01-01"])
    assert record_dates.exact(["1987-03-03", "2001-01-02"], pairs) == 0.5


def test_digits_are_their_own_translation_and_of_the_lengths_asked():
    made = torch.Generator().manual_seed(0)
    words, iso = record_dates.digits(50, 3, 5, made)
    assert words == iso
    assert {len(text) for text in words} == {3, 4, 5}
    assert set("".join(words)) <= set("0123456789")


def test_a_run_on_single_dates_says_what_it_took(monkeypatch):
    parts = cl.load_dates(64, 5, 10)
    monkeypatch.setattr(cl, "load_dates", lambda *sizes, generator: parts)
    monkeypatch.setitem(record_dates.ONE_DATE, "small", (True, 4, 32, 0.005, 2))
    found = record_dates.one_date("small", 0)
    assert found["steps"] == 4
    assert 0 <= found["exact"] <= found["forced"] <= 1


def test_a_run_of_copying_scores_every_length(monkeypatch):
    monkeypatch.setitem(record_dates.COPYING, "small", (False, 4, 1))
    monkeypatch.setattr(record_dates, "ASKED", (2, 8))
    found = record_dates.copying("small", 0)
    assert set(found["exact"]) == {2, 8}
    assert [*found["beams"]] == ["1", "2", "5", "10"]
    likely = [beam["log_p"] for beam in found["beams"].values()]
    assert likely[0] <= likely[-1] + 1e-6
