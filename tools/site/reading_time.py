"""How long a page of text takes to read, counted and said below its title.

It is for the screen: neither the book on paper nor a page's preview for others has it.

The chapters say it themselves, with how long they run and how hard they are. The front
page leads on, and pages to look things up in are not read from end to end.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

WORDS_A_MINUTE = 200
NOT_SAID = re.compile(r"introduction|reference|glossary|bibliography|all_exercises")
SAID = "<p><em>Reading takes about {}.</em></p>"


def minutes(words: int) -> str:
    """Say how long so many words take.

    >>> minutes(1230)
    '6 minutes'
    """
    number = max(1, round(words / WORDS_A_MINUTE))
    return "1 minute" if number == 1 else f"{number} minutes"


def is_read(node: nodes.Node) -> bool:
    """Say whether a node is text for readers: no HTML, and no code to be typed."""
    unread = (nodes.raw, nodes.literal_block, nodes.comment)
    return isinstance(node, nodes.Text) and not isinstance(node.parent, unread)


def say(app: Sphinx, doctree: nodes.document) -> None:
    """Put the sentence after the first paragraph of a page of text."""
    source = Path(doctree["source"])
    if source.suffix != ".md" or NOT_SAID.match(source.stem):
        return
    words = minutes(sum(len(text.split()) for text in doctree.findall(is_read)))
    for first in doctree.findall(nodes.paragraph):
        told = nodes.raw("", SAID.format(words), format="html")
        first.parent.insert(first.parent.index(first) + 1, told)
        return


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("doctree-read", say)
    # Pages that were read by another version of this file are read again.
    safe = {"parallel_read_safe": True, "parallel_write_safe": True}
    return {"version": "1", "env_version": 3, **safe}
