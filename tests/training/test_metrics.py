"""Perplexity and accuracy: what is measured, and what is refused."""

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.data import padding


def language_model(V=5, H=8):
    return cl.CharLM(cl.RNN(V, H), V)


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr)


def test_accuracy_counts_the_highest_logits_and_leaves_padding_out():
    x = torch.eye(3).unsqueeze(0)  # (1, 3, 3), each step's highest is its number
    ids = torch.tensor([[0, 1, 0]])
    model = nn.Linear(3, 3)
    with torch.no_grad():
        model.weight.copy_(torch.eye(3))
    assert cl.accuracy(model, [(x, ids)]) == 2 / 3
    assert cl.accuracy(model, [(x, ids.masked_fill(ids == 1, -100))]) == 1 / 2
    two = [(x, ids), (x[:, :1], ids[:, :1])]  # a mean over steps, not over batches
    assert cl.accuracy(model, two) == 3 / 4


def test_accuracy_says_what_it_expected():
    with pytest.raises(ValueError, match="nothing to score"):
        cl.accuracy(nn.Linear(3, 3), [])
    with pytest.raises(TypeError, match="int64 token ids"):
        cl.accuracy(nn.Linear(3, 3), [(torch.rand(1, 3), torch.rand(1))])


def test_perplexity_measures_without_dropout_and_without_gradients():
    model = cl.CharLM(cl.RNN(5, 8), 5, dropout=0.5)
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    assert cl.perplexity(model, data) == cl.perplexity(model, data)
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (
            torch.tensor([[0, 5]]),
            ValueError,
            r"y must lie in 0 \.\. 4 .*got 5 at \(0, 1",
        ),
        (torch.tensor([[0], [1]]), ValueError, r"y must be \(1, 2\).*got \(2, 1\)"),
        (torch.tensor([0, 1]), ValueError, r"y must be \(1, 2\).*got \(2,\)"),
        (torch.tensor([[0.0, 1.0]]), TypeError, "y must be int64 token ids"),
        ([[0, 1]], TypeError, "y must be a torch.Tensor, got list"),
    ],
)
def test_targets_that_do_not_fit_are_refused(y, error, message):
    data = [(torch.tensor([[0, 1]]), y)]
    for run in (lambda m: cl.fit(m, data, epochs=1), lambda m: cl.perplexity(m, data)):
        with pytest.raises(error, match=message):
            run(language_model())


def test_int32_ids_are_ids():
    ids = torch.randint(5, (50,))
    scores = [
        cl.perplexity(cl.NGram(ids, 5, 2), cl.windows(kind, 2, 6))
        for kind in (ids, ids.int())
    ]
    assert scores[0] == scores[1]
    cl.fit(language_model(), cl.windows(ids.int(), 2, 6), epochs=1)


def test_padding_counts_neither_in_the_loss_nor_among_the_tokens():
    model = language_model()
    x = torch.randint(5, (1, 9))
    padded = x[:, 1:].clone()
    padded[0, 5:] = padding.PADDING
    short = [(x[:, :5], x[:, 1:6])]
    assert cl.perplexity(model, [(x[:, :-1], padded)]) == pytest.approx(
        cl.perplexity(model, short), rel=1e-6
    )
    both = [(x[:, :-1], padded), *short]
    assert cl.perplexity(model, both) == pytest.approx(cl.perplexity(model, short))
