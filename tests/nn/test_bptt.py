"""Backward passes by hand, compiled or not: autograd's in all they give, no dearer."""

import contextlib
from typing import NamedTuple

import pytest
import torch
from states import assert_equal, outcome, parts, random_state
from torch import nn

import course_lib as cl
from course_lib.analysis.costs import saved_bytes
from course_lib.nn.bptt import steps
from course_lib.nn.passes import compiled

B, T, D, H = 3, 7, 4, 5


class Going(NamedTuple):
    """A layer that goes one way."""

    layer: type
    way: str

    def __call__(self, *sizes, **options):
        return self.layer(*sizes, **{"backward": self.way} | options)

    def __str__(self):
        return f"{self.layer.__name__}-{self.way}"


KINDS = [
    Going(layer, way)
    for layer in (cl.RNN, cl.LSTM, cl.GRU)
    for way in ("hand", "compiled")
    if way == "hand" or not isinstance(compiled(), str)
]
each_layer = pytest.mark.parametrize("kind", KINDS, ids=str)


def both(kind, *sizes, **options):
    """Return a layer by hand and one by autograd, in float64, with the same weights."""
    hand = kind(*sizes, **options).double()
    reference = kind(*sizes, backward="autograd", **options).double()
    reference.load_state_dict(hand.state_dict())
    return hand, reference


@pytest.mark.parametrize("given", [False, True], ids=["zeros", "given"])
@pytest.mark.parametrize("ids", [False, True], ids=["floats", "ids"])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@each_layer
def test_by_hand_is_autograd(kind, bias, num_layers, bidirectional, ids, given):
    options = {"bias": bias, "num_layers": num_layers, "bidirectional": bidirectional}
    layers = both(kind, D, H, **options)
    x = torch.randint(D, (B, T)) if ids else torch.randn(B, T, D).double()
    runs = num_layers * (2 if bidirectional else 1)
    start = random_state(kind.layer.cell, runs, B, H) if given else None
    assert_equal([outcome(layer, x, start) for layer in layers])


@each_layer
def test_it_is_autograd_over_many_steps_and_sizes(kind):
    for sizes in ((1, 1, 1, 1), (1, 60, 2, 3), (9, 2, 30, 17), (2, 150, 5, 40)):
        batch, steps, width, units = sizes
        layers = both(kind, width, units)
        x = torch.randn(batch, steps, width).double()
        assert_equal([outcome(layer, x, None) for layer in layers])


@each_layer
def test_an_id_that_is_never_read_has_no_gradient_and_a_repeated_one_the_sum(kind):
    layers = both(kind, D, H)
    ids = torch.tensor([[2, 2, 0, 2]])
    results = [outcome(layer, ids, None) for layer in layers]
    assert_equal(results)
    names = [name for name, _ in layers[0].named_parameters()]
    gradients = results[0][-len(names) :]
    by_column = dict(zip(names, gradients, strict=True))["weight_ih_l0"]
    assert (by_column[:, [1, 3]] == 0).all()
    assert (by_column[:, [0, 2]] != 0).any(dim=0).all()


@each_layer
def test_only_what_is_asked_for_gets_a_gradient(kind):
    hand, reference = both(kind, D, H)
    x = torch.randn(B, T, D).double().requires_grad_()
    for frozen in ("weight_ih_l0", "weight_hh_l0", "bias_hh_l0"):
        gradients = []
        for layer in (hand, reference):
            for name, parameter in layer.named_parameters():
                parameter.requires_grad_(name != frozen)
            wanted = [p for p in layer.parameters() if p.requires_grad]
            gradients.append(torch.autograd.grad(layer(x)[0].sum(), [x, *wanted]))
        assert_equal(gradients)
    for layer in (hand, reference):
        layer.requires_grad_(False)
    assert_equal([torch.autograd.grad(m(x)[0].sum(), x) for m in (hand, reference)])
    assert not hand(x.detach())[0].requires_grad


@each_layer
def test_the_output_or_the_state_alone_may_be_used(kind):
    layers = both(kind, D, H, num_layers=2)
    x = torch.randn(B, T, D).double()
    for chosen in (
        lambda output, state: output[:, 2],
        lambda output, state: parts(state)[-1],
    ):
        gradients = []
        for layer in layers:
            total = chosen(*layer(x)).pow(2).sum()
            gradients.append(torch.autograd.grad(total, list(layer.parameters())))
        assert_equal(gradients)


@each_layer
def test_neither_input_nor_state_nor_gradient_need_be_contiguous(kind):
    layers = both(kind, D, H)
    x = torch.randn(D, T, B).double().permute(2, 1, 0)
    start = [torch.randn(1, H, B).double().transpose(1, 2) for _ in range(2)]
    start = tuple(start) if kind.layer is cl.LSTM else start[0]
    direction = torch.randn(H, T, B).double().permute(2, 1, 0)
    gradients = []
    for layer in layers:
        output, _ = layer(x, start)
        leaves = list(layer.parameters())
        gradients.append(torch.autograd.grad(output, leaves, direction))
    assert_equal(gradients)
    ids = torch.randint(D, (T, B)).t()
    assert_equal([outcome(layer, ids, None) for layer in layers])


@each_layer
def test_a_carried_state_lets_the_gradient_through_a_second_call(kind):
    layers = both(kind, D, H)
    x = torch.randn(B, 2 * T, D).double()
    gradients = []
    for layer in layers:
        _, state = layer(x[:, :T])
        output, _ = layer(x[:, T:], state)
        whole, _ = layer(x)
        assert torch.allclose(whole[:, T:], output, rtol=0, atol=1e-12)
        leaves = list(layer.parameters())
        gradients.append(torch.autograd.grad(output.sum(), leaves))
    assert_equal(gradients)


@each_layer
def test_a_second_derivative_is_refused_and_autograd_has_it(kind):
    hand, reference = both(kind, D, H)
    x = torch.randn(B, T, D).double().requires_grad_()
    with pytest.raises(RuntimeError, match='expected a layer made with backward="auto'):
        torch.autograd.grad(hand(x)[0].sum(), x, create_graph=True)
    (first,) = torch.autograd.grad(reference(x)[0].sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.pow(2).sum(), x)
    assert second.abs().sum() > 0


@each_layer
def test_a_backward_pass_may_be_taken_twice(kind):
    layer = kind(D, H)
    output, _ = layer(torch.randn(B, T, D))
    leaves = list(layer.parameters())
    once = torch.autograd.grad(output.sum(), leaves, retain_graph=True)
    again = torch.autograd.grad(output.sum(), leaves)
    for a, b in zip(once, again, strict=True):
        assert torch.equal(a, b)


@each_layer
def test_the_output_may_be_changed_in_place(kind):
    layers = both(kind, D, H)
    x = torch.randn(B, T, D).double()
    gradients = []
    for layer in layers:
        output, _ = layer(x)
        leaves = list(layer.parameters())
        gradients.append(torch.autograd.grad(output.mul_(2).sum(), leaves))
    assert_equal(gradients)


@pytest.mark.parametrize("width", [1, D])
@each_layer
def test_the_weights_are_left_as_they_were_even_in_one_piece_both_ways(kind, width):
    layer = kind(width, H)  # (K * H, 1) is contiguous, and so is its transpose
    before = [p.detach().clone() for p in layer.parameters()]
    layer(torch.zeros(B, T, dtype=torch.int64))[0].sum().backward()
    for parameter, was in zip(layer.parameters(), before, strict=True):
        assert torch.equal(parameter, was)


@each_layer
def test_input_and_state_are_left_as_they_were(kind):
    layer = kind(D, H).double()
    x, start = torch.randn(B, T, D).double(), random_state(kind.layer.cell, 1, B, H)
    before = [value.detach().clone() for value in (x, *parts(start))]
    layer(x, start)[0].sum().backward()
    for value, was in zip((x, *parts(start)), before, strict=True):
        assert torch.equal(value, was)


@each_layer
def test_without_gradients_it_gives_the_same(kind):
    layers = both(kind, D, H, num_layers=2)
    x = torch.randn(B, T, D).double()
    expected, _ = layers[0](x)
    for context in (torch.no_grad(), torch.inference_mode()):
        with context:
            output, _ = layers[0](x)
            assert torch.equal(output, expected)
            assert not output.requires_grad


@pytest.mark.parametrize("ids", [False, True], ids=["floats", "ids"])
@each_layer
def test_mixed_precision_is_the_same_pass_in_fewer_bits(kind, ids):
    layer = kind(D, H, num_layers=2)
    x = torch.randint(D, (B, T)) if ids else torch.randn(B, T, D)
    exact = torch.autograd.grad(layer(x)[0].sum(), list(layer.parameters()))
    for inside in (True, False):  # is the backward pass under autocast as well?
        with torch.autocast("cpu", torch.bfloat16):
            output, state = layer(x)
            assert output.dtype == torch.bfloat16
            assert {part.dtype for part in parts(state)} == {torch.bfloat16}
        with torch.autocast("cpu", torch.bfloat16, enabled=inside):
            total = output.float().sum()
            rough = torch.autograd.grad(total, list(layer.parameters()))
        for a, b in zip(rough, exact, strict=True):
            assert a.dtype == torch.float32
            assert (a - b).norm() <= 0.05 * b.norm()  # bfloat16 has 8 bits


@each_layer
def test_under_autocast_a_state_is_carried_and_float64_stays(kind):
    layer = kind(D, H)
    x = torch.randn(B, T, D)
    with torch.autocast("cpu", torch.bfloat16):
        _, state = layer(x)
        layer(x, state)[0].float().sum().backward()
        double, reference = both(kind, D, H)
        assert_equal([outcome(m, x.double(), None) for m in (double, reference)])


@pytest.mark.parametrize(
    "sizes", [(1, 1, 3, 4), (4, 35, 28, 32), (2, 9, 100, 64)], ids=str
)
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}])
@each_layer
def test_it_keeps_no_more_for_the_way_back_than_torch(kind, options, sizes):
    batch, steps, width, units = sizes
    ours = kind(width, units, **options)
    theirs = getattr(nn, kind.layer.__name__)(width, units, batch_first=True, **options)
    x = torch.randn(batch, steps, width)
    kept = saved_bytes(lambda: ours(x), ours.parameters())
    assert 0 < kept <= saved_bytes(lambda: theirs(x), theirs.parameters())
    one_hot = cl.one_hot(torch.randint(width, (batch, steps)), width)
    by_ids = saved_bytes(lambda: ours(one_hot.argmax(-1)), ours.parameters())
    assert by_ids < kept


def test_a_cell_without_a_pass_by_hand_takes_autograds():
    class Doubled(cl.RNNCell):
        @staticmethod
        def equation(from_x, from_h, state):
            return cl.RNNStep(h=torch.tanh(2 * (from_x + from_h)))

    class DoubledLayer(cl.RNN):
        cell = Doubled

    layer, plain = DoubledLayer(D, H), cl.RNN(D, H)
    plain.load_state_dict({k: 2 * v for k, v in layer.state_dict().items()})
    x = torch.randn(B, T, D)
    # 2 (W x + U h + b) by the other cell: its own equation was applied
    assert torch.allclose(layer(x)[0], plain(x)[0], atol=1e-6)


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no CUDA device here"
)
@each_layer
def test_on_cuda_it_is_autograd_and_the_host_never_waits(kind):
    layers = [layer.cuda() for layer in both(kind, D, H)]
    x = torch.randn(B, T, D, dtype=torch.float64, device="cuda")
    assert_equal(
        [[v.cpu() for v in outcome_on_cuda(layer, x)] for layer in layers], atol=1e-12
    )


def outcome_on_cuda(layer, x):
    """Return output and gradients; raise if the host waits for the GPU by hand."""
    ours = layer.backward == "hand"
    waits = torch.cuda.set_sync_debug_mode
    with contextlib.ExitStack() as stack:
        if ours:
            waits("error")
            stack.callback(waits, "default")
        output, _ = layer(x)
        leaves = list(layer.parameters())
        return output, *torch.autograd.grad(output.pow(2).sum(), leaves)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_large_product_is_the_product_whoever_computes_it(dtype):
    M, K, N = 160, 150, 140
    assert M * K * N >= steps.LARGE
    a, b, bias = (torch.rand(size, dtype=dtype) for size in ((M, K), (K, N), (N,)))
    strided = torch.rand(M, 2 * K, dtype=dtype)[:, :K]
    for left in (a, torch.rand(K, M, dtype=dtype).t(), strided):
        for right in (b, torch.rand(N, K, dtype=dtype).t()):
            torch.testing.assert_close(steps.product(left, right), left @ right)
            expected = left @ right + bias
            torch.testing.assert_close(steps.product(left, right, bias), expected)
