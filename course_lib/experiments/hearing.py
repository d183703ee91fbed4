"""Training a network that hears, with CTC."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR

from ..data.morse_clips import Clips
from ..models.listener import Listener
from ..nn.ctc import ctc_loss
from ..training.history import History
from ..training.loop import fit


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
        """Tell whoever wants to know."""
        if on_epoch is not None:
            on_epoch(epoch, model)

    how = {"optimizer": optimizer, "schedule": schedule, "loss": loss}
    how |= {"on_epoch": after, "valid": valid, "patience": epochs}
    return model, fit(model, clips, epochs=epochs, **how)
