"""A word from an image, letter by letter."""

import pytest
import torch

import course_lib as cl

WORDS = ["no", "on", "o"]
VOCAB = cl.Vocab("on.")


def speller(**others):
    torch.manual_seed(0)
    return cl.Speller((3, 2), VOCAB, ".", **({"hidden_size": 16} | others))


def test_words_become_ids_and_targets_one_letter_apart():
    ids, targets = cl.spelling(WORDS, VOCAB, ".")
    assert ids.shape == targets.shape == (3, 3)
    assert torch.equal(
        ids[:, 1:][targets[:, :-1] >= 0], targets[:, :-1][targets[:, :-1] >= 0]
    )
    assert (targets == -100).sum() == 1
    assert ids[2].tolist() == [0, 2, 0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "at least one word"),
        (["on", ""], "no '.', got ''"),
        (["o.n"], "no '.', got 'o.n'"),
        (["one"], "'e' at place 2 is not among"),
    ],
)
def test_words_that_cannot_be_spelled_are_refused(words, message):
    with pytest.raises(ValueError, match=message):
        cl.spelling(words, VOCAB, ".")


@pytest.mark.parametrize(
    ("words", "vocab", "mark", "error", "message"),
    [
        ("on", VOCAB, ".", TypeError, "a list of words, got the one str 'on'"),
        ([3], VOCAB, ".", TypeError, "a word must be a str, got int"),
        (["on"], "on.", ".", TypeError, "vocab must be a Vocab, got str"),
        (["on"], VOCAB, "..", ValueError, "mark must be one char .*, got '..'"),
        (["on"], VOCAB, "", ValueError, "mark must be one char .*, got ''"),
    ],
)
def test_words_come_as_a_list_with_one_mark(words, vocab, mark, error, message):
    with pytest.raises(error, match=message):
        cl.spelling(words, vocab, mark)


@pytest.mark.parametrize("size", [6, (3,), (3, 0), (3, 2.0)])
def test_a_speller_of_no_size_is_refused(size):
    with pytest.raises((TypeError, ValueError), match=r"size(\[\d\])? must be"):
        cl.Speller(size, VOCAB, mark=".")


def test_images_in_another_precision_are_refused():
    speller = cl.Speller((3, 2), VOCAB, mark=".")
    with pytest.raises(ValueError, match="images must be torch.float32"):
        speller.start(torch.zeros(1, 3, 2).double())


def test_it_learns_a_handful_of_pictures_by_heart():
    model, images = speller(), torch.rand(3, 3, 2)
    ids, targets = cl.spelling(WORDS, VOCAB, ".")
    data = [((images, ids), targets)]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    cl.fit(model, data, epochs=100, optimizer=optimizer)
    assert model.spell(images) == WORDS
    assert cl.accuracy(model, data) == 1.0
    assert model.spell(images, longest=1) == ["n", "o", "o"]


def test_spelling_on_its_own_is_what_it_says_when_told_its_own_letters():
    model, images = speller(), torch.rand(5, 3, 2)
    words = model.spell(images, longest=6)
    told = torch.tensor(
        [[0, *VOCAB.encode(word.ljust(6, ".")).tolist()][:6] for word in words]
    )
    said = model(images, told).argmax(dim=-1)
    for word, row in zip(words, said, strict=True):
        assert VOCAB.decode(row)[: len(word)] == word


def test_what_stands_behind_a_word_moves_nothing():
    model, images = speller(), torch.rand(3, 3, 2)
    ids, targets = cl.spelling(WORDS, VOCAB, ".")
    one = cl.fit(model, [((images, ids), targets)], epochs=1)
    other_ids = ids.clone()
    other_ids[2, 2] = 1  # read after the mark was to be said
    two = cl.fit(speller(), [((images, other_ids), targets)], epochs=1)
    assert one.loss == two.loss


@pytest.mark.parametrize("size", [(4, 3, 3), (4, 2, 3), (3, 2)])
def test_an_image_of_another_size_is_refused(size):
    with pytest.raises(ValueError, match=r"images must be \(B, 3, 2\) floats, got"):
        speller().spell(torch.zeros(size))
    with pytest.raises(ValueError, match=r"images must be|a row for each"):
        speller()(torch.zeros(size), torch.zeros(4, 2, dtype=torch.int64))


def test_ids_without_an_image_and_a_mark_outside_the_vocabulary():
    with pytest.raises(ValueError, match="a row for each of 2 images, got .3, 4."):
        speller()(torch.zeros(2, 3, 2), torch.zeros(3, 4, dtype=torch.int64))
    with pytest.raises(ValueError, match="'!' at place 0 is not among"):
        cl.Speller((3, 2), VOCAB, "!")
