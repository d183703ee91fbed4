"""A cell that the library does not have, taken through all that one does with a cell.

CONTRIBUTING's "How to add a cell" tells these steps one by one.
"""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from drawn import compare
from explored import HOUR, Hands
from pages import opened, parts_page, violations, write_page
from torch import Tensor

import course_lib as cl
from course_lib import plots
from course_lib.nn.cells import RecurrentCell, Value
from course_lib.nn.layers import RecurrentLayer
from course_lib.plots.style import INKS
from course_lib.widgets import GateStepper

TEXT = "abc cab bca " * 6
VOCAB = cl.Vocab(TEXT)
V, H = len(VOCAB), 6
SHOWN = "abc cab"


class CoupledStep(NamedTuple):
    """What a coupled LSTM computes in one step, each (B, H)."""

    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor
    h: Tensor

    @property
    def state(self) -> tuple[Tensor, Tensor]:
        """What the next step needs."""
        return (self.h, self.c)


class CoupledLSTMCell(RecurrentCell):
    """An LSTM that lets in what it lets go: i = 1 - f."""

    state_names = ("h", "c")
    gates = (
        Value("f", "gate", "σ(a_f)", "forget gate"),
        Value("g", "candidate", "tanh(a_g)"),
        Value("o", "gate", "σ(a_o)", "output gate"),
        Value("c", "state", "f c_{t−1} + (1 − f) g", "memory cell"),
        Value("h", "state", "o tanh(c)", "hidden state"),
    )

    @staticmethod
    def equation(from_x, from_h, state) -> CoupledStep:
        """c_t = f ⊙ c_prev + (1 - f) ⊙ g and h_t = o ⊙ tanh(c_t)."""
        _, c_prev = state
        f, g, o = (from_x + from_h).chunk(3, dim=-1)
        f, g, o = torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c_prev + (1 - f) * g
        return CoupledStep(f, g, o, c, o * torch.tanh(c))


class CoupledLSTM(RecurrentLayer):
    """A layer of coupled cells."""

    cell = CoupledLSTMCell


def untrained(layer=CoupledLSTM):
    return cl.CharLM(layer(V, H), V).eval()


@pytest.fixture(scope="module")
def trained():
    torch.manual_seed(0)
    model = untrained()
    data = cl.windows(VOCAB.encode(TEXT), batch_size=2, num_steps=12)
    history = cl.fit(model, data, epochs=60, optimizer=adam(model))
    assert history.loss[-1] < 0.5 * history.loss[0]
    return model.eval()


def adam(model):
    return torch.optim.Adam(model.parameters(), lr=0.05)


def test_its_weights_have_a_block_for_each_gate_and_candidate():
    assert CoupledLSTMCell.blocks == 3
    assert CoupledLSTM(V, H).weight_hh_l0.shape == (3 * H, H)


def test_fit_carries_its_state_from_batch_to_batch_and_goes_on_from_a_file(tmp_path):
    data = cl.windows(VOCAB.encode(TEXT), batch_size=2, num_steps=12)
    torch.manual_seed(1)
    whole, part = untrained(), untrained()
    part.load_state_dict(whole.state_dict())
    history = cl.fit(whole, data, epochs=4)
    cl.fit(part, data, epochs=2, checkpoint=tmp_path / "run.pt")
    again = untrained()
    run = {"checkpoint": tmp_path / "run.pt", "resume": True}
    assert cl.fit(again, data, epochs=4, **run).loss == history.loss


def test_a_state_of_another_form_is_refused_by_the_names_that_the_cell_gives():
    h = torch.zeros(1, 1, H)
    with pytest.raises(TypeError, match=r"a tuple \(h, c\) for CoupledLSTM"):
        untrained()(VOCAB.encode("a")[None], h)


def test_generate_writes_what_the_model_says_token_by_token(trained):
    written = cl.generate(trained, VOCAB, "abc", 12, temperature=0)
    ids = VOCAB.encode(written)
    with torch.no_grad():
        logits, _ = trained(ids[None])
    assert torch.equal(logits[0, 2:-1].argmax(-1), ids[3:])
    assert written in TEXT


def test_its_trace_is_the_cell_stepped_by_hand(trained):
    ids = VOCAB.encode(SHOWN)
    values = cl.trace(trained, ids[None])
    assert values.names == ("f", "g", "o", "c", "h")
    assert values.cell is values[:, :3].cell is CoupledLSTMCell
    cell = CoupledLSTMCell(V, H)
    weights = trained.layer.state_dict().items()
    cell.load_state_dict({name.removesuffix("_l0"): w for name, w in weights})
    state = None
    with torch.no_grad():
        for t, x_t in enumerate(cl.one_hot(ids, V)):
            step = cell.step(x_t[None], state)
            state = step.state
            for name in values:
                assert torch.allclose(values[name][:, t], getattr(step, name))


@pytest.mark.parametrize(("gate", "value"), [("f", 0.25), ("o", 1.0), ("g", -0.5)])
def test_the_gate_that_is_named_is_held_and_no_other(trained, gate, value):
    ids = VOCAB.encode(SHOWN)[None]
    free = cl.trace(trained, ids)
    held = cl.trace(trained, ids, hold=[cl.Hold(gate, value, start=2)])
    assert torch.equal(held[gate][:, :2], free[gate][:, :2])
    assert torch.allclose(held[gate][:, 2:], torch.tensor(value))
    for other in {"f", "g", "o"} - {gate}:  # the step is taken from an equal state
        assert torch.equal(held[other][:, :3], free[other][:, :3])
    c = held.f * torch.cat([torch.zeros(1, 1, H), held.c[:, :-1]], 1)
    assert torch.allclose(held.c, c + (1 - held.f) * held.g, atol=1e-6)


@pytest.mark.parametrize("gate", ["i", "c", "z"])
def test_a_hold_on_a_gate_that_it_lacks_is_refused_by_name(gate):
    with pytest.raises(ValueError, match=r"this cell's \(f, g, o\).*gate='" + gate):
        cl.trace(untrained(), VOCAB.encode("ab")[None], hold=[cl.Hold(gate, 0.5)])


def test_a_cell_that_says_its_blocks_in_another_order_is_found_out():
    f, g, o, *states = CoupledLSTMCell.gates

    class Mixed(CoupledLSTMCell):
        gates = (o, g, f, *states)

    class MixedLayer(RecurrentLayer):
        cell = Mixed

    with pytest.raises(ValueError, match="Mixed names f in its `gates`, but makes"):
        cl.trace(MixedLayer(V, H), VOCAB.encode("ab")[None], hold=[cl.Hold("f", 0.9)])


def test_gates_that_fit_no_blocks_are_refused_where_the_class_is_made():
    with pytest.raises(TypeError, match="has 3 blocks .* says blocks = 4"):
        type("Four", (CoupledLSTMCell,), {"blocks": 4})
    with pytest.raises(TypeError, match="kind among gate, candidate, state, got"):
        type("Odd", (RecurrentCell,), {"gates": (Value("f", "door"),)})
    with pytest.raises(TypeError, match=r"must be Value\(name, kind"):
        type("Letters", (RecurrentCell,), {"gates": ("f", "g")})


def test_a_cell_that_gives_blocks_alone_runs_and_has_no_gate_to_hold():
    class Old(RecurrentCell):
        blocks, state_names = 3, ("h", "c")
        equation = CoupledLSTMCell.equation

    class OldLayer(RecurrentLayer):
        cell = Old

    model, ids = untrained(OldLayer), VOCAB.encode(SHOWN)[None]
    assert cl.trace(model, ids).names == ("f", "g", "o", "c", "h")
    with pytest.raises(ValueError, match=r"this cell's \(none\), which Old names"):
        cl.trace(model, ids, hold=[cl.Hold("f", 0.5)])
    assert GateStepper.from_model(model, VOCAB, SHOWN).png()


def test_it_is_saved_and_loaded_by_whoever_hands_its_class_over(trained, tmp_path):
    path = tmp_path / "coupled.pt"
    cl.save(path, trained, vocab=VOCAB)
    again = cl.load(path, layers=[CoupledLSTM]).model.eval()
    ids = VOCAB.encode(SHOWN)[None]
    assert repr(again) == repr(trained)
    assert torch.equal(again(ids)[0], trained(ids)[0])


def test_its_file_is_refused_without_the_class_and_with_another(tmp_path):
    path = tmp_path / "coupled.pt"
    cl.save(path, CoupledLSTM(V, H))
    with pytest.raises(ValueError, match=r"load\(path, layers=\[CoupledLSTM\]\)"):
        cl.load(path)
    with pytest.raises(ValueError, match="layers handed over: LSTM"):
        cl.load(path, layers=[cl.LSTM])
    with pytest.raises(TypeError, match="classes made from RecurrentLayer, got"):
        cl.load(path, layers=[CoupledLSTMCell])
    f, g, o, *states = CoupledLSTMCell.gates
    other = type("Other", (CoupledLSTMCell,), {"gates": (g, f, o, *states)})
    namesake = type("CoupledLSTM", (RecurrentLayer,), {"cell": other})
    with pytest.raises(ValueError, match="had blocks f g o.*has blocks g f o"):
        cl.load(path, layers=[namesake])


def test_its_gates_are_drawn_under_their_names_each_in_its_colour(trained):
    values = cl.trace(trained, VOCAB.encode(SHOWN)[None])[0].numpy()
    maps = [("coupled", gate, values[gate.name], 1) for gate in CoupledLSTMCell.gates]
    titles = [ax.get_title(loc="left") for ax in plots.gate_maps(SHOWN, maps, t=2).axes]
    assert [title for title in titles if title] == [
        "coupled: forget gate f",
        "coupled: candidate g",
        "coupled: output gate o",
        "coupled: memory cell c",
        "coupled: hidden state h",
    ]
    ax = plots.gates_over_time({name: values[name][:, 0] for name in "fo"})
    assert ax.get_lines()[0].get_color() == INKS[plots.GATE_COLOURS["f"]]


def test_it_is_drawn_from_what_it_says():
    drawing = plots.cell(CoupledLSTMCell)
    assert "c is the sum of f times the old c and 1 minus f times g" in drawing.words
    compare(drawing.svg(), CoupledLSTMCell)


def test_a_gate_of_a_name_that_nobody_knows_has_a_colour_of_its_own():
    gates = {name: [0.1, 0.9] for name in ("f", "u", "w", "leak", "i")}
    lines = plots.gates_over_time(gates).get_lines()
    assert len({line.get_color() for line in lines}) == len(gates)
    figure = plots.gate_maps("ab", [("mine", "u", np.full((2, 3), 0.5), 0)], t=0)
    assert figure.axes[0].get_title(loc="left") == "mine: gate u"


def test_the_stepper_has_its_values_and_says_who_computed_them(trained, monkeypatch):
    w = GateStepper.from_model(trained, VOCAB, SHOWN, t=3, view="f")
    expected = cl.trace(trained, VOCAB.encode(SHOWN)[None]).numpy()
    for name in expected:
        assert np.array_equal(w.values()[name], expected[name][0])
    why = "The page cannot compute the cell CoupledLSTMCell: "
    monkeypatch.setenv("COURSE_WIDGETS", "page")
    assert f"CoupledLSTM, unit 0: f {w.values()['f'][3, 0]:.2f}, g " in w.sentence()
    assert f"{why}its values were computed beforehand" in w.sentence()
    monkeypatch.setenv("COURSE_WIDGETS", "live")
    assert w.sentence().endswith(f"{why}Python computes its values.")


def test_with_a_kernel_the_stepper_takes_a_text_and_a_hold_and_answers(trained):
    w = GateStepper.from_model(trained, VOCAB, SHOWN)
    before = w.networks
    w.text = "cab bca"
    assert w.networks != before
    w.overrides = [{"gate": "f", "value": 0.5, "start": 2}]
    assert (w.values()["f"][2:] == 0.5).all()
    assert w.networks[0]["held"]["values"] != w.networks[0]["values"]
    with pytest.raises(Exception, match=r"this cell's \(f, g, o\)"):
        w.overrides = [{"gate": "i", "value": 0.5}]
    w.text = ""
    assert w.sentence().startswith(
        "Gate stepper of CoupledLSTM (6 units), with no text"
    )


def test_beside_an_lstm_it_stands_under_one_cursor(trained):
    w = GateStepper.compare([untrained(cl.LSTM), trained], VOCAB, SHOWN, network=1)
    assert [network["name"] for network in w.networks] == ["LSTM", "CoupledLSTM"]
    w.view = "f"
    w.overrides = [{"network": 0, "gate": "i", "value": 0}]
    assert (w.values(0)["i"] == 0).all()
    assert w.png()


def test_arrays_of_it_are_shown_once_the_cell_is_handed_over(trained):
    arrays = cl.trace(trained, VOCAB.encode(SHOWN)[None])[0].numpy()
    with pytest.raises(ValueError, match="for another cell pass a Trace, or cell="):
        GateStepper.from_trace(arrays, SHOWN)
    w = GateStepper.from_trace(arrays, SHOWN, cell=CoupledLSTMCell)
    assert (w.networks[0]["name"], w.view) == ("CoupledLSTM", "c")


@pytest.mark.browser
def test_a_page_shows_its_values_and_says_why_nothing_can_be_typed(
    browser, trained, tmp_path
):
    w = GateStepper.from_model(trained, VOCAB, SHOWN, t=2, unit=1)
    tab, wrong = opened(browser, write_page(tmp_path / "page.html", w.to_html()))
    hands = Hands(tab)
    assert hands.note.inner_text() == (
        "The page cannot compute the cell CoupledLSTMCell: its values were computed "
        "beforehand, so no text can be typed and no gate held."
    )
    assert hands.text.is_disabled()
    assert hands.gate("f").count() == 0
    assert hands.host.locator(".holding").is_hidden()
    shown = list(hands.values().values())
    at = {name: values[2, 1] for name, values in w.values().items() if name != "p"}
    assert shown == [said(at[name]) for name in "fgoch"]
    before = w.values()["c"][1, 1]
    numbers = (
        f"{said(at['f'])} · {said(before)} + (1 − {said(at['f'])}) · {said(at['g'])}"
    )
    line = hands.host.locator(".line").inner_text()
    assert line == f"ct = f ct−1 + (1 − f) g = {numbers} = {said(at['c'])}"
    hands.press("ArrowRight")
    assert (hands.t, len(hands.likeliest())) == (3, V)
    assert (wrong, violations(tab)) == ([], [])
    tab.close()


def said(value):
    """Return a number as the page writes it, which has it with 16 bits."""
    text = f"{float(np.float16(value)):.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


START = """async (state) => {
  const { PageModel } = await import("/page_model.js");
  const { default: { render } } = await import("/bundle.js");
  window.model = new PageModel(state);
  const host = document.createElement("div");
  host.className = "view";
  document.body.append(host);
  render({ model: window.model, el: host });
}"""
ASK = "() => ({ text: model.get('text'), overrides: model.get('overrides') })"


@pytest.mark.browser
def test_live_the_reader_types_and_holds_and_python_answers(browser, trained):
    tab, wrong = parts_page(browser), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.clock.install(time=0)
    tab.clock.pause_at(HOUR)
    w = GateStepper.from_model(trained, VOCAB, SHOWN)
    sent = (*w.carried, "answers")
    tab.evaluate(START, {name: getattr(w, name) for name in sent})
    hands = Hands(tab, within=".view")

    def python_answers():
        """Carry what the reader did to Python, and its answer back."""
        tab.clock.run_for(60)
        asked = tab.evaluate(ASK)
        w.text = asked["text"]
        w.overrides = asked["overrides"]
        tab.evaluate("networks => model.set('networks', networks)", w.networks)

    hands.text.fill("cab bca ab")
    python_answers()
    assert (hands.t, len(w.read())) == (9, 10)
    assert list(hands.values().values()) == figures(w, 9)
    hands.steps.fill("4")
    hands.gate("f").fill("0.25")
    assert next(iter(hands.values().values())) == "0.25"  # at once, before the answer
    python_answers()
    assert list(hands.values().values()) == figures(w, 4)
    assert hands.dashed.get_attribute("d") != ""
    assert "without holding" in hands.likeliest()[0]
    hands.button("Let go of all").click()
    python_answers()
    assert list(hands.values().values()) == figures(w, 4)
    assert wrong == []
    tab.close()


def figures(w, t):
    return [said(w.values()[name][t, 0]) for name in "fgoch"]
