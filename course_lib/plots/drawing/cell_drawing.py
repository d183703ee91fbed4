"""A cell as a drawing: `plots.cell`."""

from collections.abc import Mapping

from ...nn.cells import RecurrentCell
from ..style import gate_colours
from .canvas import Canvas, element
from .columns import columns_of
from .numbers import of_one_unit
from .painter import Painter
from .picture import Drawing
from .said import STAGES, Said, at_stage, said_by
from .sheet import TOP, Sheet, sheet_of
from .spoken import spoken
from .strands import names, strands


def cell(
    kind: type[RecurrentCell], stage: str | None = None,
    values: Mapping | None = None, unit: int = 0,
) -> Drawing:  # fmt: skip
    r"""Draw a cell from what it says of itself: the drawing is the equation.

    >>> print(plots.cell(cl.LSTMCell, stage="adding").words.replace(". ", ".\n"))
    A memory to which every step adds, one step from left to right.
    g is tanh of a layer on x and the old h.
    c is the sum of the old c and g.
    h is tanh of c.
    >>> trace = cl.trace(cl.LSTM(8, 16), torch.rand(4, 10, 8))
    >>> drawing = plots.cell(cl.LSTMCell, values=trace[0, 4:6], unit=3)
    >>> f"f is {trace.f[0, 5, 3]:.2f}" in drawing.words
    True

    A wire is a tensor, a box a layer with its block of the weights, a circle a
    pointwise operation, a valve a gate. The memory is the straight line on top.

    kind: the cell, a class of this course or your own, with its equations in `gates`.
    stage: for an LSTM, how far it is invented: "adding", then "input", "output" and
    "forget" for each gate that is added. values: a step's numbers, a trace cut down to
    one step, trace[0, t] with values (H,), or to two, trace[0, t - 1 : t + 1], of which
    the first gives the old states; then every valve is as wide as the gate is open in
    that unit, and the numbers stand on the wires.
    Raises ValueError for a cell that says no equation, or says one that it does not
    compute, and for a stage, values or a unit that do not fit.
    """
    whole = said_by(kind)
    said = at_stage(whole, stage)
    numbers = of_one_unit(values, whole, unit) if values is not None else {}
    words = spoken(said, numbers)
    new = set(STAGES[stage]) - before(stage) if stage else set()
    forms = [form(whole, said, numbers, new, words, narrow) for narrow in (False, True)]
    return Drawing(*forms, words)


def form(
    whole: Said, said: Said, numbers: dict, new: set, words: str, narrow: bool
) -> str:
    """Return one form, as SVG; everything stands where it does in the whole cell."""
    sheet = sheet_of(whole, columns_of(whole), narrow)
    canvas = Canvas(gate_colours(whole.values))
    painter = Painter(canvas, sheet, said, numbers, new)
    if sheet.memory:
        painter.memory()
    if sheet.memory != "h":
        painter.way_out()
    strands(painter)
    names(painter)
    size = (sheet.width, sheet.height)
    told = {"class_": "narrow" if narrow else "wide", "aria_label": words}
    return canvas.svg(*size, frame(sheet), **told)


def before(stage: str) -> set[str]:
    """Return the gates of the stage before."""
    order = list(STAGES)
    k = order.index(stage)
    return set(STAGES[order[k - 1]]) if k else set()


def frame(sheet: Sheet) -> str:
    """Return the frame that a cell is."""
    place = {"x": sheet.left, "y": TOP, "width": sheet.right - sheet.left}
    look = {"fill": "var(--panel)", "stroke": "var(--line)", "rx": 16}
    return element("rect", class_="frame", height=sheet.bottom - TOP, **place, **look)
