"""Writing with a model."""

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.models import generate
from course_lib.models.generate import choose
from course_lib.models.one_token import Stepper, can_step

VOCAB = cl.Vocab("the lamp")


def model(**options):
    return cl.CharLM(cl.RNN(len(VOCAB), 8), len(VOCAB), **options)


def test_it_returns_the_prefix_and_as_many_tokens_as_asked():
    lm = model()
    for length in (0, 1, 30):
        text = cl.generate(lm, VOCAB, "the ", length)
        assert text.startswith("the ")
        assert len(text) == 4 + length


def test_greedy_text_is_what_reading_it_whole_predicts():
    lm = model()
    text = cl.generate(lm, VOCAB, "the ", 20, temperature=0)
    logits, _ = lm(VOCAB.encode(text)[None])
    best = logits[0, 3:-1].argmax(dim=-1)
    assert text[4:] == VOCAB.decode(best)


KINDS = ["RNN", "LSTM", "GRU"]
OPTIONS = [{}, {"num_layers": 2}, {"bias": False}, {"num_layers": 3, "dropout": 0.5}]


def models(kind, units=8, **options):
    """Return a CharLM on our layer and one on torch's, of the same sizes."""
    V = len(VOCAB)
    theirs = getattr(nn, kind)(V, units, batch_first=True, **options)
    return cl.CharLM(getattr(cl, kind)(V, units, **options), V), cl.CharLM(theirs, V)


@pytest.mark.parametrize("options", [*OPTIONS, {"units": 70}], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_single_steps_give_the_logits_of_reading_it_whole(kind, options):
    for lm in models(kind, **options):
        lm.double().eval()
        assert can_step(lm)
        ids = torch.randint(len(VOCAB), (1, 12))
        with torch.no_grad():
            whole, _ = lm(ids)
            _, state = lm(ids[:, :3])
            step = Stepper(lm, state)
            steps = torch.stack([step(token) for token in ids[0, 3:].tolist()])
        assert torch.allclose(steps, whole[0, 3:], rtol=0, atol=1e-12)


@pytest.mark.parametrize("options", [{"temperature": 0}, {}, {"top_k": 3}], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_single_steps_write_what_the_model_writes(kind, options, monkeypatch):
    for lm in models(kind, num_layers=2):
        texts = []
        for single in (True, False):
            monkeypatch.setattr(generate, "can_step", lambda model, s=single: s)
            g = torch.Generator().manual_seed(3)
            texts.append(cl.generate(lm, VOCAB, "the", 100, generator=g, **options))
        assert texts[0] == texts[1]


def test_a_model_that_does_more_than_its_equation_is_called_as_it_is():
    class Louder(cl.CharLM):
        def forward(self, ids, state=None):
            logits, state = super().forward(ids, state)
            return 1000 * logits, state

    V = len(VOCAB)
    assert not can_step(Louder(cl.RNN(V, 8), V))
    relu = nn.RNN(V, 8, batch_first=True, nonlinearity="relu")
    assert not can_step(cl.CharLM(relu, V))
    projected = nn.LSTM(V, 8, batch_first=True, proj_size=3)
    assert not can_step(cl.CharLM(projected, V))
    assert not can_step(cl.NGram(VOCAB.encode("the lamp"), V, 2))
    hooked, seen = model(), []
    hooked.layer.register_forward_hook(lambda *_: seen.append(1))
    cl.generate(hooked, VOCAB, "the ", 5)
    assert len(seen) == 5
    with torch.autocast("cpu", torch.bfloat16):
        assert not can_step(model())
    assert len(cl.generate(cl.CharLM(relu, V), VOCAB, "the ", 5)) == 9


def test_a_seed_gives_a_text_and_another_seed_another():
    lm = model()
    texts = [
        cl.generate(lm, VOCAB, "t", 40, generator=torch.Generator().manual_seed(seed))
        for seed in (0, 0, 1)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_choose_follows_temperature_and_top_k():
    logits = torch.tensor([0.0, 1.0, 2.0, 1.5])
    g = torch.Generator().manual_seed(0)

    def shares(**options):
        drawn = [choose(logits, generator=g, **options) for _ in range(4000)]
        return torch.bincount(torch.tensor(drawn), minlength=4) / 4000

    for temperature in (0.5, 1.0, 3.0):
        expected = torch.softmax(logits / temperature, 0)
        assert torch.allclose(shares(temperature=temperature), expected, atol=0.03)
    top_two = torch.softmax(logits.masked_fill(logits < 1.2, -torch.inf), 0)
    assert torch.allclose(shares(top_k=2), top_two, atol=0.03)
    assert shares(top_k=2)[:2].sum() == 0
    assert choose(logits, top_k=1) == choose(logits, temperature=0) == 2
    assert torch.allclose(shares(top_k=99), torch.softmax(logits, 0), atol=0.03)
    assert choose(logits * 1e4, temperature=1e-3) == 2  # no overflow


def test_top_k_keeps_k_even_among_equals():
    g = torch.Generator().manual_seed(0)
    drawn = {choose(torch.zeros(5), top_k=2, generator=g) for _ in range(200)}
    assert len(drawn) == 2


def test_words_are_joined_by_spaces():
    text = "the lamp and the oil and the sea"
    vocab = cl.Vocab(text, unit="word")
    counts = cl.NGram(vocab.encode(text), len(vocab), 3)
    written = cl.generate(counts, vocab, "the lamp", 5)
    assert written.startswith("the lamp ")
    assert len(written.split()) == 7


def test_a_prefix_with_an_unknown_character_is_kept_as_it_was_typed():
    vocab = cl.Vocab("the lamp", unknown="?")
    lm = cl.CharLM(cl.RNN(len(vocab), 8), len(vocab))
    assert cl.generate(lm, vocab, "thé ", 3).startswith("thé ")


def test_dropout_is_off_while_writing_and_the_mode_comes_back():
    lm = model(dropout=0.9)
    texts = {cl.generate(lm, VOCAB, "t", 20, temperature=0) for _ in range(5)}
    assert len(texts) == 1
    assert lm.training


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"prefix": ""}, ValueError, "prefix must hold at least one char"),
        ({"prefix": "the fog"}, ValueError, "'f' at place 4"),
        (
            {"temperature": -0.5},
            ValueError,
            "temperature must be finite and 0 or more, got -0.5",
        ),
        ({"temperature": float("nan")}, ValueError, "temperature must be finite"),
        ({"length": -1}, ValueError, "length must be at least 0, got -1"),
        ({"top_k": 0}, ValueError, "top_k must be at least 1, got 0"),
        ({"vocab": cl.Vocab("other")}, ValueError, "one size, got 8 and 5 tokens"),
    ],
)
def test_generate_says_what_it_expected(change, error, message):
    arguments = {"vocab": VOCAB, "prefix": "the ", "length": 5} | change
    with pytest.raises(error, match=message):
        cl.generate(model(), **arguments)


def test_a_bidirectional_model_is_refused():
    lm = cl.CharLM(cl.RNN(len(VOCAB), 8, bidirectional=True), len(VOCAB))
    with pytest.raises(ValueError, match="must read forwards only"):
        cl.generate(lm, VOCAB, "the ", 5)


def test_a_model_whose_logits_are_not_finite_says_so():
    lm = model()
    torch.nn.init.constant_(lm.head.bias, float("nan"))
    for temperature in (0, 1.0):
        with pytest.raises(ValueError, match="logits are not finite"):
            cl.generate(lm, VOCAB, "t", 3, temperature)


def test_a_word_prefix_that_ends_in_a_space_gets_no_second_one():
    text = "the lamp and the oil"
    vocab = cl.Vocab(text, unit="word")
    counts = cl.NGram(vocab.encode(text), len(vocab), 2)
    assert "  " not in cl.generate(counts, vocab, "the ", 4)


def test_it_wants_a_vocabulary_and_numbers():
    with pytest.raises(TypeError, match="vocab must be a Vocab, got str"):
        cl.generate(model(), "the lamp", "t", 3)
    with pytest.raises(TypeError, match="temperature must be a number, got str"):
        cl.generate(model(), VOCAB, "t", 3, temperature="hot")
