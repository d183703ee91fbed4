"""The cells, against torch's own: values, gradients, state dicts, initialisation."""

import pytest
import torch

import course_lib as cl

PAIRS = [(cl.RNNCell, torch.nn.RNNCell)]
B, D, H, T = 3, 4, 5, 6


def pair(ours, theirs, bias=True):
    """Return our cell and torch's in float64 with one set of weights."""
    torch.manual_seed(1)
    mine, other = ours(D, H, bias), theirs(D, H, bias)
    other.load_state_dict(mine.state_dict())
    return mine.double(), other.double()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_steps_and_gradients_equal_torchs(ours, theirs, bias):
    cells = pair(ours, theirs, bias)
    x = torch.randn(T, B, D, dtype=torch.float64)
    start = torch.randn(B, H, dtype=torch.float64)
    outcomes = []
    for cell in cells:
        inputs, h = x.clone().requires_grad_(), start.clone().requires_grad_()
        states = [h]
        for x_t in inputs:
            states.append(cell(x_t, states[-1]))
        values = torch.stack(states[1:])
        leaves = [inputs, h, *cell.parameters()]
        weights = torch.linspace(-1, 1, values.numel()).view_as(values).double()
        outcomes.append(
            (values, *torch.autograd.grad((values * weights).sum(), leaves))
        )
    for mine, other in zip(*outcomes, strict=True):
        assert torch.allclose(mine, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_the_same_seed_gives_torchs_weights_and_state_dicts_go_both_ways(ours, theirs):
    for bias in (True, False):
        torch.manual_seed(7)
        mine = ours(D, H, bias)
        torch.manual_seed(7)
        other = theirs(D, H, bias)
        assert list(mine.state_dict()) == list(other.state_dict())
        for p, q in zip(mine.parameters(), other.parameters(), strict=True):
            assert torch.equal(p, q)
        mine.load_state_dict(theirs(D, H, bias).state_dict())
        other.load_state_dict(mine.state_dict())


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_it_is_called_as_torchs_is(ours, theirs):
    mine, other = pair(ours, theirs)
    x = torch.randn(B, D, dtype=torch.float64)
    assert torch.allclose(mine(x), other(x), rtol=0, atol=1e-12)
    assert mine(x[0]).shape == (H,)
    h = torch.randn(H, dtype=torch.float64)
    assert torch.allclose(mine(x[0], h), other(x[0], h), rtol=0, atol=1e-12)


def test_step_returns_its_values_by_name():
    cell = cl.RNNCell(D, H)
    x_t, h_prev = torch.randn(B, D), torch.randn(B, H)
    step = cell.step(x_t, h_prev)
    assert step._fields == ("h",)
    assert torch.equal(step.h, cell(x_t, h_prev))
    equation = torch.tanh(
        x_t @ cell.weight_ih.T + cell.bias_ih + h_prev @ cell.weight_hh.T + cell.bias_hh
    )
    assert torch.allclose(step.h, equation, atol=1e-6)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_gradcheck(ours, theirs):
    cell = ours(D, H).double()
    x = torch.randn(B, D, dtype=torch.float64, requires_grad=True)
    h = torch.randn(B, H, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda x, h, *_: cell(x, h), (x, h, *cell.parameters())
    )


@pytest.mark.parametrize(
    ("x_t", "state", "error", "message"),
    [
        (
            torch.ones(2, 3),
            None,
            ValueError,
            r"x_t must be \(B, 4\) floats, got \(2, 3\)",
        ),
        (torch.ones(2, 4).long(), None, ValueError, r"\(B, 4\) floats, .* of int64"),
        (torch.ones(1, 2, 4), None, ValueError, r"got \(1, 2, 4\)"),
        (
            torch.ones(2, 4),
            torch.ones(3, 5),
            ValueError,
            r"\(2, 5\) floats, got \(3, 5\)",
        ),
        (
            torch.ones(2, 4),
            torch.ones(2, 4),
            ValueError,
            r"\(2, 5\) floats, got \(2, 4\)",
        ),
        ([[1.0] * 4], None, TypeError, "x_t must be a torch.Tensor, got list"),
        (
            torch.ones(2, 4),
            [0.0],
            TypeError,
            "state h must be a torch.Tensor, got list",
        ),
    ],
)
def test_a_cell_says_what_it_expected(x_t, state, error, message):
    cell = cl.RNNCell(D, H)
    with pytest.raises(error, match=message):
        cell.step(x_t, state)
    with pytest.raises(error):
        cell(x_t, state)


@pytest.mark.parametrize("sizes", [(0, 5), (4, -1), (4.0, 5)])
def test_sizes_must_be_whole_and_positive(sizes):
    with pytest.raises((ValueError, TypeError), match="_size must be"):
        cl.RNNCell(*sizes)


def test_its_repr_names_the_sizes():
    assert repr(cl.RNNCell(4, 5, bias=False)) == "RNNCell(4, 5, bias=False)"
