"""Files: a model comes back as it was, no code runs, and what is wrong has a reason."""

import copy
import os
import pickle
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.files import format, format_1
from course_lib.training.random_state import set_random_state

BEFORE = Path(__file__).parent / "before"
V = 6
WORDS = cl.Vocab("abc.")
MODELS = [
    cl.CharLM(cl.RNN(V, 5), V),
    cl.CharLM(cl.LSTM(V, 5, num_layers=2, dropout=0.3), V, dropout=0.25),
    cl.CharLM(nn.GRU(V, 5, batch_first=True, bidirectional=True), V),
    cl.CharLM(cl.MinGRU(V, 5, way="loop"), V),
    cl.WindowLM(V, 5, k=3, dropout=0.25),
    cl.GRU(3, 4, bias=False),
    cl.LSTM(3, 4, backward="autograd"),
    nn.RNN(3, 4, nonlinearity="relu", batch_first=True),
    nn.LSTM(3, 4),
    nn.LSTM(3, 4, proj_size=2),
    cl.ManyToOne(cl.RNN(3, 4), output_size=2, dropout=0.1),
    cl.EveryStep(nn.GRU(3, 4, batch_first=True), output_size=1),
    cl.Translator(WORDS, WORDS, mark=".", hidden_size=4, attention=True),
    cl.Speller((2, 3), WORDS, mark=".", hidden_size=4),
    cl.Listener(input_size=3, hidden_size=4, over="letters"),
]


def again(model, tmp_path):
    """Return a model after it was saved and loaded."""
    path = tmp_path / "model.safetensors"
    cl.save(path, model)
    return cl.load(path).model


def same(model, other):
    """Say that two models are alike: parts, types, numbers, and what is set."""
    assert repr(other) == repr(model)
    pairs = zip(model.state_dict().items(), other.state_dict().items(), strict=True)
    for (name, p), (other_name, q) in pairs:
        assert (name, p.dtype) == (other_name, q.dtype)
        assert torch.equal(p, q)
    for (name, p), (_, q) in zip(
        model.named_parameters(), other.named_parameters(), strict=True
    ):
        assert p.requires_grad == q.requires_grad, name
    for (name, one), (_, two) in zip(
        model.named_modules(), other.named_modules(), strict=True
    ):
        assert (type(one), one.training) == (type(two), two.training), name


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_every_model_of_the_course_comes_back_as_it_was(model, tmp_path):
    torch.manual_seed(3)
    loaded = again(model, tmp_path)
    assert torch.equal(torch.rand(2), torch.rand(2, generator=torch.manual_seed(3)))
    same(model, loaded)
    assert vars_of(model) == vars_of(loaded)


def vars_of(model):
    """Return what a model keeps beside its tensors, in words."""
    return {k: repr(v) for k, v in vars(model).items() if k[:1] != "_"}


@pytest.mark.parametrize("dtype", [torch.float64, torch.half, torch.bfloat16])
@pytest.mark.parametrize("layer", [cl.LSTM(V, 5), nn.LSTM(V, 5, batch_first=True)])
def test_types_modes_and_what_is_frozen_come_back(layer, dtype, tmp_path):
    model = cl.CharLM(copy.deepcopy(layer), V, dropout=0.5).to(dtype)
    model.dropout.eval()
    model.layer.weight_hh_l0.requires_grad_(False)
    model.head.float()
    same(model, again(model, tmp_path))
    same(model.eval(), again(model, tmp_path))


def test_tied_weights_stay_tied(tmp_path):
    model = cl.CharLM(cl.GRU(5, 5, num_layers=2), 5)
    model.layer.weight_hh_l1 = model.layer.weight_hh_l0
    loaded = again(model, tmp_path)
    assert loaded.layer.weight_hh_l1 is loaded.layer.weight_hh_l0
    assert loaded.layer.weight_ih_l1 is not loaded.layer.weight_ih_l0
    same(model, loaded)


class Backwards(cl.CharLM):
    """A model of a reader's own, which only its forward tells from ours."""

    def forward(self, ids, state=None):
        """Read the other way round."""
        return super().forward(ids.flip(1), state)


def test_what_would_come_back_as_something_else_is_not_saved(tmp_path):
    headless = cl.CharLM(cl.RNN(V, 5), V)
    headless.head = nn.Sequential(nn.Linear(5, V))
    wider = cl.CharLM(cl.RNN(V, 5), V)
    wider.layer = cl.RNN(V + 1, 5)
    for model, words in (
        (nn.Linear(2, 3), "model must be of a class that load can make .* got Linear:"),
        (Backwards(cl.RNN(V, 5), V), "Backwards is made from CharLM, and would come"),
        (headless, "CharLM has been changed after it was made.*: head is Sequential"),
        (
            nn.utils.parametrizations.weight_norm(cl.RNN(2, 3), "weight_hh_l0"),
            "its weight_hh_l0 from",
        ),
        (wider, "layer must read one-hot rows"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            cl.save(tmp_path / "x.safetensors", model)
    assert os.listdir(tmp_path) == []


def test_all_that_belongs_to_it_comes_back_too(tmp_path):
    text = "the lamp 灯塔"
    vocab = cl.Vocab(text, unknown="<unk>")
    model = cl.CharLM(cl.LSTM(len(vocab), 5), len(vocab))
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    history = cl.fit(model, cl.whole_text(vocab.encode(text)), epochs=3, optimizer=adam)
    torch.manual_seed(5)
    cl.save(tmp_path / "all.pt", model, vocab=vocab, optimizer=adam, history=history)
    expected = torch.rand(3)
    saved = cl.load(tmp_path / "all.pt")
    assert saved.vocab.tokens == vocab.tokens
    assert saved.vocab.decode(saved.vocab.encode("lamp!")) == "lamp<unk>"
    assert repr(saved.history) == repr(history)
    assert saved.history.loss == history.loss
    other = torch.optim.Adam(saved.model.parameters())
    other.load_state_dict(saved.optimizer)
    assert other.param_groups[0]["lr"] == 0.01
    set_random_state(saved.random)
    assert torch.equal(torch.rand(3), expected)


def test_words_and_their_order_come_back(tmp_path):
    vocab = cl.Vocab("the lamp and the oil", unit="word")
    model = cl.CharLM(cl.RNN(len(vocab), 3), len(vocab))
    cl.save(tmp_path / "words.pt", model, vocab=vocab)
    assert cl.load(tmp_path / "words.pt").vocab.encode("the oil").tolist() == [3, 2]


class Attack:
    """What, unpickled, would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def bad_files(folder):
    """Give name -> a path to a file that `load` must refuse."""
    good = folder / "good.pt"
    cl.save(good, cl.RNN(2, 3))
    data = good.read_bytes()
    files = {
        "empty": b"",
        "cut": data[: len(data) // 2],
        "text": b"this is no checkpoint",
        "zip": None,
        "foreign": None,
        "malicious": None,
        "malicious pickle": pickle.dumps(Attack(folder / "attacked")),
    }
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "zip", "w") as archive:
        archive.writestr("a.txt", "x")
    torch.save({"weights": torch.ones(2)}, folder / "foreign")
    torch.save(
        {"mark": format_1.MARK, "kind": "model", "x": Attack(folder / "attacked")},
        folder / "malicious",
    )
    return {name: folder / name for name in files} | {"missing": folder / "missing"}


@pytest.mark.parametrize(
    "name",
    [
        "empty",
        "cut",
        "text",
        "zip",
        "foreign",
        "malicious",
        "malicious pickle",
        "missing",
    ],
)
def test_a_bad_file_is_refused_by_name_and_nothing_in_it_runs(name, tmp_path):
    path = bad_files(tmp_path)[name]
    with pytest.raises(ValueError, match="expected a file written by course_lib"):
        cl.load(path)
    model = cl.CharLM(cl.RNN(3, 2), 3)
    data = [(torch.zeros(1, 2).long(), torch.zeros(1, 2).long())]
    if name != "missing":
        with pytest.raises(ValueError, match=r"expected (a file|this model)"):
            cl.fit(model, data, epochs=1, checkpoint=path, resume=True)
    assert not (tmp_path / "attacked").exists()


def test_a_file_cut_anywhere_is_refused(tmp_path):
    path = tmp_path / "model.pt"
    cl.save(path, cl.RNN(2, 3))
    data = path.read_bytes()
    for cut in range(0, len(data), 61):
        path.write_bytes(data[:cut])
        with pytest.raises(ValueError, match=r"model\.pt"):
            cl.load(path)


def test_a_checkpoint_is_no_model_and_a_model_no_checkpoint(tmp_path):
    model = cl.CharLM(cl.RNN(3, 2), 3)
    data = [(torch.zeros(1, 2).long(), torch.zeros(1, 2).long())]
    cl.fit(model, data, epochs=1, checkpoint=tmp_path / "run.pt")
    with pytest.raises(ValueError, match="holds a run, expected a model"):
        cl.load(tmp_path / "run.pt")
    cl.save(tmp_path / "model.pt", model)
    with pytest.raises(ValueError, match="holds a model, expected a run"):
        cl.fit(model, data, epochs=1, checkpoint=tmp_path / "model.pt", resume=True)


class Zoned(cl.LSTM):
    """A layer of a reader's own with an option that a file has no place for."""

    def __init__(self, *sizes, zone=0.1, **options):
        super().__init__(*sizes, **options)
        self.zone = zone


def test_what_a_file_has_no_place_for_is_told_when_it_is_saved(tmp_path):
    masked, hushed = cl.RNN(2, 3), cl.RNN(2, 3)
    masked.register_buffer("mask", torch.ones(3), persistent=False)
    hushed.forward = lambda x: x
    for model, words in (
        (Zoned(2, 3, zone=0.9), "Zoned is made with zone, and a file holds input_size"),
        (masked, "RNN has a buffer that its state_dict"),
        (hushed, "RNN has a forward of its own"),
    ):
        with pytest.raises(TypeError, match=words):
            cl.save(tmp_path / "x", model)
    for beside in ({"vocab": "abc"}, {"history": [1]}, {"optimizer": nn.Linear(2, 3)}):
        with pytest.raises(TypeError, match=f"{next(iter(beside))} must be .* or None"):
            cl.save(tmp_path / "x", cl.RNN(2, 3), **beside)
    assert os.listdir(tmp_path) == []


FORGED = {
    "tied to a part": {"tied": [["head.weight", "head"]]},
    "tied to a number": {"tied": [["head.weight", "layer.hidden_size"]]},
    "tied to another shape": {"tied": [["head.bias", "head.weight"]]},
    "frozen and not there": {"frozen": ["nothing"]},
    "evaluating and not there": {"evaluating": ["__class__"]},
    "tokens that are none": {"vocab": {"tokens": [1], "unit": "char", "unknown": None}},
    "a token of two": {"vocab": {"tokens": ["ab"], "unit": "char", "unknown": None}},
    "curves of other lengths": {"history": {"loss": [1.0], "seconds": []}},
    "a curve that is none": {"history": {"loss": 5}},
    "another device": {"model": {"kind": "torch.nn.RNN", "options": {"device": "cpu"}}},
    "layers in layers": {"model": {"kind": "CharLM", "options": {"layer": {}}}},
    "weights of ints": {"weights": {"head.bias": torch.ones(3).int()}},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_file_that_somebody_forged_is_refused(name, tmp_path):
    path = tmp_path / "model"
    cl.save(path, cl.CharLM(cl.RNN(3, 2), 3), cl.Vocab("abc"))
    content, forged = format.read(path, "model"), dict(FORGED[name])
    if "weights" in forged:
        forged["weights"] = content["weights"] | forged["weights"]
    format.write(path, "model", content | forged)
    with pytest.raises(ValueError, match="model holds no model that can be built"):
        cl.load(path)


def test_what_was_warned_of_when_it_was_made_is_not_warned_of_again(tmp_path):
    with pytest.warns(UserWarning, match="does nothing"):
        model = cl.LSTM(2, 3, dropout=0.5)
    same(model, again(model, tmp_path))  # here every warning is an error


def test_a_history_with_notes_is_saved_without_them(tmp_path):
    history = cl.History()
    history.note = "an evening's work"
    cl.save(tmp_path / "x", cl.RNN(2, 3), history=history)
    assert len(cl.load(tmp_path / "x").history) == 0


def flipped(data, bit):
    """Return bytes with one bit changed."""
    other = bytearray(data)
    other[bit // 8] ^= 1 << bit % 8
    return bytes(other)


def test_a_flipped_bit_in_an_old_file_is_refused_or_harmless(tmp_path):
    old = BEFORE / "model_lstm.pt"
    data, weights = old.read_bytes(), cl.load(old).model.state_dict()
    path, refusals = tmp_path / "flipped.pt", []
    for bit in random.Random(0).sample(range(8 * len(data)), 400):
        path.write_bytes(flipped(data, bit))
        try:
            loaded = cl.load(path).model.state_dict()
        except ValueError as error:
            refusals.append(str(error))
        else:
            assert all(torch.equal(loaded[name], w) for name, w in weights.items())
    assert len(refusals) > 100
    assert all("expected a file written by course_lib" in words for words in refusals)


def test_a_small_file_that_names_great_sizes_takes_no_memory(tmp_path):
    path = tmp_path / "model.safetensors"
    for options in ({"hidden_size": 15_000}, {"num_layers": 10**9}):
        cl.save(path, cl.LSTM(2, 3))
        content = format.read(path, "model")
        content["model"]["options"] |= options
        format.write(path, "model", content)
        tracemalloc.start()
        with pytest.raises(ValueError, match="holds no model that can be built"):
            cl.load(path)
        assert tracemalloc.get_traced_memory()[1] < 5e6
        tracemalloc.stop()
