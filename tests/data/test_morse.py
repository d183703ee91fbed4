"""Morse code: the table, the timing, the sound, and what is refused."""

import math

import pytest
import torch

import course_lib as cl
from course_lib.data.morse import CHARACTERS, TABLE


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_table_has_a_code_of_its_own_for_every_character():
    assert len(CHARACTERS) == len(set(TABLE.values())) == 36
    known = {"E": ".", "T": "-", "Q": "--.-", "Y": "-.--", "0": "-----", "6": "-...."}
    assert {character: cl.to_morse(character) for character in known} == known
    for character in CHARACTERS:
        assert cl.from_morse(cl.to_morse(character)) == character


def test_a_text_comes_back_in_capitals_and_with_single_spaces():
    assert cl.from_morse(cl.to_morse("  gate\n 7 ")) == "GATE 7"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GRÜN", "'Ü' at position 2"),
        ("A?", r"'\?' at position 1"),
        ("", "at least one character"),
        (" \n", "at least one character"),
        ("你好", "'你' at position 0"),
    ],
)
def test_what_is_outside_the_alphabet_is_refused_by_name(text, words):
    for function in (cl.to_morse, cl.morse_units, cl.morse_audio):
        with pytest.raises(ValueError, match=words):
            function(text)
    with pytest.raises(TypeError, match="text must be a str, got int"):
        cl.to_morse(5)


def test_a_code_with_gaps_too_many_or_a_letter_that_is_none():
    assert cl.from_morse("/ ./ /.-//") == "E A"
    assert cl.from_morse("........") == "?"
    assert cl.from_morse("") == ""
    with pytest.raises(ValueError, match="got 'x'"):
        cl.from_morse(".x")


def test_paris_with_its_gap_has_fifty_units():
    assert len(cl.morse_units("PARIS PARIS")) == 50 + 43
    assert cl.morse_units("E E").tolist() == [1, *[0] * 7, 1]


def test_the_tone_has_half_the_power_and_the_noise_what_was_asked_for():
    clean = cl.morse_audio("T" * 30, snr_db=math.inf, generator=seeded())
    noisy = cl.morse_audio("T" * 30, snr_db=-7, generator=seeded())
    on = clean[1700:2900]
    assert abs(on.square().mean() - 0.5) < 0.01
    power = (noisy - clean).square().mean()
    assert abs(10 * torch.log10(0.5 / power) + 7) < 0.2
    assert clean[:1500].abs().max() == 0  # silence before


def test_speed_sets_the_length_and_pitch_the_turns():
    slow, fast = (cl.morse_audio("PARIS", wpm=v, generator=seeded()) for v in (10, 20))
    assert len(slow) - 3200 == 2 * (len(fast) - 3200) == 43 * 960
    tone = cl.morse_audio("TTTT", pitch=500, snr_db=math.inf, generator=seeded())
    assert torch.fft.rfft(tone).abs().argmax() * 8000 / len(tone) == pytest.approx(
        500, abs=2
    )


def test_the_same_seed_gives_the_same_sound_and_another_one_another():
    one, same, other = (cl.morse_audio("A", generator=seeded(k)) for k in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"wpm": 0}, "wpm"),
        ({"wpm": math.inf}, "wpm must be finite"),
        ({"pitch": 4000}, "half the sample rate"),
        ({"pitch": 0}, "pitch must lie"),
        ({"snr_db": math.nan}, "snr_db"),
        ({"sample_rate": 10}, "sample_rate"),
    ],
)
def test_a_number_that_cannot_be_is_refused(option, words):
    with pytest.raises(ValueError, match=words):
        cl.morse_audio("A", **option)


def test_two_dashes_can_sound_as_two_dots_do():
    tt = cl.morse_audio("TT", wpm=36, generator=seeded())
    assert torch.equal(tt, cl.morse_audio("I", wpm=12, generator=seeded()))


def test_a_clear_sound_is_read_by_threshold_at_every_speed_and_pitch():
    texts = cl.code_groups(12, seeded())
    sounds = cl.morse_sounds(texts, seeded(1), snr_db=(10, 20))
    assert [cl.hear_by_threshold(sound) for sound in sounds] == texts
    slow = cl.morse_sounds(texts, seeded(1), wpm=(9, 11), snr_db=(10, 20))
    assert [cl.hear_by_threshold(x, wpm=(8, 12)) for x in slow] == texts


def test_the_threshold_hears_nothing_in_silence_and_refuses_a_short_sound():
    assert cl.hear_by_threshold(torch.zeros(4000)) == ""
    with pytest.raises(ValueError, match="256 samples"):
        cl.hear_by_threshold(torch.zeros(100))


def test_a_player_has_a_label_and_a_whole_wav():
    sound = cl.play(torch.sin(torch.arange(8000.0)), 'a "tone" & more')
    page = sound._repr_html_()
    assert 'aria-label="a &quot;tone&quot; &amp; more"' in page
    assert "controls" in page
    assert "autoplay" not in page
    assert sound.wav()[:4] == b"RIFF"
    assert len(sound.wav()) == 44 + 8000
    loud = torch.frombuffer(bytearray(sound.wav()[44:]), dtype=torch.uint8)
    assert 245 <= loud.max() <= 248  # as loud as it can be, and not cut off
    assert repr(sound) == 'Sound(a "tone" & more, 1.0 s)'


@pytest.mark.parametrize(
    ("audio", "label"),
    [
        (torch.zeros(0), "none"),
        (torch.tensor([math.nan]), "none"),
        (torch.zeros(5), " "),
    ],
)
def test_a_sound_that_cannot_be_played_is_refused(audio, label):
    with pytest.raises(ValueError, match="must"):
        cl.play(audio, label)
