"""The networks that come along: they load, they are exact, they can be made again."""

import pytest
import torch

import course_lib as cl
from course_lib.data.shouting import shouting
from tools.record import models

NAMES = ["shouting_gru", "shouting_lstm", "shouting_rnn"]
TINY = {"seed": 3, "epochs": 1}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_network_loads_and_has_read_its_language(name):
    model, vocab = cl.shipped(name)[:2]
    assert model.layer.hidden_size == 16
    assert type(model.layer).__name__.lower() == name.removeprefix("shouting_")
    assert model.vocab_size == len(vocab)
    ids = vocab.encode(shouting(2000, seed=2))[None]  # of another seed than trained on
    with torch.no_grad():
        logits, _ = model(ids)
    loss = torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:])
    assert loss < 1.6  # nothing learned would be ln 51 = 3.9


@pytest.mark.parametrize("name", NAMES)
def test_its_weights_are_exactly_float16(name):
    for parameter in cl.shipped(name).model.parameters():
        assert parameter.dtype == torch.float32
        assert torch.equal(parameter.half().float(), parameter)


def test_another_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="shouting_gru, shouting_lstm, shouting_rnn"):
        cl.shipped("shouting_transformer")


def test_training_again_gives_the_same_rounded_weights():
    text = shouting(3000, seed=1)
    first, second = (
        cl.train_readable(models.LAYERS["shouting_lstm"], text, **TINY)[0] for _ in "12"
    )
    for name, weight in first.state_dict().items():
        assert torch.equal(weight.half().float(), weight), name
        assert torch.equal(weight, second.state_dict()[name]), name


def test_the_script_saves_what_shipped_can_load(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    monkeypatch.setattr(models, "shouting", lambda n, seed: shouting(3000, seed=seed))
    readable = cl.train_readable
    monkeypatch.setattr(
        cl,
        "train_readable",
        lambda layer, text, seed, epochs: readable(layer, text, **TINY),
    )
    models.train("shouting_gru")
    model, vocab = cl.load(tmp_path / "shouting_gru.safetensors")[:2]
    assert model.vocab_size == len(vocab)
    assert "shouting_gru.safetensors: loss" in capsys.readouterr().out
