"""Layers over time as a drawing: `plots.unrolled`."""

from collections.abc import Sequence

from ... import validation
from ...nn.cells import RecurrentCell
from ..style import gate_colours
from .canvas import Canvas
from .network import Network, grids
from .over_time import OverTime
from .picture import Drawing
from .spoken import listed
from .strands import number
from .way_back import factors as ratios


def unrolled(
    kind: type[RecurrentCell], steps: int = 5, *, num_layers: int = 1,
    bidirectional: bool = False, inputs: Sequence[int] | None = None,
    outputs: Sequence[int] | None = None, cut: Sequence[int] = (),
    gradient: Sequence[float] | None = None, factors: bool = False,
    crossed: bool = False,
) -> Drawing:  # fmt: skip
    """Draw a cell again and again: layers over time.

    >>> plots.unrolled(cl.RNNCell, 3)
    RNN over 3 steps, from left to right; each hands h on to the next.
    >>> left = cl.gradient_by_lag(cl.RNN(8, 16), torch.rand(4, 6, 8))
    >>> drawing = plots.unrolled(cl.RNNCell, 6, cut=[3], gradient=left)
    >>> "no gradient comes back" in drawing.words
    True

    kind: the cell. steps: how many; num_layers, bidirectional: as the layers have them.
    inputs, outputs: the steps that read and that say something; None is all. cut: the
    steps before which the state is detached. gradient: what is left of the gradient k
    steps back, for each k below `steps`, as `gradient_by_lag` measures it; it is drawn
    on its way back from the last step, each arrow as wide as what is left, as a share
    of the first. factors: write at each arrow what it multiplies by, and draw at each
    input what arrives there, 0 beyond a cut. crossed: draw two states that change
    places from step to step, as in a cell that takes them in another order than the
    one in which it returns them.
    Raises ValueError for a number of steps or layers below 1, for a step that there is
    not, for too short a gradient, for one of several layers or directions, for factors
    without a gradient, and for crossed states of a cell with one.
    """
    validation.whole(steps, 1, "steps")
    validation.whole(num_layers, 1, "num_layers")
    directions = 1 + validation.boolean(bidirectional, "bidirectional")
    inputs = check_steps(inputs, 0, steps, "inputs")
    outputs = check_steps(outputs, 0, steps, "outputs")
    cuts = check_steps(cut, 1, steps, "cut")
    if gradient is not None:
        gradient = [float(share) for share in gradient]
        if len(gradient) < steps or num_layers * directions > 1:
            raise ValueError(
                f"gradient must be of one layer in one direction and have {steps} "
                f"numbers, got {len(gradient)} for {num_layers * directions}"
            )
    elif validation.boolean(factors, "factors"):
        raise ValueError("factors are those of a gradient, but gradient is None")
    size = (steps, num_layers, directions)
    ends = (inputs, outputs, cuts)
    network = Network(kind, *size, *ends, gradient, factors=factors)
    network.crossed = validation.boolean(crossed, "crossed")
    if crossed and len(network.states) != 2:
        raise ValueError(f"crossed states must be two, got {', '.join(network.states)}")
    words = said_of(network)
    return Drawing(*(form(network, words, narrow) for narrow in (False, True)), words)


def check_steps(
    given: Sequence[int] | None, least: int, steps: int, name: str
) -> list[int]:
    """Return the steps that are given, all if None; raise if one does not exist."""
    found = list(range(steps)) if given is None else list(given)
    if not set(found) <= set(range(least, steps)):
        raise ValueError(f"{name} must be in {least} .. {steps - 1}, got {found}")
    return found


def form(network: Network, words: str, narrow: bool) -> str:
    """Return one form, as SVG."""
    stretches, width, height = grids(network, narrow)
    canvas = Canvas(gate_colours(network.states))
    for grid in stretches:
        OverTime(canvas, network, grid).draw()
    told = {"class_": "narrow" if narrow else "wide", "aria_label": words}
    return canvas.svg(width, height, "", **told)


def said_of(network: Network) -> str:
    """Return what a drawing shows, in words."""
    what = (
        network.name
        if network.layers == 1
        else f"{network.layers} layers of {network.name}"
    )
    states = listed(sorted(network.states, reverse=True))
    words = (
        f"{what} over {network.steps} steps, from left to right; "
        f"each hands {states} on to the next."
    )
    if network.crossed:
        words += f" On the way {states} change places."
    if network.directions > 1:
        words += " Beside each a second one reads from right to left."
    if network.cuts:
        steps = listed([str(step) for step in network.cuts])
        words += (
            f" Before step {steps} the state is detached: its value goes on, no "
            "gradient comes back."
        )
    if network.gradient:
        words += said_of_gradient(network)
    return words


def said_of_gradient(network: Network) -> str:
    """Return what of the gradient comes back, in words."""
    shares = network.shares()[: network.steps - network.seen_from]
    left = listed([number(share) for share in shares[1:]]) or "nothing"
    words = f" Going back from the last step, the gradient left is {left}."
    if network.factors:
        by = listed([number(factor) for factor in ratios(shares)])
        words += f" Each step back multiplies it by {by}." if by else ""
    if network.factors and network.seen_from:
        unseen = range(network.seen_from)
        steps = listed([str(step) for step in unseen if step in network.inputs])
        words += f" It is 0 at the input of step {steps}."
    return words
