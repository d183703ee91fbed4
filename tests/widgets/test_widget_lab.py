"""The gate stepper in a live JupyterLab: Python and the page know the same."""

import os
import secrets
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from explored import Hands
from playwright.sync_api import expect
from trained import BenchHands

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = 'He said "HELLO THERE" to the man.'
CELLS = [
    f"""import ipywidgets
import course_lib as cl
from course_lib.widgets import GateStepper
saved = cl.shipped("shouting_lstm")
w = GateStepper.from_model(saved.model, saved.vocab, {TEXT!r})
seen = ipywidgets.Label("nothing yet")
def tell(change):
    held = [(o["gate"], o["value"], o["start"]) for o in w.overrides]
    seen.value = f"{{w.text}}|{{w.t}}|{{w.unit}}|{{w.view}}|{{held}}"
w.observe(tell, ["text", "t", "unit", "view", "overrides"])
w""",
    "seen",
    "print(w.text, w.t, w.unit, w.overrides)",
    'w.text = "So THEY came"\nw.t = 3\nw.unit = 7\nw.view = "f"',
    'w.overrides = [{"gate": "o", "value": 0, "start": 2}]',
    'with w.hold_sync():\n    w.t = 6\n    w.text = "And so it was"\n    w.t = 8',
    'w.text = "ab" * 1000',
]
BENCH = [
    """from course_lib.widgets import Learner, TrainingBench
bench = TrainingBench(Learner("gru", units=16))
bench""",
    'print(bench.settings["networks"][0]["kind"])',
]
OUTPUT = ".jp-OutputArea-output [data-lm-suppress-shortcuts]"
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Start JupyterLab with settings of its own, and give the notebook's address."""
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (folder / "work").mkdir()
    for name, sources in {"stepper": CELLS, "bench": BENCH}.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        about = {"kernelspec": kernel}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=about)
        nbformat.write(notebook, folder / "work" / f"{name}.ipynb")
    for name, text in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    with running(folder, port, token):
        yield f"http://127.0.0.1:{port}/lab/tree/stepper.ipynb?token={token}"


class running:
    """JupyterLab, from when it answers until the end of the block."""

    def __init__(self, folder: Path, port: int, token: str):
        self.command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}", f"--notebook-dir={folder / 'work'}",
            "--LabApp.extension_manager=readonly", f"--LabApp.workspaces_dir={folder / 'spaces'}",
        ]  # fmt: skip
        private = {
            name: str(folder / name.lower())
            for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                         "IPYTHONDIR", "MPLCONFIGDIR")
        }  # fmt: skip
        self.env = (
            os.environ | private | {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
        )
        self.env.pop("COURSE_WIDGETS", None)

    def __enter__(self):
        self.server = subprocess.Popen(
            self.command, env=self.env, stderr=subprocess.PIPE, text=True
        )
        said = []
        for line in self.server.stderr:
            said.append(line)
            if "is running at" in line:
                break
        else:
            raise RuntimeError("JupyterLab did not start:\n" + "".join(said))
        self.reader = threading.Thread(target=self.server.stderr.read, daemon=True)
        self.reader.start()

    def __exit__(self, *error):
        self.server.terminate()
        self.server.wait()
        self.reader.join()
        self.server.stderr.close()


class Lab:
    """A notebook in JupyterLab, and all that went wrong in it."""

    def __init__(self, browser, address: str):
        self.tab, self.wrong, self.runs = browser.new_page(), [], 0
        self.tab.on(
            "console", lambda m: m.type == "error" and self.wrong.append(m.text)
        )
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        here = address.partition("/lab")[0]
        local = (here, here.replace("http", "ws"), "data:", "blob:")
        for event in ("request", "websocket"):
            self.tab.on(
                event, lambda r: r.url.startswith(local) or self.wrong.append(r.url)
            )
        self.tab.goto(address)
        bar = self.tab.locator("#jp-main-statusbar")
        expect(bar).to_contain_text("Python 3 (ipykernel) | Idle", timeout=40_000)

    def run(self, k: int) -> str:
        """Run a cell and return what is printed under it, once it has run."""
        self.runs += 1
        cell = self.tab.locator(".jp-Notebook .jp-CodeCell").nth(k)
        cell.locator(".cm-content").click()
        self.tab.keyboard.press("Shift+Enter")
        prompt = cell.locator(".jp-InputPrompt")
        expect(prompt).to_have_text(f"[{self.runs}]:", timeout=40_000)
        return "".join(cell.locator(".jp-OutputArea-output pre").all_inner_texts())

    def expect_python(self, text, t, unit=0, view="c", held=()):
        """Wait until Python has told what it knows."""
        expected = f"{text}|{t}|{unit}|{view}|{list(held)}"
        expect(self.tab.locator(".widget-label")).to_have_text(expected)

    def expect_page(self, hands, text, t, unit=0):
        """Wait until the page shows what is expected."""
        expect(hands.text).to_have_value(text)
        expect(hands.steps).to_have_value(str(t))
        expect(hands.unit).to_have_value(str(unit))


def test_python_and_the_page_know_the_same(browser, address):
    lab = Lab(browser, address)
    lab.run(0)
    lab.run(1)
    hands = Hands(lab.tab, within=OUTPUT)
    lab.expect_page(hands, TEXT, 0)
    the_reader_acts_and_python_knows(lab, hands)
    python_acts_and_the_page_knows(lab, hands)
    assert lab.wrong == []
    lab.tab.close()


def test_a_network_is_trained_in_a_notebook(browser, address):
    its_own = "/lab/workspaces/bench/tree/bench.ipynb"  # where no other one is open
    lab = Lab(browser, address.replace("/lab/tree/stepper.ipynb", its_own))
    lab.run(0)
    bench = BenchHands(lab.tab, within=OUTPUT)
    bench.radio("RNN").click()
    bench.train(until=30)
    assert bench.perplexities[0] < 20
    expect(bench.look().text).not_to_have_value("")
    assert lab.run(1) == "rnn\n"
    assert lab.wrong == []
    lab.tab.close()


def the_reader_acts_and_python_knows(lab, hands):
    hands.press("ArrowRight", "ArrowRight", "ArrowDown")
    lab.expect_python(TEXT, 2, 1)
    lab.tab.mouse.click(*hands.cell(9, 4))
    lab.expect_python(TEXT, 9, 4)
    hands.gate("f").focus()
    lab.tab.keyboard.press("Home")
    lab.expect_python(TEXT, 9, 4, held=[("f", 0.0, 9)])
    printed = lab.run(2)
    assert printed.startswith(f"{TEXT} 9 4 [{{'network': 0, 'gate': 'f', 'value': 0.0,")
    hands.radio("drawing").click()
    hands.valve("i").press("End")
    lab.expect_python(TEXT, 9, 4, held=[("f", 0.0, 9), ("i", 1.0, 9)])
    hands.button("Let go of all").click()
    lab.expect_python(TEXT, 9, 4)
    fragment = f"v=1&text={quote(TEXT)}&step=12&unit=2&hold=0,o,0.5,all,3,on&end"
    lab.tab.evaluate("hash => { location.hash = hash }", f"#stepper-1?{fragment}")
    lab.expect_python(TEXT, 11, 2, held=[("o", 0.5, 2)])
    lab.tab.mouse.click(*hands.cell(9, 4))
    hands.button("Let go of all").click()
    lab.expect_python(TEXT, 9, 4)
    hands.text.press("End")
    lab.tab.keyboard.type(
        " So A d 0 ab"
    )  # of which d, a and b are commands of the notebook
    typed = TEXT + " So A d 0 ab"
    read = typed.replace("0", "")
    lab.expect_python(typed, len(read) - 1, 4)
    assert lab.tab.locator(".jp-Notebook .jp-CodeCell").count() == len(CELLS)


def python_acts_and_the_page_knows(lab, hands):
    lab.run(3)  # one thing after the other: the last word is Python's
    lab.expect_page(hands, "So THEY came", 3, 7)
    expect(hands.radio("forget gate f")).to_have_attribute("aria-checked", "true")
    lab.expect_python("So THEY came", 3, 7, "f")
    lab.run(4)
    expect(hands.button("Let go of all")).to_be_enabled()
    assert hands.dashed.get_attribute("d") != ""
    lab.expect_python("So THEY came", 3, 7, "f", [("o", 0.0, 2)])
    lab.run(5)  # and at once
    lab.expect_page(hands, "And so it was", 8, 7)
    expect(hands.button("Nothing held")).to_be_disabled()
    lab.run(6)
    lab.expect_page(hands, "ab" * 400, 8, 7)
    assert lab.run(2).endswith("ab 8 7 []\n")
