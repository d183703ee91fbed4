"""Writing with a language model: one token after another.

Shapes: N tokens, V vocabulary size.
"""

import math
from collections.abc import Generator

import torch
from torch import Tensor, nn

from .. import validation
from ..data.text import Vocab
from ..devices import device_of
from .one_token import Stepper, can_step


@torch.no_grad()
def generate(
    model: nn.Module,
    vocab: Vocab,
    prefix: str,
    length: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    generator: torch.Generator | None = None,
) -> str:
    """Return the prefix and `length` more tokens, each drawn from the model.

    >>> vocab = cl.Vocab("abc")
    >>> model = cl.NGram(vocab.encode("abcabcabc"), V=3, order=2)
    >>> cl.generate(model, vocab, "ab", 4, temperature=0)
    'abcabc'

    The model first reads the prefix (warm-up), then its own words.
    temperature: logits are divided by it; below 1 is bolder, and 0 is greedy: always
    the likeliest token. top_k: draw among the k likeliest only. generator: of random
    numbers, on the CPU; torch's own if None.
    Raises ValueError for a prefix without a token or with one outside the vocabulary,
    a negative temperature or length, a top_k below 1, a bidirectional layer, or a model
    of another vocabulary.
    """
    _check(model, vocab, temperature, top_k)
    ids = vocab.encode(prefix)
    if len(ids) == 0:
        raise ValueError(f"prefix must hold at least one {vocab.unit}, got {prefix!r}")
    was_training, new = model.training, []
    model.eval()
    try:
        written = continued(model, ids.to(device_of(model)))
        for _ in range(validation.whole(length, 0, "length")):
            logits = written.send(new[-1] if new else None)
            new.append(choose(logits, temperature, top_k, generator))
    finally:
        model.train(was_training)
    if not new:
        return prefix
    joint = " " if vocab.unit == "word" and not prefix[-1].isspace() else ""
    return prefix + joint + vocab.decode(new)


def continued(model: nn.Module, ids: Tensor) -> Generator[Tensor, int | None, None]:
    """Give the logits (V,) after ids (N,), and then after each token that is sent.

    The ids are read in one call of the model. After that single tokens come, and what
    a `Stepper` can read, it reads, several times faster than the model.
    """
    logits, state = model(ids.unsqueeze(0), None)  # (1, N, V)
    token = yield logits[0, -1]
    if can_step(model):
        step = Stepper(model, state)
        while True:
            token = yield step(token)
    while True:
        logits, state = model(ids.new_tensor([[token]]), state)
        token = yield logits[0, -1]


def choose(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    generator: torch.Generator | None = None,
) -> int:
    """Draw one id from logits (V,): softmax(logits / temperature), among the top k.

    It is drawn on the CPU in float64, so one seed gives one text on any device.
    """
    logits = logits.cpu()
    highest, best = logits.max(dim=0)
    if not float(highest) < math.inf:  # NaN or infinity
        raise ValueError(
            "the model's logits are not finite: its weights are NaN or infinite, or "
            "far too large"
        )
    if temperature == 0:
        return int(best)
    logits = logits.double()
    if top_k is not None and top_k < len(logits):
        outside = logits.argsort(descending=True, stable=True)[top_k:]
        logits = logits.index_fill(0, outside, -math.inf)
    p = torch.softmax((logits - logits.max()) / temperature, dim=-1)
    return int(torch.multinomial(p, 1, generator=generator))


def _check(model, vocab, temperature, top_k) -> None:
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab must be a Vocab, got {type(vocab).__name__}")
    validation.number(temperature, "temperature")
    if top_k is not None:
        validation.whole(top_k, 1, "top_k")
    if getattr(getattr(model, "layer", None), "bidirectional", False):
        raise ValueError(
            "model must read forwards only: a bidirectional layer has already read "
            "the token that is to be predicted"
        )
    size = getattr(model, "vocab_size", len(vocab))
    if size != len(vocab):
        raise ValueError(
            f"model and vocab must have one size, got {size} and {len(vocab)} tokens"
        )
