"""The site shows no solution of a graded assignment, and no hidden test."""

import html
import json
import re
from pathlib import Path

import pytest

from tools.common.build import ROOT, SITE
from tools.site.search.page import PLACE

pytestmark = pytest.mark.site

SOURCES = sorted((ROOT / "assignments").glob("*.ipynb"))
SOLVED = re.compile(
    r"# BEGIN SOLUTION[^\n]*\n(.*?)# END SOLUTION|([^\n]*) # SOLUTION$",
    re.DOTALL | re.MULTILINE,
)
LEAST = 60  # characters of three lines in a row that no other text would share


def squeezed(text: str) -> str:
    """Return a text without tags and with no white space at all."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def secrets(source: Path) -> list[str]:
    """Return what must not be seen: any three lines in a row of solutions and tests."""
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    found, solving = [], False
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "raw":
            solving = "BEGIN SOLUTION" in text or (solving and "END" not in text)
        elif "hidden: true" in text or solving:
            found.append(text)
        else:
            found += [a or b for a, b in SOLVED.findall(text)]
    return [passage for text in found for passage in passages(text)]


def passages(text: str) -> list[str]:
    """Return each three lines in a row, squeezed, if together they are long enough."""
    lines = [squeezed(line) for line in text.splitlines() if line.strip()]
    threes = ["".join(lines[k : k + 3]) for k in range(max(1, len(lines) - 2))]
    return [three for three in threes if len(three) >= LEAST]


def shown() -> dict[Path, str]:
    """Return the text of all that the site gives to a reader."""
    endings = (".html", ".js", ".ipynb", ".md", ".txt", ".json")
    files = [p for p in SITE.rglob("*") if p.suffix in endings and p.is_file()]
    ours = [p for p in files if "mathjax" not in p.parts]
    return {p: squeezed(text_of(p)) for p in ours}


def text_of(path: Path) -> str:
    """Return a file's text; of a notebook, that of its cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


@pytest.fixture(scope="module")
def texts():
    """Give the squeezed text of every file of the site."""
    return shown()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_solution_and_no_hidden_test_is_shown(source, texts):
    hidden = secrets(source)
    assert len(hidden) >= 20
    seen = {(p.name, s) for p, text in texts.items() for s in hidden if s in text}
    assert seen == set()


def test_a_solution_would_be_found(texts):
    page = ROOT / "chapters" / "one_hot.ipynb"
    known = passages(
        "rows = torch.zeros(ids.numel(), V)\n"
        "rows[torch.arange(ids.numel()), ids.flatten()] = 1\n"
        "return rows.view(*ids.shape, V)"
    )
    assert sum(known[0] in text for text in texts.values()) >= 2  # page and download
    assert known[0] in squeezed(text_of(page))


def test_no_assignment_is_a_page_or_a_download_or_found_by_the_search():
    index = (SITE / PLACE / "sections.js").read_text(encoding="utf-8")
    assert '"name":"lstm"' in index
    for source in SOURCES:
        assert not list(SITE.rglob(f"*{source.stem}*"))
        assert f'"name":"{source.stem}"' not in index
