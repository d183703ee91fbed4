"""A docstring of the library as Markdown: what it says, what goes in, what comes out.

Docstrings are plain prose: blocks between blank lines, of which an indented one is an
equation and one that begins with ">>>" an example; "name: meaning" for an argument;
sentences that begin with "Returns" or "Raises"; and, as the last sentence, a source
with its year.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

SENTENCES = re.compile(r"(?<=[^\s.][.!?]) (?=[A-Z`])")
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
MARK = re.compile(
    r"(?:^|(?<=[.;] ))(?:(?P<names>\w+(?:, \w+)*): |(?P<verb>Returns|Raises) )"
)
VERBS = ("Returns", "Raises")
SPECIAL = re.compile(r"([\\*\[\]<>|${}#~])")
Link = Callable[[str], str]


@dataclass
class Parts:
    """What a docstring holds: what it says, in order, its source and its examples.

    said: (kind, text), of which kind is "text", "equation", "Returns", "Raises" or the
    name of an argument, or of several, separated by commas.
    """

    said: list[tuple[str, str]] = field(default_factory=list)
    source: str = ""
    examples: list[str] = field(default_factory=list)


def parts(docstring: str, names: Iterable[str] = ()) -> Parts:
    """Take a docstring (as `inspect.getdoc` gives it) apart.

    names: what may stand before a colon as the name of an argument.

    >>> found = parts("Add one. k: an int. Raises TypeError. Peano 1889.", "k")
    >>> found.said, found.source
    ([('text', 'Add one.'), ('k', 'an int.'), ('Raises', 'TypeError.')], 'Peano 1889.')
    """
    found, names = Parts(), set(names)
    for block in re.split(r"\n\s*\n", docstring.strip("\n")):
        if block.startswith(">>>"):
            found.examples.append(block)
        elif block.startswith("    "):
            lines = (line.removeprefix("    ") for line in block.splitlines())
            found.said.append(("equation", "\n".join(lines)))
        else:
            _read(" ".join(block.split()), names, found)
    return found


def _read(paragraph: str, names: set[str], found: Parts) -> None:
    """Add what a paragraph says to what was found."""
    *rest, last = SENTENCES.split(paragraph)
    if rest and YEAR.search(last):
        found.source, paragraph = last, " ".join(rest)
    marks = _marks(paragraph, names)
    bounds = [*(mark.start() for mark in marks), len(paragraph)]
    said = [("text", paragraph[: bounds[0]])]
    for mark, until in zip(marks, bounds[1:], strict=True):
        text = paragraph[mark.end() : until].strip().removesuffix(";")
        if mark["verb"] == "Raises":
            sentence, *after = SENTENCES.split(text, 1)
            said += [("Raises", sentence), ("text", "".join(after))]
        else:
            said.append((mark["verb"] or mark["names"], text))
    found.said += [(kind, text.strip()) for kind, text in said if text.strip()]


def _marks(paragraph: str, names: set[str]) -> list[re.Match]:
    """Return where arguments, results and errors begin.

    A name that is none of the arguments counts after another one and a semicolon.
    """
    kept: list[re.Match] = []
    for mark in MARK.finditer(paragraph):
        goes_on = kept and kept[-1]["names"] and paragraph[mark.start() - 2] == ";"
        if mark["verb"] or goes_on or set(mark["names"].split(", ")) <= names:
            kept.append(mark)
    return kept


def prose(text: str, link: Link) -> str:
    """Return prose as Markdown; what stands between backticks goes through `link`.

    >>> prose("of `x`: 2 * |x|", str.upper)
    'of X: 2 \\\\* \\\\|x\\\\|'
    """
    pieces = text.split("`")
    return "".join(
        link(piece) if place % 2 else SPECIAL.sub(r"\\\1", piece)
        for place, piece in enumerate(pieces)
    )


def markdown(found: Parts, link: Link) -> str:
    """Return all but the examples as Markdown; arguments are the items of a list."""
    blocks: list[str] = []
    in_list = False
    for kind, text in found.said:
        block, is_item = _block(kind, text, link)
        joint = "\n" if in_list and is_item else "\n\n"
        blocks += [joint, block]
        in_list = is_item
    if found.source:
        blocks += ["\n\n", f"**Source:** {prose(found.source, link)}"]
    return "".join(blocks[1:])


def _block(kind: str, text: str, link: Link) -> tuple[str, bool]:
    """Return what a docstring says as Markdown, and whether it is an argument."""
    if kind == "equation":
        return f"```text\n{text}\n```", False
    if kind == "text":
        return prose(text, link), False
    if kind in VERBS:
        return f"**{kind}** {prose(text, link)}", False
    names = ", ".join(f"`{name}`" for name in kind.split(", "))
    return f"- {names}: {prose(text, link)}", True
