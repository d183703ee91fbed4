"""The stepper's state, without a page: what can be chosen, and what follows from it."""

import numpy as np
import pytest
import torch

import course_lib as cl
from course_lib.widgets import GateStepper

pytestmark = pytest.mark.browser

TEXT = "abcabcabca"
VOCAB = cl.Vocab("abc")
T, H = len(TEXT), 4
SHOW = """async ([given, acts]) => {
  const { Stepper } = await import("/state.js");
  const s = new Stepper(given);
  const results = acts.map((act) => new Function("s", `return ${act}`)(s));
  return results.map((r) => r && r.buffer ? [...r] : r);
}"""


@pytest.fixture
def stepper():
    layers = [cl.LSTM(3, H), cl.GRU(3, H), cl.RNN(3, 2)]
    return GateStepper.compare([cl.CharLM(layer, 3) for layer in layers], VOCAB, TEXT)


def driven(tab, stepper, *acts):
    """Return what each act gives, done one after the other."""
    given = {name: getattr(stepper, name) for name in stepper.carried}
    return tab.evaluate(SHOW, [given, list(acts)])


@pytest.mark.parametrize(
    ("act", "now"),
    [
        ("s.setT(3)", {"t": 3}),
        ("s.setT(-5)", {"t": 0}),
        ("s.setT(500)", {"t": T - 1}),
        ("s.setUnit(2)", {"unit": 2}),
        ("s.setUnit(-1)", {"unit": 0}),
        ("s.setUnit(99)", {"unit": H - 1}),
        ("s.setView('f')", {"view": "f"}),
        ("s.setView('z')", {"view": "c"}),
        ("s.setNetwork(1)", {"network": 1, "view": "h"}),
        ("s.setNetwork(-3)", {"network": 0}),
        ("[s.setUnit(3), s.setNetwork(7)]", {"network": 2, "unit": 1, "view": "h"}),
        ("s.setOrder('mean')", {"order": "mean"}),
        ("s.setOrder('constructor')", {"order": "trained"}),
        ("s.setOrder('nonsense')", {"order": "trained"}),
        ("s.moveUnit(1)", {"unit": 1}),
        ("s.moveUnit(-1)", {"unit": 0}),
        ("s.moveUnit(99)", {"unit": H - 1}),
        ("[s.setT(9), s.setText('ab')]", {"text": "ab", "t": 1}),
        ("s.setText('')", {"text": "", "t": 0}),
        ("s.setText('a\\ud800')", {"text": "a\ufffd"}),
    ],
)
def test_every_choice_stays_where_there_is_something(tab, stepper, act, now):
    chosen = "Object.fromEntries(['text', 't', 'unit', 'view', 'network', 'order', 'overrides'].map((k) => [k, s[k]]))"
    before, _, after = driven(tab, stepper, chosen, act, chosen)
    assert after == before | now


def test_units_are_ordered_by_mean_and_by_saturation(tab, stepper):
    values = stepper.values(0)["f"]
    _, _, mean, _, _, saturated = driven(
        tab, stepper, "s.setView('f')", "s.setOrder('mean')", "s.active.order",
        "s.setView('h')", "s.setOrder('saturation')", "s.active.order",
    )  # fmt: skip
    assert mean == np.argsort(-values.mean(0), kind="stable").tolist()
    extreme = (np.abs(stepper.values(0)["h"]) > 0.9).mean(0)
    assert saturated == np.argsort(-extreme, kind="stable").tolist()


def test_units_move_in_the_order_in_which_they_are_drawn(tab, stepper):
    *_, order, _, _, unit = driven(
        tab, stepper, "s.setView('f')", "s.setOrder('mean')", "s.active.order",
        "s.setUnit(s.active.order[0])", "s.moveUnit(2)", "s.unit",
    )  # fmt: skip
    assert unit == order[2]


def test_a_gate_is_held_where_the_switches_say_and_python_agrees(tab, stepper):
    *_, held, f, here, elsewhere, before = driven(
        tab, stepper, "s.setT(3)", "s.hold('f', 0.9)", "s.hold('f', 0.25)",
        "s.everyUnit = false", "s.onwards = false", "s.setUnit(2)", "s.hold('o', 0)",
        "s.overrides", "s.active.now.f",
        "s.isHeldNow('o')", "[s.setUnit(1), s.isHeldNow('o')][1]",
        "[s.setT(2), s.isHeldNow('f')][1]",
    )  # fmt: skip
    assert held == [
        {
            "network": 0,
            "gate": "f",
            "unit": None,
            "value": 0.25,
            "start": 3,
            "stop": None,
        },
        {"network": 0, "gate": "o", "unit": 2, "value": 0, "start": 3, "stop": 4},
    ]
    stepper.overrides = held
    values = stepper.values(0)["f"]
    assert np.allclose(np.reshape(f, (T, H)), values, rtol=0, atol=2e-6)
    assert (here, elsewhere, before) == (True, False, False)


def test_only_the_network_looked_at_is_held_and_reset_lets_go(tab, stepper):
    *_, held, others, _, after, left = driven(
        tab, stepper, "s.setNetwork(1)", "s.hold('z', 1)", "s.isHeld",
        "s.networks.map((n) => n.now === n.base)", "s.reset()", "s.isHeld", "s.overrides",
    )  # fmt: skip
    assert held is True
    assert others == [True, False, True]
    assert (after, left) == (False, [])


def test_a_new_text_lets_go_and_counts_what_it_leaves_out(tab, stepper):
    *_, overrides, T_, cut, length, kept, strange = driven(
        tab, stepper, "s.hold('f', 0)", f"s.setText('aX'.repeat({50_000}))",
        "s.overrides", "s.T", "s.cut", "s.length", "s.text.length", "s.strange",
    )  # fmt: skip
    assert overrides == []
    assert (T_, kept) == (stepper.limit, 2 * stepper.limit)
    assert (length, cut) == (100_000, 100_000 - 2 * stepper.limit + 1)
    assert strange == ["X"]


def test_what_comes_next_is_told_with_and_without_holding(tab, stepper):
    *_, likeliest, actual, _, at_end = driven(
        tab, stepper, "s.setT(4)", "s.hold('o', 0)", "s.likeliest(2)", "s.actual()",
        "s.setT(99)", "s.actual()",
    )  # fmt: skip
    free = stepper.values(0)["p"][4]
    stepper.overrides = [{"gate": "o", "value": 0, "start": 4}]
    p = stepper.values(0)["p"][4]
    best = np.argsort(-p)[:2]
    assert [each["token"] for each in likeliest] == ["abc"[k] for k in best]
    for each, k in zip(likeliest, best, strict=True):
        assert each["p"] == pytest.approx(p[k], abs=2e-6)
        assert each["base"] == pytest.approx(free[k], abs=2e-6)
    assert actual["token"] == TEXT[5]
    assert actual["p"] == pytest.approx(p["abc".index(TEXT[5])], abs=2e-6)
    assert at_end is None


def test_an_unknown_token_stands_for_what_is_not_known(tab):
    vocab = cl.Vocab("ab", unknown="?")
    w = GateStepper.from_model(cl.CharLM(cl.RNN(3, 2), 3), vocab, "a☃b")
    tokens, ids, strange, h = driven(
        tab, w, "s.tokens", "s.ids", "s.strange", "s.active.now.h"
    )
    assert (tokens, ids, strange) == (
        ["a", "☃", "b"],
        vocab.encode("a☃b").tolist(),
        ["☃"],
    )
    assert np.allclose(np.reshape(h, (3, 2)), w.values()["h"], rtol=0, atol=2e-6)


def test_a_trace_is_shown_as_it_was_computed(tab):
    model = cl.CharLM(cl.GRU(3, H, num_layers=2), 3)
    ids = VOCAB.encode(TEXT)[None]
    found = cl.trace(model, ids)
    with torch.no_grad():
        p = model(ids)[0].softmax(-1)
    w = GateStepper.from_trace(found, TEXT, probabilities=p, vocab=VOCAB)
    can_run, z, _, likeliest, actual = driven(
        tab,
        w,
        "s.canRun",
        "s.active.now.z",
        "s.setT(4)",
        "s.likeliest(2)",
        "s.actual()",
    )
    assert can_run is False
    assert np.array_equal(np.reshape(z, (T, H)), found.z[0].half().float())
    best = p[0, 4].topk(2)
    assert [each["token"] for each in likeliest] == ["abc"[k] for k in best.indices]
    assert [each["p"] for each in likeliest] == best.values.half().tolist()
    assert actual["p"] == p[0, 4, "abc".index(TEXT[5])].half().item()
