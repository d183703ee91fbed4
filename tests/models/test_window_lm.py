"""The model of the last k tokens, against its definition in one-hot rows."""

import pytest
import torch
import torch.nn.functional as F

import course_lib as cl

V, H, K = 5, 7, 3


def by_definition(model, ids):
    """Return logits (B, T, V): one-hot rows side by side, zeros before the text."""
    rows = F.pad(F.one_hot(ids, model.vocab_size).double(), (0, 0, model.k - 1, 0))
    T = ids.shape[1]
    x = torch.cat([rows[:, j : j + T] for j in range(model.k)], dim=-1)  # (B, T, k V)
    return model.head(torch.tanh(model.hidden(x)))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return cl.WindowLM(V, H, K).double()


@pytest.mark.parametrize("T", [1, 2, 3, 9])
@pytest.mark.parametrize("k", [1, 2, 6])
def test_logits_and_gradients_are_those_of_the_definition(k, T):
    torch.manual_seed(k)
    model, ids = cl.WindowLM(V, H, k).double(), torch.randint(V, (2, T))
    weigh = torch.randn(2, T, V).double()
    got, grads = [], []
    for logits in (model(ids)[0], by_definition(model, ids)):
        got.append(logits)
        model.zero_grad()
        (logits * weigh).sum().backward()
        grads.append([p.grad.clone() for p in model.parameters()])
    assert torch.allclose(*got, rtol=0, atol=1e-14)
    for ours, theirs in zip(*grads, strict=True):
        assert torch.allclose(ours, theirs, rtol=0, atol=1e-13)
    assert all(grad.abs().max() > 0 for grad in grads[0])


def test_gradcheck(model):
    ids = torch.tensor([[0, 3, 1, 4]])
    parameters = [p.detach().requires_grad_() for p in model.parameters()]
    names = [name for name, _ in model.named_parameters()]

    def logits(*values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(model, given, (ids,))[0]

    assert torch.autograd.gradcheck(logits, parameters)


def test_its_state_carries_the_context_in_pieces_of_any_length(model):
    ids = torch.randint(V, (2, 15), generator=torch.Generator().manual_seed(0))
    at_once, _ = model(ids)
    state, pieces = None, []
    for piece in ids.split([1, 1, 4, 1, 8], dim=1):
        logits, state = model(piece, state)
        pieces.append(logits)
    assert torch.allclose(torch.cat(pieces, dim=1), at_once, rtol=0, atol=1e-14)
    assert torch.equal(state, ids[:, -(K - 1) :])


def test_it_sees_k_tokens_and_no_more(model):
    ids = torch.zeros(1, 8, dtype=torch.int64)
    for place in range(8):
        other = ids.clone()
        other[0, place] = 1
        differs = (model(ids)[0] != model(other)[0]).any(dim=-1)[0]
        assert differs.nonzero().flatten().tolist() == list(
            range(place, min(place + K, 8))
        )


def test_it_learns_scores_and_writes_as_the_others_do():
    vocab = cl.Vocab("abc.")
    ids = vocab.encode("aab.aac." * 40)  # after "aa" in turn: four back tells
    scores = {}
    for k in (2, 6):
        torch.manual_seed(0)
        model = cl.WindowLM(4, 16, k)
        adam = torch.optim.Adam(model.parameters(), lr=0.03)
        cl.fit(model, cl.windows(ids, 4, 10), epochs=20, optimizer=adam)
        scores[k] = cl.perplexity(model, cl.whole_text(ids))
    assert scores[6] < 1.05 < 1.15 < scores[2]
    assert cl.generate(model, vocab, "aab.a", 7, temperature=0) == "aab.aac.aab."


def test_dropout_works_in_training_only():
    torch.manual_seed(0)
    model, ids = cl.WindowLM(V, H, K, dropout=0.5), torch.tensor([[0, 1, 2]])
    assert not torch.equal(model(ids)[0], model(ids)[0])
    model.eval()
    assert torch.equal(model(ids)[0], model(ids)[0])


@pytest.mark.parametrize(
    ("ids", "state", "error", "message"),
    [
        ([0, 1], None, ValueError, r"ids must be \(B, T\) with no size 0, got \(2,\)"),
        ([[0.5]], None, TypeError, "ids must be int64 token ids, got torch.float32"),
        ([[0, 9]], None, ValueError, r"0 \.\. 4 .*got 9 at \(0, 1\)"),
        ([[0]], [[0, 1, 2]], ValueError, r"state must be \(1, up to 2\), got \(1, 3\)"),
        ([[0]], [[0], [1]], ValueError, r"state must be \(1, up to 2\), got \(2, 1\)"),
        ([[0]], [[0.5]], TypeError, "state must be int64 token ids"),
        ([[0]], [[7]], ValueError, r"state must lie in 0 \.\. 4"),
    ],
)
def test_it_says_what_it_expected(model, ids, state, error, message):
    state = None if state is None else torch.tensor(state)
    with pytest.raises(error, match=message):
        model(torch.tensor(ids), state)


@pytest.mark.parametrize("sizes", [(0, 7, 3), (5, 0, 3), (5, 7, 0)])
def test_sizes_are_at_least_1(sizes):
    with pytest.raises(ValueError, match="must be at least 1, got 0"):
        cl.WindowLM(*sizes)
