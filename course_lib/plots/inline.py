"""How a notebook shows figures: as SVG for the page, and as PDF for the book on paper.

The letters of an SVG stay letters, so the site can search them, colour them for a dark
page and set them in its own font; see `tools/site/figures.py`.
"""

import io
import sys
from base64 import b64encode

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

FIRST_HAN = "\u2e80"  # Chinese and its punctuation begin here


def svg(figure: Figure) -> str:
    """Return a figure as SVG, the same text for the same figure.

    >>> ax = plt.subplots()[1]
    >>> figure = plots.inline.svg(ax.set_title("a title").figure)
    >>> "a title</text>" in figure, figure == plots.inline.svg(ax.figure)
    (True, True)

    A figure with Chinese has outlines for letters: not every machine has a font for it.
    """
    letters = "".join(text.get_text() for text in figure.findobj(Text))
    kind = "path" if any(letter >= FIRST_HAN for letter in letters) else "none"
    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": kind, "svg.hashsalt": "course"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def pdf(figure: Figure) -> bytes:
    """Return a figure as PDF, the same bytes for the same figure.

    >>> plots.inline.pdf(plt.subplots()[0])[:5]
    b'%PDF-'
    """
    file = io.BytesIO()
    figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    return file.getvalue()


def show_as_vectors() -> None:
    """Let a notebook show figures as SVG and PDF; do nothing where there is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if shell is None or "inline" not in str(mpl.get_backend()):
        return
    from matplotlib_inline import backend_inline  # noqa: F401 it chooses PNG, once

    formatters = shell.display_formatter.formatters
    for formatter in formatters.values():
        formatter.pop(Figure, None)
    formatters["image/svg+xml"].for_type(Figure, svg)
    formatters["application/pdf"].for_type(
        Figure, lambda figure: b64encode(pdf(figure)).decode()
    )
