"""What is chosen in a gate stepper, and what of it can be."""

import operator
import re
from numbers import Real

import traitlets

from ..analysis.holding import HeldCell, Hold
from ..models.heads import CharLM
from ..nn.layers import cell_of
from .carrier import Explorable, checked
from .payload import well_formed

ANCHOR = "[a-z][a-z0-9-]*"
ORDERS = ("trained", "mean", "saturation")


class Stepping(Explorable):
    """The state of a gate stepper: what is shown, and where in it the reader stands.

    Every choice is checked when it is made, here or in a live front end; what cannot
    be raises traitlets.TraitError.
    """

    module = "gate_stepper.js"
    given = ("networks", "vocab", "unknown", "limit", "guide", "anchor")
    chosen = ("text", "t", "unit", "view", "network", "order", "overrides")
    carried = given + chosen

    networks = traitlets.List(traitlets.Dict(), minlen=1).tag(sync=True)
    vocab = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unknown = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    limit = traitlets.Int().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    t = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    network = traitlets.Int(0).tag(sync=True)
    #: Whether Python computes for a front end that cannot; in a page nobody does.
    answers = traitlets.Bool(False).tag(sync=True)
    order = traitlets.Enum(ORDERS, "trained").tag(sync=True)
    overrides = traitlets.List(traitlets.Dict()).tag(sync=True)
    #: What a new reader is shown first: see `Guide.for_page`; empty for nothing.
    guide = traitlets.Dict().tag(sync=True)
    #: Its name in links to its views, #stepper-ANCHOR?...; its place, if it has none.
    anchor = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, networks, models=None, values=None, view=None, guide=None, **traits
    ):
        self._models, self._values = models, values
        self._first_text, self._held_text = traits.get("text"), None
        if view is not None:
            traits["view"] = view
        super().__init__(networks=networks, **traits)
        if guide is not None:
            if models is None:
                raise ValueError("guide must be None for values that cannot be held")
            self.guide = guide.for_page(self._active, self.network, self.unit)
        self.observe(self._keep_in_range, ["text", "network"])
        if self.answers:
            self.observe(self._ask_python, ["text", "overrides"])
            if self.overrides:
                self._ask_python(None)

    @traitlets.default("view")
    def _memory_first(self) -> str:
        return self._active["memory"]

    @property
    def _active(self) -> dict:
        """The network that is looked at; the first, if there is no such."""
        there = 0 <= self.network < len(self.networks)
        return self.networks[self.network if there else 0]

    def read(self) -> str:
        """Return the characters that the network reads of the text.

        Those that it does not know are left out, unless its vocabulary has a token for
        them; so are those beyond the limit. `text` keeps twice as many at most.
        """
        if self._models is None:
            return self.text
        return readable(self.text, self.vocab, self.unknown, self.limit)

    @traitlets.validate("anchor")
    @checked
    def _check_anchor(self, anchor: str) -> str:
        if anchor and not re.fullmatch(ANCHOR, anchor):
            raise ValueError(
                "anchor must be small letters, then digits and hyphens too, such as "
                f"quote-2, got {anchor!r}"
            )
        return anchor

    @property
    def attributes(self) -> dict[str, str]:
        """What the page calls the element around the stepper."""
        name = {"id": f"stepper-{self.anchor}"} if self.anchor else {}
        return name | {"data-stepper": self.anchor}

    @traitlets.validate("t")
    @checked
    def _check_t(self, t: int) -> int:
        steps = max(1, len(self.read()))
        if not 0 <= t < steps:
            raise ValueError(f"t must be from 0 to {steps - 1}, got {t}")
        return t

    @traitlets.validate("unit")
    @checked
    def _check_unit(self, unit: int) -> int:
        H = self._active["hidden"]
        if not 0 <= unit < H:
            raise ValueError(f"unit must be from 0 to {H - 1}, got {unit}")
        return unit

    @traitlets.validate("view")
    @checked
    def _check_view(self, view: str) -> str:
        views = views_of(self._active)
        if view not in views:
            raise ValueError(f"view must be one of {', '.join(views)}, got {view!r}")
        return view

    @traitlets.validate("network")
    @checked
    def _check_network(self, network: int) -> int:
        if not 0 <= network < len(self.networks):
            raise ValueError(
                f"network must be from 0 to {len(self.networks) - 1}, got {network}"
            )
        return network

    @traitlets.validate("text")
    @checked
    def _check_text(self, text: str) -> str:
        if self._models is None and text != self._first_text:
            raise ValueError("the text of values computed beforehand cannot be changed")
        return well_formed(text)[: 2 * self.limit]

    @traitlets.validate("overrides")
    @checked
    def _check_overrides(self, overrides: list[dict]) -> list[dict]:
        if overrides and self._models is None:
            raise ValueError("values computed beforehand cannot be held")
        self._held_text = well_formed(self.text)[: 2 * self.limit]
        return [checked_override(override, self._models) for override in overrides]

    def _ask_python(self, change) -> None:
        """Compute anew what a front end cannot."""
        raise NotImplementedError

    def _keep_in_range(self, change) -> None:
        """Bring step, unit and view back to where there is something.

        A new text lets go of all gates, but for those that were held together with it.
        """
        H = self._active["hidden"]
        self.t = min(self.t, max(0, len(self.read()) - 1))
        self.unit = min(self.unit, H - 1)
        if self.view not in views_of(self._active):
            self.view = self._active["memory"]
        if change["name"] == "text" and self._held_text != self.text:
            self.overrides = []


def views_of(network: dict) -> list[str]:
    """Return the names of the values that can be looked at, as the cell gives them."""
    return [part["name"] for part in network["parts"]]


def readable(text: str, vocab: list[str], unknown: str | None, limit: int) -> str:
    """Return the characters of a text that a network with this vocabulary reads."""
    known = set(vocab)
    return "".join(c for c in text if c in known or unknown is not None)[:limit]


def hold_of(override: dict) -> Hold:
    """Return an override as what `cl.trace` takes."""
    return Hold(**{key: override[key] for key in Hold._fields})


def checked_override(override: dict, models: list[CharLM]) -> dict:
    """Return an override with all its keys, or raise ValueError for one that cannot be.

    Only gate and value have to be given.
    """
    usual = {"network": 0, "unit": None, "start": 0, "stop": None}
    full = {**usual, **override}
    numbers = [full[key] for key in usual if full[key] is not None]
    if (
        set(full) != {"network", *Hold._fields}
        or not isinstance(full["value"], Real)
        or not isinstance(full["gate"], str)
        or not all(hasattr(number, "__index__") for number in numbers)
        or full["network"] not in range(len(models))
        or full["start"] is None
    ):
        raise ValueError(
            "an override must be a dict with gate and value, and if wanted network, "
            f"unit, start and stop, got {override}"
        )
    full |= {key: operator.index(full[key]) for key in usual if full[key] is not None}
    hold = hold_of(full | {"value": float(full["value"])})
    layer = models[full["network"]].layer
    HeldCell(cell_of(layer), [hold], layer.hidden_size)
    return {"network": full["network"], **hold._asdict()}
