"""The notebooks as files: stripped, alike in their anatomy, every figure described."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "chapters"
NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PARTS = {
    part["caption"]: [c["file"] for c in part["chapters"]] for part in TOC["parts"]
}
ASIDE = ("Before you start", "Back matter", "Reference", "For instructors")
TEACHING = [
    ROOT / f"{file}.ipynb"
    for caption, files in PARTS.items()
    if caption not in ASIDE
    for file in files
]
DRAWS = re.compile(r"plots\.(?!use_style)\w+\(")
# What says itself what it shows, in words made from the equation.
NAMES = "cell|unrolled|sequence_shapes|layer_shapes|encoder_decoder|side_by_side"
NAMES += "|scan_tree|attention_fan|lattice|one_hot_vectors"
DRAWINGS = re.compile(rf"plots\.({NAMES})\(")


def cells(path: Path, kind: str) -> list[dict]:
    """Return the cells of one kind, each with its text under "text"."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        cell | {"text": "".join(cell["source"])}
        for cell in notebook["cells"]
        if cell["cell_type"] == kind
    ]


def prose(path: Path) -> str:
    """Return all of a notebook's text."""
    return "\n\n".join(cell["text"] for cell in cells(path, "markdown"))


by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
teaching = pytest.mark.parametrize("path", TEACHING, ids=lambda path: path.stem)


def test_the_table_of_contents_names_every_chapter():
    chapters = [page for part in TOC["parts"] for page in part["chapters"]]
    inner = [page for chapter in chapters for page in chapter.get("sections", [])]
    listed = {TOC["root"], *(page["file"] for page in chapters + inner)}
    pages = [*CHAPTERS.glob("*.ipynb"), *CHAPTERS.glob("*.md")]
    assert listed == {f"chapters/{page.stem}" for page in pages}


@by_name
def test_it_is_committed_without_outputs(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@by_name
def test_the_first_code_cell_is_the_setup_cell_of_all(path):
    first = {cells(notebook, "code")[0]["text"] for notebook in NOTEBOOKS}
    assert len(first) == 1
    assert "import course_lib as cl" in first.pop()


@by_name
def test_it_proves_what_it_says(path):
    proofs = [cell for cell in cells(path, "code") if "assert " in cell["text"]]
    assert len(proofs) >= 3


@by_name
def test_code_cells_are_short_and_have_words_between_them(path):
    for cell in cells(path, "code"):
        assert cell["text"].count("\n") < 30
    kinds = [c["cell_type"] for c in json.loads(path.read_text("utf-8"))["cells"]]
    runs = re.findall("c+", "".join(kind[0] for kind in kinds))
    assert max(map(len, runs)) <= 3


@by_name
def test_every_figure_has_an_alternative_text_and_a_message(path):
    for cell in cells(path, "code"):
        described = cell["metadata"].get("mystnb", {})
        if DRAWS.search(cell["text"]):
            if DRAWINGS.search(cell["text"]):
                assert set(described) == {"figure"}
            else:
                assert len(described["image"]["alt"]) > 40
            assert len(described["figure"]["caption"]) > 40
        else:
            assert not described


@by_name
def test_it_opens_with_its_question_and_what_it_needs(path):
    text = cells(path, "markdown")[0]["text"]
    assert re.match(r"# .+\n\n\*\*.+\?\*\*\n\n\*You need:\*", text)
    assert "*Reading* takes" in text
    assert "*running*" in text
    assert re.search(r"\*Difficulty:\* (easy|medium|hard)\.", text)


@teaching
def test_it_has_the_anatomy_of_a_chapter(path):
    text = prose(path)
    for heading in ("## Pitfalls", "## Exercises", "## What we learned"):
        assert heading in text
    assert "**Sources.**" in text
    exercises = text.partition("## Exercises")[2].partition("## What we learned")[0]
    tasks = re.findall(r"^\*\*\d\. \w+ \(\w+\)\.\*\* ", exercises, re.MULTILINE)
    assert 3 <= len(tasks) <= 5
    assert exercises.count("<details>") == exercises.count("</details>") == len(tasks)
    learned = text.partition("## What we learned")[2].strip().partition("\n")[0]
    assert len(re.findall(r"\.(?: |$)", learned)) == 3


@pytest.mark.parametrize(
    "page", [*NOTEBOOKS, *CHAPTERS.glob("*.md")], ids=lambda p: p.stem
)
def test_links_to_chapters_lead_somewhere_and_carry_the_title(page):
    text = prose(page) if page.suffix == ".ipynb" else page.read_text(encoding="utf-8")
    for title, target in re.findall(r"\[([^\]]+)\]\((\w+\.(?:ipynb|md))\)", text):
        heading = (
            cells(CHAPTERS / target, "markdown")[0]["text"]
            if target.endswith("ipynb")
            else (CHAPTERS / target).read_text(encoding="utf-8")
        )
        assert heading.startswith(f"# {title}\n")


def minutes_and_needs(name: str) -> tuple[int, set[str]]:
    """Return a chapter's minutes of reading and the chapters that it needs."""
    opening = cells(CHAPTERS / f"{name}.ipynb", "markdown")[0]["text"]
    needs = re.search(r"^\*You need:\*.*$", opening, re.MULTILINE)[0]
    minutes = re.search(r"\*Reading\* takes about (\d+) minutes", opening)[1]
    return int(minutes), set(re.findall(r"\((\w+)\.ipynb\)", needs))


def test_the_chapters_order_puts_what_a_chapter_needs_before_it():
    for k, path in enumerate(TEACHING):
        assert minutes_and_needs(path.stem)[1] <= {p.stem for p in TEACHING[:k]}


def test_the_way_in_a_hurry_leaves_out_nothing_that_it_needs():
    text = (CHAPTERS / "introduction.md").read_text(encoding="utf-8")
    way = re.search(r"^\*\*In a hurry\*\* \((.*) of reading\): (.*)$", text, re.M)
    chapters = re.findall(r"\((\w+)\.ipynb\)", way[2])
    minutes, needs = zip(*map(minutes_and_needs, chapters), strict=True)
    for k, needed in enumerate(needs):
        assert needed <= set(chapters[:k])
    assert (way[1], sum(minutes)) == ("four hours", 240)


@pytest.mark.parametrize("plan", ["Six weeks", "Twelve weeks"])
def test_a_plan_for_a_term_has_what_a_chapter_needs_no_later_than_it(plan):
    text = (CHAPTERS / "for_instructors.md").read_text(encoding="utf-8")
    weeks = re.findall(
        r"^\| \d+ \|.*$", text.split(f"## {plan}\n")[1].split("##")[0], re.M
    )
    met: set[str] = set()
    for week in weeks:
        chapters = re.findall(r"\((\w+)\.ipynb\)", week)
        met |= set(chapters)
        for chapter in set(chapters) - {"misconceptions"}:
            assert minutes_and_needs(chapter)[1] <= met, f"{chapter}: {week}"
    assert len(weeks) in (6, 12)


def test_the_glossary_is_in_alphabetical_order():
    text = (CHAPTERS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\S.*)\n  \*", text, re.MULTILINE)
    assert len(terms) > 60
    assert terms == sorted(terms, key=str.casefold)
