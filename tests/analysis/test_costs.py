"""Measuring: turns, ratios and bytes, with computations whose cost is known."""

import pytest
import torch
from torch import nn

from course_lib.analysis import costs


def test_everybody_gets_a_turn_in_every_round():
    called = []
    works = {name: lambda name=name: called.append(name) for name in "ab"}
    seconds = costs.take_turns(works, rounds=3)
    assert called == list("ab" * 4)  # the first round is not counted
    assert {name: len(taken) for name, taken in seconds.items()} == {"a": 3, "b": 3}
    assert min(seconds["a"] + seconds["b"]) >= 0
    with pytest.raises(ValueError, match="rounds must be at least 1, got 0"):
        costs.take_turns(works, rounds=0)


def test_a_ratio_is_taken_within_a_round():
    seconds = {"fast": [1.0, 10.0, 2.0], "slow": [2.0, 30.0, 8.0]}
    assert costs.speed_up(seconds, "fast", "slow").median == 3.0  # of 2, 3 and 4
    low, median, high = costs.speed_up(seconds, "slow", "fast")
    assert median == pytest.approx(1 / 3)
    assert low < median < high
    assert costs.spread([5.0]) == (5.0, 5.0, 5.0)


def test_saved_bytes_are_those_of_the_inputs_that_a_product_needs():
    layer, x = nn.Linear(6, 2), torch.randn(5, 6)
    assert (
        costs.saved_bytes(lambda: layer(x), layer.parameters()) == 5 * 6 * 4
    )  # x, not the weight
    assert costs.saved_bytes(lambda: layer(x).exp(), layer.parameters()) == 4 * (
        5 * 6 + 5 * 2
    )
    both_of_one = lambda: layer(x) + layer(x)  # noqa: E731
    assert (
        costs.saved_bytes(both_of_one, layer.parameters()) == 5 * 6 * 4
    )  # counted once
