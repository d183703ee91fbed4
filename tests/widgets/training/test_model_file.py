"""Model files in the page: what it writes `cl.load` reads, and what `cl.save` wrote it reads."""

from pathlib import Path

import pytest
import torch
from model_files import (
    NAMES,
    OURS,
    TEXT,
    TORCHS,
    VOCAB,
    H,
    V,
    char_lm,
    read,
    saved,
    written,
)
from torch import nn

import course_lib as cl
from course_lib.files import format
from course_lib.pretrained.kinds import describe

pytestmark = pytest.mark.browser


def assert_is(found, model, kind, vocab=VOCAB):
    """Assert that the page has read just this model."""
    assert isinstance(found, dict), found
    assert (found["kind"], found["H"]) == (kind, model.layer.hidden_size)
    assert found["vocab"] == list(vocab.tokens)
    assert list(found["weights"]) == list(NAMES)
    state = model.state_dict()
    for ours, name in NAMES.items():
        sort, *numbers = found["weights"][ours]
        assert sort == "Float32Array"
        zeros = torch.zeros(model.layer.weight_hh_l0.shape[0])  # for a bias left out
        expected = state.get(name, zeros).float().flatten()
        assert torch.equal(torch.tensor(numbers), expected), ours


@pytest.mark.parametrize("kind", OURS)
def test_what_the_page_writes_the_library_loads(tab, kind, tmp_path):
    model, ids = char_lm(kind), VOCAB.encode(TEXT)[None]
    path = tmp_path / "page.safetensors"
    path.write_bytes(written(tab, model, kind))
    loaded = cl.load(path)
    assert describe(loaded.model) == describe(model)
    assert repr(loaded.model) == repr(model)
    assert (loaded.vocab.tokens, loaded.vocab.unknown) == (VOCAB.tokens, None)
    assert loaded.history is loaded.optimizer is loaded.random is None
    pairs = zip(model.named_parameters(), loaded.model.named_parameters(), strict=True)
    for (name, p), (other, q) in pairs:
        assert name == other
        assert torch.equal(p, q)
    assert torch.equal(model(ids)[0], loaded.model(ids)[0])
    assert [m.training for m in loaded.model.modules()] == [True] * 4


def test_a_file_of_the_page_says_what_the_librarys_says(tab, tmp_path):
    model = char_lm("gru")
    ours, theirs = saved(tmp_path / "a", model), written(tab, model, "gru")
    said, expected = format._said(theirs), format._said(ours)
    assert list(said) == list(expected)
    assert list(said["content"]) == list(expected["content"])
    assert said["versions"] == expected["versions"]
    for name in ("evaluating", "frozen", "tied", "vocab", "optimizer", "history"):
        assert said["content"][name] == expected["content"][name]
    there, here = (s["content"]["model"]["options"] for s in (said, expected))
    assert there["vocab_size"] == here["vocab_size"]
    sizes = here["layer"]["options"].items()
    assert there["layer"]["options"].items() <= sizes
    assert list(said["content"]["weights"]) == list(expected["content"]["weights"])
    assert int.from_bytes(theirs[:8], "little") % 8 == 0


@pytest.mark.parametrize("layers", [OURS, TORCHS], ids=["ours", "torch's"])
@pytest.mark.parametrize("kind", OURS)
def test_the_page_reads_what_the_library_saved(tab, kind, layers, tmp_path):
    model = char_lm(kind, layers)
    optimizer = torch.optim.Adam(model.parameters())
    batches = cl.windows(VOCAB.encode(TEXT * 3), 2, 5)
    history = cl.fit(model, batches, epochs=1, optimizer=optimizer)
    files = [saved(tmp_path / "a", model, optimizer=optimizer, history=history)]
    model.layer.weight_hh_l0.requires_grad_(False)
    files.append(saved(tmp_path / "b", model.eval()))
    for found in read(tab, *files):
        assert_is(found, model, kind)


@pytest.mark.parametrize("dtype", [torch.half, torch.float64])
def test_other_types_of_numbers_are_read_as_torch_reads_them(tab, dtype, tmp_path):
    model = char_lm("lstm").to(dtype)
    with torch.no_grad():
        model.head.bias[:3] = torch.tensor([6e-8, -0.1, 65504.0], dtype=dtype)
    [found] = read(tab, saved(tmp_path / "a", model))
    assert_is(found, model, "lstm")


def test_no_biases_dropout_and_tied_weights_are_read(tab, tmp_path):
    bare = char_lm("gru", bias=False)
    dropped = cl.CharLM(nn.RNN(V, H, batch_first=True), V, dropout=0.5)
    vocab = cl.Vocab("abcdefghijkl")
    tied = cl.CharLM(cl.RNN(H, H), H)
    tied.layer.weight_ih_l0 = tied.layer.weight_hh_l0
    files = [saved(tmp_path / "a", bare), saved(tmp_path / "b", dropped)]
    found = read(tab, *files, saved(tmp_path / "c", tied, vocab))
    assert_is(found[0], bare, "gru")
    assert_is(found[1], dropped, "rnn")
    assert_is(found[2], tied, "rnn", vocab)


def test_the_order_of_a_vocabulary_is_kept(tab, tmp_path):
    vocab = cl.Vocab.from_tokens(VOCAB.tokens[::-1])
    model = char_lm("rnn")
    [found] = read(tab, saved(tmp_path / "a", model, vocab))
    assert_is(found, model, "rnn", vocab)


def test_the_page_reads_what_it_wrote(tab):
    model = char_lm("lstm")
    [found] = read(tab, written(tab, model, "lstm"))
    assert_is(found, model, "lstm")


@pytest.mark.parametrize("kind", OURS)
def test_a_network_that_is_shipped_is_read(tab, kind):
    saved = cl.shipped(f"shouting_{kind}")
    file = Path(cl.__file__).parent / f"pretrained/weights/shouting_{kind}.safetensors"
    [found] = read(tab, file.read_bytes())
    assert_is(found, saved.model, kind, saved.vocab)
