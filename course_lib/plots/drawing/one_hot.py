"""One-hot vectors as a drawing: `plots.one_hot_vectors`."""

from dataclasses import dataclass

from ...data.text import Vocab
from ..style import BLUE, GREY
from .arcs import quoted, seen
from .canvas import THIN, Canvas
from .picture import Drawing
from .spoken import listed

MOST, DIFFERENT = 12, 9  # symbols in all, and different ones


def one_hot_vectors(text: str) -> Drawing:
    """Draw how a text becomes vectors: symbols, their ids, a 1 for each at its place.

    >>> plots.one_hot_vectors("gull").words.rpartition(": ")[2]
    'g is 0, u is 2, l is 1 and l is 1.'

    The ids are those of `cl.Vocab(text)`. text: 1 to 12 symbols, at most 9 different.
    Raises ValueError for another text.
    """
    if not 1 <= len(text) <= MOST or len(set(text)) > DIFFERENT:
        raise ValueError(
            f"text must have 1 to {MOST} symbols, at most {DIFFERENT} of them "
            f"different, got {text!r}"
        )
    vocab = Vocab(text)
    ids = vocab.encode(text).tolist()
    pairs = [f"{seen(c)} is {k}" for c, k in zip(text, ids, strict=True)]
    words = (
        f"The text {quoted(text)} as {len(text)} vectors of {len(vocab)} numbers, of "
        f"which one is 1. Its place is the symbol's id: {listed(pairs)}."
    )
    forms = [Vectors(text, vocab, ids, narrow).svg(words) for narrow in (False, True)]
    return Drawing(*forms, words)


@dataclass
class Vectors:
    """One form: a column for each symbol, from the symbol up to its vector."""

    text: str
    vocab: Vocab
    ids: list[int]
    narrow: bool

    def __post_init__(self):
        self.canvas = Canvas({"x_t": BLUE, "id": GREY})
        self.cell = 24.0
        self.left = 44.0
        free = (343 if self.narrow else 620) - self.left - 8
        self.pitch = min(40.0 if self.narrow else 62.0, free / len(self.text))
        self.top = 44.0
        self.foot = self.top + len(self.vocab) * self.cell
        self.width = self.left + len(self.text) * self.pitch + 8

    def x(self, t: int) -> float:
        """Return the middle of a symbol's column."""
        return self.left + self.pitch * (t + 0.5)

    def y(self, k: int) -> float:
        """Return the top of the cell of an id; id 0 is at the foot."""
        return self.foot - (k + 1) * self.cell

    def svg(self, words: str) -> str:
        """Return the drawing."""
        for k in range(len(self.vocab)):
            place = {"anchor": "end", "quiet": True, "size": 12}
            name = f"{seen(self.vocab.decode([k]))} {k}"
            self.canvas.words(name, self.left - 4, self.y(k) + 16, **place)
        for t in range(len(self.text)):
            self.column(t)
        told = {"class_": "narrow" if self.narrow else "wide", "aria_label": words}
        return self.canvas.svg(self.width, self.foot + 106, "", **told)

    def column(self, t: int) -> None:
        """Draw a symbol, its id and its vector."""
        canvas, x, half = self.canvas, self.x(t), min(self.cell, 0.7 * self.pitch) / 2
        for k in range(len(self.vocab)):
            is_on = k == self.ids[t]
            fill = canvas.fill("x_t") if is_on else "var(--panel)"
            box = {"x": x - half, "y": self.y(k), "width": 2 * half}
            look = {"height": self.cell, "fill": fill, "stroke": "var(--line)"}
            canvas.put("nodes", "rect", class_="cell", **box, **look)
            ink = {"fill": "var(--ground)"} if is_on else {"quiet": True}
            number = "1" if is_on else "0"
            look = {"anchor": "middle", "size": 12, **ink}
            canvas.words(number, x, self.y(k) + 16, **look)
        canvas.words(canvas.symbol("x_t", f"{t}"), x - 9, self.top - 14)
        canvas.wire("id", [(x, self.foot + 30), (x, self.foot + 4)], THIN)
        canvas.words(f"{self.ids[t]}", x, self.foot + 45, anchor="middle", size=14)
        canvas.wire("id", [(x, self.foot + 76), (x, self.foot + 50)], THIN)
        symbol = seen(self.text[t])
        canvas.words(symbol, x, self.foot + 93, anchor="middle", size=16)
