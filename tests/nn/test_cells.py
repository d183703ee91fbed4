"""The cells, against torch's own: values, gradients, state dicts, initialisation."""

import pytest
import torch
from states import assert_equal, parts, random_state, weighted

import course_lib as cl

PAIRS = [
    (cl.RNNCell, torch.nn.RNNCell),
    (cl.LSTMCell, torch.nn.LSTMCell),
    (cl.GRUCell, torch.nn.GRUCell),
]
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
    start = random_state(cells[0], B, H)
    outcomes = []
    for cell in cells:
        inputs, states = x.clone().requires_grad_(), [start]
        for x_t in inputs:
            states.append(cell(x_t, states[-1]))
        values = torch.stack([part for state in states[1:] for part in parts(state)])
        leaves = [inputs, *parts(start), *cell.parameters()]
        outcomes.append((values, *torch.autograd.grad(weighted(values), leaves)))
    assert_equal(outcomes)


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
    state = random_state(mine, H)
    for arguments in ((x,), (x[0],), (x[0], state)):
        assert_equal([parts(cell(*arguments)) for cell in (mine, other)])


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


def test_an_lstm_step_is_its_equations_line_by_line():
    cell, x_t = cl.LSTMCell(D, H), torch.randn(B, D)
    h_prev, c_prev = torch.randn(B, H), torch.randn(B, H)
    step = cell.step(x_t, (h_prev, c_prev))
    assert step._fields == ("i", "f", "g", "o", "c", "h")
    from_x = x_t @ cell.weight_ih.T + cell.bias_ih
    blocks = (from_x + h_prev @ cell.weight_hh.T + cell.bias_hh).split(H, dim=1)
    squash = {
        "i": torch.sigmoid,
        "f": torch.sigmoid,
        "g": torch.tanh,
        "o": torch.sigmoid,
    }
    for (name, function), block in zip(squash.items(), blocks, strict=True):
        assert torch.allclose(getattr(step, name), function(block), atol=1e-6)
    assert torch.equal(step.c, step.f * c_prev + step.i * step.g)
    assert torch.equal(step.h, step.o * torch.tanh(step.c))
    assert torch.equal(torch.stack(step.state), torch.stack([step.h, step.c]))


def test_a_gru_step_is_its_equations_line_by_line():
    cell, x_t, h_prev = cl.GRUCell(D, H), torch.randn(B, D), torch.randn(B, H)
    step = cell.step(x_t, h_prev)
    assert step._fields == ("r", "z", "n", "h")
    x_r, x_z, x_n = (x_t @ cell.weight_ih.T + cell.bias_ih).split(H, dim=1)
    h_r, h_z, h_n = (h_prev @ cell.weight_hh.T + cell.bias_hh).split(H, dim=1)
    assert torch.allclose(step.r, torch.sigmoid(x_r + h_r), atol=1e-6)
    assert torch.allclose(step.z, torch.sigmoid(x_z + h_z), atol=1e-6)
    assert torch.allclose(step.n, torch.tanh(x_n + step.r * h_n), atol=1e-6)
    assert torch.equal(step.h, (1 - step.z) * step.n + step.z * h_prev)


def test_an_lstm_wants_its_state_as_a_pair():
    cell, x_t, h = cl.LSTMCell(D, H), torch.ones(2, D), torch.ones(2, H)
    for wrong in (h, (h,), [h, h, h]):
        with pytest.raises(TypeError, match=r"state must be a tuple \(h, c\), got"):
            cell(x_t, wrong)
    for mine, other in zip(cell(x_t, [h, h]), cell(x_t, hx=(h, h)), strict=True):
        assert torch.equal(mine, other)
    with pytest.raises(
        ValueError, match=r"state c must be \(2, 5\) floats, got \(3, 5"
    ):
        cell(x_t, (h, torch.ones(3, H)))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_gradcheck(ours, theirs):
    cell = ours(D, H).double()
    x = torch.randn(B, D, dtype=torch.float64, requires_grad=True)
    start = parts(random_state(cell, B, H))

    def call(x, *rest):
        state = rest[: len(start)]
        return cell(x, state if len(state) > 1 else state[0])

    assert torch.autograd.gradcheck(call, (x, *start, *cell.parameters()))


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
