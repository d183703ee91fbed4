"""What a prediction of a shipped network looked back at, by torch's autograd.

Shapes: T time steps, V vocabulary size.
"""

import copy

from torch.nn.functional import one_hot

import course_lib as cl
from course_lib.analysis.holding import HeldCell
from course_lib.nn.layers import cell_of, weights_of
from course_lib.nn.unrolling import unroll


def log_p(model, x, target: int, holds=()):
    """Return log p(target) after the last step of x (T, V), with gates held."""
    cell, H = cell_of(model.layer), model.layer.hidden_size
    state = (x.new_zeros(1, H),) * len(cell.state_names)
    held = HeldCell(cell, holds, H) if holds else cell
    steps = unroll(held, x[None], state, weights_of(model.layer, 0))
    return model.head(steps[-1].h)[0].log_softmax(-1)[target]


def by_autograd(model, ids, target: int, holds=()):
    """Return the gradient's norm and the gradient times input of each id, each (T,)."""
    x = one_hot(ids, model.vocab_size).to(model.head.weight.dtype).requires_grad_()
    log_p(model, x, target, holds).backward()
    return x.grad.norm(dim=1), (x.grad * x.detach()).sum(dim=1)


def away(steps: int) -> str:
    """Return how the page says how far back a character is."""
    return {0: "the one just read", 1: "1 step back"}.get(steps, f"{steps} steps back")


def looked_back(model, text: str, target=None, holds=()):
    """Return what a shipped network looked back at, as a sentence and as shares (T,).

    target: the id that is predicted after the text, the likeliest unless told otherwise.
    """
    model = copy.deepcopy(model).double()
    ids = cl.shipped("shouting_lstm").vocab.encode(text)
    if target is None:
        h = cl.trace(model, ids[None], hold=holds).h[0, -1]
        target = int(model.head(h).argmax())
    norm, _ = by_autograd(model, ids, target, holds)
    share = norm / norm.sum()
    half = int((share.flip(0).cumsum(0) < 0.5).sum()) + 1
    best = int(share.argmax())
    within = "character" if half == 1 else f"{half} characters"
    sentence = (
        f"Half of the influence lies within the last {within}; the strongest is "
        f"“{text[best].replace(' ', '␣')}”, {away(len(text) - 1 - best)}."
    )
    return sentence, share
