"""A network that hears: a bidirectional LSTM over a spectrogram, trained with CTC.

Shapes: B clips, T steps of the longest, D numbers a step, H units each way, V symbols.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .. import validation
from ..data.morse import from_morse
from ..data.morse_clips import ALPHABETS
from ..data.padding import in_one_batch
from ..data.spectrogram import spectrogram
from ..devices import device_of
from ..nn.ctc import BLANK, ctc_greedy

AT_ONCE = 32  # clips heard in one batch


class Listener(nn.Module):
    """Say at each step of a clip how likely each symbol is, or the blank.

    >>> sounds = cl.morse_sounds(["SOS", "73 88"], torch.Generator())
    >>> (x, lengths), _ = next(iter(cl.Clips(sounds, ["SOS", "73 88"])))
    >>> model = cl.Listener(hidden_size=8)
    >>> log_p = model(x, lengths)
    >>> tuple(log_p.shape) == (2, len(x[0]), 5)  # dot, dash, two gaps, and the blank
    True
    >>> log_p[0, lengths[0] :, 0].exp().unique().tolist()  # after its end: the blank
    [1.0]

    ln p_t = log_softmax(W [h_t forward; h_t backward] + b)

    Two `nn.LSTM`s read the clip, one from its first step and one from its own last, so
    padding has no say; together they are torch's bidirectional layer on a packed
    batch. input_size: D; over: "symbols" or "letters", as for `Clips`.
    Schuster & Paliwal 1997; Graves et al. 2006.
    """

    def __init__(
        self, input_size: int = 38, hidden_size: int = 64, over: str = "symbols"
    ):
        super().__init__()
        if over not in ALPHABETS:
            names = ", ".join(ALPHABETS)
            raise ValueError(f"over must be one of {names}, got {over!r}")
        self.over, self.alphabet = over, ALPHABETS[over]
        D, H = validation.whole(input_size, 1, "input_size"), hidden_size
        self.ahead = nn.LSTM(D, validation.whole(H, 1, "hidden_size"), batch_first=True)
        self.back = nn.LSTM(D, H, batch_first=True)
        self.head = nn.Linear(2 * H, 1 + len(self.alphabet))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return ln p, (B, T, V), for clips x, (B, T, D), and their lengths, (B,).

        Raises ValueError for shapes that do not fit, or a length outside 1 .. T.
        """
        validation.shape(x, ("B", "T", self.ahead.input_size), "x")
        validation.like(x, self.head.weight, "x")
        self._check_lengths(x, lengths)
        t = torch.arange(x.shape[1], device=x.device)
        inside = t < lengths[:, None]  # (B, T)
        mirrored = torch.where(inside, lengths[:, None] - 1 - t, t)
        forwards, _ = self.ahead(x)  # (B, T, H)
        backwards, _ = self.back(_taken(x, mirrored))
        h = torch.cat([forwards, _taken(backwards, mirrored)], dim=-1)
        log_p = self.head(h).log_softmax(dim=-1)
        ended = torch.full_like(log_p[0, 0], -math.inf)
        ended[BLANK] = 0.0
        return torch.where(inside[..., None], log_p, ended)

    def _check_lengths(self, x: Tensor, lengths: Tensor) -> None:
        """Raise unless there is a length from 1 to T for each clip."""
        if 0 in x.shape:
            raise ValueError(f"x must have no size 0, got {tuple(x.shape)}")
        validation.lengths(lengths, *x.shape[:2])
        validation.like(lengths, x, "lengths", "x is")

    @torch.no_grad()
    def hear(self, sounds: Sequence[Tensor]) -> list[str]:
        """Return the text that is heard in each sound, (N,) floats at 8,000 a second.

        It takes the likeliest symbol of each step, collapsed. Letters that are none
        are "?". Any length will do from one window on; "" is said where nothing is
        heard. Raises what `spectrogram` raises.
        """
        if isinstance(sounds, Tensor) or not sounds:
            raise ValueError("sounds must be a list of at least one sound (N,)")
        was_training, device, said = self.training, device_of(self), []
        self.eval()
        try:
            for k in range(0, len(sounds), AT_ONCE):
                x, lengths = in_one_batch(
                    [spectrogram(s) for s in sounds[k : k + AT_ONCE]]
                )
                said += ctc_greedy(self(x.to(device), lengths.to(device)))
        finally:
            self.train(was_training)
        return [self.text(ids) for ids in said]

    def text(self, ids: Sequence[int]) -> str:
        """Return the text of symbols, from 1 on, as `ctc_greedy` gives them."""
        code = "".join(self.alphabet[k - 1] for k in ids)
        return from_morse(code) if self.over == "symbols" else " ".join(code.split())


def _taken(rows: Tensor, places: Tensor) -> Tensor:
    """Return of each row of (B, T, D) the steps at places, (B, T)."""
    return rows.gather(1, places[..., None].expand(-1, -1, rows.shape[-1]))
