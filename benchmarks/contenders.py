"""Who runs: one task, the next character, solved in several ways.

A contender is made from a `Size`. It gives logits for a batch of ids, and it writes.
All train with the same loss, from a state of zeros, by torch's SGD; all write greedily.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import course_lib as cl
from course_lib.d2l_peer import import_d2l

CPU = torch.device("cpu")
BLOCKS = {"RNN": 1, "GRU": 3, "LSTM": 4}


class Size(NamedTuple):
    """What is to be run: a kind of layer, and its sizes."""

    kind: str
    V: int
    H: int
    B: int = 32
    T: int = 35

    def __str__(self) -> str:
        return f"{self.kind}, V {self.V}, H {self.H}"


class Contender(NamedTuple):
    """A model ready to run.

    forward: ids (B, T) to logits (B, T, V), or (T * B, V) with time first, as d2l has
    them. write: a prefix and a number of characters to a text.
    """

    forward: Callable[[Tensor], Tensor]
    parameters: list[Tensor]
    write: Callable[[str, int], str]


def characters(V: int) -> str:
    """Return V different characters, of the CJK block."""
    return "".join(chr(0x4E00 + k) for k in range(V))


def ours(size: Size) -> Contender:
    """This course's layer as it is; it writes by `generate`."""
    layer = getattr(cl, size.kind)(size.V, size.H)
    return _with_generate(cl.CharLM(layer, size.V))


def textbook(size: Size) -> Contender:
    """The same equations, step by step, recorded by autograd; a call a character."""
    layer = getattr(cl, size.kind)(size.V, size.H, backward="autograd")
    model = cl.CharLM(layer, size.V)
    return _with_generate(model)._replace(write=_a_call_a_token(model, size.V))


def torch_one_hot(size: Size) -> Contender:
    """torch's layer on one-hot rows; a call a character."""
    layer = getattr(nn, size.kind)(size.V, size.H, batch_first=True)
    model = cl.CharLM(layer, size.V)
    return _with_generate(model)._replace(write=_a_call_a_token(model, size.V))


def torch_stepped(size: Size) -> Contender:
    """torch's layer on one-hot rows; it writes by `generate`."""
    layer = getattr(nn, size.kind)(size.V, size.H, batch_first=True)
    return _with_generate(cl.CharLM(layer, size.V))


class Embedded(nn.Module):
    """An embedding of H numbers, torch's layer, and a head: called as `CharLM` is."""

    def __init__(self, size: Size):
        super().__init__()
        self.embedding = nn.Embedding(size.V, size.H)
        self.layer = getattr(nn, size.kind)(size.H, size.H, batch_first=True)
        self.head = nn.Linear(size.H, size.V)

    def forward(self, ids: Tensor, state=None):
        """Return (logits (B, T, V), state) for ids (B, T)."""
        output, state = self.layer(self.embedding(ids), state)
        return self.head(output), state


def torch_embedding(size: Size) -> Contender:
    """torch's layer behind an embedding of H numbers: another model, for comparison."""
    model = Embedded(size)
    return _with_generate(model)._replace(write=_a_call_a_token(model, size.V))


def d2l_scratch(size: Size) -> Contender:
    """d2l's model from scratch: a matrix for each gate, one-hot products, a loop."""
    d2l = import_d2l().d2l
    functions = _parameters_of(size), _zeros_for(size.kind), SCRATCH[size.kind]
    net = d2l.RNNModelScratch(size.V, size.H, CPU, *functions)
    return _with_predict(d2l, net, net.params, size)


def d2l_concise(size: Size) -> Contender:
    """d2l's `RNNModel`: torch's layer, time first, on one-hot rows."""
    d2l = import_d2l().d2l
    net = d2l.RNNModel(getattr(nn, size.kind)(size.V, size.H), size.V)
    return _with_predict(d2l, net, net.parameters(), size)


CONTENDERS = {
    "ours": ours,
    "textbook": textbook,
    "torch, one-hot": torch_one_hot,
    "torch, embedding": torch_embedding,
    "d2l, scratch": d2l_scratch,
    "d2l, RNNModel": d2l_concise,
}


def training_step(made: Contender, size: Size) -> Callable[[], None]:
    """Return a call that takes one training step, from ids to the optimiser's step."""
    device = made.parameters[0].device
    ids = torch.randint(size.V, (size.B, size.T), device=device)
    y = torch.randint(size.V, (size.B * size.T,), device=device)
    sgd = torch.optim.SGD(made.parameters, lr=0.1)

    def step() -> None:
        loss = F.cross_entropy(made.forward(ids).reshape(-1, size.V), y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()

    return step


def _with_generate(model: nn.Module) -> Contender:
    """Return a contender of a model that is called as `CharLM` is."""
    parameters = list(model.parameters())
    vocab = cl.Vocab(characters(len(parameters[-1])))  # the head's bias is last

    def write(prefix: str, length: int) -> str:
        return cl.generate(model, vocab, prefix, length, temperature=0)

    return Contender(lambda ids: model(ids)[0], parameters, write)


def _a_call_a_token(model: nn.Module, V: int) -> Callable[[str, int], str]:
    """Return a call that writes by calling the model for each character."""
    vocab = cl.Vocab(characters(V))

    @torch.no_grad()
    def write(prefix: str, length: int) -> str:
        unread, state, new = vocab.encode(prefix)[None], None, []
        for _ in range(length):
            logits, state = model(unread, state)
            new.append(int(logits[0, -1].argmax()))
            unread = unread.new_tensor([new[-1:]])
        return prefix + vocab.decode(new)

    return write


def _with_predict(d2l, net, parameters, size: Size) -> Contender:
    """Return a contender of one of d2l's models; it writes by d2l's `predict_ch8`."""
    vocab = d2l.Vocab(list(characters(size.V)), reserved_tokens=[])
    start = net.begin_state(batch_size=size.B, device=CPU)

    def write(prefix: str, length: int) -> str:
        return d2l.predict_ch8(prefix, length, net, vocab, CPU)

    return Contender(lambda ids: net(ids, start)[0], list(parameters), write)


def _parameters_of(size: Size) -> Callable:
    """Return a function as d2l wants it: three tensors a gate, then the head's two."""
    K, V, H = BLOCKS[size.kind], size.V, size.H

    def draw(*_) -> list[Tensor]:
        shapes = [(V, H), (H, H), (H,)] * K + [(H, V), (V,)]
        return [(0.05 * torch.randn(s)).requires_grad_() for s in shapes]

    return draw


def _zeros_for(kind: str) -> Callable:
    """Return a function as d2l wants it, which makes the state to begin with."""
    parts = 2 if kind == "LSTM" else 1
    return lambda B, H, device: (torch.zeros(B, H, device=device),) * parts


def _rnn(inputs: Tensor, state, p) -> tuple[Tensor, tuple]:
    """Run a plain RNN over one-hot rows (T, B, V), the head inside the loop."""
    (h,), logits = state, []
    for x in inputs:
        h = torch.tanh(x @ p[0] + h @ p[1] + p[2])
        logits.append(h @ p[-2] + p[-1])
    return torch.cat(logits), (h,)


def _lstm(inputs: Tensor, state, p) -> tuple[Tensor, tuple]:
    """Run an LSTM over one-hot rows (T, B, V), the head inside the loop."""
    (h, c), logits = state, []
    for x in inputs:
        i = torch.sigmoid(x @ p[0] + h @ p[1] + p[2])
        f = torch.sigmoid(x @ p[3] + h @ p[4] + p[5])
        o = torch.sigmoid(x @ p[6] + h @ p[7] + p[8])
        g = torch.tanh(x @ p[9] + h @ p[10] + p[11])
        c = f * c + i * g
        h = o * torch.tanh(c)
        logits.append(h @ p[-2] + p[-1])
    return torch.cat(logits), (h, c)


def _gru(inputs: Tensor, state, p) -> tuple[Tensor, tuple]:
    """Run a GRU, reset before the product, over one-hot rows (T, B, V)."""
    (h,), logits = state, []
    for x in inputs:
        z = torch.sigmoid(x @ p[0] + h @ p[1] + p[2])
        r = torch.sigmoid(x @ p[3] + h @ p[4] + p[5])
        n = torch.tanh(x @ p[6] + (r * h) @ p[7] + p[8])
        h = z * h + (1 - z) * n
        logits.append(h @ p[-2] + p[-1])
    return torch.cat(logits), (h,)


SCRATCH = {"RNN": _rnn, "LSTM": _lstm, "GRU": _gru}
