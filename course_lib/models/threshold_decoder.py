"""Hearing Morse code without a network: a threshold, run lengths, and one fit.

Shapes: N samples, F frames of 5 ms.
"""

import itertools
import math

import torch
from torch import Tensor

from .. import validation
from ..data.morse import EDGE, UNIT, from_morse
from ..data.spectrogram import HIGHEST, LOWEST, WINDOW

HOP = 40  # samples between frames: 5 ms, at 8,000 samples a second
RATE = 8000
TRIED = 60  # units of time, between those of the fastest and of the slowest
SIZES = (1, 3, 7)  # units that a run may last
SYMBOL = {
    **{(True, 1): ".", (True, 3): "-"},
    **{(False, 1): "", (False, 3): " ", (False, 7): "/"},
}


def hear_by_threshold(audio: Tensor, wpm: tuple[float, float] = (15, 25)) -> str:
    """Return the text in a sound: tone or no tone, for how long, and so which symbol.

    >>> sound = cl.morse_audio("SOS 73", generator=torch.Generator().manual_seed(0))
    >>> cl.hear_by_threshold(sound)
    'SOS 73'

    The pitch with most power, of those that `spectrogram` shows, is taken as the tone;
    a threshold on the logarithm of its power, midway between the mean above it and the
    mean below it (Ridler & Calvard 1978), says when the key is down. Runs shorter than
    a third of the shortest unit are glitches. The unit is the one, between those of the
    two speeds `wpm`, for which all runs come closest, in logarithms, to 1 or 3 units of
    tone and 1, 3 or 7 of silence. audio: (N,) floats, 8,000 a second, at least 256.
    "" if there is never a tone. Raises ValueError for a sound that is too short.
    """
    if len(validation.shape(audio, ("N",), "audio")) < WINDOW:
        raise ValueError(f"audio must have {WINDOW} samples or more, got {len(audio)}")
    slow, fast = (UNIT / validation.number(speed, "wpm") for speed in wpm)
    down = key_down(audio, shortest=fast / 3)
    runs = [(on, len(list(run)) * HOP / RATE) for on, run in itertools.groupby(down)]
    runs = runs[1:] if runs and not runs[0][0] else runs
    runs = runs[:-1] if runs and not runs[-1][0] else runs  # silence at the ends
    if not runs:
        return ""
    units = nearest_units(runs, torch.linspace(fast, slow, TRIED))
    symbols = [SYMBOL[on, size] for (on, _), size in zip(runs, units, strict=True)]
    return from_morse("".join(symbols))


def nearest_units(runs: list[tuple[bool, float]], tried: Tensor) -> list[int]:
    """Return how many units each run lasts, with the unit that suits all of them best.

    runs: (is there a tone, seconds); tried: seconds of the units that may be.
    """
    on = torch.tensor([on for on, _ in runs])
    seconds = torch.tensor([seconds for _, seconds in runs])
    sizes = torch.tensor(SIZES)
    far = (seconds[:, None, None] / tried[:, None] / sizes).log().square()
    far[on, :, SIZES.index(7)] = math.inf  # no tone lasts 7 units
    best = far.amin(dim=-1).sum(dim=0).argmin()  # the unit
    return sizes[far[:, best].argmin(dim=-1)].tolist()


def key_down(audio: Tensor, shortest: float = 2 * EDGE) -> list[bool]:
    """Return, for each frame of 5 ms, whether there is a tone."""
    window = torch.hann_window(WINDOW, dtype=audio.dtype, device=audio.device)
    frames = torch.stft(audio, WINDOW, HOP, window=window, return_complex=True)
    pitches = torch.fft.rfftfreq(WINDOW, 1 / RATE)
    chosen = (pitches >= LOWEST) & (pitches <= HIGHEST)
    power = frames[chosen.to(frames.device)].abs().square()  # (pitches, F)
    level = (power[power.sum(dim=1).argmax()] + 1e-6).log()  # (F,)
    down = (level > _threshold(level)).tolist()
    for state in (False, True):  # fill the gaps in a tone, then drop the clicks
        down = _without_short(down, state, round(shortest * RATE / HOP))
    return down


def _threshold(level: Tensor) -> float:
    """Return a level midway between the mean above it and the mean below it."""
    at = float(level.mean())
    for _ in range(20):
        above, below = level[level > at], level[level <= at]
        if not len(above) or not len(below):
            return at
        at = float(above.mean() + below.mean()) / 2
    return at


def _without_short(down: list[bool], state: bool, least: int) -> list[bool]:
    """Turn over the runs of a state that are shorter than `least` frames."""
    kept: list[bool] = []
    for on, run in itertools.groupby(down):
        size = len(list(run))
        kept += [on != (on is state and size < least)] * size
    return kept
