"""What a notebook and the page show: a sound with a player, the library's code."""

import inspect
import io
import textwrap
import wave
from base64 import b64encode
from html import escape

from torch import Tensor

from . import validation

LOUDEST = 120  # of 127, so that nothing is cut off


class Sound:
    """A sound with a player: in a page HTML, in a terminal a line of text.

    label: what is heard, in words; audio: (N,) floats, of any loudness.
    """

    def __init__(self, audio: Tensor, label: str, sample_rate: int = 8000):
        if (
            not len(validation.shape(audio, ("N",), "audio"))
            or not audio.isfinite().all()
        ):
            raise ValueError("audio must hold at least one number, and finite ones")
        if not label.strip():
            raise ValueError("label must say what is heard, got an empty one")
        self.audio, self.label = audio.detach().cpu(), label
        self.sample_rate = validation.whole(sample_rate, 1, "sample_rate")

    def wav(self) -> bytes:
        """Return it as a WAV file of 8 bits a sample, as loud as it can be."""
        loudest = float(self.audio.abs().max()) or 1.0
        bytes_ = (self.audio / loudest * LOUDEST + 128).round().byte()
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setparams((1, 1, self.sample_rate, 0, "NONE", ""))
            out.writeframes(bytes_.numpy().tobytes())
        return file.getvalue()

    def __repr__(self) -> str:
        """Tell it where it cannot be played."""
        return f"Sound({self.label}, {len(self.audio) / self.sample_rate:.1f} s)"

    def _repr_html_(self) -> str:
        label = escape(self.label, quote=True)
        data = b64encode(self.wav()).decode()
        return (
            '<figure class="sound" style="margin: 0">'
            f'<audio controls preload="metadata" aria-label="{label}" '
            f'src="data:audio/wav;base64,{data}"></audio>'
            f"<figcaption>{label}</figcaption></figure>"
        )


def play(audio: Tensor, label: str, sample_rate: int = 8000) -> Sound:
    """Return a player for a sound, which starts when the reader says so.

    >>> cl.play(cl.morse_audio("SOS", generator=torch.Generator()), "SOS, at 10 dB")
    Sound(SOS, at 10 dB, 2.0 s)

    audio: (N,) floats, brought to one loudness; label: what is heard, in words, for
    those who do not hear it. It is kept in the page, as a WAV file of 8 bits: about
    11 kB for each second at 8,000 samples. Raises ValueError for a sound without a
    sample, with one that is not finite, or without a label.
    """
    return Sound(audio, label, sample_rate)


class Source:
    """The source code of a function or class; a notebook shows it as Python."""

    def __init__(self, code: str):
        self.code = code

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"


def source(thing) -> Source:
    """Return the source code of a function or class of the library, to be shown.

    >>> cl.source(cl.source).code.splitlines()[0]
    'def source(thing) -> Source:'
    """
    return Source(textwrap.dedent(inspect.getsource(thing)).strip())
