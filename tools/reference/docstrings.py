"""A docstring of the library as reStructuredText, which Sphinx's autodoc reads.

Docstrings are plain prose: blocks between blank lines, of which an indented one is an
equation and one that begins with ">>>" an example; "name: meaning" for an argument;
sentences that begin with "Returns" or "Raises"; and, as the last sentence, a source
with its year.
"""

import re
from collections.abc import Callable

SENTENCES = re.compile(r"(?<=[^\s.][.!?]) (?=[A-Z`])")
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
MARK = re.compile(r"(?:^|(?<=[.;] ))(\w+(?:, \w+)*:|Returns|Raises) ")
SPECIAL = re.compile(r"([\\*|_])")
Link = Callable[[str], str]


def rest(docstring: str, link: Link) -> str:
    """Return a docstring as reStructuredText, its examples last.

    >>> print(rest("Add one. k: an int. Returns `k` + 1. Peano 1889.", "``{}``".format))
    Add one.
    <BLANKLINE>
    - ``k``: an int.
    <BLANKLINE>
    **Returns** ``k``\\  + 1.
    <BLANKLINE>
    **Source:** Peano 1889.
    """
    said, examples = [], []
    for block in re.split(r"\n\s*\n", docstring.strip("\n")):
        if block.startswith(">>>"):
            examples.append(block)
        elif block.startswith("    "):
            said.append(f".. code-block:: text\n\n{block}")
        else:
            said += _paragraphs(" ".join(block.split()), link)
    return "\n\n".join([*said, *examples])


def _paragraphs(block: str, link: Link) -> list[str]:
    """Return what a block says: text, arguments, results and errors, its source."""
    *before, last = SENTENCES.split(block)
    has_source = before and YEAR.search(last)
    if has_source:
        block = " ".join(before)
    first, *marked = MARK.split(block)
    said = [prose(first.strip(), link)] if first else []
    for mark, text in zip(marked[::2], marked[1::2], strict=True):
        head = f"- ``{mark[:-1]}``:" if mark.endswith(":") else f"**{mark}**"
        said.append(f"{head} {prose(text.strip().removesuffix(';'), link)}")
    if has_source:
        said.append(f"**Source:** {prose(last, link)}")
    return said


def prose(text: str, link: Link) -> str:
    """Return prose escaped; what stands between backticks goes through `link`.

    >>> prose("`x`s: 2 * |x|", str.upper)
    'X\\\\ s: 2 \\\\* \\\\|x\\\\|'
    """
    return "".join(
        rf"{link(piece)}\ " if place % 2 else SPECIAL.sub(r"\\\1", piece)
        for place, piece in enumerate(text.split("`"))
    )
