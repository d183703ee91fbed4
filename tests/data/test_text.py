"""Text to ids to vectors, and back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl


def test_letters_only_makes_one_space_of_every_run_then_lower_case():
    assert cl.letters_only("The LAMP -- at 9!\n\nIt's lit.") == "the lamp at it s lit "


@given(st.text(min_size=1))
def test_a_text_comes_back_from_its_ids(text):
    vocab = cl.Vocab(text)
    ids = vocab.encode(text)
    assert ids.dtype == torch.int64
    assert vocab.decode(ids) == vocab.decode(ids.tolist()) == text


def test_ids_follow_sorted_order_and_unknown_comes_last():
    plain = cl.Vocab("banana")
    lenient = cl.Vocab("banana", unknown="<unk>")
    assert plain.tokens == ("a", "b", "n")
    assert lenient.tokens == ("a", "b", "n", "<unk>")
    assert lenient.encode("bxa").tolist() == [1, 3, 0]
    assert lenient.decode([1, 3, 0]) == "b<unk>a"


def test_an_unknown_token_that_the_text_holds_is_not_added():
    assert cl.Vocab("a?b", unknown="?").tokens == ("?", "a", "b")


def test_words_are_split_at_white_space_and_joined_by_one():
    vocab = cl.Vocab("the lamp  and\nthe oil", unit="word")
    assert vocab.tokens == ("and", "lamp", "oil", "the")
    assert vocab.decode(vocab.encode("the\noil")) == "the oil"


def test_a_character_outside_the_vocabulary_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"'é' at place 3 is not among the 3 chars"):
        cl.Vocab("caf").encode("café")


def test_a_word_outside_the_vocabulary_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"'fog' at place 1"):
        cl.Vocab("the lamp", unit="word").encode("the fog")


@pytest.mark.parametrize("ids", [[0, 3], [-1], torch.tensor([0, 99])])
def test_an_id_outside_the_vocabulary_is_named_with_its_place(ids):
    with pytest.raises(ValueError, match=r"ids must lie in 0 \.\. 2 .* got .* at \("):
        cl.Vocab("abc").decode(ids)


def test_decode_takes_one_row_of_integers():
    vocab = cl.Vocab("abc")
    with pytest.raises(ValueError, match=r"must be \(N,\), got \(1, 2\)"):
        vocab.decode(torch.tensor([[0, 1]]))
    with pytest.raises(TypeError, match="must be int64 token ids, got torch.float32"):
        vocab.decode(torch.tensor([0.0]))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("",), ValueError, "at least one char"),
        (("  ", "word"), ValueError, "at least one word"),
        (("abc", "syllable"), ValueError, "unit must be one of"),
        ((["a", "b"],), TypeError, "text must be a str, got list"),
    ],
)
def test_a_vocabulary_of_nothing_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        cl.Vocab(*arguments)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_one_hot_rows_select_rows_in_values_and_gradients(numbers):
    ids = torch.tensor(numbers)
    W = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(len(ids), 3, dtype=torch.float64)
    product, lookup = cl.one_hot(ids, 5).double() @ W, W[ids]
    assert torch.equal(product, lookup)
    by_product, by_lookup = (
        torch.autograd.grad(value, W, upstream)[0] for value in (product, lookup)
    )
    assert torch.allclose(by_product, by_lookup, rtol=0, atol=1e-12)


def test_one_hot_keeps_the_shape_of_its_ids():
    ids = torch.tensor([[0, 2], [1, 1]])
    expected = torch.nn.functional.one_hot(ids, 4).float()
    assert torch.equal(cl.one_hot(ids, 4), expected)


@pytest.mark.parametrize(
    ("ids", "V", "error", "message"),
    [
        (torch.tensor([0, 4]), 4, ValueError, r"0 \.\. 3 .*, got 4 at \(1,\)"),
        (torch.tensor([[-2]]), 4, ValueError, r"got -2 at \(0, 0\)"),
        (torch.tensor([0]), 0, ValueError, "V must be at least 1, got 0"),
        (torch.tensor([0.5]), 4, TypeError, "int64 token ids, got torch.float32"),
        ([0, 1], 4, TypeError, "must be a torch.Tensor, got list"),
    ],
)
def test_one_hot_says_what_it_expected(ids, V, error, message):
    with pytest.raises(error, match=message):
        cl.one_hot(ids, V)


@given(st.text(), st.integers(1, 9))
def test_split_cuts_by_position_and_loses_nothing(text, tenths):
    parts = cl.split(text, (tenths / 10, 1 - tenths / 10))
    assert "".join(parts) == text
    assert abs(len(parts[0]) - len(text) * tenths / 10) <= 0.5


@pytest.mark.parametrize("shares", [(0.5, 0.6), (1.5, -0.5), ()])
def test_split_refuses_shares_that_do_not_add_up(shares):
    with pytest.raises(ValueError, match="shares must be positive and add up to 1"):
        cl.split("abc", shares)


@pytest.mark.parametrize(
    "ids", [[1.9], [True], ["a"], [float("nan")], [[0], [1]], [None]]
)
def test_decode_refuses_what_is_no_list_of_ints(ids):
    with pytest.raises(TypeError, match="ids must be ints, got .* at place 0"):
        cl.Vocab("abc").decode(ids)


def test_decode_takes_any_kind_of_int_and_nothing_at_all():
    import numpy as np

    vocab = cl.Vocab("abc")
    assert vocab.decode(np.array([2, 0])) == "ca"
    assert vocab.decode([]) == ""
    with pytest.raises(ValueError, match="64-bit"):
        vocab.decode([2**70])


def test_an_unknown_token_must_be_text():
    with pytest.raises(TypeError, match="unknown must be a str, got int"):
        cl.Vocab("abc", unknown=5)
