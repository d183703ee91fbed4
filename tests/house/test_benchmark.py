"""The benchmark: what it runs is the same task, and what it writes can be read."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import torch

import course_lib as cl
from course_lib.records.store import provenance

FOLDER = Path(__file__).parents[2] / "benchmarks"
needs_d2l = pytest.mark.skipif(
    importlib.util.find_spec("d2l") is None, reason="d2l is not installed here"
)
KINDS = ["RNN", "LSTM", "GRU"]


@pytest.fixture
def bench(monkeypatch):
    """Import the benchmark's modules, which live beside the library."""
    monkeypatch.syspath_prepend(str(FOLDER))
    names = ("bench", "contenders", "layers", "measure", "programs", "report")
    yield importlib.import_module("bench")
    for name in names:
        sys.modules.pop(name, None)


@needs_d2l
@pytest.mark.parametrize("kind", KINDS)
def test_all_contenders_solve_the_same_task(bench, kind):
    contenders = bench.measure.CONTENDERS
    size = bench.Size(kind, 6, 5, B=3, T=4)
    ids = torch.randint(6, (3, 4))
    for name, make in contenders.items():
        made = make(size)
        assert made.forward(ids).reshape(-1, 6).shape == (12, 6), name
        before = [p.detach().clone() for p in made.parameters]
        torch.manual_seed(0)
        bench.measure.training_step(made, size)()
        moved = [
            not torch.equal(a, b) for a, b in zip(before, made.parameters, strict=True)
        ]
        assert all(moved), name
        text = made.write("一丁", 7)
        assert len(text) == 9
        assert set(text) <= set("一丁丂七丄丅")


@needs_d2l
def test_d2ls_style_computes_what_ours_does(bench):
    size = bench.Size("LSTM", 6, 5, B=3, T=4)
    contenders = bench.measure.CONTENDERS
    theirs, mine = contenders["d2l, scratch"](size), contenders["ours"](size)
    p = [value.detach() for value in theirs.parameters]
    order = (0, 1, 3, 2)  # theirs are i, f, o, g; ours i, f, g, o
    W_x, W_h, b = ([p[3 * k + n] for k in order] for n in range(3))
    given = [torch.cat(W_x, 1).T, torch.cat(W_h, 1).T, torch.cat(b), torch.zeros(20)]
    with torch.no_grad():
        for own, value in zip(mine.parameters, [*given, p[-2].T, p[-1]], strict=True):
            own.copy_(value)
    ids = torch.randint(6, (3, 4))
    rows = theirs.forward(ids).view(4, 3, 6).transpose(0, 1)
    assert torch.allclose(mine.forward(ids), rows, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_layers_alone_take_the_same_step(bench, kind):
    layers, size = bench.layers, bench.LayerSize(kind, B=2, T=5, D=3, H=4)
    made = {name: layers.made(size, name) for name in ("ours", "hand", "torch")}
    assert made["hand"].backward == "hand"
    assert made["ours"].backward == "auto"
    x = torch.randn(2, 5, 3)
    for name in ("ours", "hand"):
        made[name].load_state_dict(made["torch"].state_dict())
        assert torch.allclose(made[name](x)[0], made["torch"](x)[0], atol=1e-6)


@pytest.fixture
def small(bench):
    """Return a plan that ends in seconds."""
    sizes = [bench.Size(kind, 5, 4, B=2, T=3) for kind in KINDS]
    growth = {"T": [bench.Size("LSTM", 5, 4, B=2, T=T) for T in (2, 3)]}
    alone = [bench.LayerSize("LSTM", 2, T, 3, H) for T in (3, 6) for H in (2, 4)]
    others = {"map": alone, "floats": alone[:1], "long": alone[1::2], "fit": sizes[1:2]}
    return bench.Plan(1, 3, 0.01, sizes, growth, **others)


@needs_d2l
def test_a_run_gives_every_number_that_the_page_shows(bench, small, tmp_path):
    before = torch.get_num_threads()
    results = bench.run(small)
    assert torch.get_num_threads() == before
    bench.write(tmp_path / "b.json", "make bench", results, 1.0)
    record = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert "make bench" in provenance(record)
    results = record["results"]
    assert [row["kind"] for row in results["training"]] == KINDS
    alone = [row for name in ("floats", "map", "long", "fit") for row in results[name]]
    for row in (*results["training"], results["writing"], *alone):
        assert min(row["milliseconds"].values()) > 0
        for low, median, high in row["speed_up"].values():
            assert 0 < low <= median <= high
    assert set(results["training"][0]["speed_up"]) == {*bench.measure.AGAINST}
    assert set(results["floats"][0]["speed_up"]) == {"hand", "torch"}
    for grown in (results["growth"]["T"], results["long"]):
        kept = [row["saved_bytes"]["ours"] for row in grown]
        assert kept[0] < kept[1]
    assert min(results["first_call"].values()) > 0
    shown = bench.report.text(results)
    for row in (*results["training"], *alone):
        assert row["size"] in shown
    bench.report.draw(tmp_path / "b.png", results)
    assert (tmp_path / "b.png").stat().st_size > 0


def test_operations_are_those_of_the_products(bench):
    size = bench.Size("LSTM", 7, 5, B=2, T=3)
    forward = 2 * (2 * 3) * (5 * 20 + 5 * 7)  # two for each entry of W_hh and the head
    assert bench.measure.operations(size) == 3 * forward


def test_the_record_is_a_full_run(bench):
    record = cl.read_record("benchmark")
    assert record["command"] == "make bench"
    assert record["threads"] == 1
    shown = [row["size"] for row in record["results"]["training"]]
    assert shown == [str(size) for size in bench.SIZES]
    for name, sizes in (("floats", bench.FLOATS), ("map", bench.MAP)):
        assert [row["size"] for row in record["results"][name]] == [*map(str, sizes)]
