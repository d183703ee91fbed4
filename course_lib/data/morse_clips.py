"""Clips of Morse code: texts drawn, sounds made of them, and both in batches.

Shapes: B clips, T steps of the longest, D numbers a step, S symbols of the longest.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from .. import validation
from .morse import CHARACTERS, SYMBOLS, morse_audio, to_morse
from .padding import PADDING, in_one_batch
from .spectrogram import spectrogram

ALPHABETS = {"symbols": SYMBOLS, "letters": CHARACTERS + " "}
Range = tuple[float, float]


def code_groups(
    number: int,
    generator: torch.Generator | None = None,
    letters: tuple[int, int] = (2, 4),
    groups: tuple[int, int] = (1, 2),
) -> list[str]:
    """Return texts, no two alike, of letters and figures drawn at random.

    >>> cl.code_groups(3, torch.Generator().manual_seed(0))
    ['3Y', 'TB 1RC', 'KU']

    Such groups are what operators practise with: nothing in them can be guessed.
    letters: the fewest and the most of a group; groups: of a text. generator: on the
    CPU. Raises ValueError for a range that is none, or for more texts than there are.
    """
    validation.whole(number, 1, "number")
    low, high = _whole_range(letters, "letters")
    few, many = _whole_range(groups, "groups")
    possible = sum(36**k for k in range(low, high + 1))
    if number > sum(possible**k for k in range(few, many + 1)) // 2:
        raise ValueError(
            f"there are too few texts of {few} to {many} groups of {low} to {high} for "
            f"{number} of them: allow longer ones"
        )

    def draw(least: int, most: int) -> int:
        """Draw a whole number, both ends included."""
        return int(torch.randint(least, most + 1, (), generator=generator))

    texts: dict[str, None] = {}
    while len(texts) < number:
        sizes = [draw(low, high) for _ in range(draw(few, many))]
        drawn = ["".join(CHARACTERS[draw(0, 35)] for _ in range(k)) for k in sizes]
        texts[" ".join(drawn)] = None
    return list(texts)


def morse_sounds(
    texts: Sequence[str],
    generator: torch.Generator | None = None,
    wpm: Range = (15, 25),
    pitch: Range = (400, 900),
    snr_db: Range = (-5, 20),
) -> list[Tensor]:
    """Return each text as Morse code, with a speed, a pitch and a noise of its own.

    >>> sounds = cl.morse_sounds(["SOS", "73"], torch.Generator(), wpm=(20, 20))
    >>> [round(len(sound) / 8000, 2) for sound in sounds]
    [2.02, 2.14]

    They are drawn evenly between the two ends given, in the units of `morse_audio`,
    which makes the sound, at 8,000 samples a second. generator: on the CPU. Returns a
    list of (N,) float32, each of its own length.
    """
    _texts(texts)
    ranges = [
        _range(r, n) for r, n in ((wpm, "wpm"), (pitch, "pitch"), (snr_db, "snr"))
    ]
    sounds = []
    for text in texts:
        shares = torch.rand(3, generator=generator).tolist()
        drawn = [a + (b - a) * u for (a, b), u in zip(ranges, shares, strict=True)]
        sounds.append(morse_audio(text, *drawn, generator=generator))
    return sounds


class Clips:
    """Batches of clips as a `Listener` reads them, with what is to be heard in them.

    >>> texts = ["SOS", "73"]
    >>> clips = cl.Clips(cl.morse_sounds(texts, torch.Generator()), texts)
    >>> (x, lengths), y = next(iter(clips))
    >>> tuple(x.shape) == (2, int(lengths.max()), 38), y[0].tolist()[:4]
    (True, [1, 1, 1, 3])

    sounds: N of (N_samples,) floats, whose spectrograms are taken; texts: N strings.
    over: "symbols", and the targets are dot, dash, letter gap and word gap, 1 to 4; or
    "letters", and they are A to Z, 0 to 9 and the space, 1 to 37. 0 is the blank.
    generator: of the order, on the CPU, at every pass; clips of about equal length then
    come together, so that there is little padding. Without one they come as they stand.
    A batch is ((x, lengths), y): x (B, T, D), 0 after a clip's end; lengths (B,); y
    (B, S), -100 after a target's end. Raises ValueError for no clips, for as many
    sounds as texts it has not, or for what `spectrogram` and `to_morse` refuse.
    """

    adjacent = False

    def __init__(
        self,
        sounds: Sequence[Tensor],
        texts: Sequence[str],
        batch_size: int = 16,
        generator: torch.Generator | None = None,
        over: str = "symbols",
    ):
        if len(sounds) != len(_texts(texts)):
            raise ValueError(
                f"there must be a text for each sound, got {len(sounds)} and "
                f"{len(texts)}"
            )
        self.texts, self.over = list(texts), over
        self.x = [spectrogram(sound) for sound in sounds]
        self.y = [targets(text, over) for text in texts]
        self.batch_size = validation.whole(batch_size, 1, "batch_size")
        self.generator = generator

    def __len__(self) -> int:
        return -(-len(self.x) // self.batch_size)

    def __iter__(self) -> Iterator[tuple]:
        for rows in self._rows():
            x, lengths = in_one_batch([self.x[k] for k in rows.tolist()])
            y = [self.y[k] for k in rows.tolist()]
            yield (x, lengths), pad_sequence(y, True, PADDING)

    def _rows(self) -> list[Tensor]:
        """Return which clips make each batch of a pass, in the order of the pass."""
        if self.generator is None:
            return list(torch.arange(len(self.x)).split(self.batch_size))
        near = 0.9 + 0.2 * torch.rand(len(self.x), generator=self.generator)
        lengths = torch.tensor([len(x) for x in self.x])
        together = (lengths * near).argsort().split(self.batch_size)
        order = torch.randperm(len(together), generator=self.generator)
        return [together[k] for k in order]


def targets(text: str, over: str) -> Tensor:
    """Return what is to be heard, (S,) int64, from 1 on; 0 is the blank."""
    if over not in ALPHABETS:
        raise ValueError(f"over must be one of {', '.join(ALPHABETS)}, got {over!r}")
    code = to_morse(text)
    said = code if over == "symbols" else " ".join(text.upper().split())
    return torch.tensor([ALPHABETS[over].index(symbol) + 1 for symbol in said])


def _texts(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise TypeError(f"texts must be a list of texts, got {type(texts).__name__}")
    validation.whole(len(texts), 1, "the number of texts")
    return texts


def _range(ends: Range, name: str) -> Range:
    if not isinstance(ends, tuple) or len(ends) != 2 or not ends[0] <= ends[1]:
        raise ValueError(f"{name} must be a pair (lowest, highest), got {ends!r}")
    return ends


def _whole_range(ends: tuple[int, int], name: str) -> tuple[int, int]:
    low, high = _range(ends, name)
    return validation.whole(low, 1, name), validation.whole(high, 1, name)
