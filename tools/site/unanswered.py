"""Say once in a chapter that its exercises are to be answered, not after each of them.

In a notebook a check that is run on a stub says "not answered yet", and a stub that
prints shows `Ellipsis`. A built page would repeat that after every exercise, so it is
taken out there, and said in one line under the heading of the exercises.
"""

from docutils import nodes
from sphinx.application import Sphinx

SAID = "not answered yet"
BLANK = "Ellipsis"  # what Python prints for the blank of a stub, `...`
ONCE = (
    "None of the exercises below has been answered. Fill in a blank in a notebook, run "
    "the check beneath it, and it says what is right and what is not."
)


def blank_answers(doctree: nodes.document) -> list[nodes.container]:
    """Return the outputs in which a check or a print shows that no answer is there."""
    outputs = doctree.findall(
        lambda n: isinstance(n, nodes.container) and "cell_output" in n["classes"]
    )
    texts = [(each, each.astext()) for each in outputs]
    return [each for each, text in texts if SAID in text or BLANK in text]


def say_once(app: Sphinx, doctree: nodes.document) -> None:
    """Take those outputs out of a chapter, and say it under its exercises' heading."""
    if not doctree["source"].endswith(".ipynb"):
        return
    found = blank_answers(doctree)
    for output in found:
        output.parent.remove(output)
    section = next((s for s in doctree.findall(nodes.section) if is_exercises(s)), None)
    if found and section is not None:
        once = nodes.paragraph("", "", nodes.emphasis("", ONCE))
        section.insert(1, once)


def is_exercises(section: nodes.section) -> bool:
    """Say whether a section is the one with a chapter's exercises."""
    return "exercises" in section["ids"]


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("doctree-read", say_once)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
