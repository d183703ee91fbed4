"""d2l, imported on any machine: it runs, and nobody else notices.

What a fresh interpreter would see is tried in one: `in_fresh_python` runs a script with
warnings as errors, a folder for made-up packages first on its path.
"""

import subprocess
import sys
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.d2l_peer import INSTALL, import_d2l

pytest.importorskip("d2l", reason="no d2l: pip install --no-deps d2l==0.17.0")
ROOT = Path(__file__).parents[2]
V, H = 5, 8
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def d2l():
    """Return d2l's module for torch."""
    return import_d2l().d2l


@pytest.fixture
def in_fresh_python(tmp_path):
    """Return a function that runs a script in a new interpreter, and gives its lines."""

    def run(script: str, packages: dict[str, str] | None = None) -> list[str]:
        for name, code in (packages or {}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(textwrap.dedent(code), encoding="utf-8")
        start = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n"
        start += "from course_lib.d2l_peer import import_d2l\n"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", start + textwrap.dedent(script)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def five_tensors(vocab_size, num_hiddens, device):
    """Return the parameters of a plain RNN, as d2l's from-scratch models have them."""
    sizes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)]
    sizes += [(num_hiddens, vocab_size), (vocab_size,)]
    return [(0.1 * torch.randn(size)).requires_grad_() for size in sizes]


def zeros(batch_size, num_hiddens, device):
    """Return the state before the first step."""
    return (torch.zeros(batch_size, num_hiddens),)


def plain_rnn(inputs, state, params):
    """Run a plain RNN over inputs (T, B, V); return the logits (T * B, V), and h."""
    (h,), (W_xh, W_hh, b_h, W_hq, b_q) = state, params
    logits = []
    for x_t in inputs:
        h = torch.tanh(x_t @ W_xh + h @ W_hh + b_h)
        logits.append(h @ W_hq + b_q)
    return torch.cat(logits), (h,)


def network(d2l, kind):
    """Return one of d2l's networks and what updates it."""
    if kind == "scratch":
        net = d2l.RNNModelScratch(V, H, CPU, five_tensors, zeros, plain_rnn)
        return net, lambda batch_size: d2l.sgd(net.params, 1, batch_size)
    net = d2l.RNNModel(getattr(nn, kind)(V, H), V)
    return net, torch.optim.SGD(net.parameters(), 1)


def in_order(d2l):
    """Return a text that goes 0 1 2 3 4 0 1 ... and d2l's vocabulary for it."""
    vocab = d2l.Vocab([], reserved_tokens=list("abcd"))
    return [n % V for n in range(400)], vocab


def test_it_says_what_it_mended_however_often_it_is_asked():
    first, second = import_d2l(), import_d2l()
    assert first.d2l is second.d2l is sys.modules["d2l.torch"]
    assert first.mended == second.mended
    assert all(line.endswith(".") and "\n" not in line for line in first.mended)
    first.mended.clear()
    assert import_d2l().mended == second.mended


@pytest.mark.parametrize("kind", ["scratch", "RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("use_random_iter", [False, True])
def test_its_networks_learn_and_write(d2l, kind, use_random_iter):
    net, updater = network(d2l, kind)
    corpus, vocab = in_order(d2l)
    cut = d2l.seq_data_iter_random if use_random_iter else d2l.seq_data_iter_sequential
    for _ in range(100):
        data = cut(corpus, 4, 10)
        loss = nn.CrossEntropyLoss()
        found, _ = d2l.train_epoch_ch8(net, data, loss, updater, CPU, use_random_iter)
        if found < 1.2:
            break
    assert found < 1.2
    assert d2l.predict_ch8("ab", 3, net, vocab, CPU) == "abcd<unk>"


def test_its_training_loop_draws_its_curve_and_reports(d2l, capsys):
    vocab = d2l.Vocab(list("time traveller "))
    net = d2l.RNNModel(nn.RNN(len(vocab), H), len(vocab))
    corpus = vocab[list("time traveller ")] * 20
    data = list(d2l.seq_data_iter_sequential(corpus, 4, 10))
    d2l.train_ch8(net, data, vocab, 1, 20, CPU)
    assert "perplexity" in capsys.readouterr().out
    assert len(plt.gcf().axes[0].lines[0].get_xdata()) == 2  # every tenth epoch
    plt.close("all")


def test_its_loader_reads_the_time_machine(d2l, time_machine, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data" / "timemachine.txt").write_text(time_machine, "utf-8")
    monkeypatch.chdir(tmp_path / "notebooks")  # d2l looks in ../data
    monkeypatch.setattr(d2l.requests, "get", None)  # and does not download
    data, vocab = d2l.load_data_time_machine(32, 35, max_tokens=-1)
    assert (len(data.corpus), len(vocab)) == (170_580, 28)
    assert len(cl.letters_only(time_machine)) == 173_428
    X, Y = next(iter(data))
    assert X.shape == Y.shape == (32, 35)


def test_a_broken_torchvision_is_replaced_for_d2l_alone(in_fresh_python):
    broken = """
        import torchvision.extension
        raise RuntimeError("operator torchvision::nms does not exist\\nand more")
    """
    packages = {"torchvision/__init__.py": broken, "torchvision/extension.py": ""}
    lines = in_fresh_python(
        """
        peer = import_d2l()
        print(peer.mended[0])
        print([name for name in sys.modules if name.startswith("torchvision")])
        try:
            peer.d2l.load_data_fashion_mnist(2)
        except AttributeError as error:
            print(error)
        try:
            import torchvision
        except RuntimeError as error:
            print(str(error).splitlines()[0])
        """,
        packages,
    )
    reason = "RuntimeError: operator torchvision::nms does not exist"
    assert lines[0] == f"torchvision does not import ({reason}): d2l has a stand-in."
    assert lines[1] == "[]"
    assert "got a stand-in without torchvision.transforms.ToTensor" in lines[2]
    assert reason in lines[2]
    assert lines[3] == "operator torchvision::nms does not exist"


def test_a_torchvision_that_works_is_used_even_if_it_warns(in_fresh_python):
    lines = in_fresh_python(
        """
        d2l, mended = import_d2l()
        import torchvision
        assert d2l.torchvision is torchvision
        assert d2l.transforms is torchvision.transforms
        print(len(mended), any("torchvision" in line for line in mended))
        """,
        {
            "torchvision/__init__.py": "import warnings; warnings.warn('no libjpeg')",
            "torchvision/transforms.py": "",
        },
    )
    assert lines == ["2 False"]


def test_importing_it_changes_nothing(in_fresh_python):
    lines = in_fresh_python(
        """
        import os, random, warnings
        import matplotlib, matplotlib.pyplot, numpy, pandas, torch
        import IPython.display, PIL, requests

        def state():
            return {
                "matplotlib": dict(matplotlib.rcParams),
                "dtype": torch.get_default_dtype(),
                "device": torch.get_default_device(),
                "threads": torch.get_num_threads(),
                "gradients": torch.is_grad_enabled(),
                "torch": torch.get_rng_state().tolist(),
                "numpy": str(numpy.random.get_state()),
                "random": random.getstate(),
                "filters": list(warnings.filters),
                "environment": dict(os.environ),
                "path": list(sys.path),
                "display": sorted(vars(IPython.display)),
                "torchvision": sys.modules.get("torchvision", "nothing"),
            }

        for torchvision in ("as it is", None):
            if torchvision is None:
                sys.modules["torchvision"] = None  # so that importing it fails
            before = state()
            d2l, _ = import_d2l()
            d2l.use_svg_display()
            after = state()
            print([key for key in before if before[key] != after[key]])
            import course_lib.d2l_peer
            course_lib.d2l_peer._mended_d2l.cache_clear()
            del sys.modules["d2l.torch"]
        from IPython.core.interactiveshell import InteractiveShell
        print(InteractiveShell.initialized())
        """
    )
    assert lines == ["[]", "[]", "False"]


def test_in_a_notebook_its_figures_become_svg(in_fresh_python):
    lines = in_fresh_python(
        """
        from IPython.core.history import HistoryManager
        from IPython.core.interactiveshell import InteractiveShell
        from matplotlib.figure import Figure
        HistoryManager.enabled = False
        formatters = InteractiveShell.instance().display_formatter.formatters
        import_d2l().d2l.use_svg_display()
        print([n for n, f in formatters.items() if Figure in f.type_printers])
        """
    )
    assert lines[-1] == "['image/svg+xml']"


def test_what_is_missing_is_named_with_what_to_type(in_fresh_python):
    lines = in_fresh_python(
        """
        import types

        other = types.ModuleType("d2l")
        other.__version__ = "1.0.3"
        for name, stand_in in (("d2l", None), ("d2l", other), ("requests", None)):
            sys.modules.pop("d2l", None)
            sys.modules[name] = stand_in
            try:
                import_d2l()
            except ImportError as error:
                print(error)
            del sys.modules[name]
        print(len(import_d2l().mended) > 0)  # nothing stands in its way any more
        """
    )
    assert lines[0] == f"expected d2l 0.17, got none installed: {INSTALL}"
    assert lines[1].startswith("expected d2l 0.17, got 1.0.3")
    assert lines[1].endswith(INSTALL)
    assert lines[2] == "expected what d2l imports, got no requests: install it as well"
    assert lines[3:] == ["True"]
