"""Small problems: what they say is there, is there."""

import pytest
import torch

import course_lib as cl


def test_a_memory_stream_holds_what_was_marked_last():
    g = torch.Generator().manual_seed(0)
    x, held = cl.memory_stream(50, 30, write=0.2, ask=0.4, generator=g)
    assert x.shape == (50, 30, 3)
    for row in range(50):
        current = None
        for t in range(30):
            if x[row, t, 1] == 1:
                current = x[row, t, 0]
            assert held[row, t] == current
    assert abs(x[:, 1:, 1].mean() - 0.2) < 0.05
    assert abs(x[:, :, 2].mean() - 0.4) < 0.05
    assert x[..., 0].abs().max() <= 1


def test_a_seed_gives_the_same_streams_and_shares_are_checked():
    streams = [
        cl.memory_stream(3, 9, 0.3, 0.3, torch.Generator().manual_seed(seed))[0]
        for seed in (0, 0, 1)
    ]
    assert torch.equal(streams[0], streams[1])
    assert not torch.equal(streams[0], streams[2])
    with pytest.raises(ValueError, match="ask must be a probability"):
        cl.memory_stream(3, 9, 0.3, 1.3)
