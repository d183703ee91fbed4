"""The recorded runs of Morse code: no text that is scored was trained on."""

import torch

import course_lib as cl
from tools.record import record_morse


def test_no_text_is_both_trained_on_and_scored(monkeypatch):
    monkeypatch.setattr(record_morse, "CLIPS", 30)
    monkeypatch.setattr(record_morse, "VALID", 5)
    train, valid, heard = record_morse.clips(0, "symbols")
    assert (len(train.texts), len(valid.texts)) == (30, 5)
    assert len(heard) == 5
    scored = set(record_morse.scored_texts())
    assert not scored & set(train.texts + valid.texts)
    assert not set(train.texts) & set(valid.texts)
    letters, _, again = record_morse.clips(0, "letters")
    assert letters.texts == train.texts  # the same clips, another alphabet
    assert torch.equal(again[0], heard[0])


def test_a_run_has_an_error_for_each_kind_of_clip(monkeypatch):
    monkeypatch.setattr(record_morse, "CLIPS", 6)
    monkeypatch.setattr(record_morse, "VALID", 2)
    monkeypatch.setattr(record_morse, "TEST", 3)
    monkeypatch.setattr(record_morse, "NOISES", (0, 10))
    monkeypatch.setattr(record_morse, "SPEEDS", (20,))
    sounds = record_morse.scored()
    assert list(sounds) == ["0 dB", "10 dB", "20 wpm", "long"]
    row = record_morse.run(0, "symbols", sounds, epochs=1)
    assert set(row["error"]) == set(sounds)
    assert len(row["loss"]) == len(row["valid_error"]) == 1


def test_the_record_says_what_the_recipe_is():
    record = cl.read_record("morse")["results"]
    assert [row["seed"] for row in record["symbols"]] == list(record_morse.SEEDS)
    assert all(len(row["loss"]) == record_morse.EPOCHS for row in record["symbols"])
    assert record["noises"] == list(record_morse.NOISES)
