"""Writing the likeliest text: step by step the best token, or several texts at once.

Both searches know no model. They are given a function `step(ids, state)` that takes the
tokens written last, (N,), and returns (logits (N, V), state); and a state, a tensor or
a tuple of them, whose first axis counts the texts. Shapes: B inputs, W texts kept for
each, T tokens, V tokens in the vocabulary.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from .. import validation

Step = Callable[[Tensor, object], tuple[Tensor, object]]


class Found(NamedTuple):
    """Texts that a search has found, the likeliest first.

    >>> found = cl.Found(torch.tensor([[[3, 1]]]), torch.tensor([[-0.5]]), 1)
    >>> found.finished
    tensor([[True]])

    ids: (B, W, T), without the mark that begins a text, and with marks behind its end;
    log_p: (B, W), the logarithm of the probability of each, its end included, in nats;
    end: the mark.
    """

    ids: Tensor
    log_p: Tensor
    end: int

    @property
    def finished(self) -> Tensor:
        """Say of each text whether it has come to its end, (B, W)."""
        return (self.ids == self.end).any(dim=-1)


@torch.no_grad()
def greedy_search(step: Step, state, *, start: int, end: int, longest: int) -> Found:
    """Write one text for each input: always the likeliest next token.

    >>> always = torch.tensor([[0.2, 0.7, 0.1]]).log()
    >>> found = cl.greedy_search(
    ...     lambda ids, state: (always, state), torch.zeros(1, 1),
    ...     start=0, end=2, longest=3)
    >>> found.ids.tolist(), bool(found.finished)
    ([[[1, 1, 1]]], False)

    start: the token before every text; end: the token that ends one; longest: after how
    many tokens a text is broken off, which `finished` tells. Returns `Found`, W = 1.
    """
    validation.whole(longest, 1, "longest")
    B, device = len(_parts(state)[0]), _parts(state)[0].device
    last = torch.full((B,), start, device=device)
    log_p, over = torch.zeros(B, device=device), torch.zeros(B, device=device).bool()
    written = []
    for _ in range(longest):
        logits, state = step(last, state)
        best = torch.log_softmax(logits, dim=-1).max(dim=-1)
        log_p = log_p + best.values.masked_fill(over, 0)
        last = best.indices.masked_fill(over, end)
        written.append(last)
        over = over | (last == end)
        if bool(over.all()):
            break
    return Found(torch.stack(written, dim=-1)[:, None], log_p[:, None], end)


@torch.no_grad()
def beam_search(
    step: Step, state, *, start: int, end: int, longest: int, width: int
) -> Found:
    """Write texts, `width` at a time for each input, and keep the likeliest.

    >>> p = torch.tensor([[0, 0.6, 0.4, 0], [0, 0.4, 0.3, 0.3], [0, 0.1, 0, 0.9],
    ...                   [0, 0, 0, 1.0]])
    >>> def step(ids, state):
    ...     return p[ids].log(), state
    >>> mark = {"start": 0, "end": 3, "longest": 9}
    >>> cl.greedy_search(step, torch.zeros(1, 1), **mark).ids.tolist()[0][0][:3]
    [1, 1, 1]
    >>> found = cl.beam_search(step, torch.zeros(1, 1), **mark, width=2)
    >>> found.ids[0, 0, :2].tolist(), round(float(found.log_p[0, 0].exp()), 2)
    ([2, 3], 0.36)

    At every step each text is continued by every token, and the `width` likeliest of
    all are kept; a text that has ended stays as it is. With width 1 it finds what
    `greedy_search` finds. The best text of all may still be missed, and a wider beam is
    not always better. It ends when all texts have, or after `longest` tokens. Arguments
    are
    those of `greedy_search`. Returns `Found` with W = width. Lowerre 1976.
    """
    W = validation.whole(width, 1, "width")
    validation.whole(longest, 1, "longest")
    B, device = len(_parts(state)[0]), _parts(state)[0].device
    texts = torch.arange(B, device=device)
    state = _chosen(state, texts.repeat_interleave(W))
    ids = torch.empty(B, W, 0, dtype=torch.int64, device=device)
    last = torch.full((B, W), start, device=device)
    log_p = torch.full((B, W), -torch.inf, device=device)
    log_p[:, 0] = 0  # all texts begin alike, so only one of them counts
    over = torch.zeros_like(log_p).bool()
    for _ in range(longest):
        logits, state = step(last.flatten(), state)
        more = _continued(logits.view(B, W, -1), over, end)
        log_p, place = (log_p[..., None] + more).flatten(1).topk(W)
        parent, last = place // more.shape[-1], place % more.shape[-1]  # (B, W)
        state = _chosen(state, (texts[:, None] * W + parent).flatten())
        before = ids.gather(1, parent[..., None].expand_as(ids))
        ids = torch.cat([before, last[..., None]], dim=-1)
        over = over.gather(1, parent) | (last == end)
        if bool(over.all()):
            break
    return Found(ids, log_p, end)


def _continued(logits: Tensor, over: Tensor, end: int) -> Tensor:
    """Return log p of every next token, (B, W, V); after its end a text only ends."""
    log_p = torch.log_softmax(logits, dim=-1)
    ended = torch.full_like(log_p, -torch.inf)
    ended[..., end] = 0
    return torch.where(over[..., None], ended, log_p)


def _parts(state) -> tuple:
    return state if isinstance(state, tuple) else (state,)


def _chosen(state, rows: Tensor):
    """Return the state of chosen texts."""
    if isinstance(state, tuple):
        return tuple(part.index_select(0, rows) for part in state)
    return state.index_select(0, rows)
