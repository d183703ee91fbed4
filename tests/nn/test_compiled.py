"""Compiled loops: as exact as they say, as torch where numbers end, and not required."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.nn import passes

pytest.importorskip("numba")
from course_lib.nn.bptt import by_hand
from course_lib.nn.compiled import functions, products
from course_lib.nn.compiled import passes as loops
from course_lib.nn.compiled.loop import loop
from course_lib.nn.unrolling import weights_of

D, H = 3, 5
KINDS = [cl.RNN, cl.LSTM, cl.GRU]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
EXACT = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}


@loop
def all_sigmoid(x, y):
    for j in range(len(x)):
        y[j] = functions.sigmoid(x[j])


@loop
def all_tanh(x, y):
    for j in range(len(x)):
        y[j] = functions.tanh(x[j])


APPLIED = {"sigmoid": all_sigmoid, "tanh": all_tanh}


def worst(name, x):
    """Return the largest error over float32 numbers, in units in the last place."""
    y, exact = np.empty_like(x), EXACT[name](x.astype(np.float64))
    APPLIED[name](x, y)
    return (abs(y - exact) / np.spacing(abs(exact).astype(np.float32))).max()


def between(low, high, step):
    """Give every step-th float32 between two positive numbers, in pieces."""
    first, last = np.array([low, high], np.float32).view(np.int32).tolist()
    for start in range(first, last + 1, step << 22):
        stop = min(start + (step << 22), last + 1)
        yield np.arange(start, stop, step, dtype=np.int32).view(np.float32)


@pytest.mark.parametrize("step", [4001, pytest.param(1, marks=pytest.mark.weekly)])
@pytest.mark.parametrize("name", APPLIED)
def test_functions_are_exact_to_four_units_in_the_last_place(name, step):
    least = np.finfo(np.float32).tiny
    for x in between(least, 20, step):
        assert worst(name, x) <= 4
        assert worst(name, -x) <= 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", APPLIED)
def test_functions_are_torchs_where_numbers_end(name, dtype):
    ends = {np.float32: 88.5, np.float64: 709.5}[dtype]
    x = np.array([np.nan, np.inf, -np.inf, 0, 60, -60, 1e5, -1e5, ends, -ends], dtype)
    y = np.empty_like(x)
    APPLIED[name](x, y)
    theirs = getattr(torch, name)(torch.from_numpy(x))
    tiny = float(np.finfo(dtype).tiny)
    torch.testing.assert_close(
        torch.from_numpy(y), theirs, rtol=1e-6, atol=tiny, equal_nan=True
    )


def test_a_sigmoid_that_only_double_precision_can_hold_is_held():
    x = np.array([-88.0, -200.0, -700.0])
    y = np.empty_like(x)
    all_sigmoid(x, y)
    np.testing.assert_allclose(y, np.exp(x), rtol=1e-13)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (4, 4, 4), (7, 9, 6), (33, 65, 130)])
def test_products_are_numpys(sizes):
    B, K, N = sizes
    a, W, start = np.random.rand(B, K), np.random.rand(K, N), np.random.rand(B, N)
    for product, weight in (
        (products.add_product, W),
        (products.add_product_by_dots, np.ascontiguousarray(W.T)),
    ):
        out = start.copy()
        product(out, a, weight)
        np.testing.assert_allclose(out, start + a @ W, rtol=1e-13)


@each_kind
def test_the_gradient_is_the_slope(kind):
    layer = kind(D, H, backward="compiled").double()
    x = torch.randn(2, 4, D).double().requires_grad_()
    leaves = [x, *layer.parameters()]

    def run(x, *parameters):
        weights, W = parameters, parameters[1]
        state = [W.new_zeros(2, H) for _ in layer.cell.state_names]
        return by_hand(loops.COMPILED[layer.cell], x, state, weights)

    assert torch.autograd.gradcheck(run, leaves)


@pytest.mark.parametrize("units", [8, 70])  # the two products forwards
@each_kind
def test_in_single_precision_it_is_torch_to_a_millionth(kind, units):
    ours, theirs = (
        kind(D, units),
        getattr(nn, kind.__name__)(D, units, batch_first=True),
    )
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(4, 30, D)
    results = []
    for layer in (ours, theirs):
        output, _ = layer(x)
        gradients = torch.autograd.grad(output.square().mean(), layer.parameters())
        results.append([output, *gradients])
    for a, b in zip(*results, strict=True):
        assert (a - b).abs().max() <= 1e-6 * max(1, b.abs().max())


@each_kind
def test_it_is_the_way_that_is_taken(kind):
    x, W = torch.rand(2, 3, D), kind(D, H).weight_hh_l0
    compiled, hand = loops.COMPILED[kind.cell], passes.BY_HAND[kind.cell]
    assert passes.pass_of("auto", kind.cell, W, x) is compiled
    assert passes.pass_of("hand", kind.cell, W, x) is hand
    assert passes.pass_of("autograd", kind.cell, W, x) is None
    for other in (W.half(), W.to("meta"), W.bfloat16()):
        assert passes.pass_of("compiled", kind.cell, other, x) is hand
    with torch.autocast("cpu", torch.bfloat16):
        assert passes.pass_of("auto", kind.cell, W, x) is hand
        assert passes.pass_of("auto", kind.cell, W.double(), x) is compiled


def test_a_large_step_is_left_to_many_threads(monkeypatch):
    W, x = torch.empty(4 * 512, 512), torch.empty(32, 3, D)
    for threads, way in ((1, "compiled"), (2, "compiled"), (4, "hand")):
        monkeypatch.setattr(torch, "get_num_threads", lambda n=threads: n)
        found = passes.pass_of("auto", cl.LSTMCell, W, x)
        assert (
            found
            is (loops.COMPILED if way == "compiled" else passes.BY_HAND)[cl.LSTMCell]
        )
        assert passes.pass_of("compiled", cl.LSTMCell, W, x) is loops.LSTMCompiled


@pytest.mark.parametrize("number", [torch.nan, torch.inf, -torch.inf])
@each_kind
def test_what_is_no_number_comes_out_as_torchs(kind, number):
    ours, theirs = kind(D, H), getattr(nn, kind.__name__)(D, H, batch_first=True)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 6, D)
    x[0, 3, 1] = number
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x), equal_nan=True)
        held = torch.zeros(1, 2, H)
        held[0, 1, 2] = number
        state = (held, held) if kind is cl.LSTM else held
        torch.testing.assert_close(ours(x, state), theirs(x, state), equal_nan=True)


@each_kind
def test_the_same_comes_out_each_time_and_in_many_threads_at_once(kind):
    layer, x = kind(D, H), torch.randn(4, 50, D)
    found = [None] * 8

    def run(k):
        output, _ = layer(x)
        found[k] = torch.autograd.grad(output.sum(), list(layer.parameters()))

    threads = [threading.Thread(target=run, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for gradients in found:
        assert all(map(torch.equal, gradients, found[0]))


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_hh_l0"])
@each_kind
def test_what_does_not_fit_is_refused_before_a_loop_reads_it(kind, name):
    for wrong in (lambda p: p[:-1], lambda p: p.repeat(2, *[1] * (p.dim() - 1))):
        layer = kind(D, H)
        value = wrong(getattr(layer, name).detach()).contiguous()
        setattr(layer, name, nn.Parameter(value))
        with pytest.raises(ValueError, match=r"_\w+ of a layer must be"):
            layer(torch.ones(2, 3, D))


@each_kind
def test_a_state_that_does_not_fit_is_refused(kind):
    layer, x = kind(D, H), torch.ones(2, 3, D)
    for sizes in ((2, H + 1), (3, H), (H,)):
        state = [torch.zeros(sizes) for _ in kind.cell.state_names]
        with pytest.raises(RuntimeError, match=f"for {H} units, . blocks and 2 sequ"):
            by_hand(loops.COMPILED[kind.cell], x, state, weights_of(layer, 0))


def python(program, **environment):
    """Run a program in a new process; return what it prints."""
    run = [sys.executable, "-c", program]
    found = subprocess.run(run, capture_output=True, text=True, env=environment)
    assert found.returncode == 0, found.stderr
    return found.stdout


TRAINED = """
layer = cl.RNN(3, 5)
layer(torch.ones(2, 4, 3))[0].sum().backward()
print(passes.pass_of("auto", cl.RNNCell, layer.weight_hh_l0, torch.ones(2, 4, 3)).__name__)
"""
IMPORTS = """
import resource, sys
import torch
"""
COURSE = """
import course_lib as cl
from course_lib.nn import passes
"""


def test_without_numba_all_goes_on_by_hand():
    blocked = IMPORTS + "sys.modules['numba'] = None\n" + COURSE + TRAINED
    refused = (
        "try:\n    cl.GRU(3, 5, backward='compiled')\nexcept ValueError as error:\n"
    )
    printed = python(blocked + refused + "    print(error)").splitlines()
    assert printed[0] == "RNNThroughTime"
    assert printed[1].startswith('backward="compiled" needs numba, and there is none')


def test_numba_is_not_imported_before_a_layer_needs_it():
    asked = "print('numba' in sys.modules)\n"
    assert python(IMPORTS + COURSE + asked + TRAINED + asked).split() == [
        "False",
        "RNNCompiled",
        "True",
    ]


@pytest.mark.parametrize("place", ["unwritable", "full"])
def test_a_cache_that_takes_nothing_is_no_error(place, tmp_path):
    (tmp_path / "unwritable").write_text("a file, so that no folder can be made")
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n" * (place == "full")
    printed = python(
        IMPORTS + COURSE + limit + TRAINED, NUMBA_CACHE_DIR=f"{tmp_path / place}"
    )
    assert printed == "RNNCompiled\n"


@pytest.mark.slow
def test_several_processes_may_compile_at_once(tmp_path):
    run = [sys.executable, "-c", IMPORTS + COURSE + TRAINED]
    environment = {"NUMBA_CACHE_DIR": str(tmp_path)}
    several = [
        subprocess.Popen(run, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [each.communicate()[0] for each in several] == ["RNNCompiled\n"] * 3
    assert all(each.returncode == 0 for each in several)
    assert list(tmp_path.rglob("*.nbc"))


def test_a_file_keeps_the_way_for_machines_without_numba(tmp_path):
    for way, kept in (("compiled", "auto"), ("auto", "auto"), ("hand", "hand")):
        cl.save(tmp_path / "layer.safetensors", cl.GRU(D, H, backward=way))
        assert cl.load(tmp_path / "layer.safetensors").model.backward == kept
