"""A network that hears: a bidirectional LSTM over a spectrogram, trained with CTC.

Shapes: B clips, T steps of the longest, D numbers a step, H units each way, V symbols.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR

from . import guard
from .clips import ALPHABETS, Clips, padded
from .ctc import BLANK, ctc_greedy, ctc_loss
from .devices import device_of
from .history import History
from .morse import from_morse
from .spectrum import spectrogram
from .training import fit

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
        D, H = guard.whole(input_size, 1, "input_size"), hidden_size
        self.ahead = nn.LSTM(D, guard.whole(H, 1, "hidden_size"), batch_first=True)
        self.back = nn.LSTM(D, H, batch_first=True)
        self.head = nn.Linear(2 * H, 1 + len(self.alphabet))

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return ln p, (B, T, V), for clips x, (B, T, D), and their lengths, (B,).

        Raises ValueError for shapes that do not fit, or a length outside 1 .. T.
        """
        guard.shape(x, ("B", "T", self.ahead.input_size), "x")
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
        B, T, _ = x.shape
        if guard.ids(lengths, "lengths").shape != (B,) or 0 in x.shape:
            raise ValueError(
                f"lengths must be ({B},), one for each clip, and no size 0, got "
                f"{tuple(lengths.shape)} for x {tuple(x.shape)}"
            )
        guard.ids_below(lengths - 1, T, "lengths - 1")

    @torch.no_grad()
    def hear(self, sounds: Sequence[Tensor]) -> list[str]:
        """Return the text that is heard in each sound, (N,) floats at 8,000 a second.

        Greedily: the likeliest symbol of each step, collapsed. Letters that are none
        are "?". Any length will do from one window on; "" is said where nothing is
        heard. Raises what `spectrogram` raises.
        """
        if isinstance(sounds, Tensor) or not sounds:
            raise ValueError("sounds must be a list of at least one sound (N,)")
        was_training, device, said = self.training, device_of(self), []
        self.eval()
        try:
            for k in range(0, len(sounds), AT_ONCE):
                x, lengths = padded([spectrogram(s) for s in sounds[k : k + AT_ONCE]])
                said += ctc_greedy(self(x.to(device), lengths.to(device)))
        finally:
            self.train(was_training)
        return [self.text(ids) for ids in said]

    def text(self, ids: Sequence[int]) -> str:
        """Return the text of symbols, from 1 on, as `ctc_greedy` gives them."""
        code = "".join(self.alphabet[k - 1] for k in ids)
        return from_morse(code) if self.over == "symbols" else " ".join(code.split())


def train_listener(
    clips: Clips,
    valid: Clips,
    seed: int = 0,
    epochs: int = 7,
    lr: float = 0.01,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[int, Listener], object] | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = ctc_loss,
) -> tuple[Listener, History]:
    """Train a listener with CTC, and return it with its curves.

    >>> texts = cl.code_groups(8, torch.Generator().manual_seed(0))
    >>> clips = cl.Clips(cl.morse_sounds(texts, torch.Generator()), texts)
    >>> model, history = cl.train_listener(clips, clips, epochs=2)
    >>> history.loss[1] < history.loss[0]
    True

    Adam, with a rate that falls from lr along half a cosine; after the last epoch the
    weights are those of the epoch in which `valid` had the lowest loss. seed: of the
    first weights; the order is that of the clips' own generator. on_epoch: called
    with the epoch's number, from 1, and the model; loss: of (log_p, y), which may also
    note what it sees. Graves et al. 2006.
    """
    torch.manual_seed(seed)
    model = Listener(over=clips.over).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr)
    schedule = CosineAnnealingLR(optimizer, epochs)

    def after(epoch: int, history: History) -> None:
        """Let the rate fall, and tell whoever wants to know."""
        schedule.step()
        if on_epoch is not None:
            on_epoch(epoch, model)

    how = {"optimizer": optimizer, "loss": loss, "on_epoch": after}
    how |= {"valid": valid, "patience": epochs}
    return model, fit(model, clips, epochs=epochs, **how)


def _taken(rows: Tensor, places: Tensor) -> Tensor:
    """Return of each row of (B, T, D) the steps at places, (B, T)."""
    return rows.gather(1, places[..., None].expand(-1, -1, rows.shape[-1]))
