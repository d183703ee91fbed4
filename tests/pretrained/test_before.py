"""Files written before the library was put in rooms: they load, and mean the same.

The folder `before` was made with the code of that time: for each kind of layer a model,
and the checkpoint of a run that ended after two epochs; beside them, what came out.
"""

import json
import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

import course_lib as cl

BEFORE = Path(__file__).parent / "before"
NUMBERS = json.loads((BEFORE / "numbers.json").read_text("utf-8"))
VOCAB = cl.Vocab("abc ")
V, H = 4, 3
LAYERS = {
    "rnn": lambda: cl.RNN(V, H),
    "lstm": lambda: cl.LSTM(V, H),
    "gru": lambda: cl.GRU(V, H),
    "torch_rnn": lambda: nn.RNN(V, H, batch_first=True),
    "torch_lstm": lambda: nn.LSTM(V, H, batch_first=True),
    "torch_gru": lambda: nn.GRU(V, H, batch_first=True),
}


@pytest.mark.parametrize("kind", LAYERS)
@torch.no_grad()
def test_a_saved_model_says_what_it_said(kind):
    saved = cl.load(BEFORE / f"model_{kind}.pt")
    assert type(saved.model.layer) is type(LAYERS[kind]())
    assert saved.vocab.tokens == VOCAB.tokens
    assert saved.history.loss == NUMBERS[kind]["loss"]
    logits, _ = saved.model.eval()(VOCAB.encode("abc cab")[None])
    assert logits[0, -1].tolist() == pytest.approx(NUMBERS[kind]["logits"], abs=1e-6)


def dropped() -> list[int]:
    """Return the places that dropout drops first, from seed 0."""
    torch.manual_seed(0)
    return (
        (nn.functional.dropout(torch.ones(200), 0.1) == 0).nonzero().flatten().tolist()
    )


@pytest.mark.skipif(
    dropped()[:4] != [0, 3, 35, 48], reason="another torch: its dropout draws otherwise"
)
@pytest.mark.parametrize("kind", LAYERS)
def test_a_run_goes_on_as_it_would_have(kind, tmp_path):
    path = tmp_path / "run.pt"
    shutil.copy(BEFORE / f"run_{kind}.pt", path)
    data = cl.windows(VOCAB.encode("abc cab bca " * 4), batch_size=2, num_steps=5)
    model = cl.CharLM(LAYERS[kind](), V, dropout=0.1)
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    run = {"epochs": 4, "optimizer": adam, "checkpoint": path, "resume": True}
    history = cl.fit(model, data, **run)
    assert history.loss == pytest.approx(NUMBERS[kind]["four_epochs"], abs=1e-5)


@torch.no_grad()
def test_a_layer_alone_loads_with_all_its_options():
    layer = cl.load(BEFORE / "layer_lstm.pt").model
    options = "num_layers=2, bidirectional=True, backward='autograd'"
    assert repr(layer) == f"LSTM(2, 3, {options})"
    output = layer(torch.ones(1, 2, 2))[0][0, -1]
    expected = NUMBERS["layer_lstm"]["output"]
    assert output.tolist() == pytest.approx(expected, abs=1e-6)
