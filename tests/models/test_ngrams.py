"""Counting models: distributions, against counts done by hand."""

import math

import pytest
import torch

import course_lib as cl
from course_lib.models.ngrams import SMOOTHINGS


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", range(7))
def test_every_context_gives_a_distribution_without_zeros(story, smoothing, order):
    V = len(story.vocab)
    model = cl.NGram(story.train[:3000], V, order, smoothing)
    for context in ("", "t", "zzz", "the lamp"):
        p = model.distribution(story.vocab.encode(context).tolist())
        assert p.shape == (V,)
        assert p.min() > 0
        assert abs(p.sum() - 1) < 1e-12


def test_witten_bell_by_hand():
    # abab a: after a came b twice, after b came a twice
    model = cl.NGram(torch.tensor([0, 1, 0, 1, 0]), V=3, order=2)
    unigram = [(3 + 2 / 3) / 7, (2 + 2 / 3) / 7, (0 + 2 / 3) / 7]
    assert model.distribution([]).tolist() == pytest.approx(unigram)
    after_a = [(0 + unigram[0]) / 3, (2 + unigram[1]) / 3, (0 + unigram[2]) / 3]
    assert model.distribution([0]).tolist() == pytest.approx(after_a)
    assert model.distribution([2]).tolist() == pytest.approx(unigram)


def test_kneser_ney_by_hand():
    # 0 0 0 1: bigrams 00 twice, 01 once; so n1 = 1, n2 = 1, d = 1 / 3
    model = cl.NGram(torch.tensor([0, 0, 0, 1]), 2, 2, "kneser-ney")
    # lower order: 0 came after one kind, 1 after one kind; n1 = 2, n2 = 0, d = 1
    below = [(0 + 1 * 2 / 2) / 2, (0 + 1 * 2 / 2) / 2]
    assert model.distribution([]).tolist() == pytest.approx(below)
    d, kinds, total = 1 / 3, 2, 3
    top = [(c - d + d * kinds * b) / total for c, b in zip([2, 1], below, strict=True)]
    assert model.distribution([0]).tolist() == pytest.approx(top)


def test_uniform_has_the_perplexity_of_its_vocabulary(story):
    model = cl.NGram(story.train, 27, order=0)
    assert cl.perplexity(model, cl.whole_text(story.test)) == pytest.approx(27)


def test_perplexity_is_the_geometric_mean_of_one_over_p(story):
    model = cl.NGram(story.train, 27, 3)
    ids = story.test[:50]
    p = [
        model.distribution(ids[max(0, t - 2) : t].tolist())[ids[t]]
        for t in range(1, len(ids))
    ]
    geometric = math.prod(1 / float(x) for x in p) ** (1 / len(p))
    assert cl.perplexity(model, cl.whole_text(ids)) == pytest.approx(geometric)


def test_its_state_carries_the_context(story):
    model = cl.NGram(story.train, 27, 4, "kneser-ney")
    ids = story.valid[:30].view(2, 15)
    at_once, _ = model(ids)
    first, state = model(ids[:, :2])
    second, state = model(ids[:, 2:3], state)
    third, state = model(ids[:, 3:], state)
    assert torch.equal(torch.cat([first, second, third], dim=1), at_once)
    assert torch.equal(state, ids[:, -3:])


def test_more_text_helps_and_kneser_ney_wins_on_the_story(story):
    rows = cl.counting_scores(story, range(1, 6))
    valid = {(row["smoothing"], row["order"]): row["valid"] for row in rows}
    assert valid["witten-bell", 2] < valid["witten-bell", 1]
    assert valid["kneser-ney", 5] < valid["witten-bell", 5]
    less = cl.NGram(story.train[:4000], 27, 5, "kneser-ney")
    few = cl.perplexity(less, cl.whole_text(story.valid))
    assert valid["kneser-ney", 5] < few


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"smoothing": "laplace"}, ValueError, "smoothing must be one of"),
        ({"order": -1}, ValueError, "order must be at least 0, got -1"),
        ({"order": 6}, ValueError, "order 6 needs 6 ids or more, got 5"),
        ({"V": 2}, ValueError, r"0 \.\. 1 .*got 2 at \(2,\)"),
        ({"ids": torch.zeros(2, 2).long()}, ValueError, r"\(N,\), got \(2, 2\)"),
        ({"ids": [0, 1]}, TypeError, "must be a torch.Tensor, got list"),
    ],
)
def test_a_counting_model_says_what_it_expected(change, error, message):
    arguments = {"ids": torch.tensor([0, 1, 2, 0, 1]), "V": 3, "order": 2} | change
    with pytest.raises(error, match=message):
        cl.NGram(**arguments)


def test_it_refuses_ids_of_another_shape_or_vocabulary():
    model = cl.NGram(torch.tensor([0, 1, 0]), V=2, order=2)
    with pytest.raises(ValueError, match=r"\(B, T\) with no size 0, got \(3,\)"):
        model(torch.tensor([0, 1, 0]))
    with pytest.raises(ValueError, match=r"0 \.\. 1 .*got 5"):
        model(torch.tensor([[0, 5]]))


def test_it_refuses_a_context_or_state_that_does_not_fit():
    model = cl.NGram(torch.tensor([0, 1, 2, 0, 1, 2]), V=3, order=3)
    assert torch.equal(
        model.distribution(torch.tensor([0, 1])), model.distribution([0, 1])
    )
    for context in ([0, 9], [-1]):
        with pytest.raises(ValueError, match=r"context must lie in 0 \.\. 2"):
            model.distribution(context)
    ids = torch.tensor([[0, 1]])
    with pytest.raises(ValueError, match=r"state must be \(1, up to 2\), got \(2, 2\)"):
        model(ids, torch.zeros(2, 2).long())
    with pytest.raises(ValueError, match=r"state must lie in 0 \.\. 2 .*got 7"):
        model(ids, torch.tensor([[7]]))
    with pytest.raises(TypeError, match="state must be int64"):
        model(ids, torch.zeros(1, 2))
