"""The beginner's walk: is a technical word explained before it is used?

`python -m tools.site.walk` goes through the first chapters as a beginner does, up to
"Watching gates", and lists every term of the glossary that they use: where it is first
used, and where it is explained.

A term is used, in one of its forms, in a sentence or in a figure's caption. Code,
formulas, headings and the titles of other chapters do not count: they name what is to
come.
It is explained where one of its forms is in **bold**, with a word more at most, which
these chapters keep for the sentence that says what a word means. That may be no later
than the sentence in which the term is first used.
"""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from tools.common.build import ROOT
from tools.common.exercises import cells_of

LAST = "watching_gates"
# What a term is called beside its name (and an "s" behind it): patterns.
FORMS = {
    "adjacent batches": "adjacent",
    "batch": "batch(es)?",
    "bidirectional layer": "bidirectional",
    "chrono initialisation": "chrono",
    "detach": "detach(ed|es|ing)?",
    "gradient clipping": "clip(ped|ping|s)?",
    "held gate": "holds?(?=\\**\\s+(the|a|each) gate)",
    "Jacobian": "jacobians?",
    "Kneser-Ney smoothing": "kneser-ney",
    "logits": "logits?",
    "n-gram model": "(n-gram|unigram|bigram|trigram)s?",
    "one-hot vector": "one-hot",
    "orthogonal matrix": "orthogonal",
    "recurrent network": "recurrent( network)?s?",
    "saturation": "saturat(ed|ion)",
    "spectral radius": "spectral radi(us|i)",
    "smoothing": "smooth(ing|ed)",
    "truncation": "truncat(ed|ion)",
    "unrolling": "unroll(ed|ing)",
    "vanishing gradient": "vanish(es|ed|ing)?",
    "vocabulary": "vocabular(y|ies)",
    "Witten-Bell smoothing": "witten-bell",
}
# What is no text for readers, or names what is to come.
UNREAD = re.compile(
    r"(?s:```.*?```|\$\$.*?\$\$)|`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|<[^>]*>"
    r"|^#.*$|^\*\*(?:Sources\.|Next:)\*\*.*$",
    re.MULTILINE,
)
SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[A-Z*(])|\n\n+")


class Place(NamedTuple):
    """A sentence of the walk: its chapter, its number in the walk, and its words."""

    chapter: str
    number: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.chapter}: {self.sentence[:70]}"


class Met(NamedTuple):
    """Where a term is first used, and where it is explained, if it is."""

    used: Place
    explained: Place | None

    @property
    def in_time(self) -> bool:
        """Say whether the explanation comes no later than the first use."""
        return self.explained is not None and self.explained.number <= self.used.number


def terms(glossary: str) -> list[str]:
    """Return the terms of a glossary's text.

    >>> terms("gate\\n  *门.* A factor.\\n\\nhead\\n  *输出层.* A map.\\n")
    ['gate', 'head']
    """
    return re.findall(r"^(\S.*)\n  \*", glossary, re.MULTILINE)


def first_chapters() -> list[str]:
    """Return the chapters of the walk, in their order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    names = [file.removeprefix("chapters/") for file in files]
    return names[names.index("one_hot") : names.index(LAST) + 1]


def sentences(cells: list[dict]) -> Iterator[str]:
    """Give what a reader reads in cells, sentence by sentence."""
    for cell in cells:
        text = cell["text"]
        if cell["cell_type"] == "code":
            described = cell["metadata"].get("mystnb", {})
            text = described.get("figure", {}).get("caption", "")
        for sentence in SENTENCE.split(UNREAD.sub(" ", text)):
            if words := " ".join(sentence.split()):
                yield words


def walk(places: list[Place], listed: list[str]) -> dict[str, Met]:
    """Return where each term is met; those that are not used are left out."""
    found = {}
    for term in listed:
        form = FORMS.get(term, f"{re.escape(term)}s?")
        used = re.compile(rf"\b{form}(?!\w)", re.IGNORECASE)
        bold = re.compile(rf"\*\*(\w+ )?{form}( \w+)?\*\*", re.IGNORECASE)
        first = next((p for p in places if used.search(p.sentence)), None)
        if first:
            explained = next((p for p in places if bold.search(p.sentence)), None)
            found[term] = Met(first, explained)
    return found


def all_places(chapters: list[str]) -> list[Place]:
    """Return every sentence of chapters, numbered."""
    read = [(name, each) for name in chapters for each in sentences(cells_of(name))]
    return [Place(name, number, each) for number, (name, each) in enumerate(read)]


def main() -> int:
    """Print the walk; return 1 if a term is used before it is explained."""
    glossary = (ROOT / "chapters" / "glossary.md").read_text(encoding="utf-8")
    met = walk(all_places(first_chapters()), terms(glossary))
    for term, each in sorted(met.items(), key=lambda item: item[1].used.number):
        where = each.explained or "nowhere"
        print(f"{term}\n  first used  {each.used}\n  explained   {where}")
    late = [term for term, each in met.items() if not each.in_time]
    print(f"{len(met)} terms; explained too late: {', '.join(late) or 'none'}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
