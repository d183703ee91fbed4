"""What figures have in common: powers of ten, names of upright lines, colour bars."""

from collections.abc import Mapping

from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = 3  # powers of ten from 1/1,000 to 1,000 are written out


def power(value: float) -> str:
    """Return a power of ten as it is written at an axis, and nothing for other numbers.

    >>> power(1e-7), power(0.01), power(100.0), power(20.0)
    ('10⁻⁷', '0.01', '100', '')
    """
    mantissa, exponent = f"{value:.6e}".split("e")
    if float(mantissa) != 1:
        return ""
    if abs(int(exponent)) <= PLAIN:
        return f"{value:,g}"
    return "10" + str(int(exponent)).translate(RAISED)


def powers(axis: Axis) -> None:
    """Write powers of ten at a logarithmic axis as text, and nothing between them."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))
    axis.set_minor_formatter(FuncFormatter(lambda value, _: ""))


def name_upright(ax, lines: Mapping[str, Line2D]) -> None:
    """Write the names of upright lines above them: the leftmost ends at its line.

    The names of further ones begin at their lines, so two of them do not meet.
    """
    placed = sorted(lines.items(), key=lambda pair: pair[1].get_xdata()[0])
    low, high = ax.get_xlim()
    for k, (name, line) in enumerate(placed):
        x = line.get_xdata()[0]
        left = k == 0 and (len(placed) > 1 or x > (low + high) / 2)
        how = {"ha": "right" if left else "left", "va": "bottom", "fontsize": 10}
        where = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        shift = (4 if left else -4, 2)
        ax.annotate(name, (x, 1), shift, color=line.get_color(), **where, **how)


def colour_bar(axes, image, label: str, **more):
    """Draw the key to the colours of an image below its axes; return it."""
    how = {"orientation": "horizontal", "aspect": 40, "pad": 0.02, **more}
    bar = image.figure.colorbar(image, ax=axes, label=label, **how)
    bar.outline.set_visible(False)
    return bar
