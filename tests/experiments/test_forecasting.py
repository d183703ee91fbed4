"""Forecasts: linear ones are exact where they can be, free runs feed on themselves."""

import math

import pytest
import torch
from torch import nn

import course_lib as cl


def persistence(x):
    return x[:, -1]


def test_a_linear_forecast_finds_the_weights_that_made_a_series():
    g = torch.Generator().manual_seed(0)
    x = [0.3, -0.2]
    for noise in torch.randn(4000, generator=g).tolist():
        x.append(0.5 * x[-1] - 0.3 * x[-2] + 2 + noise)
    model = cl.AutoRegression(torch.tensor(x), p=2)
    assert torch.allclose(model.weight, torch.tensor([-0.3, 0.5]).double(), atol=0.05)
    assert abs(model.bias - 2) < 0.15


def test_a_linear_forecast_looks_at_the_last_p_values_and_keeps_the_type():
    model = cl.AutoRegression(cl.mackey_glass(200), p=3)
    x = torch.randn(4, 9, 1)
    changed = torch.cat([torch.randn(4, 6, 1), x[:, 6:]], dim=1)
    assert torch.equal(model(x), model(changed))
    assert model(x).dtype == torch.float32
    assert model(x).shape == (4, 1)
    assert model(x.double()).dtype == torch.float64


def test_a_linear_forecast_keeps_its_digits_where_neighbours_are_alike():
    series = cl.mackey_glass(2000, sample=1.0)
    x, y = cl.series_windows(series[1000:].float(), 20)
    model = cl.AutoRegression(series[:1000].float(), p=18)
    assert cl.nrmse(model(x), y) < 0.002


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: cl.AutoRegression(torch.ones(4), 2), "at least 2 . p . 1 = 5 values"),
        (lambda: cl.AutoRegression(torch.ones(4), 0), "p must be at least 1"),
        (lambda: cl.AutoRegression(torch.tensor([1.0, math.nan] * 9), 2), "finite"),
        (
            lambda: cl.AutoRegression(cl.mackey_glass(50), 5)(torch.ones(2, 4, 1)),
            "at least p = 5 steps, got 4",
        ),
        (
            lambda: cl.AutoRegression(cl.mackey_glass(50), 5)(torch.ones(2, 5)),
            r"x must be \(B, T, 1\)",
        ),
    ],
)
def test_what_a_linear_forecast_cannot_use_is_refused(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_a_network_learns_a_sine_and_the_same_seed_gives_the_same_network():
    series = torch.sin(0.3 * torch.arange(400).float())
    train, valid = cl.split(series, (0.7, 0.3))
    runs = [
        cl.train_forecaster(
            lambda: cl.GRU(1, 8), train, valid, seed, size=10, epochs=8, lr=0.03
        )
        for seed in (0, 0, 1)
    ]
    x, y = cl.series_windows(valid, 10)
    with torch.no_grad():
        said = [model(x) for model, _ in runs]
    assert cl.nrmse(said[0], y) < 0.1 < cl.nrmse(persistence(x), y)
    assert torch.equal(said[0], said[1])
    assert not torch.equal(said[0], said[2])
    assert len(runs[0][1]) == 8


def test_training_refuses_a_part_that_is_shorter_than_a_window():
    train, valid = torch.randn(100), torch.randn(20)
    with pytest.raises(ValueError, match="20 values, but a window of 20 and 1"):
        cl.train_forecaster(lambda: cl.RNN(1, 4), train, valid, size=20)


def test_a_free_run_feeds_on_what_it_said():
    fibonacci = cl.free_run(
        lambda x: x[:, -1] + x[:, -2], torch.tensor([[[1.0], [1.0]]]), steps=6
    )
    assert fibonacci.tolist() == [[2, 3, 5, 8, 13, 21]]
    start = torch.randn(3, 4, 1)
    assert torch.equal(cl.free_run(persistence, start, 5), start[:, -1].expand(3, 5))


def test_the_first_step_of_a_free_run_is_one_step_ahead():
    model = cl.ManyToOne(cl.LSTM(1, 5), 1, dropout=0.5)
    start = torch.randn(3, 7, 1)
    run = cl.free_run(model, start, 4)
    assert model.training
    model.eval()
    later = torch.cat([start, run[:, :, None]], dim=1)
    for k in range(4):
        assert torch.allclose(model(later[:, k : k + 7])[:, 0], run[:, k])
    assert not run.requires_grad


def test_a_model_that_fails_is_left_in_the_mode_it_had():
    class Failing(nn.Module):
        def forward(self, x):
            return x  # (B, T, 1)

    model = Failing()
    with pytest.raises(ValueError, match=r"what the model gives must be \(2, 1\)"):
        cl.free_run(model, torch.ones(2, 3, 1), 2)
    assert model.training
    with pytest.raises(ValueError, match=r"start must be \(B, T, 1\)"):
        cl.free_run(persistence, torch.ones(2, 3), 2)
    with pytest.raises(ValueError, match="steps must be at least 1"):
        cl.free_run(persistence, torch.ones(2, 3, 1), 0)
    with pytest.raises(TypeError, match="callable with windows .*, got int"):
        cl.free_run(3, torch.ones(2, 3, 1), 1)


def test_nrmse_is_in_deviations_of_what_is_true():
    true = torch.randn(1000, 1)
    assert cl.nrmse(true, true) == 0
    assert math.isclose(
        cl.nrmse(5 * true + 1, 5 * true), 0.2 / float(true.std()), rel_tol=1e-4
    )
    mean = true.mean().expand(1000, 1)
    assert math.isclose(cl.nrmse(mean, true), math.sqrt(999 / 1000), rel_tol=1e-5)


@pytest.mark.parametrize(
    ("predicted", "true", "words"),
    [
        (torch.ones(3), torch.ones(3, 1), r"the same shape, got \(3,\) and \(3, 1\)"),
        (torch.ones(3), torch.ones(3), "values that differ"),
        (torch.ones(1), torch.ones(1), "values that differ"),
        (torch.ones(3), torch.full((3,), 0.1), "values that differ"),
        (torch.tensor([1.0, math.nan]), torch.tensor([1.0, 2.0]), "predicted must be"),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, math.inf]), "true must be"),
    ],
)
def test_nrmse_refuses_what_has_none(predicted, true, words):
    with pytest.raises(ValueError, match=words):
        cl.nrmse(predicted, true)


def test_a_horizon_ends_at_the_first_error_above_the_limit():
    true = torch.zeros(4, 5)
    said = torch.tensor(
        [
            [0.5, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.4, 0.0, 0.5, 0.0],
            [0.0, 0.0, -0.9, 0.0, 0.0],
            [0.1, 0.1, 0.1, math.nan, 0.1],
        ]
    )
    assert cl.horizon(said, true, 0.45).tolist() == [0, 3, 2, 3]
    assert cl.horizon(said, true, 2.0).tolist() == [5, 5, 5, 3]
    with pytest.raises(ValueError, match=r"predicted must be \(4, 5\)"):
        cl.horizon(said[:, :4], true)
    with pytest.raises(ValueError, match="limit must be finite"):
        cl.horizon(said, true, -1)
    with pytest.raises(ValueError, match="true must be finite numbers, got nan"):
        cl.horizon(true, said)
