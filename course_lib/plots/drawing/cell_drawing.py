"""A cell as a drawing: `plots.cell`."""

from collections.abc import Collection, Mapping

from ...nn.cells import RecurrentCell
from ..style import gate_colours
from .canvas import BOX, Canvas, element
from .columns import columns_of
from .numbers import of_one_unit
from .painter import Painter
from .picture import Drawing
from .said import Said, said_by
from .sheet import TOP, Sheet, sheet_of
from .spoken import spoken
from .stages import MERGED, added, at_stage
from .strands import names, strands

BOTH = (False, True)  # the wide form and the narrow one


def cell(
    kind: type[RecurrentCell], stage: str | None = None,
    values: Mapping | None = None, unit: int = 0, marked: Collection[str] = (),
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
    stage: for an LSTM, how far it is invented, "adding", then "input", "output" and
    "forget" for each gate that is added; or merged into a GRU, "tied", where i is
    1 − f, and "merged", where c is h. values: a step's numbers, a trace cut down to
    one step, trace[0, t] with values (H,), or to two, trace[0, t - 1 : t + 1], of which
    the first gives the old states; then every valve is as wide as the gate is open in
    that unit, and the numbers stand on the wires. marked: gates and candidates, by
    name, that have light behind them.
    Raises ValueError for a cell that says no equation, says one that it does not
    compute, or has one that there is no drawing for, such as two memories; and for a
    stage, values, a unit or a name that do not fit. TypeError for something that is no
    cell.
    """
    whole = said_by(kind)
    said = at_stage(whole, stage)
    numbers = of_one_unit(values, whole, unit) if values is not None else {}
    words = spoken(said, numbers)
    if not set(marked) <= set(said.values):
        raise ValueError(f"marked must be of {', '.join(said.values)}, got {marked}")
    look = {"new": {*added(stage), *marked}, "is_merged": stage in MERGED}
    forms = [form(whole, said, numbers, words, narrow, **look) for narrow in BOTH]
    return Drawing(*forms, words)


def form(
    whole: Said, said: Said, numbers: dict, words: str, narrow: bool,
    new: set[str] = frozenset(), is_merged: bool = False,
) -> str:  # fmt: skip
    """Return one form, as SVG; everything stands where it does in the whole cell."""
    sheet = sheet_of(whole, columns_of(whole), narrow).with_said(said)
    canvas = Canvas(gate_colours(whole.values))
    if is_merged:
        ghosts(canvas, sheet, said)
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


def ghosts(canvas: Canvas, sheet: Sheet, said: Said) -> None:
    """Draw where layers have been that are merged into others."""
    for key, x in sheet.x.items():
        name = key.partition(":")[0]
        if ":" in key and name not in said.values:
            place = {"x": x - sheet.box_width / 2, "y": sheet.boxes, "rx": 7}
            size = {"width": sheet.box_width, "height": BOX}
            look = {"fill": "none", "stroke": "var(--quiet)", "stroke_dasharray": "4 4"}
            canvas.put("back", "rect", class_="ghost", **place, **size, **look)
            middle = sheet.boxes + BOX / 2 + 5
            canvas.words(name, x, middle, anchor="middle", size=16, quiet=True)


def frame(sheet: Sheet) -> str:
    """Return the frame that a cell is."""
    place = {"x": sheet.left, "y": TOP, "width": sheet.right - sheet.left}
    look = {"fill": "var(--panel)", "stroke": "var(--line)", "rx": 16}
    return element("rect", class_="frame", height=sheet.bottom - TOP, **place, **look)
