"""Explorables in Python: what they take, what they refuse, what they know."""

import ipywidgets
import numpy as np
import pytest
import torch
import traitlets
from IPython.core.formatters import DisplayFormatter
from torch import nn

import course_lib as cl
from course_lib.widgets import GateStepper, GradientByLag, RowLookup

TEXT = "\"abc\" or 'd'"
VOCAB = cl.Vocab(TEXT + "efgh ")
V, H = len(VOCAB), 5
KINDS = {
    "our RNN": lambda: cl.RNN(V, H),
    "our LSTM": lambda: cl.LSTM(V, H),
    "our GRU": lambda: cl.GRU(V, H),
    "nn.RNN": lambda: nn.RNN(V, H, batch_first=True),
    "nn.LSTM": lambda: nn.LSTM(V, H, batch_first=True),
    "nn.GRU": lambda: nn.GRU(V, H, batch_first=True),
    "without bias": lambda: nn.GRU(V, H, batch_first=True, bias=False),
}


def model(layer="our LSTM"):
    return cl.CharLM(KINDS[layer](), V)


@pytest.fixture
def stepper():
    return GateStepper.from_model(model(), VOCAB, TEXT)


@pytest.mark.parametrize("layer", KINDS)
def test_every_kind_of_layer_is_taken_and_its_values_are_the_trace(layer):
    m = model(layer)
    w = GateStepper.from_model(m, VOCAB, TEXT, t=2, unit=1)
    ids = VOCAB.encode(TEXT)[None]
    found, expected = w.values(), cl.trace(m, ids).numpy()
    for name in expected:
        assert np.array_equal(found[name], expected[name][0]), name
    with torch.no_grad():
        p = m(ids)[0].softmax(-1)[0]
    assert np.allclose(found["p"], p, rtol=0, atol=1e-6)
    assert w.view == ("c" if "LSTM" in layer else "h")
    best = VOCAB.tokens[int(found["p"][2].argmax())]
    assert f"at step 3 of {len(TEXT)}, which reads “b”" in w.sentence()
    assert f"Expected next: “{best}”" in w.sentence()


def test_held_gates_are_those_of_the_trace(stepper):
    stepper.overrides = [{"gate": "f", "value": 0, "start": 2, "unit": 3}]
    assert stepper.overrides == [
        {"network": 0, "gate": "f", "value": 0.0, "unit": 3, "start": 2, "stop": None}
    ]
    values = stepper.values()["f"]
    assert (values[2:, 3] == 0).all()
    assert (values[:2] > 0).all()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("t", -1, f"t must be from 0 to {len(TEXT) - 1}"),
        ("t", len(TEXT), f"t must be from 0 to {len(TEXT) - 1}"),
        ("unit", H, f"unit must be from 0 to {H - 1}"),
        ("unit", -1, f"unit must be from 0 to {H - 1}"),
        ("view", "z", "view must be one of i, f, g, o, c, h, got 'z'"),
        ("network", 1, "network must be from 0 to 0"),
        ("order", "random", "trained"),
        ("text", 3, "text"),
        ("overrides", [{"gate": "z", "value": 0.5}], "one of this cell's"),
        ("overrides", [{"gate": "f", "value": 2}], "value must be from 0 to 1"),
        ("overrides", [{"gate": "f"}], "with gate and value"),
        ("overrides", [{"gate": "f", "value": "0"}], "with gate and value"),
        ("overrides", [{"gate": "f", "value": 0, "units": 1}], "with gate and value"),
        ("overrides", [{"gate": "f", "value": 0, "unit": 1.5}], "with gate and value"),
        ("overrides", [{"gate": "f", "value": 0, "unit": H}], "unit must be below"),
        (
            "overrides",
            [{"gate": "f", "value": 0, "network": -1}],
            "with gate and value",
        ),
        (
            "overrides",
            [{"gate": "f", "value": 0, "start": 2, "stop": 1}],
            "before stop",
        ),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["at first", "later"])
def test_what_cannot_be_is_refused_and_nothing_changes(
    stepper, name, value, message, first
):
    def change():
        setattr(stepper, name, value)

    def begin():
        GateStepper.from_model(model(), VOCAB, **({"text": TEXT} | {name: value}))

    before = {key: getattr(stepper, key) for key in stepper.carried}
    with pytest.raises(traitlets.TraitError, match=message):
        begin() if first else change()
    assert {key: getattr(stepper, key) for key in stepper.carried} == before


def test_a_shorter_text_brings_the_step_back_and_lets_go(stepper):
    stepper.t = 7
    stepper.overrides = [{"gate": "o", "value": 1}]
    stepper.text = "abc"
    assert (stepper.t, stepper.overrides) == (2, [])


def test_what_is_said_at_once_with_a_text_holds():
    held = [{"gate": "o", "value": 1, "start": 1}]
    w = GateStepper.from_model(model(), VOCAB, TEXT, overrides=held)
    assert w.overrides[0]["gate"] == "o"
    with w.hold_trait_notifications():
        w.text, w.t, w.overrides = "bad", 2, [{"gate": "i", "value": 0}]
    assert (w.text, w.t, w.overrides[0]["gate"]) == ("bad", 2, "i")


def test_unknown_characters_are_left_out_and_an_empty_text_is_shown_as_such(stepper):
    stepper.text = "aXb☃"
    assert stepper.read() == "ab"
    for text in ("", "XYZ"):
        stepper.text = text
        assert stepper.read() == ""
        assert stepper.values()["c"].size == 0
        assert stepper.sentence().endswith("with no text to read.")
        assert stepper.png()


def test_a_vocabulary_with_an_unknown_token_reads_all():
    vocab = cl.Vocab("abc", unknown="?")
    w = GateStepper.from_model(cl.CharLM(cl.GRU(4, 3), 4), vocab, "a☃b")
    assert w.read() == "a☃b"
    expected = cl.trace(w._models[0], torch.tensor([[0, 3, 1]])).h[0]
    assert np.array_equal(w.values()["h"], expected)
    assert w.png()  # although no font at hand has a snowman's neighbours


def test_a_long_text_is_cut_and_halves_of_characters_become_a_mark(stepper):
    stepper.text = "ab" * 100_000
    assert len(stepper.text) == 2 * stepper.limit == 800
    assert len(stepper.read()) == stepper.limit
    stepper.text = "a\ud800b"
    assert stepper.text == "a\ufffdb"
    stepper.to_html().encode()


def test_a_stepper_keeps_the_weights_it_was_made_with():
    m = model()
    w = GateStepper.from_model(m, VOCAB, TEXT)
    before = w.sentence()
    with torch.no_grad():
        m.head.bias.add_(torch.randn(V))
        m.layer.weight_hh_l0.mul_(3)
    assert w.sentence() == before


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (lambda: cl.LSTM(V, H, num_layers=2), "2 layers"),
        (lambda: nn.GRU(V, H, num_layers=3, batch_first=True), "3 layers"),
        (lambda: cl.RNN(V, H, bidirectional=True), "a bidirectional layer"),
        (lambda: nn.LSTM(V, H, proj_size=2, batch_first=True), "projections"),
        (lambda: nn.RNN(V, H, nonlinearity="relu", batch_first=True), "ReLU"),
        (lambda: cl.LSTM(V, 600), "weights"),
    ],
)
def test_a_model_that_a_page_cannot_run_is_refused_with_what_can_be_done(layer, fault):
    with pytest.raises(ValueError, match=fault) as caught:
        GateStepper.from_model(cl.CharLM(layer(), V), VOCAB, TEXT)
    assert "supported are one-layer CharLMs" in str(caught.value)
    assert "GateStepper.from_trace" in str(caught.value)


def test_other_things_than_a_model_and_its_vocabulary_are_refused():
    with pytest.raises(TypeError, match="model must be a CharLM, got LSTM"):
        GateStepper.from_model(cl.LSTM(V, H), VOCAB, TEXT)
    with pytest.raises(TypeError, match="vocab must be a Vocab"):
        GateStepper.from_model(model(), list(TEXT), TEXT)
    with pytest.raises(ValueError, match="characters, got one of words"):
        GateStepper.from_model(model(), cl.Vocab("a b", unit="word"), TEXT)
    with pytest.raises(ValueError, match=f"got {V} and 3 tokens"):
        GateStepper.from_model(model(), cl.Vocab("abc"), TEXT)
    broken = model()
    with torch.no_grad():
        broken.head.weight[0, 0] = float("nan")
    with pytest.raises(ValueError, match="weights must be finite"):
        GateStepper.from_model(broken, VOCAB, TEXT)


def test_several_networks_stand_under_one_cursor():
    m = [model("our RNN"), model("nn.GRU"), cl.CharLM(cl.LSTM(V, 9), V)]
    w = GateStepper.compare(m, VOCAB, TEXT, network=2, unit=8, view="f", t=3)
    assert [n["name"] for n in w.networks] == ["RNN", "GRU", "LSTM"]
    w.network = 0
    assert (w.unit, w.view, w.t) == (H - 1, "h", 3)
    w.overrides = [{"gate": "z", "value": 0, "network": 1}]
    assert (w.values(1)["z"] == 0).all()
    assert np.array_equal(
        w.values(2)["f"], cl.trace(m[2], VOCAB.encode(TEXT)[None]).f[0]
    )
    with pytest.raises(ValueError, match="a name for each model"):
        GateStepper.compare(m, VOCAB, TEXT, names=["one"])
    with pytest.raises(ValueError, match="a name for each model"):
        GateStepper.compare([], VOCAB, TEXT)


W = torch.randn(V, 3)


@pytest.mark.parametrize(
    ("mode", "form"),
    [("page", "text/html"), ("live", "application/vnd.jupyter.widget-view+json")],
)
def test_all_forms_are_shown_with_the_ipywidgets_that_colab_has(
    monkeypatch, mode, form
):
    shown_at_once = []
    name, display = "_ipython_display_", lambda self, **options: shown_at_once.append(1)
    monkeypatch.setattr(ipywidgets.Widget, name, display, raising=False)
    monkeypatch.setenv("COURSE_WIDGETS", mode)
    stepper = GateStepper.from_model(model(), VOCAB, TEXT)
    shown, _ = DisplayFormatter().format(stepper)
    assert not shown_at_once
    assert {form, "image/png", "text/plain"} <= set(shown)
    assert shown["text/plain"] == stepper.sentence()


def test_a_row_is_looked_up():
    w = RowLookup(VOCAB, W, token="b")
    k = VOCAB.tokens.index("b")
    assert f"id {k}, times W is row {k} of W: {W[k, 0]:.2f}" in w.sentence()
    with pytest.raises(traitlets.TraitError, match="in the vocabulary"):
        w.token = "X"
    assert w.token == "b"


@pytest.mark.parametrize(
    "bad", [W[:3], W.repeat(1, 3), W[:, :0], W[0], torch.tensor(1.0), W[None]]
)
def test_a_matrix_of_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match=rf"W must be \({V}, D\)"):
        RowLookup(VOCAB, bad)


def test_a_matrix_with_nan_is_refused():
    with pytest.raises(ValueError, match="finite"):
        RowLookup(VOCAB, torch.full((V, 2), float("nan")))


def test_a_gradient_by_lag_beside_its_closed_form():
    w = GradientByLag("b", [0.0, 1.0], torch.tensor([[2.0, 1.0, 0.5], [1, 0.7, 0]]))
    assert w.curves[0] == [1, 0.5, 0.25]
    assert torch.allclose(
        w.closed_form(), torch.tensor([1, 0.5, 0.25], dtype=torch.float64)
    )
    w.chosen = 1
    assert w.sentence().startswith(
        "Gradient against lag for b = 1: after 2 steps, 5.3e-01"
    )
    with pytest.raises(traitlets.TraitError, match="chosen must be from 0 to 1"):
        w.chosen = 2


@pytest.mark.parametrize(
    ("values", "curves", "message"),
    [
        ([1.0], torch.ones(2, 4), r"curves must be \(1, T\)"),
        ([1.0], torch.ones(1, 1), r"curves must be \(1, T\)"),
        ([], torch.ones(0, 4), r"curves must be \(0, T\)"),
        ([1.0], torch.zeros(1, 4), "above 0 at lag 0"),
        ([1.0], torch.tensor([[1.0, -0.5]]), "0 or more"),
        ([float("nan")], torch.ones(1, 4), "values must be finite"),
    ],
)
def test_curves_that_do_not_fit_are_refused(values, curves, message):
    with pytest.raises(ValueError, match=message):
        GradientByLag("b", values, curves)
