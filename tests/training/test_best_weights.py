"""Weights are taken back when a number is not finite, and the best are restored."""

import math

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.training import loop


def language_model(V=5, H=8):
    return cl.CharLM(cl.RNN(V, H), V)


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr)


def test_patience_stops_early_and_restores_the_best_weights(story):
    model = language_model(27, 32)
    data, valid = cl.windows(story.train[:700], 2, 20), cl.whole_text(story.valid[:500])
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    history = cl.fit(model, data, epochs=500, optimizer=adam, valid=valid, patience=3)
    best = history.valid_perplexity.index(min(history.valid_perplexity))
    assert len(history) == best + 1 + 3 < 500
    again = cl.perplexity(model, valid)
    assert again == pytest.approx(history.valid_perplexity[best], rel=1e-9)
    assert history.valid_perplexity[-1] > again


class Faulty(nn.Module):
    """A model that is well for some steps and then gives what it is told to give."""

    def __init__(self, fault, after):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.fault, self.left, self.good = fault, after, None

    def forward(self, x):
        self.left -= 1
        if self.left >= 0:
            self.good = self.weight.detach().clone()
            return self.weight.expand(*x.shape, 3) * 1.0
        return self.weight.expand(*x.shape, 3) * self.fault


@pytest.mark.parametrize("fault", [math.nan, math.inf])
@pytest.mark.parametrize("clip", [1.0, None])
def test_a_loss_that_is_not_finite_stops_and_keeps_the_weights(fault, clip):
    model = Faulty(fault, after=7)
    data = [(torch.zeros(2, 4).long(), torch.zeros(2, 4).long())] * 5
    with pytest.raises(
        FloatingPointError, match=r"(nan|inf) in epoch 2, step 3; .* Try a smal"
    ):
        cl.fit(model, data, epochs=9, optimizer=sgd(model), clip=clip)
    assert model.weight.isfinite().all()
    assert not torch.equal(model.weight, torch.ones(3))  # seven steps were taken


def test_weights_that_an_update_has_ruined_are_taken_back():
    model = Faulty(1.0, after=99)
    data = [(torch.zeros(2, 4).long(), torch.zeros(2, 4).long())] * 5
    with pytest.raises(FloatingPointError, match="epoch 1, step 2"):
        cl.fit(model, data, epochs=1, optimizer=sgd(model, lr=math.inf))
    assert torch.equal(model.weight, torch.ones(3))


def test_weights_that_the_last_update_of_an_epoch_has_ruined_are_taken_back():
    model = Faulty(1.0, after=99)
    data = [(torch.zeros(2, 4).long(), torch.zeros(2, 4).long())]
    with pytest.raises(
        FloatingPointError, match="the weight became (inf|nan) in epoch 1"
    ):
        cl.fit(model, data, epochs=1, optimizer=sgd(model, lr=math.inf))
    assert torch.equal(model.weight, torch.ones(3))


def test_an_infinite_gradient_under_a_finite_loss_is_found_before_the_update():
    weight = nn.Parameter(torch.zeros(1))
    model = nn.Module()
    model.weight = weight
    model.forward = lambda x: weight.expand(4)
    with pytest.raises(FloatingPointError, match="gradient norm became inf in epoch 1"):
        cl.fit(
            model,
            [(torch.zeros(1), torch.zeros(4))],
            epochs=1,
            loss=lambda output, y: output.sqrt().sum(),  # its slope at 0 is infinite
        )
    assert weight.item() == 0


def test_a_weight_ruined_unnoticed_by_the_loss_is_taken_back():
    model = language_model()
    x, y = torch.randint(4, (4, 12)), torch.randint(4, (4, 12))  # token 4 never occurs
    later = x.clone()
    later[0, 5] = 4
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, eps=0.0)  # 0 / 0 for token 4
    with pytest.raises(FloatingPointError, match="epoch 1, step 2"):
        cl.fit(model, [(x, y)] * 3 + [(later, y)], epochs=1, optimizer=adam)
    assert all(p.isfinite().all() for p in model.parameters())


def test_running_statistics_are_taken_back_too():
    model = nn.Sequential(nn.BatchNorm1d(3))
    good, bad = torch.randn(8, 3), torch.full((8, 3), math.nan)
    y = torch.zeros(8).long()
    with pytest.raises(FloatingPointError, match="epoch 1, step 2"):
        cl.fit(model, [(good, y), (bad, y)], epochs=1)
    assert model[0].running_mean.isfinite().all()


def test_a_validation_loss_that_is_nan_stops_with_a_word():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    model = language_model()
    seen = []

    def loss(output, y):
        seen.append(model.training)
        return loop.cross_entropy(output, y) * (1.0 if model.training else math.nan)

    with pytest.raises(
        FloatingPointError, match="validation loss became nan in epoch 1"
    ):
        cl.fit(model, data, epochs=3, valid=data, patience=2, loss=loss)
