"""A linear recurrence as a loop and as a scan; attention by hand and torch's."""

import math
import re

import pytest
import torch
import torch.nn.functional as F

import course_lib as cl
from course_lib.nn import scans

LENGTHS = (1, 2, 3, 7, 8, 64, 65, 100)


def numbers(T, H=3, B=2, seed=0):
    """Return a, b and a first state, with gates of every size, in float64."""
    g = torch.Generator().manual_seed(seed)
    a, b = torch.rand(2, B, T, H, generator=g, dtype=torch.double)
    a[0, T // 2] = 0.0
    a[1, T // 3] = 1e-300
    return a, b - 0.5, torch.rand(B, H, generator=g, dtype=torch.double)


@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("begins", [True, False])
def test_scan_and_loop_agree_in_values_and_gradients(T, begins):
    results = []
    for way in scans.WAYS:
        given = [value.requires_grad_() for value in numbers(T)]
        h = cl.scan(*given[:2], given[2] if begins else None, way=way)
        upstream = torch.linspace(-1, 1, h.numel(), dtype=torch.double).view_as(h)
        used = given if begins else given[:2]
        results.append([h, *torch.autograd.grad(h, used, upstream)])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-13)


def test_the_loop_is_the_equation():
    a, b, h = numbers(5)
    by_hand = []
    for t in range(5):
        h = a[:, t] * h + b[:, t]
        by_hand.append(h)
    found = cl.scan(*numbers(5), way="loop")
    torch.testing.assert_close(found, torch.stack(by_hand, dim=1))


def test_the_gradient_by_hand_is_right():
    a, b, h_0 = (value.requires_grad_() for value in numbers(6))
    assert torch.autograd.gradcheck(cl.scan, (a, b, h_0))


def test_a_product_of_ten_thousand_gates_divides_by_nothing():
    a = torch.full((1, 10_000, 2), 0.5)
    b = torch.ones(1, 10_000, 2)
    h = cl.scan(a, b)
    assert h.isfinite().all()
    assert h[0, -1].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((torch.ones(2, 0, 3), torch.ones(2, 0, 3)), "T at least 1"),
        ((torch.ones(2, 4, 3), torch.ones(2, 5, 3)), r"b must be \(2, 4, 3\)"),
        ((torch.ones(2, 4), torch.ones(2, 4)), r"a must be \(B, T, H\)"),
        (
            (torch.ones(2, 4, 3), torch.ones(2, 4, 3).double()),
            "b must be torch.float32",
        ),
        (
            (torch.ones(2, 4, 3), torch.ones(2, 4, 3), torch.ones(3)),
            r"h_0 must be \(2, 3\)",
        ),
        ((*[torch.ones(2, 4, 3)] * 2, None, "sideways"), "way must be one of"),
    ],
)
def test_what_cannot_be_scanned_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        cl.scan(*given)


def test_mingru_is_its_equation_and_the_same_both_ways():
    torch.manual_seed(0)
    layer = cl.MinGRU(3, 4).double()
    x, h_0 = torch.randn(2, 9, 3).double(), torch.randn(1, 2, 4).double()
    h, steps = h_0[0], []
    for x_t in x.unbind(dim=1):
        from_x = F.linear(x_t, layer.weight_ih_l0, layer.bias_ih_l0)
        z, n = from_x[:, :4].sigmoid(), from_x[:, 4:]
        h = (1 - z) * h + z * n
        steps.append(h)
    for way in scans.WAYS:
        layer.way = way
        output, state = layer(x, h_0)
        torch.testing.assert_close(output, torch.stack(steps, dim=1))
        torch.testing.assert_close(state, h[None])


def test_mingru_carries_a_state_and_takes_ids():
    torch.manual_seed(0)
    model = cl.CharLM(cl.MinGRU(5, 8), 5)
    ids = torch.randint(5, (2, 12))
    whole, _ = model(ids)
    first, state = model(ids[:, :7])
    second, _ = model(ids[:, 7:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    with pytest.raises(ValueError, match="ids must lie in 0 .. 4"):
        model(ids + 3)
    with pytest.raises(ValueError, match="no size 0"):
        model(ids[:, :0])
    data = cl.windows(torch.arange(200) % 5, 2, 10)
    assert cl.fit(model, data, epochs=30).loss[-1] < 0.5 * math.log(5)
    with pytest.raises(ValueError, match="way must be one of"):
        cl.MinGRU(3, 4, way="sideways")


@pytest.mark.parametrize("causal", [True, False])
def test_attention_is_torch_s_in_values_and_gradients(causal):
    torch.manual_seed(0)
    sizes = [(2, 7, 4), (2, 7, 4), (2, 7, 3)]
    given = [torch.randn(size).double().requires_grad_() for size in sizes]
    ours = cl.self_attention(*given, causal=causal)
    theirs = F.scaled_dot_product_attention(*given, is_causal=causal)
    torch.testing.assert_close(ours, theirs)
    upstream = torch.randn_like(ours)
    pairs = [torch.autograd.grad(y, given, upstream) for y in (ours, theirs)]
    for one, other in zip(*pairs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize(
    ("sizes", "causal", "words"),
    [
        (((1, 0, 4), (1, 5, 4), (1, 5, 4)), False, "no size 0"),
        (((1, 5, 4), (1, 5, 3), (1, 5, 4)), False, r"k must be \(1, T, 4\)"),
        (((1, 5, 4), (1, 5, 4), (1, 6, 4)), False, r"v must be \(1, 5, D\)"),
        (((1, 3, 4), (1, 5, 4), (1, 5, 4)), True, "as many queries as keys"),
    ],
)
def test_attention_refuses_what_does_not_fit(sizes, causal, words):
    with pytest.raises(ValueError, match=words):
        cl.self_attention(*(torch.ones(size) for size in sizes), causal=causal)


def test_attending_by_hand_and_fused_and_what_it_refuses():
    torch.manual_seed(0)
    model = cl.Attending(13, 8, output_size=4)
    x = torch.randint(13, (3, 20))
    by_hand = model(x)
    model.fused = True
    torch.testing.assert_close(model(x), by_hand)
    torch.testing.assert_close(model(cl.one_hot(x, 13)), by_hand)
    shuffled = torch.cat([x[:, torch.randperm(19)], x[:, 19:]], dim=1)
    torch.testing.assert_close(model(shuffled), by_hand)
    with pytest.raises(ValueError, match="T at least 1"):
        model(x[:, :0])
    with pytest.raises(ValueError, match="ids must lie in 0 .. 12"):
        model(x + 1)


def test_keys_and_values_must_be_as_the_queries_are():
    q = torch.ones(1, 3, 4)
    with pytest.raises(
        ValueError, match="k must be torch.float32, as q is, got torch.f"
    ):
        cl.self_attention(q, q.double(), q)
    with pytest.raises(ValueError, match="v must be on cpu, as q is, got meta"):
        cl.self_attention(q, q, q.to("meta"))


@pytest.mark.parametrize(
    ("log_p", "words"),
    [
        (torch.zeros(2, 0, 3), "a step and a symbol at least"),
        (torch.zeros(2, 3, 0), "a step and a symbol at least"),
        (torch.zeros(2, 3, 4).half(), "32 bits or more, got torch.float16: .float()"),
    ],
)
def test_ctc_refuses_what_has_no_step_or_symbol_or_too_few_bits(log_p, words):
    for call in (
        lambda: cl.ctc_loss(log_p, torch.ones(2, 1).long()),
        lambda: cl.ctc_greedy(log_p),
        lambda: cl.ctc_log_probability(log_p[0], [1]),
    ):
        with pytest.raises(ValueError, match=re.escape(words)):
            call()
