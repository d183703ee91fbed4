"""Writing with a model."""

import pytest
import torch

import course_lib as cl
from course_lib.sampling import choose

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
