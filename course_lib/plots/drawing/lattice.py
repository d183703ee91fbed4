"""CTC's lattice: paths over the steps, as wide as they are likely: `plots.lattice`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from torch import Tensor

from ... import validation
from ..style import SKY, VERMILION
from .arcs import LEAST, seen
from .canvas import Canvas
from .paths import Paths, paths_of
from .picture import Drawing
from .spoken import listed
from .strands import number

MOST, PLACES = 48, 31
LEVELS = 6  # shades of a spectrogram
SOUND, NETWORK = 56, 26  # heights of the spectrogram and of the network


def lattice(
    log_p: Tensor, target: Sequence[int], names: Sequence[str],
    frames: Tensor | None = None,
) -> Drawing:  # fmt: skip
    r"""Draw all paths of CTC that say a target, each edge as wide as it is likely.

    >>> log_p = torch.full((5, 3), 1 / 3).log()
    >>> drawing = plots.lattice(log_p, [1, 1], "_ab")
    >>> drawing.words.partition(". ")[0]
    'CTC over 5 steps, for the target a a: 15 paths say it'

    A column is a step, a row a place of the target with blanks around its symbols. An
    edge is as wide as the share of the paths that take it, by their probabilities, and
    the likeliest path is marked. log_p: (T, V) log-probabilities, of which symbol 0 is
    the blank; target: symbols 1 .. V - 1; names: a letter or a short word for each
    symbol. frames: the spectrogram (T, any) that a network read, drawn beneath; what is
    louder than usual is shaded.
    Raises ValueError for less than 2 or more than 48 steps, for more than 15 symbols,
    for names or frames that do not fit, and for a target that no path says. Graves et
    al. 2006.
    """
    T, V = validation.shape(log_p, ("T", "V"), "log_p").shape
    if not 2 <= T <= MOST or 2 * len(target) + 1 > PLACES:
        most = f"2 to {MOST} steps and {PLACES // 2} symbols at most"
        raise ValueError(f"drawn are {most}, got {T} and {len(target)}")
    if len(names) != V or (frames is not None and len(frames) != T):
        raise ValueError(f"names must be {V}, and frames {T}, as log_p is {(T, V)}")
    paths = paths_of(log_p.detach().cpu().double(), list(target))
    said = " ".join(names[k] for k in target)
    runs = groupby(names[paths.symbols[s]] for s in paths.best)
    best = listed([f"{len(list(run))} {name}" for name, run in runs])
    words = (
        f"CTC over {T} steps, for the target {said}: {paths.count:,} paths say it. "
        f"Together their probability is {number(paths.total)}. "
        f"The likeliest has {number(paths.likeliest)}, and is {best}."
    )
    forms = [Lattice(paths, names, frames, narrow).svg(words) for narrow in (0, 1)]
    return Drawing(*forms, words)


@dataclass
class Lattice:
    """One form: the lattice, and beneath it the network and what it read."""

    paths: Paths
    names: Sequence[str]
    frames: Tensor | None
    narrow: bool

    def __post_init__(self):
        self.canvas = Canvas({"path": SKY, "best": VERMILION})
        steps, rows = len(self.paths.best), len(self.paths.symbols)
        self.left = 46 if self.narrow else 64
        room = (343 if self.narrow else 700) - self.left - 12
        self.pitch = min(76 if self.narrow else 90, room / steps)
        self.row = 26 if rows < 14 else 16
        self.width = self.left + self.pitch * steps + 12
        self.low = 20 + self.row * rows
        self.widest = min(7.0, 0.5 * self.pitch)

    def x(self, step: int) -> float:
        """Return the middle of a step's column."""
        return self.left + self.pitch * (step + 0.5)

    def y(self, place: int) -> float:
        """Return the row of a place."""
        return 14 + self.row * (place + 0.5)

    def svg(self, words: str) -> str:
        """Return the drawing."""
        self.edges()
        self.nodes()
        for place, symbol in enumerate(self.paths.symbols):
            name = seen(self.names[symbol])
            size = 14 if len(name) == 1 else 11.5
            look = {"anchor": "end", "size": size, "quiet": symbol == 0}
            look |= {"font_weight": 400 if symbol == 0 else 700, "class_": "place"}
            low = -1 if name == "_" else 4
            self.canvas.words(name, self.left - 6, self.y(place) + low, **look)
        height = self.low + 8
        if self.frames is not None:
            self.sound(self.low + 14)
            height += 30 + NETWORK + SOUND + 20
        told = {"class_": "narrow" if self.narrow else "wide", "aria_label": words}
        return self.canvas.svg(self.width, height, "", **told)

    def edges(self) -> None:
        """Draw each edge that a path may take, and the likeliest path over them."""
        best = self.paths.best
        for (step, a, b), share in sorted(
            self.paths.edges.items(), key=lambda item: item[1]
        ):
            line = f"M{self.x(step - 1):.6g} {self.y(a):.6g}"
            line += f"L{self.x(step):.6g} {self.y(b):.6g}"
            is_seen = share >= LEAST
            look = {"stroke": self.canvas.fill("path") if is_seen else "var(--line)"}
            look["stroke_width"] = self.widest * share if is_seen else 0.7
            told = {"class_": "edge", "data_share": f"{share:.6g}"}
            self.canvas.put("wires", "path", d=line, **told, **look)
        points = [f"{self.x(t):.6g} {self.y(s):.6g}" for t, s in enumerate(best)]
        d, look = "M" + "L".join(points), {"fill": "none"}
        look |= {"stroke": self.canvas.ink("best"), "stroke_width": 2}
        self.canvas.put("cores", "path", class_="best", d=d, **look)

    def nodes(self) -> None:
        """Draw each place at each step, as large as it is likely."""
        for (step, place), share in self.paths.nodes.items():
            is_best = self.paths.best[step] == place
            r = 1.1 + (0.72 * self.widest - 1.1) * share**0.5
            look = {
                "fill": self.canvas.fill("path") if share >= 0.01 else "var(--line)"
            }
            if is_best:
                look |= {"stroke": self.canvas.ink("best"), "stroke_width": 1.5}
            at = {"cx": self.x(step), "cy": self.y(place), "r": r}
            self.canvas.put("nodes", "circle", class_="node", **at, **look)

    def sound(self, top: float) -> None:
        """Draw the network, and the frames that it has read, a column for each step."""
        canvas, left = self.canvas, self.left
        wide = self.width - left - 12
        box = {"x": left, "y": top + 8, "width": wide, "height": NETWORK, "rx": 8}
        look = {"fill": "var(--panel)", "stroke": "var(--line)", "stroke_width": 1.4}
        canvas.put("back", "rect", class_="box", **box, **look)
        middle = {"anchor": "middle", "font_weight": 600}
        canvas.words("network", left + wide / 2, top + 26, **middle)
        low = top + 8 + NETWORK
        for step in range(len(self.paths.best)):
            for y in (top + 8, low + 10):
                d = f"M{self.x(step):.6g} {y:g}L{self.x(step):.6g} {y - 8:g}"
                look = {"stroke": "var(--text)", "stroke_width": 1}
                canvas.put("back", "path", class_="tick", d=d, **look)
        self.spectrogram(low + 12)

    def spectrogram(self, top: float) -> None:
        """Draw the frames in shades, the highest pitch on top."""
        frames = self.frames.detach().cpu().double()
        low, high = frames.median(), frames.max()  # what is usual is not shaded
        shades = ((frames - low) / (high - low + 1e-9) * LEVELS).clamp(0, LEVELS - 1)
        tall = SOUND / frames.shape[1]
        for level in range(1, LEVELS):
            d = ""
            for t, p in (shades.long() == level).nonzero().tolist():
                x, y = self.x(t) - self.pitch / 2, top + SOUND - tall * (p + 1)
                right = x + self.pitch
                d += f"M{x:.5g} {y:.5g}L{right:.5g} {y:.5g}L{right:.5g} {y + tall:.5g}"
                d += f"L{x:.5g} {y + tall:.5g}Z"
            look = {"fill": "var(--blue)", "fill_opacity": round(level / LEVELS, 2)}
            if d:
                self.canvas.put("back", "path", class_="shade", d=d, **look)
