"""A network without a memory: it predicts from the last k tokens, and no others.

Shapes: B batch, T time steps, H hidden size, V vocabulary size, P tokens kept before.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import validation


class WindowLM(nn.Module):
    """A language model of the last k tokens: one hidden layer over all of them.

    >>> model = cl.WindowLM(vocab_size=27, hidden_size=16, k=4)
    >>> logits, state = model(torch.tensor([[3, 1, 4, 1, 5]]))  # (B, T) ids
    >>> tuple(logits.shape), state.tolist()  # all it keeps is the last k - 1 ids
    ((1, 5, 27), [[4, 1, 5]])

    The one-hot rows of the last k tokens stand side by side, oldest first, as one row
    of k V numbers:

        h_t = tanh(W [x_{t-k+1}, ..., x_t] + b)
        logits_t = W_head h_t + b_head

    Where a text begins, the tokens that it lacks are rows of zeros. Nothing is
    multiplied by one-hot rows: each place has V columns of W, and one is looked up. So
    a token has other weights at every place, and a longer window more of them.

    It is called as `CharLM` and `NGram` are, and its state is the last k - 1 ids read,
    (B, up to k - 1), so `fit`, `perplexity` and `generate` take it.
    dropout: share of h that is dropped in training, before the head.
    Bengio, Ducharme, Vincent & Jauvin 2003, JMLR 3, 1137-1155; without their shared
    embedding, and without their direct path from the tokens to the logits.
    Raises ValueError or TypeError for a size below 1 or one that is no int.
    """

    def __init__(self, vocab_size: int, hidden_size: int, k: int, dropout: float = 0.0):
        super().__init__()
        self.vocab_size = validation.whole(vocab_size, 1, "vocab_size")
        self.hidden_size = validation.whole(hidden_size, 1, "hidden_size")
        self.k = validation.whole(k, 1, "k")
        self.hidden = nn.Linear(k * vocab_size, hidden_size)
        self.dropout = nn.Dropout(validation.share(dropout, "dropout"))
        self.head = nn.Linear(hidden_size, vocab_size)

    def check_inputs(self, ids: Tensor, state: Tensor | None = None) -> None:
        """Raise unless ids are (B, T) token ids in the vocabulary and the state fits.

        `fit` calls this before it moves a batch, so that no step waits for the GPU.
        """
        if validation.ids(ids).dim() != 2 or 0 in ids.shape:
            raise ValueError(
                f"ids must be (B, T) with no size 0, got {tuple(ids.shape)}"
            )
        validation.ids_below(ids, self.vocab_size)
        if state is None:
            return
        B, most = len(ids), self.k - 1
        dims = validation.ids(state, "state").dim()
        if dims != 2 or len(state) != B or state.shape[1] > most:
            raise ValueError(
                f"state must be ({B}, up to {most}), got {tuple(state.shape)}"
            )
        validation.ids_below(state, self.vocab_size, "state")

    def forward(self, ids: Tensor, state: Tensor | None = None):
        """Return (logits (B, T, V), state) for ids (B, T) and the ids before them.

        Raises ValueError for another shape, an id outside the vocabulary or a state
        that does not fit, TypeError for anything but ids.
        """
        self.check_inputs(ids, state)
        past = ids if state is None else torch.cat([state, ids], dim=1)  # (B, P + T)
        h = torch.tanh(self._looked_up(past, ids.shape[1]))  # (B, T, H)
        kept = past[:, max(0, past.shape[1] - (self.k - 1)) :]
        return self.head(self.dropout(h)), kept

    def _looked_up(self, past: Tensor, T: int) -> Tensor:
        """Return W [x_{t-k+1}, ..., x_t] + b for the last T of the ids, (B, T, H)."""
        nothing, lacking = self.k * self.vocab_size, T + self.k - 1 - past.shape[1]
        columns = F.pad(self.hidden.weight.t(), (0, 0, 0, 1))  # and one of zeros
        first = torch.arange(0, nothing, self.vocab_size, device=past.device)
        last_k = F.pad(past, (lacking, 0), value=nothing).unfold(1, self.k, 1)
        places = (last_k + first).clamp(max=nothing).flatten(0, 1)  # (B T, k)
        a = F.embedding_bag(places, columns, mode="sum") + self.hidden.bias
        return a.view(len(past), T, self.hidden_size)
