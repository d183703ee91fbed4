"""The translator: packing, attention, teacher forcing, and what it refuses."""

import pytest
import torch
from torch import nn

import course_lib as cl

READS, WRITES = cl.date_vocabs(".")
WORDS = ["3 March 1987", "the twenty-first of May, 2001", "1 May 1999"]
ISO = ["1987-03-03", "2001-05-21", "1999-05-01"]
both = pytest.mark.parametrize("attention", [False, True])


def translator(attention=False, H=16):
    torch.manual_seed(0)
    return cl.Translator(READS, WRITES, ".", H, attention)


def inputs(words=WORDS, iso=ISO):
    told, targets = cl.spelling(iso, WRITES, ".")
    return (*cl.padded(words, READS), told), targets


@pytest.fixture(scope="module")
def learnt():
    """Give a translator with attention that knows three dates by heart."""
    model = translator(attention=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    cl.fit(model, [inputs()], epochs=120, optimizer=optimizer)
    return model


def test_padded_texts_and_their_lengths():
    ids, lengths = cl.padded(WORDS, READS)
    assert lengths.tolist() == [len(words) for words in WORDS]
    for row, length, words in zip(ids, lengths, WORDS, strict=True):
        assert READS.decode(row[:length]) == words
        assert (row[length:] == 0).all()


@both
def test_packed_is_what_each_text_gives_alone(attention):
    model = translator(attention).double()
    x, _ = inputs()
    together, states = model.encode(*x[:2])
    logits = model(*x)
    for k, words in enumerate(WORDS):
        (ids, lengths, told), _ = inputs([words], [ISO[k]])
        alone, state = model.encode(ids, lengths)
        assert torch.allclose(together[k, : len(words)], alone[0], atol=1e-12)
        assert (together[k, len(words) :] == 0).all()
        assert torch.allclose(states[k], state[0], atol=1e-12)
        one = model(ids, lengths, told)[0]
        assert torch.allclose(logits[k, : len(one)], one, atol=1e-12)


@both
def test_padding_has_no_gradient_and_moves_nothing(attention):
    model = translator(attention)
    (ids, lengths, told), _ = inputs()
    other = ids.clone()
    other[0, lengths[0] :] = 7
    assert torch.equal(model(ids, lengths, told), model(other, lengths, told))


@both
def test_one_batch_is_learnt_by_heart(attention):
    model = translator(attention, H=32)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    data = [inputs()]
    cl.fit(model, data, epochs=300, optimizer=optimizer)
    assert model.translate(WORDS) == ISO
    assert model.translate(WORDS, width=3) == ISO
    assert cl.accuracy(model, data) == 1.0


@both
def test_running_free_is_what_it_says_when_told_its_own_symbols(attention):
    model = translator(attention)
    ids, lengths = cl.padded(WORDS, READS)
    found = model.eval().search(ids, lengths, width=1, longest=12)
    rows = found.ids[:, 0]
    told = torch.cat([torch.full((3, 1), model.mark), rows[:, :-1]], dim=1)
    logits = model(ids, lengths, told)
    said = logits.argmax(dim=-1)
    for k in range(3):
        row = rows[k].tolist()
        n = row.index(model.mark) + 1 if model.mark in row else len(row)
        assert said[k, :n].tolist() == row[:n]
        log_p = logits[k].log_softmax(-1)[torch.arange(n), rows[k, :n]].sum()
        assert torch.allclose(found.log_p[k, 0], log_p, atol=1e-4)


@both
def test_a_beam_of_width_one_is_greedy(attention):
    model = translator(attention).eval()
    ids, lengths = cl.padded(WORDS, READS)
    marks = {"start": model.mark, "end": model.mark, "longest": 15}
    memory, h = model.begin(ids, lengths)
    one = cl.beam_search(model.step, (h, *(memory or ())), width=1, **marks)
    greedy = model.search(ids, lengths, width=1, longest=15)
    assert torch.equal(one.ids, greedy.ids)


def test_the_translation_is_broken_off_with_a_mark():
    model = translator()
    with torch.no_grad():
        model.head.bias[model.mark] = -100
    (said,) = model.translate(["3 March 1987"], longest=5)
    assert len(said) == 6
    assert said.endswith("…")


def test_translating_leaves_the_mode_as_it_was(learnt):
    learnt.train()
    learnt.translate(WORDS[:1])
    assert learnt.training


@both
@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "at least one text, got none"),
        (["3 March 1987", ""], "text 1 must hold at least one char, got ''"),
        (["3 März 1987"], "text 0, '3 März 1987': 'ä' at place 3 is not among"),
        (["三月三日"], "'三' at place 0 is not among"),
        (["3 March 1987\n"], r"'\\n' at place 12 is not among"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(attention, texts, message):
    with pytest.raises(ValueError, match=message):
        translator(attention).translate(texts)


def test_a_bare_text_is_refused():
    with pytest.raises(TypeError, match="texts must be a list of str, got str"):
        translator().translate("3 March 1987")


@both
def test_a_text_longer_than_any_is_read_whole(attention):
    model = translator(attention)
    long = "; ".join(WORDS * 40)
    ids, lengths = cl.padded([long], READS)
    output, _ = model.encode(ids, lengths)
    assert output.shape[1] == lengths[0] == len(long)
    assert len(model.translate([long], longest=8)) == 1
    other = long[:-1] + "8"  # its last symbol still counts
    a, b = (model.encode(*cl.padded([text], READS))[1] for text in (long, other))
    assert not torch.equal(a, b)


def test_parts_that_do_not_fit_are_refused():
    model = translator()
    (ids, lengths, told), _ = inputs()
    with pytest.raises(ValueError, match=r"ids must be \(B, S\)"):
        model(ids[0], lengths, told)
    with pytest.raises(ValueError, match=r"lengths must be \(3,\), one for each"):
        model(ids, lengths[:2], told)
    with pytest.raises(ValueError, match="a row for each of 3 texts"):
        model(ids, lengths, told[:2])
    with pytest.raises(ValueError, match="told must lie in 0 .. 12"):
        model(ids, lengths, told + 9)
    with pytest.raises(ValueError, match="ids must lie in"):
        model(ids + 99, lengths, told)
    with pytest.raises(ValueError, match="'!' at place 0"):
        cl.Translator(READS, WRITES, "!")


def test_alignment_is_the_weights_of_what_is_written(learnt):
    written, weights = learnt.alignment(WORDS[0])
    assert written == ISO[0] + "."
    assert weights.shape == (len(written), len(WORDS[0]))
    assert torch.allclose(weights.sum(dim=1), torch.ones(len(written)), atol=1e-5)
    with pytest.raises(ValueError, match="must have attention"):
        translator().alignment(WORDS[0])


def test_attention_is_its_equation_and_gives_nothing_to_padding():
    torch.manual_seed(0)
    attention = cl.AdditiveAttention(3, 4, 5)
    query, values, lengths = torch.randn(2, 3), torch.randn(2, 6, 4), [6, 2]
    memory = attention.remember(values, torch.tensor(lengths))
    context, weights = attention(query, memory)
    assert (weights[1, 2:] == 0).all()
    for b, n in enumerate(lengths):
        scores = torch.stack(
            [
                attention.v(torch.tanh(attention.W(query[b]) + attention.U(value)))[0]
                for value in values[b, :n]
            ]
        )
        expected = scores.softmax(dim=0)
        assert torch.allclose(weights[b, :n], expected, atol=1e-6)
        assert torch.allclose(context[b], expected @ values[b, :n], atol=1e-6)


def test_attention_passes_gradcheck_with_padding():
    torch.manual_seed(0)
    attention = cl.AdditiveAttention(2, 3, 4).double()
    lengths = torch.tensor([4, 1])

    def context(query, values):
        return attention(query, attention.remember(values, lengths))[0]

    query = torch.randn(2, 2, dtype=torch.float64, requires_grad=True)
    values = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(context, (query, values))
    context(query, values).sum().backward()
    assert (values.grad[1, 1:] == 0).all()


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([3, 0], "lengths must lie in 1 .. 4"),
        ([3, 5], "lengths must lie in 1 .. 4"),
        ([3], r"lengths must be \(2,\), one for each row, got"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(lengths, message):
    attention = cl.AdditiveAttention(2, 3, 4)
    with pytest.raises(ValueError, match=message):
        attention.remember(torch.zeros(2, 4, 3), torch.tensor(lengths))


def test_values_and_queries_of_another_size_are_refused():
    attention = cl.AdditiveAttention(2, 3, 4)
    with pytest.raises(ValueError, match=r"values must be \(B, S, 3\) floats"):
        attention.remember(torch.zeros(2, 4, 2))
    memory = attention.remember(torch.zeros(2, 4, 3))
    with pytest.raises(ValueError, match=r"query must be \(2, 2\) floats"):
        attention(torch.zeros(2, 3), memory)


def test_all_of_it_can_be_saved_as_weights(learnt, tmp_path):
    path = tmp_path / "translator.pt"
    torch.save(learnt.state_dict(), path)
    other = translator(attention=True)
    other.load_state_dict(torch.load(path, weights_only=True))
    assert other.translate(WORDS) == ISO


def test_the_two_differ_in_attention_alone():
    plain, looking = translator(), translator(attention=True)
    names = {name for name, _ in plain.named_parameters()}
    extra = {name for name, _ in looking.named_parameters()} - names
    assert all(name.startswith("attention.") for name in extra)
    assert isinstance(looking.encoder, nn.GRU)


def test_values_and_queries_must_be_as_the_weights_are():
    attention = cl.AdditiveAttention(2, 3, 4)
    with pytest.raises(
        ValueError, match="values must be torch.float32, as the weights"
    ):
        attention.remember(torch.zeros(2, 4, 3).double())
    memory = attention.remember(torch.zeros(2, 4, 3))
    with pytest.raises(ValueError, match="query must be on cpu, as the weights are"):
        attention(torch.zeros(2, 2, device="meta"), memory)
