"""The parts of the explorables' JavaScript, one by one, against torch and NumPy."""

import base64
import json

import numpy as np
import pytest
import torch
from pages import calls
from torch import nn

import course_lib as cl
from course_lib.widgets.payload import encode, kind_of, pack
from course_lib.widgets.stepping import hold_of

pytestmark = pytest.mark.browser

V, H, T = 11, 16, 200
KINDS = {
    "our RNN": lambda: cl.RNN(V, H),
    "our GRU": lambda: cl.GRU(V, H),
    "our LSTM": lambda: cl.LSTM(V, H),
    "nn.RNN": lambda: nn.RNN(V, H, batch_first=True),
    "nn.GRU": lambda: nn.GRU(V, H, batch_first=True),
    "nn.LSTM": lambda: nn.LSTM(V, H, batch_first=True),
}
RUN = """async ([network, V, ids, overrides, from]) => {
  const { run, unpack } = await import("/numerics.js");
  const cut = unpack(network, V);
  const base = run(cut, ids);
  const full = overrides.length ? run(cut, ids, overrides) : base;
  const again = run(cut, ids, overrides, base, from);
  const plain = (out) => Object.fromEntries(
    Object.entries(out).map(([k, v]) => [k, v.length ? [...v] : v]));
  return [plain(full), plain(again)];
}"""


def trained_looking(kind, rounded):
    """Return a model whose weights are as large as those of a trained one."""
    model = cl.CharLM(KINDS[kind](), V)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2.5)
            if rounded:
                parameter.copy_(parameter.half())
    assert pack(model)["dtype"] == ("float16" if rounded else "float32")
    return model


def compare(found, expected):
    """Assert that c is within 1e-5 of torch's float32, and all else within 2e-6."""
    for name, values in expected.items():
        most = 1e-5 if name == "c" else 2e-6
        there = np.array(found[name]).reshape(values.shape)
        assert np.abs(there - values).max() <= most, name


@pytest.mark.parametrize("rounded", [True, False], ids=["float16", "float32"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_computes_what_torch_computes(tab, kind, rounded):
    model = trained_looking(kind, rounded)
    ids = torch.randint(V, (1, T))
    found, again = tab.evaluate(RUN, [pack(model), V, ids[0].tolist(), [], 120])
    with torch.no_grad():
        logits, _ = model(ids)
        output = model.layer(nn.functional.one_hot(ids, V).float())[0]
    expected = {k: v[0] for k, v in cl.trace(model, ids).numpy().items()}
    expected |= {"h": output[0].numpy(), "p": logits.softmax(-1)[0].numpy()}
    compare(found, expected)
    assert again == found


@pytest.mark.parametrize("kind", ["our GRU", "our LSTM", "nn.GRU", "nn.LSTM"])
def test_the_page_holds_gates_as_the_trace_does(tab, kind):
    model = trained_looking(kind, rounded=True)
    gates = "ifgo" if kind_of(model) == "lstm" else "rzn"
    overrides = [
        {"gate": gates[0], "value": 0.25, "unit": None, "start": 60, "stop": None},
        {"gate": gates[1], "value": 0.0, "unit": 3, "start": 50, "stop": 90},
        {"gate": gates[1], "value": 1.0, "unit": 3, "start": 70, "stop": 71},
        {"gate": gates[2], "value": -0.5 if gates[2] in "gn" else 0.5, "unit": 7, "start": 55,
         "stop": None},
    ]  # fmt: skip
    ids = torch.randint(V, (1, T))
    found, again = tab.evaluate(RUN, [pack(model), V, ids[0].tolist(), overrides, 50])
    assert again == found  # a run from the first hold on is the whole run
    held = cl.trace(model, ids, hold=[hold_of(o) for o in overrides])
    compare(found, {k: v[0] for k, v in held.numpy().items()})


def test_weights_of_another_number_are_an_error(tab):
    network = pack(trained_looking("our GRU", rounded=True))
    message = tab.evaluate(
        """async ([network, V]) => {
          const { unpack } = await import("/numerics.js");
          try { unpack(network, V); } catch (error) { return error.message; }
        }""",
        [network, V + 1],
    )
    assert "weights must be" in message


def test_all_65536_halves_are_read_as_numpy_reads_them(tab):
    bits = np.arange(65536, dtype="<u2")
    packed = base64.b64encode(bits.tobytes()).decode()
    found = tab.evaluate(
        """async (packed) => {
          const { decode } = await import("/numerics.js");
          return [...new Uint32Array(decode(packed, "float16").buffer)];
        }""",
        packed,
    )
    there = np.array(found, dtype=np.uint32).view(np.float32)
    with np.errstate(invalid="ignore"):
        expected = bits.view("<f2").astype(np.float32)
    assert np.array_equal(there, expected, equal_nan=True)
    finite = ~np.isnan(expected)
    assert np.array_equal(np.signbit(there)[finite], np.signbit(expected)[finite])


def test_float32_is_read_bit_by_bit(tab):
    numbers = np.array([1e-40, -0.0, 3.14159274, 3.4e38], dtype=np.float32)
    found = tab.evaluate(
        """async (packed) => {
          const { decode } = await import("/numerics.js");
          return [...decode(packed, "float32")];
        }""",
        encode(numbers, "float32"),
    )
    assert np.array_equal(np.array(found, dtype=np.float32), numbers)


def test_numbers_and_characters_are_written_as_they_are_read(tab):
    expected = {
        "number(0.126)": "0.13",
        "number(-0.001)": "0.00",
        "number(-1.5)": "\u22121.50",
        "percent(0.666)": "67 %",
        'spoken("T")': "capital T",
        'spoken("t")': "t",
        'spoken("É")': "capital É",
        'spoken(" ")': "space",
        'spoken("\\"")': "double quote",
        'spoken("7")': "7",
        'shown(" ")': "␣",
        'shown("\\n")': "¶",
        'shown("\\0")': "U+0",
        'shown("\\u0301")': "U+301",
        'spoken("\\u200f")': "U+200f",
        'shown("🙂")': "🙂",
        'shown("א")': "א",
    }
    assert calls(tab, "text.js", expected) == list(expected.values())


@pytest.mark.parametrize(
    ("characters", "unknown", "limit", "tokens", "ids", "strange", "used"),
    [
        ("abca", None, 9, "abca", [0, 1, 2, 0], "", 4),
        ("aXbXY", None, 9, "ab", [0, 1], "XY", 5),
        ("aXb", "c", 9, "aXb", [0, 2, 1], "X", 3),
        ("XXab", None, 1, "a", [0], "X", 3),
        ("abc", None, 2, "ab", [0, 1], "", 2),
        ("", None, 2, "", [], "", 0),
        ("🙂a", None, 2, "a", [0], "🙂", 2),
    ],
)
def test_a_text_is_read_as_far_as_it_is_known(
    tab, characters, unknown, limit, tokens, ids, strange, used
):
    text, other = json.dumps(characters), json.dumps(unknown)
    [found] = calls(
        tab, "text.js", [f'read([...{text}], ["a", "b", "c"], {other}, {limit})']
    )
    assert "".join(found["tokens"]) == tokens
    assert found["ids"] == ids
    assert "".join(found["strange"]) == strange
    assert found["used"] == used
