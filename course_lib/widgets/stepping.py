"""What is chosen in a gate stepper, and what of it can be."""

import traitlets

from ..holding import HeldCell, Hold
from ..models import CharLM
from ..layers import cell_of
from .carrier import Explorable, checked

VIEWS = {"lstm": tuple("figoch"), "gru": tuple("zrnh"), "rnn": ("h",)}
ORDERS = ("trained", "mean", "saturation")


class Stepping(Explorable):
    """The state of a gate stepper: what is shown, and where in it the reader stands.

    Every choice is checked when it is made, here or in a live front end; what cannot
    be raises traitlets.TraitError.
    """

    module = "gate_stepper.js"
    given = ("networks", "vocab", "unknown", "limit")
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
    order = traitlets.Enum(ORDERS, "trained").tag(sync=True)
    overrides = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(self, networks, models=None, values=None, view=None, **traits):
        self._models, self._values = models, values
        if view is None:
            view = memory_of(networks[traits.get("network", 0)]["kind"])
        super().__init__(networks=networks, view=view, **traits)
        self.observe(self._keep_in_range, ["text", "network"])

    def read(self) -> str:
        """Return the characters that the network reads of the text.

        Those that it does not know are left out, unless its vocabulary has a token for
        them; so are those beyond the limit.
        """
        if self._models is None:
            return self.text
        known = set(self.vocab)
        taken = (c for c in self.text if c in known or self.unknown is not None)
        return "".join(taken)[: self.limit]

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
        H = self.networks[self.network]["hidden"]
        if not 0 <= unit < H:
            raise ValueError(f"unit must be from 0 to {H - 1}, got {unit}")
        return unit

    @traitlets.validate("view")
    @checked
    def _check_view(self, view: str) -> str:
        views = VIEWS[self.networks[self.network]["kind"]]
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
        if self._models is None and len(text) != self.limit:
            raise ValueError("the text of values computed beforehand cannot be changed")
        return text

    @traitlets.validate("overrides")
    @checked
    def _check_overrides(self, overrides: list[dict]) -> list[dict]:
        if overrides and self._models is None:
            raise ValueError("values computed beforehand cannot be held")
        return [checked_override(override, self._models) for override in overrides]

    def _keep_in_range(self, change) -> None:
        """Bring step, unit and view back to where there is something."""
        kind, H = (self.networks[self.network][key] for key in ("kind", "hidden"))
        self.t = min(self.t, max(0, len(self.read()) - 1))
        self.unit = min(self.unit, H - 1)
        if self.view not in VIEWS[kind]:
            self.view = memory_of(kind)
        if change["name"] == "text":
            self.overrides = []


def memory_of(kind: str) -> str:
    """Return the name of the value that a kind of cell remembers by."""
    return "c" if kind == "lstm" else "h"


def hold_of(override: dict) -> Hold:
    """Return an override as what `cl.trace` takes."""
    return Hold(**{key: override[key] for key in Hold._fields})


def checked_override(override: dict, models: list[CharLM]) -> dict:
    """Return an override with all its keys, or raise ValueError for one that cannot be.

    Only gate and value have to be given.
    """
    usual = {"network": 0, "unit": None, "start": 0, "stop": None}
    try:
        n = {**usual, **override}["network"]
        hold = hold_of({**usual, **override})
        layer = models[n].layer
        HeldCell(cell_of(layer), [hold], layer.hidden_size)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(
            "an override must be a dict with gate and value, and if wanted network, "
            f"unit, start and stop, got {override}"
        ) from error
    return {"network": n, **hold._asdict()}
