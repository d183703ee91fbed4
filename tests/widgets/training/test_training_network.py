"""Training in the page against torch: gradients in float64, losses of `cl.fit`."""

import numpy as np
import pytest
import torch
from pages import HOST, part_of, parts_page

import course_lib as cl
from course_lib.data.shouting import shouting
from course_lib.training.metrics import cross_entropy

pytestmark = pytest.mark.browser

B, T, H = 16, 32, 32
KINDS = ("rnn", "lstm", "gru")
WAYS = ("compiled", "plain")
NAMES = ("W_ih", "W_hh", "b_ih", "b_hh", "W_out", "b_out")
LOSSES = 300
RATE, CLIP = 0.003, 0.3

MAKE = """async ([sizes, weights, way]) => {
  const { Network } = await import("/training/network.js");
  const { compiledKernels } = await import("/training/arena.js");
  const compiled = way === "compiled" ? compiledKernels() : null;
  const net = new Network({ ...sizes, compiled, random: () => 0 });
  net.load(weights);
  window.net = net;
  return net.kernels.memory === undefined && (way === "plain") === (compiled === null);
}"""
GRADIENTS = """(windows) => {
  windows.forEach(({ x, y }, k) => {
    net.forward(x, y);
    net.backward();
    if (k < windows.length - 1) net.carry();
  });
  const found = net.copies(net.at.grads);
  return Object.fromEntries(Object.entries(found).map(([k, v]) => [k, [...v]]));
}"""
LEARN = """([windows, rate, clip]) => {
  net.resetState();
  return windows.map((window) => (net.learn(window, rate, clip), [net.loss, net.norm]));
}"""


@pytest.fixture(scope="module")
def text():
    """Return the vocabulary of a text, and its ids."""
    written = shouting(4000)
    vocab = cl.Vocab(written)
    return vocab, vocab.encode(written)


def across(data) -> list[dict]:
    """Return windows (B, T) as the page reads them, step by step."""
    return [{"x": x.T.flatten().tolist(), "y": y.T.flatten().tolist()} for x, y in data]


def model_of(kind: str, V: int) -> cl.CharLM:
    """Return a model with the same weights for each call."""
    torch.manual_seed(0)
    return cl.CharLM(getattr(cl, kind.upper())(V, H), V)


def flat(tensors) -> dict[str, list[float]]:
    """Return a model's weights, or their gradients, by the page's names."""
    return {
        n: t.double().flatten().tolist() for n, t in zip(NAMES, tensors, strict=True)
    }


def make(tab, kind: str, model: cl.CharLM, way: str = "compiled", rows=(B, T)) -> None:
    """Make the network in the page, with a model's weights."""
    sizes = {"kind": kind, "H": H, "V": model.vocab_size, "B": rows[0], "T": rows[1]}
    assert tab.evaluate(MAKE, [sizes, flat(model.parameters()), way])


def gradients(model: cl.CharLM, windows) -> dict[str, np.ndarray]:
    """Return torch's gradients in float64 of the last window, the state carried on."""
    model, state = model.double(), None
    for x, y in windows:
        logits, state = model(x, state)
        state = tuple(s.detach() for s in state) if len(state) == 2 else state.detach()
        loss = cross_entropy(logits, y)
    model.zero_grad()
    loss.backward()
    return {
        n: p.grad.flatten().numpy()
        for n, p in zip(NAMES, model.parameters(), strict=True)
    }


def apart(found: dict, expected: dict) -> float:
    """Return the largest relative distance of the gradients of one weight."""
    return max(
        float(np.linalg.norm(np.array(found[n]) - g) / np.linalg.norm(g))
        for n, g in expected.items()
    )


def compared(tab, kind: str, text, way: str = "compiled") -> float:
    """Return how far the page's gradients are from torch's, relatively."""
    vocab, ids = text
    model, windows = model_of(kind, len(vocab)), list(cl.windows(ids, B, T))[:2]
    make(tab, kind, model, way)
    found = tab.evaluate(GRADIENTS, across(windows))
    return apart(found, gradients(model, windows))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_torchs(tab, text, kind, way):
    assert compared(tab, kind, text, way) < 2e-6


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_losses_are_those_of_fit(tab, text, kind, way):
    vocab, ids = text
    model, windows = model_of(kind, len(vocab)), list(cl.windows(ids, B, T))[:LOSSES]
    make(tab, kind, model, way)
    there = np.array(tab.evaluate(LEARN, [across(windows), RATE, CLIP]))
    losses = []

    def noted(output, y):
        losses.append(cross_entropy(output, y))
        return losses[-1]

    adam = torch.optim.Adam(model.parameters(), lr=RATE)
    how = {"epochs": 1, "clip": CLIP, "progress": False}
    cl.fit(model, Adjacent(windows), optimizer=adam, loss=noted, **how)
    expected = np.array([loss.item() for loss in losses])
    assert len(expected) == LOSSES
    assert np.abs(there[:, 0] - expected).max() < 1e-5
    assert (there[:, 1] > CLIP).any()  # some gradients were clipped


class Adjacent(list):
    """Windows of which each goes on where the one before ended."""

    adjacent = True


# What to break in a backward pass: (kind, what stands there, what is put there).
BROKEN = {
    "f's own derivative": ("lstm", "* forget * (1 - forget)", "* (1 - forget)"),
    "memory that is let go": ("lstm", "f[dc + k] = dm * forget;", "f[dc + k] = dm;"),
    "r past the candidate": (
        "gru",
        "f[es + j + 2 * H] = dn * r",
        "f[es + j + 2 * H] = dn",
    ),
    "z past the gates": ("gru", "f[dPrev + k] += dh * z", "f[dPrev + k] += dh"),
    "tanh's derivative": ("rnn", "* (1 - f[h + k] * f[h + k])", ""),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_backward_pass_is_found(browser, text, fault):
    kind, right, wrong = BROKEN[fault]
    tab = parts_page(browser)
    source = part_of("training/plain_kernels.js")
    assert source.count(right) == 1
    tab.route(
        f"{HOST}/training/plain_kernels.js",
        lambda route: route.fulfill(
            body=source.replace(right, wrong), content_type="text/javascript"
        ),
    )
    assert compared(tab, kind, text, "plain") > 1e-3
    tab.close()


def test_a_step_that_is_not_finite_changes_no_weight(tab, text):
    vocab, ids = text
    model, windows = model_of("lstm", len(vocab)), list(cl.windows(ids, B, T))[:1]
    with torch.no_grad():
        model.head.weight.fill_(float("nan"))
    make(tab, "lstm", model)
    before, after, fine = tab.evaluate(
        """(windows) => {
          const numbers = () => [...net.copies().W_hh];
          const before = numbers();
          const fine = net.learn(windows[0], 0.01, 1);
          return [before, numbers(), fine];
        }""",
        across(windows),
    )
    assert not fine
    assert before == after


def test_a_step_takes_no_memory(browser, text):
    """A step of 512 characters leaves less than 512 bytes to be collected."""
    vocab, ids = text
    tab = parts_page(browser)
    make(tab, "gru", model_of("gru", len(vocab)))
    tab.evaluate(
        """(windows) => {
          window.steps = (count) => {
            for (let k = 0; k < count; k++) net.learn(windows[k % 4], 0.003, 1);
          };
          steps(300);
        }""",
        across(list(cl.windows(ids, B, T))[:4]),
    )
    session = tab.context.new_cdp_session(tab)
    session.send("HeapProfiler.collectGarbage")
    before = session.send("Runtime.getHeapUsage")["usedSize"]
    tab.evaluate("steps(500)")
    after = session.send("Runtime.getHeapUsage")["usedSize"]
    assert (after - before) / 500 < B * T
    tab.close()
