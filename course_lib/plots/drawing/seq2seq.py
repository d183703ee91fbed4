"""Encoder and decoder as a drawing: `plots.encoder_decoder`."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ... import validation
from ..style import BLUE, GREY, VERMILION
from .arcs import LEAST, arc, joint, quoted, seen
from .canvas import STATE, THIN, Canvas, element
from .picture import Drawing
from .spoken import listed
from .strands import number

MOST = 14  # symbols on each side that can be drawn one by one
WIDEST = 11  # of an arc, for a weight of 1
COLOURS = {"h": GREY, "s": VERMILION, "y": GREY, "alpha": BLUE}


def encoder_decoder(read: str, written: str, weights: Tensor | None = None) -> Drawing:
    """Draw an encoder that reads a text and a decoder that writes another.

    >>> drawing = plots.encoder_decoder("May 1", "05-01.")
    >>> drawing.words.rpartition(". ")[2]
    'That is all that passes from one to the other.'
    >>> looking = plots.encoder_decoder("ab", "ba", torch.eye(2).flip(0))
    >>> looking.words.rpartition(". ")[2]
    'It takes most for b from b (1.00) and for a from a (1.00).'

    The encoder reads in both directions; a layer on its two ends gives the decoder's
    first state. read, written: 1 to 14 symbols each, of which every one that is
    written is read by the next step. weights: those of attention, (T, S), a row for
    each symbol written, as `Translator.alignment` returns them: an arc is as wide as
    its weight, and one below 0.01 is left out.
    Raises ValueError for texts of another length, weights of another shape, and rows
    that do not add up to 1. Bahdanau, Cho & Bengio 2015.
    """
    for name, text in (("read", read), ("written", written)):
        if not 1 <= len(text) <= MOST:
            raise ValueError(f"{name} must have 1 to {MOST} symbols, got {len(text)}")
    if weights is not None:
        weights = validation.shape(weights, (len(written), len(read)), "weights")
        weights = weights.detach().cpu().double()
        sums = weights.sum(dim=1)
        if not torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
            raise ValueError(f"rows of weights must add up to 1, got {sums.tolist()}")
    words = said_of(read, written, weights)
    pair = [Pair(read, written, weights, narrow).svg(words) for narrow in (False, True)]
    return Drawing(*pair, words)


def said_of(read: str, written: str, weights: Tensor | None) -> str:
    """Return what is drawn, in words."""
    words = (
        f"An encoder reads the {len(read)} symbols of {quoted(read)} in both "
        "directions. tanh of a layer on its two ends is s_0, in which a decoder "
        f"begins. It writes {quoted(written)}, and reads each symbol before the next."
    )
    if weights is None:
        return f"{words} That is all that passes from one to the other."
    most = [
        f"for {spelled(symbol)} from {spelled(read[int(row.argmax())])} "
        f"({number(float(row.max()))})"
        for symbol, row in zip(written, weights, strict=True)
    ]
    words += " Each step also takes a weighted mean of all the encoder's states."
    return f"{words} It takes most {listed(most)}."


def spelled(symbol: str) -> str:
    """Return a symbol as one says it."""
    return "a space" if symbol == " " else symbol


@dataclass
class Pair:
    """Encoder and decoder on a sheet, from the decoder's text down to the encoder's."""

    read: str
    written: str
    weights: Tensor | None
    narrow: bool

    def __post_init__(self):
        self.canvas = Canvas(COLOURS)
        self.left = 62 if self.narrow else 104
        many = max(len(self.read), len(self.written))
        self.pitch = min(46, (343 - 16 - self.left) / many) if self.narrow else 43
        self.width = self.left + self.pitch * many + 16
        self.box = self.pitch - min(14, 0.42 * self.pitch)
        self.decoder = 62.0  # upper edges
        self.encoder = self.decoder + 30 + (156 if self.weights is not None else 96)
        self.letters = self.encoder + 52 + 36

    def x(self, k: int) -> float:
        """Return the middle of the column of a symbol."""
        return self.left + self.pitch * (k + 0.5)

    def svg(self, words: str) -> str:
        """Return the drawing."""
        self.read_text()
        self.pass_on()
        self.write_text()
        if self.weights is not None:
            self.look()
        self.titles()
        told = {"class_": "narrow" if self.narrow else "wide", "aria_label": words}
        return self.canvas.svg(self.width, self.letters + 44, "", **told)

    def cell(self, x: float, y: float, height: float) -> None:
        """Draw one step of one network."""
        place = {"x": x - self.box / 2, "y": y, "width": self.box, "height": height}
        look = {"fill": "var(--panel)", "stroke": "var(--line)", "stroke_width": 1.4}
        self.canvas.put("back", "rect", class_="box", rx=4, **place, **look)

    def letter(self, symbol: str, x: float, y: float, kind: str) -> None:
        """Write a symbol that is read or written."""
        look = {"anchor": "middle", "size": 15, "font_weight": 600, "class_": kind}
        self.canvas.words(seen(symbol), x, y, **look)

    def read_text(self) -> None:
        """Draw the encoder: two directions, and a symbol for each step."""
        low, half, last = self.encoder + 52, self.box / 2, len(self.read) - 1
        lanes = {1: self.encoder + 37, -1: self.encoder + 15}
        for k, symbol in enumerate(self.read):
            x = self.x(k)
            frame = {"x": x - half - 3, "y": self.encoder, "width": self.box + 6}
            look = {"fill": "none", "stroke": "var(--line)", "stroke_dasharray": "3 3"}
            self.canvas.put(
                "back", "rect", class_="frame", height=52, rx=6, **frame, **look
            )
            self.canvas.wire("x_t", [(x, low + 22), (x, low)], 4.4)
            self.letter(symbol, x, self.letters, "read")
            for way, y in lanes.items():
                self.cell(x, y - 9, 18)
                if 0 <= k - way <= last:
                    line = [(self.x(k - way) + way * half, y), (x - way * half, y)]
                    self.canvas.wire("h", line, STATE)

    def pass_on(self) -> None:
        """Draw the narrow place: both ends, a layer, and the state that passes."""
        canvas, half = self.canvas, self.box / 2
        x, y = (31, self.encoder - 58) if self.narrow else (58, self.encoder - 58)
        foot, first = y + 32, self.x(0) - half
        right, low = self.x(len(self.read) - 1) + half, self.letters + 12
        around = [(right, self.encoder + 37), (right + 9, self.encoder + 37)]
        around += [(right + 9, low), (x - 12, low), (x - 12, foot)]
        canvas.wire("h", around, STATE)
        back = [(first, self.encoder + 15), (x + 12, self.encoder + 15), (x + 12, foot)]
        canvas.wire("h", back, STATE)
        place = {"x": x - 27, "y": y, "width": 54, "height": 32, "rx": 7}
        look = {"fill": "var(--ground)", "stroke": canvas.ink("s"), "stroke_width": 1.8}
        canvas.put("nodes", "rect", class_="box", **place, **look)
        low = element("tspan", "W", font_style="italic")
        canvas.words(f"tanh {low}", x, y + 20, anchor="middle", size=12.5)
        row = self.decoder + 15
        canvas.wire("s", [(x, y), (x, row), (first, row)], STATE + 1)
        canvas.words(canvas.symbol("s", "0"), x + 9, y - 16)
        if not self.narrow or self.weights is None:
            canvas.words("(B, H)", x + 34, y - 16, size=12, quiet=True)

    def write_text(self) -> None:
        """Draw the decoder: each symbol that it writes is read by the next step."""
        canvas, half, top = self.canvas, self.box / 2, self.decoder
        for k, symbol in enumerate(self.written):
            x, high = self.x(k), top - 22
            self.cell(x, top, 30)
            canvas.wire("s", [(x + 3, top), (x + 3, high)], THIN)
            self.letter(symbol, x + 3, high - 6, "written")
            if k:
                row = top + 15
                line = [(self.x(k - 1) + half, row), (x - half, row)]
                canvas.wire("s", line, STATE)
                start, over = self.x(k - 1) + 3, x - min(6, half - 2)
                fed = [(start, high + 8), (over, high + 8), (over, top)]
                canvas.wire("y", fed, THIN)
                dot = {"cx": start, "cy": high + 8, "r": 2.6, "fill": canvas.ink("s")}
                canvas.put("nodes", "circle", class_="dot", **dot)

    def look(self) -> None:
        """Draw attention: an arc from every state of the encoder to every step."""
        arcs = []
        for t, row in enumerate(self.weights.tolist()):
            x, y = self.x(t), self.decoder + 52
            self.canvas.wire("alpha", [(x, y - 8), (x, self.decoder + 30)], THIN)
            joint(self.canvas, "alpha", x, y, min(8, 0.36 * self.pitch))
            arcs += [(weight, s, t) for s, weight in enumerate(row) if weight >= LEAST]
        for weight, s, t in sorted(arcs):
            a, b = (self.x(s), self.encoder), (self.x(t), self.decoder + 60)
            arc(self.canvas, a, b, WIDEST * weight, "alpha")

    def titles(self) -> None:
        """Say which network is which."""
        canvas, quiet = self.canvas, {"size": 12, "quiet": True}
        canvas.words("decoder", self.left - 4, 13, **quiet)
        canvas.words("encoder", self.left - 4, self.letters + 32, **quiet)
        if self.weights is None:
            x, y = self.x(0) + 60, self.encoder - 42
            canvas.words("nothing else passes", x, y, **quiet)
