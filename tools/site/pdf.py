"""Make a PDF of the whole book: `python -m tools.site.pdf`. LaTeX has to be installed.

The chapters come executed from the cache of the site; what `course_latex.py` and
`course.sty` say of the looks is LaTeX's. A letter without a picture in the fonts and a
reference that leads nowhere are errors; a line that runs out of the page is told.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.common.build import ROOT, forget_stale_results, jupyter_book

NAME = "memory-gate-by-gate"
# What is needed, and Debian's package that has it: programs, then files of TeX's.
PROGRAMS = {"latexmk": "latexmk", "xelatex": "texlive-xetex"}
FILES = {
    "fancyvrb.sty": "texlive-latex-recommended",
    "tabulary.sty": "texlive-latex-extra",
    "pzdr.tfm": "texlive-fonts-recommended",
    "FandolSong-Regular.otf": "texlive-lang-chinese",
    "FreeSerif.otf": "fonts-freefont-otf",
    "DejaVuSansMono.ttf": "fonts-dejavu-core",
}
ADVICE = """\
To make the PDF, LaTeX is needed. Not found here: {missing}.
Debian, Ubuntu:
    apt-get install --no-install-recommends {packages}
macOS: the whole of MacTeX has it all (brew install --cask mactex, and then a new
terminal). Windows: TeX Live, the full scheme. The site needs none of it: make book."""
WIDE = 5  # points: about half a letter
CHARACTER = re.compile(r"Missing character: There is no (.+?) in font (\S+)")
REFERENCE = re.compile(r"LaTeX Warning: ((?:Hyper r|R)eference .* undefined)")
OVERFULL = re.compile(r"Overfull \\hbox \(([\d.]+)pt too wide\)[^\n]*\n([^\n]*)")


def missing() -> list[str]:
    """Return what is needed and not found, of programs and of TeX's files."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    finder = shutil.which("kpsewhich")
    if finder is None:
        return [*lacking, *FILES]
    return lacking + [
        name
        for name in FILES
        if subprocess.run([finder, name], capture_output=True).returncode
    ]


def advice(lacking: list[str]) -> str:
    """Return what to install, given what is missing."""
    packages = {**PROGRAMS, **FILES}
    return ADVICE.format(
        missing=", ".join(lacking),
        packages=" ".join(packages[name] for name in lacking),
    )


def errors(log: str) -> list[str]:
    """Return what is wrong with a PDF, from the log of its last run."""
    letters = [f"no {what} in the font {font}" for what, font in CHARACTER.findall(log)]
    stopped = re.findall(r"^! .*(?:\n(?!l\.).*){0,3}\nl\.\d+.*", log, re.MULTILINE)
    return list(dict.fromkeys([*stopped, *letters, *REFERENCE.findall(log)]))


def too_wide(log: str) -> list[str]:
    """Return the lines that run out of the page, with by how much."""
    found = dict.fromkeys(OVERFULL.findall(log))
    return [f"{by} pt: {text[:70]}" for by, text in found if float(by) > WIDE]


def typeset(folder: Path) -> str:
    """Run LaTeX as often as it takes; return the log of the last run."""
    # Whole lines in the log, so that what is wrong can be read from it.
    env = {**os.environ, "max_print_line": "1000"}
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", f"{NAME}.tex"]
    with open(folder / "latexmk.txt", "w", encoding="utf-8") as output:
        subprocess.run(command, cwd=folder, env=env, stdout=output, stderr=output)
    log = folder / f"{NAME}.log"
    return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""


def make(root: Path) -> int:
    """Make the PDF of the book in `root`, and say where it is; return the status."""
    latex = root / "_build" / "latex"
    shutil.rmtree(latex, ignore_errors=True)
    if jupyter_book(root, "--builder", "latex"):
        return 1
    log, made = typeset(latex), latex / f"{NAME}.pdf"
    for line in too_wide(log):
        print(f"This runs out of the page by {line}")
    wrong = errors(log)
    if wrong or not made.is_file():
        print("\n".join(wrong), f"\nLaTeX's words are in {latex}", file=sys.stderr)
        return 1
    pdf = root / "_build" / "pdf" / made.name
    pdf.parent.mkdir(exist_ok=True)
    shutil.copyfile(made, pdf)
    print(f"The book is in {pdf.relative_to(root)}")
    return 0


def main() -> int:
    """Make the PDF, or say what there is to install; return the exit status."""
    lacking = missing()
    if lacking:
        print(advice(lacking), file=sys.stderr)
        return 1
    forget_stale_results()
    return make(ROOT)


if __name__ == "__main__":
    sys.exit(main())
