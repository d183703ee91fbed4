"""Files: saved whole, loaded without running code, refused with a reason."""

import os
import pickle
import zipfile

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.training import checkpoint

V = 6
MODELS = [
    cl.CharLM(cl.RNN(V, 5), V),
    cl.CharLM(cl.LSTM(V, 5, num_layers=2, dropout=0.3), V, dropout=0.25),
    cl.CharLM(nn.GRU(V, 5, batch_first=True, bidirectional=True), V),
    cl.GRU(3, 4, bias=False),
    cl.LSTM(3, 4, backward="autograd"),
    nn.RNN(3, 4, nonlinearity="relu", batch_first=True),
    nn.LSTM(3, 4),
]


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_model_comes_back_as_it_was(model, tmp_path):
    path = tmp_path / "model.pt"
    cl.save(path, model)
    saved = cl.load(path)
    assert repr(saved.model) == repr(model)
    for (name, p), (other, q) in zip(
        model.state_dict().items(), saved.model.state_dict().items(), strict=True
    ):
        assert name == other
        assert torch.equal(p, q)
    assert saved.vocab is saved.history is saved.optimizer is None


def test_a_file_from_before_backward_was_an_option_still_loads(tmp_path):
    path, model = tmp_path / "old.pt", cl.CharLM(cl.LSTM(V, 5), V)
    cl.save(path, model)
    content = checkpoint.read(path, "model")
    del content["model"]["layer"]["options"]["backward"]
    checkpoint.write(path, "model", content)
    loaded = cl.load(path).model
    assert loaded.layer.backward == "hand"
    assert torch.equal(loaded.layer.weight_ih_l0, model.layer.weight_ih_l0)


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
    checkpoint.set_random_state(saved.random)
    assert torch.equal(torch.rand(3), expected)


def test_words_and_their_order_come_back(tmp_path):
    vocab = cl.Vocab("the lamp and the oil", unit="word")
    model = cl.CharLM(cl.RNN(len(vocab), 3), len(vocab))
    cl.save(tmp_path / "words.pt", model, vocab=vocab)
    assert cl.load(tmp_path / "words.pt").vocab.encode("the oil").tolist() == [3, 2]


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch
):
    path, model = tmp_path / "model.pt", cl.RNN(2, 3)
    cl.save(path, model)
    before = path.read_bytes()

    def full(*arguments):
        raise OSError("no space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, full)
            with pytest.raises(OSError, match="no space left"):
                cl.save(path, cl.RNN(2, 4))
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["model.pt"]


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
        {"mark": checkpoint.MARK, "kind": "model", "x": Attack(folder / "attacked")},
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


def test_what_cannot_be_built_again_is_not_saved(tmp_path):
    for model in (nn.Linear(2, 3), nn.LSTM(4, 5, proj_size=2)):
        with pytest.raises(TypeError, match="must be a CharLM or a recurrent layer"):
            cl.save(tmp_path / "x.pt", model)
    assert os.listdir(tmp_path) == []
