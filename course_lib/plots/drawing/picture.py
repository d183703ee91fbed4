"""A drawing as an object: HTML in a page or a notebook, a vector figure on paper."""

import functools
from base64 import b64encode
from pathlib import Path

from .paper import to_pdf

STYLE = Path(__file__).with_name("drawing.css")


@functools.cache
def style() -> str:
    """Return the style sheet of drawings."""
    return STYLE.read_text(encoding="utf-8")


class Drawing:
    """A drawing in two forms, one for a wide column and one for a phone's.

    >>> drawing = plots.cell(cl.RNNCell)
    >>> drawing
    The RNN cell, one step from left to right. h is tanh of a layer on x and the old h.
    >>> drawing.svg(narrow=True)[:4]
    '<svg'

    A notebook and the site show it as HTML, which takes the colours of the page, light
    or dark; LaTeX gets the same drawing as a PDF. wide, narrow: SVG; words: what is
    drawn, in words, which is its alternative text.
    """

    def __init__(self, wide: str, narrow: str, words: str):
        self._wide, self._narrow, self.words = wide, narrow, words

    def svg(self, narrow: bool = False) -> str:
        """Return one form as SVG; its colours are variables, which a page sets."""
        return self._narrow if narrow else self._wide

    def __repr__(self) -> str:
        return self.words

    def _repr_html_(self) -> str:
        return (
            f'<div class="course-drawing mathjax_ignore"><style>{style()}</style>'
            f"{self._wide}{self._narrow}</div>"
        )

    def _repr_mimebundle_(self, **options) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "application/pdf": b64encode(to_pdf(self._wide, style())).decode(),
            "text/plain": self.words,
        }
