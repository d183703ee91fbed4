"""Files that the page does not read: each has its sentence, and none does any harm."""

from pathlib import Path

import pytest
import safetensors.torch
import torch
from model_files import (
    CUT,
    DAMAGED,
    UNFIT,
    VOCAB,
    V,
    char_lm,
    content_of,
    file_of,
    forged,
    read,
)
from torch import nn

import course_lib as cl
from course_lib.files import format

pytestmark = pytest.mark.browser

BEFORE = Path(__file__).parents[2] / "pretrained" / "before"
SAVE = "save such a model with cl.save."
MODEL = "Expected a CharLM of one RNN, LSTM or GRU layer, got "
CHARACTERS = "Expected a model saved with its vocabulary of characters, got "
OTHER = "Expected a file that cl.save wrote, got one of another program: choose another file."


def with_options(**changed):
    """Return the file of a model some of whose layer's options are changed."""
    said = content_of(char_lm("rnn"))
    said["model"]["options"]["layer"]["options"] |= changed
    return format.to_bytes("model", said)


def with_tokens(tokens):
    """Return the file of a model with other tokens."""
    said = {"tokens": tokens, "unit": "char", "unknown": None}
    return file_of(char_lm("rnn"), vocab=said)


def with_weights(name, tensor):
    """Return the file of a model one of whose weights is another, or missing."""
    weights = dict(char_lm("rnn").state_dict())
    if tensor is None:
        del weights[name]
    else:
        weights[name] = tensor
    return file_of(char_lm("rnn"), weights=weights)


def with_one(name, number):
    """Return the file of a model in whose weights there is a certain number."""
    weights = char_lm("rnn").double().state_dict()
    weights[name][-1] = number
    return file_of(char_lm("rnn"), weights=weights)


class Coupled(cl.GRU):
    """A layer of a reader's own."""


def checkpoint(tmp_path):
    """Return the file of a run."""
    batches = cl.windows(VOCAB.encode("abe" * 4), 1, 5)
    path = tmp_path / "run"
    vocabless = cl.CharLM(cl.RNN(V, 8), V)
    cl.fit(vocabless, batches, epochs=1, checkpoint=path)
    return path.read_bytes()


def layered(layer):
    """Return the file of a model with a certain layer."""
    return file_of(cl.CharLM(layer, V))


def png():
    return bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(200)


def torchs(kind, H=8, **options):
    return layered(kind(V, H, batch_first=True, **options))


WHOLE = file_of(char_lm("rnn"))
FLIPPED = WHOLE[:-9] + bytes([WHOLE[-9] ^ 16]) + WHOLE[-8:]
WORDS = cl.Vocab("one two three", unit="word")
REFUSED = {
    "a PNG": (png, OTHER),
    "a text": (lambda: b"Once upon a time there was a gate.", OTHER),
    "a short text": (lambda: b"Once", OTHER),
    "an empty file": (
        lambda: b"",
        OTHER.replace("one of another program", "an empty one"),
    ),
    "another safetensors file": (
        lambda: safetensors.torch.save({"w": torch.ones(9)}, {"format": "pt"}),
        OTHER,
    ),
    "format 1": (
        lambda: (BEFORE / "model_lstm.pt").read_bytes(),
        "Expected a file of format 2, got a zip file, as version 0.1 wrote them: "
        "read it with cl.load and write it with cl.save.",
    ),
    "format 3": (
        lambda: forged(WHOLE.replace(b'\\"format\\":2', b'\\"format\\":3')),
        "Expected a file of format 2, got format 3: open it in a newer page.",
    ),
    "damaged": (lambda: FLIPPED, DAMAGED),
    "a damaged header": (lambda: WHOLE.replace(b"CharLM", b"Ch\x90rLM"), DAMAGED),
    "cut by a byte": (lambda: WHOLE[:-1], CUT),
    "cut in its header": (lambda: WHOLE[:300], CUT),
    "cut at its beginning": (lambda: WHOLE[:20], CUT),
    "a longer file": (lambda: WHOLE + b"\0", DAMAGED),
    "ManyToOne": (
        lambda: file_of(cl.ManyToOne(cl.RNN(V, 8), 2)),
        f"{MODEL}a ManyToOne: {SAVE}",
    ),
    "a bare layer": (lambda: file_of(cl.RNN(V, 8)), f"{MODEL}a course_lib.RNN: {SAVE}"),
    "MinGRU": (
        lambda: layered(cl.MinGRU(V, 8)),
        f"{MODEL}a layer course_lib.MinGRU: {SAVE}",
    ),
    "a layer of one's own": (
        lambda: layered(Coupled(V, 8)),
        f"{MODEL}a layer own.Coupled: {SAVE}",
    ),
    "two layers": (
        lambda: layered(cl.GRU(V, 8, num_layers=2)),
        f"{MODEL}2 layers: {SAVE}",
    ),
    "bidirectional": (
        lambda: layered(cl.GRU(V, 8, bidirectional=True)),
        f"{MODEL}a bidirectional one: {SAVE}",
    ),
    "projections": (
        lambda: torchs(nn.LSTM, proj_size=4),
        f"{MODEL}one with projections: {SAVE}",
    ),
    "ReLU": (
        lambda: torchs(nn.RNN, nonlinearity="relu"),
        f"{MODEL}one with ReLU: {SAVE}",
    ),
    **{
        f"{H} units": (
            lambda H=H: layered(cl.GRU(V, H)),
            f"Expected 8, 12, 16, ... or 128 units, got {H}: {SAVE}",
        )
        for H in (4, 10, 132)
    },
    "a text of units": (
        lambda: with_options(hidden_size="12"),
        f"Expected 8, 12, 16, ... or 128 units, got 12: {SAVE}",
    ),
    "no vocabulary": (
        lambda: file_of(char_lm("rnn"), None),
        f"{CHARACTERS}one without: {SAVE}",
    ),
    "words": (
        lambda: file_of(char_lm("rnn"), WORDS),
        f"{CHARACTERS}one of words: {SAVE}",
    ),
    "an unknown token": (
        lambda: file_of(char_lm("rnn"), cl.Vocab("abc", unknown="?")),
        f"{CHARACTERS}one with an unknown token: {SAVE}",
    ),
    "a million tokens": (
        lambda: with_tokens(["a"] * 10**6),
        f"Expected a vocabulary of 2 to 400 characters, got 1000000: {SAVE}",
    ),
    "one token": (
        lambda: with_tokens(["a"]),
        f"Expected a vocabulary of 2 to 400 characters, got 1: {SAVE}",
    ),
    "a token of two": (
        lambda: with_tokens(["a", "bc"]),
        f'{CHARACTERS}the token "bc": {SAVE}',
    ),
    "an empty token": (
        lambda: with_tokens(["a", ""]),
        f'{CHARACTERS}the token "": {SAVE}',
    ),
    "half of a pair": (
        lambda: with_tokens(["a", "\ud83d"]),
        f'{CHARACTERS}the token "\\ud83d": {SAVE}',
    ),
    "a token twice": (
        lambda: with_tokens(["a", "b", "a"]),
        f"{CHARACTERS}a token twice: {SAVE}",
    ),
    "a number for a token": (lambda: with_tokens(["a", 5]), UNFIT),
    "a list for a token": (lambda: with_tokens(["a", ["b"]]), UNFIT),
    "a text for the tokens": (lambda: with_tokens("ab"), UNFIT),
    "another vocabulary's size": (
        lambda: with_tokens(["a", "b"]),
        f"Expected weights layer.weight_ih_l0 of shape 12,2, got 12,{V}: {SAVE}",
    ),
    "weights missing": (
        lambda: with_weights("head.bias", None),
        f"Expected weights head.bias, got a file without them: {SAVE}",
    ),
    "weights too many": (lambda: with_weights("head.bias2", torch.ones(1)), UNFIT),
    "weights of another shape": (
        lambda: with_weights("layer.bias_hh_l0", torch.ones(2, 6)),
        f"Expected weights layer.bias_hh_l0 of shape 12, got 2,6: {SAVE}",
    ),
    **{
        str(dtype): (
            lambda dtype=dtype: with_weights("head.bias", torch.ones(V).to(dtype)),
            f"Expected weights of type F16, F32 or F64, got {name}: {SAVE}",
        )
        for dtype, name in ((torch.bfloat16, "BF16"), (torch.int32, "I32"))
    },
    **{
        str(number): (
            lambda number=number: with_one("head.bias", number),
            f"Expected finite weights, got NaN or infinity: {SAVE}",
        )
        for number in (float("nan"), float("-inf"), 1e39)
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_has_its_sentence(tab, name):
    make, sentence = REFUSED[name]
    [found] = read(tab, make())
    assert found == ["BadFile", sentence]


def test_a_checkpoint_of_a_run_is_none_of_a_model(tab, tmp_path):
    [found] = read(tab, checkpoint(tmp_path))
    assert found == [
        "BadFile",
        "Expected a model, got a checkpoint of a run: save its model with cl.save.",
    ]


def test_what_somebody_else_wrote_is_said_in_a_few_words(tab):
    [found] = read(tab, layered_as("x" * 10**6))
    assert found[0] == "BadFile"
    assert len(found[1]) < 200


def layered_as(kind):
    """Return the file of a model whose layer has another name."""
    said = content_of(char_lm("rnn"))
    said["model"]["options"]["layer"]["kind"] = kind
    return format.to_bytes("model", said)


@pytest.mark.parametrize("call", ["checkSize(size)", "readModel(new Uint8Array(size))"])
def test_a_size_is_refused_before_anything_is_read(tab, call):
    found = tab.evaluate(
        """async (call) => {
          const { BadFile, checkSize, readModel } = await import("/training/model_file.js");
          checkSize(8e6);
          const size = 8e6 + 1;
          try { eval(call); } catch (error) { return [error instanceof BadFile, error.message]; }
        }""",
        call,
    )
    assert found == [
        True,
        "Expected a file of at most 8 MB, got one of 9 MB: save the model without its optimizer.",
    ]
