"""The book on paper: what it says where LaTeX is missing, and what LaTeX makes of it."""

import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from served import serving

from tools.common import build
from tools.site import cross_links, pdf

LOG = r"""
Missing character: There is no ⊙ (U+2299) in font [FreeMono.otf]/OT:script=latn;!
Missing character: There is no ⊙ (U+2299) in font [FreeMono.otf]/OT:script=latn;!
LaTeX Warning: Hyper reference `chapters/a:b' on page 3 undefined on input line 5.
Overfull \hbox (22.2pt too wide) in paragraph at lines 9312--9312
[]\TU/DejaVuSansMono(0)/m/n/10 load_data_time_machine|
Overfull \hbox (0.4pt too wide) in paragraph at lines 1--2
[]\TU/FreeSerif(0)/m/n/10 hardly|
"""
STOP = "! LaTeX Error: File `bbm.sty' not found.\n\nType X to quit\n\nl.21 \\def\n"
needs_latex = pytest.mark.skipif(bool(pdf.missing()), reason="LaTeX is not installed")


def test_without_latex_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.main() == 1
    said = capsys.readouterr().err
    assert "Not found here: latexmk, xelatex" in said
    assert "apt-get install --no-install-recommends latexmk texlive-xetex" in said
    assert "MacTeX" in said
    for package in pdf.FILES.values():
        assert package in said


def test_only_what_is_missing_is_named():
    said = pdf.advice(["FreeSerif.otf"])
    assert "Not found here: FreeSerif.otf.\n" in said
    assert "    apt-get install --no-install-recommends fonts-freefont-otf\n" in said


def test_the_readme_names_every_package():
    readme = (build.ROOT / "README.md").read_text(encoding="utf-8")
    for package in {*pdf.PROGRAMS.values(), *pdf.FILES.values()}:
        assert package in readme


def test_what_latex_could_not_show_is_an_error_and_is_said_once():
    letter, reference = pdf.errors(LOG)
    assert letter.startswith("no ⊙ (U+2299) in the font [FreeMono.otf]")
    assert "chapters/a:b" in reference
    assert "bbm.sty" in pdf.errors(STOP)[0]
    assert pdf.errors("Output written on book.xdv (146 pages).") == []


def test_a_line_is_too_wide_from_half_a_letter_on():
    (line,) = pdf.too_wide(LOG)
    assert line.startswith("22.2 pt")
    assert "load_data_time_machine" in line


@pytest.fixture
def book(tmp_path):
    """Write a book of two chapters, with our settings of the looks."""
    (tmp_path / "chapters").mkdir()
    for folder in ("tools", "_static", "_templates", "chapters/images"):
        shutil.copytree(build.ROOT / folder, tmp_path / folder)
    sources = "chapters/references.bib"
    shutil.copyfile(build.ROOT / sources, tmp_path / sources)
    shutil.copyfile(build.ROOT / "_config.yml", tmp_path / "_config.yml")
    toc = {
        "format": "jb-book",
        "root": "chapters/first",
        "parts": [{"caption": "Gates", "chapters": [{"file": "chapters/second"}]}],
    }
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    return tmp_path


FIRST = """\
# A beginning

See [the second](second.ipynb).

```{{glossary}}
forget gate
  *遗忘门.* The factor on the old memory.
```
{link}
"""
WIDE = " | ".join(["| `a_name` ", "so many words that they fill a line " * 3, "end |"])
TABLES = "\n".join(
    [
        *["", "| name | what it is | where |", "| --- | --- | --- |", *[WIDE] * 32],
        *["", "| Exercise | Kind | Difficulty | Points |", "| --- | --- | --- | --- |"],
        *[f"| {'so many words that they fill a line ' * 4}| mend | medium | 1 |"] * 3,
    ]
)
SECOND = [
    new_markdown_cell(
        "# The second chapter\n\nWith $h_t = \\sigma(a_t)$ and a figure. "
        "Read *Finding structure in time*."
    ),
    new_code_cell(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);  # h ⊙ c",
        metadata={
            "mystnb": {"image": {"alt": "a line"}, "figure": {"caption": "It rises."}}
        },
    ),
    new_markdown_cell(
        "<details><summary>Solution</summary>\n\nIt is folded on the site.\n\n</details>"
    ),
]


def write(book, link=""):
    """Write the two chapters."""
    chapters = book / "chapters"
    (chapters / "first.md").write_text(FIRST.format(link=link), encoding="utf-8")
    notebook = new_notebook(cells=SECOND)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, chapters / "second.ipynb")


def add_bibliography(book):
    """Add the page to which titles lead."""
    name = "chapters/bibliography"
    shutil.copyfile(build.ROOT / f"{name}.md", book / f"{name}.md")
    toc = yaml.safe_load((book / "_toc.yml").read_text())
    toc["parts"][0]["chapters"].append({"file": name})
    (book / "_toc.yml").write_text(yaml.safe_dump(toc))


@needs_latex
@pytest.mark.slow
def test_a_small_book_becomes_a_pdf_with_figure_mathematics_and_chinese(book, capsys):
    write(book, link=TABLES)
    add_bibliography(book)
    assert pdf.make(book) == 0
    assert "runs out of the page" not in capsys.readouterr().out
    made = book / "_build" / "pdf" / "memory-gate-by-gate.pdf"
    assert made.read_bytes().startswith(b"%PDF-")
    latex = book / "_build" / "latex"
    log = (latex / "memory-gate-by-gate.log").read_text(encoding="utf-8")
    assert "FandolSong-Regular" in log or "FandolKai-Regular" in log
    assert len(list(latex.glob("*.png"))) == 1
    source = (latex / "memory-gate-by-gate.tex").read_text(encoding="utf-8")
    assert r"\hyperref[\detokenize{chapters/bibliography:id" in source
    assert "colorrows" not in source  # newer LaTeX stops there; this one may be old
    if shutil.which("pdftotext"):
        text = subprocess.check_output(["pdftotext", made, "-"], text=True)
        for words in ("遗忘门", "h ⊙ c", "Fig. 1.1", "It rises.", "Solution."):
            assert words in text


@needs_latex
@pytest.mark.slow
def test_a_letter_that_no_font_has_fails_the_book(book, capsys):
    write(book, link="A letter of the Egyptians: 𓀀")
    assert pdf.make(book) == 1
    assert "no 𓀀 (U+13000) in the font" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_a_broken_link_is_found_and_a_good_one_is_not(book):
    """What `make links` types is typed in a small book."""
    ask = ["make", "-n", "-o", "book", f"VENV={sys.prefix}", "links"]
    typed = subprocess.check_output(ask, cwd=build.ROOT, text=True)
    (book / "there.html").write_text("there")
    with serving(book) as address:
        write(book, link=f"[yes]({address}there.html), [no]({address}gone.html)")
        done = subprocess.run(
            typed, shell=True, cwd=book, text=True, capture_output=True
        )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "gone.html (404" in said
    assert "there.html" not in said


def test_of_a_doi_the_registry_is_asked_and_not_the_publisher():
    ask = cross_links.ask_the_registry
    asked = ask(None, "https://doi.org/10.1109/72.279181")
    assert asked == "https://doi.org/api/handles/10.1109/72.279181"
    assert ask(None, "https://example.org/doi.org/1") is None
