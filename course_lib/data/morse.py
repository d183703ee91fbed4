"""Morse code: text to dots and dashes, these to time, and time to sound.

A code is a string of four symbols: "." a dot, "-" a dash, " " the gap between letters,
"/" the gap between words. Shapes: U units of time, N samples of sound.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation

SYMBOLS = ".- /"  # dot, dash, gap between letters, gap between words
LETTERS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - "
    "..- ...- .-- -..- -.-- --.."
)
FIGURES = "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TABLE = dict(zip(CHARACTERS, f"{LETTERS} {FIGURES}".split(" "), strict=True))
MEANING = {code: character for character, code in TABLE.items()}
UNKNOWN = "?"  # a letter that is none; no character of the table

ON = {".": 1, "-": 3}  # units; one without sound follows inside a letter
OFF = {" ": 3, "/": 7}  # units
UNIT = 1.2  # seconds, divided by the words a minute: PARIS and its gap are 50 units
EDGE = 0.005  # seconds in which the tone swells and fades
MARGIN = 0.2  # seconds without a tone at either end


def to_morse(text: str) -> str:
    """Return the code of a text: dots, dashes, and the gaps between them.

    >>> cl.to_morse("SOS 73")
    '... --- .../--... ...--'

    text: letters A to Z, figures and spaces; small letters count as capitals, and a
    run of white space as one space, with none at either end. Raises ValueError, naming
    the character and its place, for any other, and for a text without a character.
    ITU-R M.1677-1 (2009).
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, got {type(text).__name__}")
    for place, character in enumerate(text):
        if not (character.isspace() or character.upper() in TABLE):
            raise ValueError(
                f"text must be of A to Z, 0 to 9 and spaces, got {character!r} at "
                f"position {place} of {text[:40]!r}: spell it out, or leave it out"
            )
    words = text.upper().split()
    if not words:
        raise ValueError(f"text must have at least one character, got {text[:40]!r}")
    return "/".join(" ".join(TABLE[character] for character in word) for word in words)


def from_morse(code: str) -> str:
    """Return the text of a code; a letter that is not in the table is a "?".

    >>> cl.from_morse("... --- .../--... ...--"), cl.from_morse("--.---")
    ('SOS 73', '?')

    Gaps that follow each other, or that stand at an end, count as one, or not at all:
    a decoder may well say them, and they hold no letter. "" gives "". Raises ValueError
    for a symbol that is none of "." "-" " " "/".
    """
    if not isinstance(code, str):
        raise TypeError(f"code must be a str, got {type(code).__name__}")
    wrong = [symbol for symbol in code if symbol not in SYMBOLS]
    if wrong:
        raise ValueError(f'code must be of ".", "-", " " and "/", got {wrong[0]!r}')
    words = [word.split() for word in code.split("/")]
    said = ["".join(MEANING.get(letter, UNKNOWN) for letter in word) for word in words]
    return " ".join(word for word in said if word)


def morse_units(text: str) -> Tensor:
    """Return when the key is down: (U,) float32, 1 with a tone and 0 without.

    >>> cl.morse_units("AT")[:8].int().tolist()  # dot, gap, dash, gap of 3
    [1, 0, 1, 1, 1, 0, 0, 0]

    A dot is 1 unit, a dash 3, the gap inside a letter 1, between letters 3, between
    words 7. Raises what `to_morse` raises. ITU-R M.1677-1 (2009).
    """
    code = to_morse(text)
    units: list[int] = []
    for symbol, following in zip(code, code[1:] + " ", strict=True):
        if symbol in ON:
            units += [1] * ON[symbol] + [0] * (following in ON)
        else:
            units += [0] * OFF[symbol]
    return torch.tensor(units, dtype=torch.float32)


def morse_audio(
    text: str,
    wpm: float = 20.0,
    pitch: float = 600.0,
    snr_db: float = 10.0,
    generator: torch.Generator | None = None,
    sample_rate: int = 8000,
) -> Tensor:
    """Return a text as it sounds in Morse code, with noise: (N,) float32.

    >>> sound = cl.morse_audio("SOS", wpm=20, generator=torch.Generator())
    >>> round(len(sound) / 8000, 2)  # 27 units of 60 ms, and .2 s at either end
    2.02

    x(t) = k(t) sin(2 pi pitch t + phase) + noise

    k is the key, 0 or 1, with edges of 5 ms: a Hann window, summed. wpm: words a
    minute; a unit lasts 1.2 / wpm seconds. pitch: Hz, below half the sample rate.
    snr_db: the power of the tone while it is on (one half) over the power of the noise
    in the whole band, from 0 to half the sample rate, in decibels; the noise is white
    and Gaussian; math.inf is none. generator: of phase and noise, on the CPU.
    Raises ValueError for a text that `to_morse` refuses, or a number that cannot be.
    """
    _check(wpm, pitch, snr_db, sample_rate)
    units = morse_units(text)
    unit, margin = UNIT / wpm * sample_rate, round(MARGIN * sample_rate)  # samples
    inside = torch.arange(round(len(units) * unit))
    key = units[(inside / unit).long().clamp(max=len(units) - 1)]
    key = _soften(F.pad(key, (margin, margin)), round(EDGE * sample_rate))  # (N,)
    phase = 2 * math.pi * torch.rand((), generator=generator)
    turns = 2 * math.pi * pitch / sample_rate * torch.arange(len(key)).double()
    tone = key * torch.sin(turns + phase).float()
    noise = torch.randn(len(key), generator=generator)
    return tone + noise * math.sqrt(0.5 * 10 ** (-snr_db / 10))


def _soften(key: Tensor, width: int) -> Tensor:
    """Let the key rise and fall within `width` samples, along a raised cosine."""
    window = torch.hann_window(width + 1, periodic=False)
    window = window / window.sum()
    padded = F.pad(key, (width // 2, width - width // 2))
    return F.conv1d(padded[None, None], window[None, None])[0, 0]


def _check(wpm: float, pitch: float, snr_db: float, sample_rate: int) -> None:
    """Raise for a speed, a pitch, a noise or a sample rate that cannot be."""
    validation.whole(sample_rate, 1000, "sample_rate")
    if validation.number(wpm, "wpm") == 0:
        raise ValueError("wpm, words a minute, must be above 0, got 0")
    if not 0 < validation.number(pitch, "pitch") < sample_rate / 2:
        raise ValueError(
            f"pitch must lie between 0 and half the sample rate, {sample_rate / 2:g} "
            f"Hz, got {pitch}"
        )
    if isinstance(snr_db, bool) or not isinstance(snr_db, int | float):
        raise TypeError(f"snr_db must be a number, got {type(snr_db).__name__}")
    if math.isnan(snr_db) or snr_db < -100:
        raise ValueError(f"snr_db must be -100 or more, in decibels, got {snr_db}")
