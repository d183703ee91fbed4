"""What a prediction looked back at: the page's numbers against torch's autograd.

Shapes: T time steps, H hidden size, V vocabulary size.
"""

import pytest
import torch
from looked import by_autograd, log_p
from pages import HOST, parts_page
from torch.nn.functional import one_hot

import course_lib as cl
from course_lib.widgets.bundle import FOLDER
from course_lib.widgets.payload import kind_of, pack
from course_lib.widgets.stepping import hold_of

pytestmark = pytest.mark.browser

V, H, T, STEP, TARGET = 11, 6, 24, 19, 4
KINDS = {
    "RNN": lambda: cl.RNN(V, H),
    "GRU": lambda: torch.nn.GRU(V, H, batch_first=True),
    "LSTM": lambda: cl.LSTM(V, H),
}
LOOK = """async ([network, V, ids, overrides, t, target]) => {
  const { run, unpack } = await import("/numerics.js");
  const { influence, leftOut } = await import("/influence.js");
  const cut = unpack(network, V);
  const given = [cut, ids, run(cut, ids, overrides), overrides, t, target];
  const { p, norm, signed } = influence(...given);
  const portions = leftOut(...given);
  const done = [];
  let next;
  while (!(next = portions.next()).done) done.push(next.value);
  return { p, norm: [...norm], signed: [...signed], left: [...next.value], done };
}"""


def made(kind):
    """Return a model in float64 whose weights are what the page carries, and its pack."""
    model = cl.CharLM(KINDS[kind](), V)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((2 * parameter).half())
    packed = pack(model)
    assert packed["dtype"] == "float16"
    return model.double(), packed


def overrides_of(kind):
    """Return holds of every sort: in all units, in one, for a while, one on another."""
    if kind == "RNN":
        return []
    gates = "ifgo" if kind == "LSTM" else "rzn"
    return [
        {"gate": gates[0], "value": 0.25, "unit": None, "start": 9, "stop": 15},
        {"gate": gates[1], "value": 0.0, "unit": 3, "start": 4, "stop": 12},
        {"gate": gates[1], "value": 1.0, "unit": 3, "start": 7, "stop": 8},
        {"gate": gates[2], "value": 0.5, "unit": 2, "start": 5, "stop": None},
    ]


def holds(overrides):
    """Return overrides as what a held cell takes."""
    return [hold_of(o) for o in overrides]


def looked(tab, packed, ids, overrides):
    """Return what the page finds, as tensors."""
    given = [packed, V, ids.tolist(), overrides, STEP, TARGET]
    found = tab.evaluate(LOOK, given)
    return {k: torch.tensor(v, dtype=torch.float64) for k, v in found.items()}


def difference(found, expected):
    """Return the largest error of an entry, relative to it."""
    assert (expected != 0).all()
    return ((found - expected).abs() / expected.abs()).max().item()


HELD = [("RNN", False), ("GRU", False), ("GRU", True), ("LSTM", False), ("LSTM", True)]


@pytest.mark.parametrize(("kind", "is_held"), HELD)
def test_the_influence_is_the_gradient_that_autograd_finds(tab, kind, is_held):
    model, packed = made(kind)
    assert kind_of(model) == kind.lower()
    ids, overrides = torch.randint(V, (T,)), overrides_of(kind) if is_held else []
    found = looked(tab, packed, ids, overrides)
    norm, signed = by_autograd(model, ids[: STEP + 1], TARGET, holds(overrides))
    assert found["norm"].shape == found["signed"].shape == (STEP + 1,)
    assert difference(found["norm"], norm) < 1e-6
    assert difference(found["signed"], signed) < 1e-6
    x = one_hot(ids[: STEP + 1], V).double()
    assert (
        difference(found["p"].log(), log_p(model, x, TARGET, holds(overrides))) < 1e-6
    )


def without(overrides, s):
    """Return holds that stay with their characters when that of step s goes."""
    moved = [
        o | {"start": o["start"] - (o["start"] > s)}
        | {"stop": o["stop"] and o["stop"] - (o["stop"] > s)}
        for o in overrides
    ]  # fmt: skip
    return holds(o for o in moved if o["start"] != o["stop"])


@pytest.mark.parametrize(("kind", "is_held"), HELD)
def test_what_is_left_out_is_as_if_the_text_were_shorter(tab, kind, is_held):
    model, packed = made(kind)
    ids, overrides = torch.randint(V, (T,)), overrides_of(kind) if is_held else []
    found = looked(tab, packed, ids, overrides)
    x = one_hot(ids[: STEP + 1], V).double()
    with torch.no_grad():
        whole = log_p(model, x, TARGET, holds(overrides))
        rest = [
            log_p(model, torch.cat([x[:s], x[s + 1 :]]), TARGET, without(overrides, s))
            for s in range(STEP)
        ]
    assert (found["left"] - (torch.stack(rest) - whole)).abs().max() < 1e-9
    steps = STEP * (STEP + 1) // 2
    assert found["done"].tolist() == [k / steps for k in range(1, steps + 1)]


BROKEN = {
    "RNN": ("(1 - now.h[k] * now.h[k])", "1"),
    "GRU": ("s[2 * H + u] = d * r[k];", "s[2 * H + u] = d;"),
    "LSTM": ("dc[u] = d * f[k];", "dc[u] = d;"),
    "held GRU": ("markHeld(work, overrides, s);", ";"),
    "held LSTM": ("markHeld(work, overrides, s);", ";"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_backward_pass_that_lacks_a_factor_is_found(browser, name):
    factor, none = BROKEN[name]
    source = (FOLDER / "js" / "influence.js").read_text("utf-8")
    assert source.count(factor) == 1
    broken, tab = source.replace(factor, none), parts_page(browser)
    tab.route(
        f"{HOST}/influence.js",
        lambda route: route.fulfill(body=broken, content_type="text/javascript"),
    )
    kind = name.split()[-1]
    model, packed = made(kind)
    overrides = overrides_of(kind) if "held" in name else []
    ids = torch.randint(V, (T,))
    found = looked(tab, packed, ids, overrides)
    norm, _ = by_autograd(model, ids[: STEP + 1], TARGET, holds(overrides))
    assert difference(found["norm"], norm) > 1e-2
    tab.close()


@pytest.mark.parametrize(
    ("share", "half"),
    [
        ([0.5, 0.25, 0.25], 2),
        ([0.0, 0.0, 1.0], 1),
        ([0.75, 0.125, 0.125], 3),
        ([1.0], 1),
    ],
)
def test_half_of_the_influence_is_counted_from_the_end(tab, share, half):
    script = """async (share) => {
      const { halfOf, shares } = await import("/influence.js");
      return [halfOf(share), shares(share.map((x) => 8 * x)), shares([0, 0])];
    }"""
    assert tab.evaluate(script, share) == [half, share, [0, 0]]
