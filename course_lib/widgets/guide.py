"""What a gate stepper shows a new reader first, one sentence at a time."""

from typing import NamedTuple

from .payload import has_block


class Guide(NamedTuple):
    """A guided opening: what the framed unit remembers, and how to make it forgotten.

    >>> saved = cl.shipped("shouting_lstm")
    >>> guide = widgets.Guide("that it is inside a quote")
    >>> where = {"text": 'she said "HE LEFT', "t": 12, "unit": 6}
    >>> w = widgets.GateStepper.from_model(*saved[:2], guide=guide, **where)
    >>> w.guide["callouts"][1]
    'The framed row is unit 6, which remembers that it is inside a quote.'

    remembers: what the sentence about the framed row ends with. gate, value: what one
    press holds, in all units from the step on at which the stepper opens.
    """

    remembers: str
    gate: str = "f"
    value: float = 0.0

    def for_page(self, network: dict, n: int, unit: int) -> dict:
        """Return the guide for the page: its callouts, and what a press holds.

        network: the n-th of the stepper's, whose unit it is about. Raises ValueError
        for a gate that the network does not have.
        """
        gates = {part["name"]: part for part in network["parts"] if has_block(part)}
        if self.gate not in gates:
            raise ValueError(
                f"guide.gate must be one of {', '.join(gates) or 'none'}, got "
                f"{self.gate!r}"
            )
        called = f"{gates[self.gate]['words']} {self.gate}"
        callouts = [
            "Each column is one step, and the network has read up to the framed one.",
            f"The framed row is unit {unit}, which remembers {self.remembers}.",
            f"Press here to hold the {called} at {self.value:g}, and see what the "
            "network expects then.",
        ]
        held = {"gate": self.gate, "value": float(self.value), "network": n}
        return held | {"callouts": callouts}
