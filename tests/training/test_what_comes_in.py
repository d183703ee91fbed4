"""What a batch may hold, and what a loss may do with it: said before it misleads."""

import math
import time

import pytest
import torch
import torch.nn.functional as F

import course_lib as cl
from course_lib.training.passes import not_finite


def squared(output, y):
    """A loss of a reader's own."""
    return (output - y).square().mean()


def fit(x, y, loss=F.mse_loss, **how):
    """Train a small model to say one number of a sequence."""
    model = cl.ManyToOne(cl.RNN(2, 3), output_size=1)
    return cl.fit(model, cl.batches(x, y, 4), epochs=1, loss=loss, **how)


@pytest.mark.parametrize(
    "loss",
    [
        squared,
        F.mse_loss,
        F.huber_loss,
        torch.nn.KLDivLoss(reduction="batchmean"),
        lambda output, y: output.sub(other=y).abs().mean(),
    ],
)
@pytest.mark.parametrize("where", ["data", "valid"])
def test_a_target_that_would_be_stretched_is_refused(loss, where):
    x, flat = torch.rand(8, 3, 2), torch.rand(8)
    words = r"the loss stretches the output \(4, 1\) and y \(4,\) to \(4, 4\)"
    target = flat if where == "data" else flat[:, None]
    with pytest.raises(ValueError, match=words):
        fit(x, target, loss, valid=cl.batches(x, flat, 4))


@pytest.mark.parametrize(
    "loss",
    [
        lambda output, y: squared(output.squeeze(-1), y),
        lambda output, y: squared(output, y[:, None]),
        lambda output, y: squared(output, y.view_as(output)),
        lambda output, y: F.mse_loss(output.flatten(), y),
    ],
)
def test_a_loss_that_sees_to_the_shapes_itself_is_left_alone(loss):
    assert len(fit(torch.rand(8, 3, 2), torch.rand(8), loss)) == 1


def ranked(output, y):
    """Compare every pair of targets with every pair of outputs, as is meant."""
    wanted, said = y[:, None] - y, output - output.T
    return (said - wanted).square().mean()


def at_risk(output, y):
    """The loss of Cox 1972, in which all that are there later are counted."""
    later = (y[:, None] <= y).float()
    return ((later * output.flatten().exp()).sum(dim=1).log() - output.flatten()).mean()


@pytest.mark.parametrize("loss", [ranked, at_risk])
def test_a_loss_that_compares_all_with_all_is_left_alone(loss):
    assert len(fit(torch.rand(8, 3, 2), torch.rand(8), loss)) == 1


def test_several_answers_to_one_target_are_no_mistake():
    model = cl.ManyToOne(cl.RNN(2, 3), output_size=5)
    data = cl.batches(torch.rand(8, 3, 2), torch.rand(8, 1), 4)
    assert len(cl.fit(model, data, epochs=1, loss=squared)) == 1  # as for quantiles


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_number_that_is_none_is_found_in_its_batch(bad):
    x, y = torch.rand(8, 4, 2), torch.rand(8, 1)
    x[6, 3, 0] = bad
    words = rf"epoch 1, step 2; .* weights: x holds {bad} at \(2, 3, 0\) in its batch"
    with pytest.raises(FloatingPointError, match=words):
        fit(x, y)


def test_a_gap_in_what_is_held_out_is_found_too():
    x, y = torch.rand(8, 4, 2), torch.rand(8, 1)
    valid = x.clone()
    valid[5, 0, 1] = math.nan
    with pytest.raises(
        FloatingPointError, match=r"x holds nan at \(1, 0, 1\) in a bat"
    ):
        fit(x, y, valid=cl.batches(valid, y, 4))


def test_a_target_that_is_none_is_found_too():
    y = torch.rand(8, 1)
    y[5] = math.nan
    with pytest.raises(
        FloatingPointError, match=r"y holds nan at \(1, 0\) in its batch"
    ):
        fit(torch.rand(8, 3, 2), y)
    assert not_finite((torch.zeros(2), torch.tensor([1])), y[:2]) == ""
    assert not_finite((torch.zeros(1), y[5]), y) == "x[1] holds nan at (0,)"


def test_where_the_batch_is_sound_the_rate_is_suspected():
    model = cl.ManyToOne(cl.RNN(2, 3), output_size=1)
    data = cl.batches(torch.rand(8, 3, 2), torch.full((8, 1), 1e30), 4)
    sgd = torch.optim.SGD(model.parameters(), lr=1e30)
    with pytest.raises(FloatingPointError, match="Try a smaller learning rate"):
        cl.fit(model, data, epochs=9, loss=squared, optimizer=sgd, clip=None)


class Masked(torch.nn.Module):
    """A model with a mask that holds -inf by design, and counts that are no floats."""

    def __init__(self):
        super().__init__()
        self.head = torch.nn.Linear(2, 1)
        self.register_buffer("mask", torch.full((3, 3), -math.inf).triu(1))
        self.steps = torch.nn.Parameter(torch.tensor([3]), requires_grad=False)

    def forward(self, x):
        return self.head(torch.softmax(self.mask, dim=-1) @ x)[:, -1]


def test_what_is_infinite_by_design_is_no_fault():
    data = cl.batches(torch.rand(8, 3, 2), torch.rand(8, 1), 4)
    assert len(cl.fit(Masked(), data, epochs=1, loss=squared)) == 1


def test_a_weight_that_is_none_from_the_start_is_named():
    model = cl.ManyToOne(cl.RNN(2, 3), output_size=1)
    with torch.no_grad():
        model.head.bias.fill_(math.nan)
    data = cl.batches(torch.rand(8, 3, 2), torch.rand(8, 1), 4)
    with pytest.raises(
        FloatingPointError, match=r"head\.bias holds a number that is none"
    ):
        cl.fit(model, data, epochs=1, loss=squared)


def test_a_clock_that_stands_is_no_error(monkeypatch):
    monkeypatch.setattr(time, "perf_counter", lambda: 1.0)
    history = fit(torch.rand(8, 3, 2), torch.rand(8, 1))
    assert (history.seconds, history.tokens_per_second) == ([0.0], [math.inf])
