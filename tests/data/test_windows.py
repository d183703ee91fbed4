"""Which characters land in which row of which batch."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl
from course_lib.data.windows import ORDERS

sizes = st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(0, 40))


@given(sizes, st.sampled_from(ORDERS), st.booleans())
def test_every_batch_is_full_and_y_is_x_one_later(size, order, seeded):
    B, T, extra = size
    ids = torch.arange(B * T + 1 + extra)
    g = torch.Generator().manual_seed(1) if seeded else None
    batches = cl.windows(ids, B, T, order, g)
    dealt = list(batches)
    assert len(dealt) == len(batches) >= 1
    for x, y in dealt:
        assert x.shape == y.shape == (B, T)
        assert x.dtype == torch.int64
        assert torch.equal(y, x + 1)  # the ids are their own places
    places = torch.cat([x.flatten() for x, _ in dealt])
    assert len(places.unique()) == len(places)


@given(sizes)
def test_sequential_rows_go_on_where_they_stopped(size):
    B, T, extra = size
    batches = cl.windows(torch.arange(B * T + 1 + extra), B, T)
    assert batches.adjacent
    dealt = [x for x, _ in batches]
    for before, after in pairwise(dealt):
        assert torch.equal(after[:, 0], before[:, -1] + 1)


def test_random_windows_are_not_adjacent_and_come_in_another_order():
    batches = cl.windows(torch.arange(1000), 4, 10, "random")
    assert not batches.adjacent
    first, second = ([x[0, 0].item() for x, _ in batches] for _ in range(2))
    assert first != second
    assert first != sorted(first)


def test_the_same_seed_deals_the_same_batches():
    for order in ORDERS:
        rounds = [
            torch.stack([x for x, _ in cl.windows(torch.arange(500), 3, 7, order, g)])
            for g in (torch.Generator().manual_seed(5) for _ in range(2))
        ]
        assert torch.equal(*rounds)


def test_passes_begin_at_offsets_drawn_from_the_generator():
    g = torch.Generator().manual_seed(0)
    batches = cl.windows(torch.arange(500), 3, 7, generator=g)
    begins = {next(iter(batches))[0][0, 0].item() for _ in range(40)}
    assert len(begins) > 1
    assert max(begins) < 7
    still = cl.windows(torch.arange(500), 3, 7)
    assert {next(iter(still))[0][0, 0].item() for _ in range(5)} == {0}


@pytest.mark.parametrize("order", ORDERS)
def test_the_shortest_text_gives_one_batch_and_one_less_names_both_lengths(order):
    assert len(list(cl.windows(torch.arange(13), 3, 4, order))) == 1
    for N in (12, 0):
        with pytest.raises(ValueError, match=rf"has {N} ids.*num_steps \+ 1 = 13"):
            cl.windows(torch.arange(N), 3, 4, order)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((torch.arange(99), 0, 5), ValueError, "batch_size must be at least 1, got 0"),
        ((torch.arange(99), 5, 2.5), TypeError, "num_steps must be an int, got float"),
        ((torch.arange(99), 5, 5, "shuffled"), ValueError, "order must be one of"),
        ((torch.arange(99).view(9, 11), 5, 5), ValueError, r"\(N,\), got \(9, 11\)"),
        ((torch.randn(99), 5, 5), TypeError, "int64 token ids"),
        (("a text", 5, 5), TypeError, "must be a torch.Tensor, got str"),
    ],
)
def test_windows_say_what_they_expected(arguments, error, message):
    with pytest.raises(error, match=message):
        cl.windows(*arguments)


def test_whole_text_is_one_batch_and_needs_two_ids():
    ((x, y),) = cl.whole_text(torch.tensor([4, 5, 6]))
    assert (x.tolist(), y.tolist()) == ([[4, 5]], [[5, 6]])
    with pytest.raises(ValueError, match="at least 2"):
        cl.whole_text(torch.tensor([4]))


def test_random_windows_reach_every_part_of_the_text():
    batches = cl.windows(torch.arange(151), 8, 10, "random")
    seen = {
        place for _ in range(200) for x, _ in batches for place in x.flatten().tolist()
    }
    assert seen == set(range(150))


def test_batches_deal_every_row_once_and_keep_x_with_y():
    x, y = torch.arange(10.0), torch.arange(10)
    data = cl.batches((x, -x), y, 4, torch.Generator().manual_seed(0))
    assert len(data) == 3
    orders = []
    for _ in range(2):
        dealt = list(data)
        assert [len(ids) for _, ids in dealt] == [4, 4, 2]
        for (first, second), ids in dealt:
            assert torch.equal(first, ids.float())
            assert torch.equal(second, -first)
        orders.append(torch.cat([ids for _, ids in dealt]))
        assert torch.equal(orders[-1].sort().values, y)
    assert not torch.equal(*orders)  # another order at every pass
    again = cl.batches((x, -x), y, 4, torch.Generator().manual_seed(0))
    assert torch.equal(torch.cat([ids for _, ids in again]), orders[0])


def test_batches_without_a_generator_come_as_the_rows_stand():
    data = cl.batches(torch.arange(5), torch.arange(5), 2)
    for _ in range(2):
        assert [y.tolist() for _, y in data] == [[0, 1], [2, 3], [4]]
    assert not data.adjacent


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((torch.ones(3), torch.ones(4), 2), ValueError, r"\(3,\) and \(4,\)"),
        ((torch.ones(0), torch.ones(0), 2), ValueError, "at least one row"),
        (
            (torch.ones(3), torch.tensor(1), 2),
            ValueError,
            r"at least one row, got \(\)",
        ),
        (([1, 2], torch.ones(2), 2), TypeError, "x must be a torch.Tensor, got list"),
        ((torch.ones(3), torch.ones(3), 0), ValueError, "batch_size must be at least"),
    ],
)
def test_batches_say_what_they_expected(arguments, error, message):
    with pytest.raises(error, match=message):
        cl.batches(*arguments)
