"""Our layers, called as torch's are: the same answers, and a table of the exceptions."""

import itertools
from pathlib import Path

import pytest
import torch
import torch_calls
from states import assert_equal, parts, weighted
from torch import nn

import course_lib as cl

PAGE = Path(__file__).parents[2] / "chapters" / "reference_layers.md"
KINDS = ["RNN", "LSTM", "GRU"]
B, T, D, H = 3, 4, 5, 6
SIZES = [
    (L, bias, True, 0.0, both)  # by position, in torch's order
    for L, bias, both in itertools.product((1, 2), (True, False), (True, False))
]


def floats(*size):
    return torch.randn(*size, dtype=torch.float64, generator=GENERATOR)


GENERATOR = torch.Generator().manual_seed(3)
INPUTS = {
    "batch": lambda: floats(B, T, D),
    "one sequence": lambda: floats(T, D),
    "one step": lambda: floats(B, 1, D),
    "no sequences": lambda: floats(0, T, D),
    "one, repeated": lambda: floats(1, T, D).expand(B, T, D),
    "mirrored, every other": lambda: (
        floats(2 * T, B, D).transpose(0, 1).flip(0)[:, ::2]
    ),
}
HANDED = {
    "none": lambda layer, x, state: layer(x),
    "by position": lambda layer, x, state: layer(x, state),
    "as hx": lambda layer, x, state: layer(x, hx=state),
    "as a list": lambda layer, x, state: layer(x, listed(state)),
}


def listed(state):
    return list(state) if isinstance(state, tuple) else state


def answer(layer, x, state, hand):
    """Return output, state and all gradients of a call."""
    leaves = [x.clone().requires_grad_(), *layer.parameters()]
    output, end = hand(layer, leaves[0], state)
    total = weighted(output) + sum(map(weighted, parts(end)))
    given = [] if hand is HANDED["none"] else parts(state)
    return output, *parts(end), *torch.autograd.grad(total, [*leaves, *given])


@pytest.mark.parametrize("hand", HANDED.values(), ids=HANDED)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_what_torch_takes_is_taken_and_gives_the_same(kind, size, hand):
    made = []
    for library in (cl, nn):
        torch.manual_seed(5)
        sizes = (D, H, size[0], *(["tanh"] if (kind, library) == ("RNN", nn) else []))
        made.append(getattr(library, kind)(*sizes, *size[1:], dtype=torch.float64))
    for make in INPUTS.values():
        x = make()
        shape = (size[0] * (1 + size[-1]), *x.shape[: x.dim() - 2], H)
        state = [floats(*shape).requires_grad_() for _ in made[0].cell.state_names]
        state = tuple(state) if len(state) > 1 else state[0]
        assert_equal([answer(layer, x, state, hand) for layer in made])


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_of_ids_is_a_batch_of_one(kind):
    layer = getattr(cl, kind)(D, H, 2, bidirectional=True)
    ids = torch.tensor([3, 0, 4])
    output, state = layer(ids)
    whole, end = layer(ids[None])
    assert_equal([(output, *parts(state)), (whole[0], *(p[:, 0] for p in parts(end)))])
    again, _ = layer(ids, state)
    assert_equal([(again,), (layer(ids[None], end)[0][0],)], atol=1e-7)


@pytest.mark.parametrize("kind", [*KINDS, "MinGRU"])
@pytest.mark.parametrize("start", [False, True])
def test_mingru_too_reads_one_sequence_and_none(kind, start):
    layer, x = getattr(cl, kind)(D, H), torch.randn(T, D)
    state = layer(torch.randn(2, D))[1] if start else None
    batched = tuple(p[:, None] for p in parts(state))
    batched = None if not start else batched if len(batched) > 1 else batched[0]
    output, end = layer(x, hx=state)
    whole, last = layer(x[None], batched)
    assert_equal([(output, *parts(end)), (whole[0], *(p[:, 0] for p in parts(last)))])
    assert layer(x[None][:0])[0].shape == (0, T, H)
    with pytest.raises(TypeError, match="give the state once: hx is torch's name"):
        layer(x[None], last, hx=last)


@pytest.mark.parametrize("kind", [*KINDS, "RNNCell", "LSTMCell", "GRUCell", "MinGRU"])
def test_weights_are_made_where_and_as_asked_and_drawn_anew(kind):
    layer = getattr(cl, kind)(D, H, device="meta", dtype=torch.bfloat16)
    described = {(p.device.type, p.dtype) for p in layer.parameters()}
    assert described == {("meta", torch.bfloat16)}
    layer = layer.to_empty(device="cpu")
    for seed in (4, 4):
        torch.manual_seed(seed)
        layer.reset_parameters()
        first = (
            layer.weight_ih_l0 if hasattr(layer, "weight_ih_l0") else layer.weight_ih
        )
        assert 0 < first.abs().max() <= H**-0.5 * 1.01


def test_the_table_of_exceptions_is_what_both_answer():
    made = torch_calls.table()
    if made.splitlines()[0] not in PAGE.read_text(encoding="utf-8"):
        pytest.skip("the table on the page was made with another PyTorch")
    assert made in PAGE.read_text(encoding="utf-8"), f"put on {PAGE.name}:\n{made}"


@pytest.mark.parametrize("call", [call for call, _ in torch_calls.CALLS])
def test_every_exception_is_one(call):
    theirs, ours = (torch_calls.answer(library, call) for library in (nn, cl))
    assert torch_calls.in_words(theirs) != torch_calls.in_words(ours)


WRONG = {
    "numpy": (lambda x: x.numpy(), TypeError, "got ndarray; torch.as_tensor makes one"),
    "packed": (
        lambda x: nn.utils.rnn.pack_sequence(list(x)),
        TypeError,
        "got a PackedSequence: torch's layer with the same state dict reads it",
    ),
    "sparse": (lambda x: x.to_sparse(), TypeError, "got a sparse_coo one: take .to_de"),
    "nested": (
        lambda x: torch.nested.as_nested_tensor(list(x)),
        TypeError,
        "got a nested one: take .to_padded_tensor",
    ),
    "elsewhere": (lambda x: x.to("meta"), ValueError, "x must be on cpu, .* got meta"),
    "half": (lambda x: x.half(), ValueError, "x must be torch.float32, .*got torch.fl"),
    "whole": (lambda x: x.long(), ValueError, r"got \(2, 3, 5\) of int64"),
    "complex": (lambda x: x.cfloat(), ValueError, r"got \(2, 3, 5\) of complex64"),
    "short": (lambda x: x[0, :0], ValueError, r"T at least 1, got \(0, 5\) of float32"),
    "small ids": (lambda x: x[0].char(), ValueError, r"got \(3, 5\) of int8"),
}


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(("change", "error", "words"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("kind", ["LSTM", "MinGRU"])
def test_what_cannot_be_read_is_refused_in_words(kind, change, error, words):
    with pytest.raises(error, match=words):
        getattr(cl, kind)(D, H)(change(torch.rand(2, 3, D)))


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (torch.zeros(1, 2, H, device="meta"), ValueError, "must be on cpu, .*got meta"),
        (
            torch.zeros(1, 2, H).double(),
            ValueError,
            "must be torch.float32, as the wei",
        ),
        (torch.zeros(1, 2, H).to_sparse(), TypeError, "got a sparse_coo one"),
        (torch.zeros(1, 2, H).numpy(), TypeError, "state.* got ndarray"),
        (torch.zeros(2, H), ValueError, r"state.* must be \(1, 2, 6\) floats"),
    ],
    ids=["elsewhere", "double", "sparse", "numpy", "without L"],
)
@pytest.mark.parametrize("kind", ["RNN", "MinGRU"])
def test_a_state_that_cannot_be_is_refused_in_words(kind, state, error, words):
    with pytest.raises(error, match=words):
        getattr(cl, kind)(D, H)(torch.rand(2, 3, D), state)
    if kind == "RNN":
        with pytest.raises(error, match=words):
            cl.CharLM(nn.RNN(D, H, batch_first=True), D)(torch.ones(2, 3).long(), state)
