"""Series: the equation holds, the scale knows one part only, windows stay inside."""

import math

import pytest
import torch

import course_lib as cl


def test_the_series_obeys_its_equation():
    dense = cl.mackey_glass(3000, sample=0.1)
    slope = (dense[2:] - dense[:-2])[169:] / 0.2  # at the times of x
    x, delayed = dense[170:-1], dense[:-171]
    assert torch.allclose(slope, 0.2 * delayed / (1 + delayed**10) - 0.1 * x, atol=1e-4)


def test_halving_the_step_divides_the_error_by_four():
    fine = cl.mackey_glass(60, sample=1.0, dt=1 / 80, discard=0)
    errors = [
        (cl.mackey_glass(60, sample=1.0, dt=dt, discard=0) - fine).abs().max()
        for dt in (0.2, 0.1, 0.05)
    ]
    assert 3 < errors[0] / errors[1] < 5.5
    assert 3 < errors[1] / errors[2] < 5.5
    assert errors[1] < 1e-4


def test_without_a_delayed_value_in_play_it_decays():
    # x(t - tau) = 0 up to t = tau, so dx/dt = -0.1 x there
    history = torch.zeros(171, dtype=torch.float64)
    history[-1] = 0.9
    series = cl.mackey_glass(16, sample=1.0, history=history, discard=0)
    expected = 0.9 * torch.exp(-0.1 * torch.arange(16).double())
    assert torch.allclose(series, expected, atol=1e-6)


def test_a_history_goes_on_where_it_was_taken():
    dense = cl.mackey_glass(1000, sample=0.1)
    again = cl.mackey_glass(500, sample=0.1, history=dense[300:471], discard=0)
    assert torch.equal(again, dense[470:970])


def test_the_same_series_each_time_and_at_any_rate():
    assert torch.equal(cl.mackey_glass(50), cl.mackey_glass(50))
    assert torch.equal(cl.mackey_glass(50), cl.mackey_glass(300, sample=1.0)[::6])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"length": 0}, "length must be at least 1, got 0"),
        ({"sample": 0.25}, "sample must be a multiple of dt = 0.1"),
        ({"sample": 0}, "sample must be a multiple"),
        ({"tau": 0}, "tau must be a multiple"),
        ({"tau": 17.03}, "tau must be a multiple of dt = 0.1, at least 0.1, got 17.03"),
        ({"dt": 0}, "dt must be above 0"),
        ({"discard": -1}, "discard must be finite and 0 or more"),
        ({"history": math.nan}, "history must be finite"),
        ({"sample": 1e308, "dt": 1e-10}, "sample must be a multiple"),
        ({"history": torch.full((171,), math.nan)}, "history must be finite numbers"),
        ({"history": 1e200, "sample": 60.0}, "values outgrow all numbers"),
        ({"history": torch.ones(170)}, r"history must be \(171\) floats, got \(170,\)"),
    ],
)
def test_times_and_histories_that_do_not_fit_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        cl.mackey_glass(**{"length": 3} | options)


def test_a_scale_goes_there_and_back():
    series = cl.mackey_glass(500)
    scale = cl.Scale.fit(series[:300])
    scaled = scale.apply(series)
    assert abs(scaled[:300].mean()) < 1e-12
    assert abs(scaled[:300].std() - 1) < 1e-12
    assert torch.allclose(scale.invert(scaled), series, atol=1e-12)
    assert abs(scaled[300:].mean()) > 1e-6  # the rest had no say


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (torch.ones(5), "never changes: all 5 values are 1.0"),
        (torch.full((3,), 0.1), "all 3 values are 0.1"),
        (torch.ones(1), "at least 2 values, got 1"),
        (torch.tensor([1.0, math.nan, 2.0, math.inf]), "got nan at position 1 .2 of 4"),
        (torch.arange(5), r"must be \(N\) floats, got \(5,\) of int64"),
        (torch.ones(5, 1), r"must be \(N\) floats"),
    ],
)
def test_what_cannot_be_scaled_is_refused(series, words):
    with pytest.raises(ValueError, match=words):
        cl.Scale.fit(series)


def test_a_scale_takes_tensors_only():
    scale = cl.Scale(0.0, 1.0)
    for use in (scale.apply, scale.invert):
        with pytest.raises(TypeError, match="must be a torch.Tensor, got list"):
            use([1.0])


def test_windows_hold_what_stands_before_and_after():
    series = torch.arange(10.0)
    x, y = cl.series_windows(series, size=4, ahead=3, every=2)
    assert x.shape == (2, 4, 1)
    assert x.squeeze(-1).tolist() == [[0, 1, 2, 3], [2, 3, 4, 5]]
    assert y.tolist() == [[4, 5, 6], [6, 7, 8]]
    x += 100
    assert series[0] == 0
    assert len(cl.series_windows(series, 9)[0]) == 1  # exactly one fits


@pytest.mark.parametrize(
    ("series", "size", "words"),
    [
        (torch.ones(10), 10, "10 values, but a window of 10 and 1 after it need at"),
        (torch.ones(0), 3, "has 0 values"),
        (torch.ones(10), 0, "size must be at least 1"),
        (torch.tensor([0.0, math.nan] * 5), 3, "finite numbers, got nan at position 1"),
    ],
)
def test_a_series_with_gaps_or_shorter_than_a_window_is_refused(series, size, words):
    with pytest.raises(ValueError, match=words):
        cl.series_windows(series, size)
