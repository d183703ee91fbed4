"""From sound to what a network reads: how much of each pitch there is, over time.

Shapes: N samples of sound, T steps, D numbers at each.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation

WINDOW, HOP, STACKED = 256, 100, 2  # samples, samples, frames to a step
LOWEST, HIGHEST = 350.0, 950.0  # Hz
FLOOR = 1e-6  # added to a power, whose logarithm would else have no lower bound


def spectrogram(audio: Tensor, sample_rate: int = 8000) -> Tensor:
    """Return what is heard at which pitch, step by step: (T, D) floats.

    >>> x = cl.spectrogram(cl.morse_audio("SOS"))  # 2.02 s
    >>> tuple(x.shape)  # steps of 25 ms; two frames of 19 pitches
    (81, 38)

    log(|STFT|^2 + 1e-6), of the bins from 350 to 950 Hz

    audio: (N,) floats, at least 256 samples. Windows of 256 samples (Hann), 100 apart;
    two neighbouring frames make a step, and the end is filled up by its mirror image,
    so that no sample is left out: T = ceil((N - 156) / 200). Of the whole clip the mean
    is subtracted, and it is divided by the deviation, so that loudness does not count.
    Raises ValueError for a clip that is too short, that is all silence, or in which a
    number is not finite.
    """
    validation.whole(sample_rate, 2 * round(HIGHEST), "sample_rate")
    if not validation.shape(audio, ("N",), "audio").isfinite().all():
        raise ValueError("audio must be finite numbers, got NaN or infinity")
    N = len(audio)
    if N < WINDOW:
        raise ValueError(
            f"audio must have at least {WINDOW} samples, one window, got {N}"
        )
    T = -(-(N - WINDOW + HOP) // (HOP * STACKED))
    missing = HOP * (STACKED * T - 1) + WINDOW - N
    whole = F.pad(audio[None], (0, missing), mode="reflect")[0]
    window = torch.hann_window(WINDOW, device=audio.device, dtype=audio.dtype)
    how = {"window": window, "center": False, "return_complex": True}
    frames = torch.stft(whole, WINDOW, HOP, **how)  # (WINDOW / 2 + 1, STACKED * T)
    pitches = torch.fft.rfftfreq(WINDOW, 1 / sample_rate)
    chosen = (pitches >= LOWEST) & (pitches <= HIGHEST)
    power = frames[chosen.to(frames.device)].abs().square()
    x = (power + FLOOR).log().T.reshape(T, -1)  # (T, D)
    if not x.std() > 0:
        raise ValueError("audio must hold a sound, got silence from end to end")
    return (x - x.mean()) / x.std()
