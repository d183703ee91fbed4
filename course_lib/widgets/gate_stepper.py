"""The gate stepper: type a text, step through it, and see what every gate does.

Shapes: T time steps, H hidden size, V vocabulary size.
"""

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from .. import plots
from ..analysis.holding import Hold
from ..analysis.trace import Trace
from ..data.text import Vocab
from ..models.heads import CharLM
from ..nn.cells import RecurrentCell
from ..nn.layers import cell_of
from ..nn.values import Value, stated
from .beforehand import packed_runs, run_of
from .carrier import is_live
from .payload import (
    BEFOREHAND,
    cell_with,
    kind_of,
    name_of,
    pack,
    pack_predictions,
    pack_values,
    probabilities_of,
    values_of,
    vocabulary,
    well_formed,
)
from .stepping import Stepping, hold_of, readable, views_of

MOST_STEPS = 400
MOST_PRODUCTS = 50_000_000  # multiplications in a tenth of a second, in a browser
MOST_VALUES = 500_000  # 1.3 MB in a page


class GateStepper(Stepping):
    """A network that a reader steps through, character by character.

    >>> saved = cl.shipped("shouting_lstm")
    >>> text = 'the cook said "LAMP". the'
    >>> explorable = widgets.GateStepper.from_model(saved.model, saved.vocab, text)
    >>> explorable.t, explorable.view = 16, "f"
    >>> tuple(explorable.values()["f"].shape)  # (T, H)
    (25, 16)

    Make one by `from_model`, `compare` or `from_trace`. These can be read and set, and
    a live front end does the same with them: `text`; `t`, the step, from 0; `unit`;
    `view`, the value that the map shows, such as "f"; `network`, which of those that
    are compared is looked at; `order` of the units: trained, mean or saturation; and
    `overrides`, a list of gates that are held, each a dict with network, gate, unit
    (None for all), value, start, stop (None for the end). Setting what cannot be raises
    traitlets.TraitError.
    """

    @classmethod
    def from_model(
        cls,
        model: CharLM,
        vocab: Vocab,
        text: str,
        t: int = 0,
        unit: int = 0,
        view: str | None = None,
        **others,
    ) -> "GateStepper":
        """Return a stepper that runs a model itself, in the page.

        model: a CharLM with one RNN, LSTM or GRU layer, of ours or torch's. Or with one
        RecurrentLayer of your own: a page then shows values computed beforehand, and
        says so; a live front end has Python compute them. vocab: its
        vocabulary, of characters. text: what it reads first. t, unit, view: where it
        begins; the view is the memory unless told otherwise. others: order, overrides,
        guide, a `Guide` for readers who have never seen a stepper, and anchor, its name
        in links to its views.
        Raises ValueError for a model that a page cannot run, naming what can be done,
        TypeError for something else than a model, and TraitError for a bad beginning.
        """
        return cls.compare(
            [model],
            vocab,
            text,
            names=[name_of(model)],
            t=t,
            unit=unit,
            view=view,
            **others,
        )

    @classmethod
    def compare(
        cls,
        models: Sequence[CharLM],
        vocab: Vocab,
        text: str,
        names: Sequence[str] | None = None,
        **others,
    ) -> "GateStepper":
        """Return a stepper of several models on one text, under one cursor.

        models: as for `from_model`, all with this vocabulary. names: what they are
        called; their kinds unless told otherwise. others: t, unit, view, network,
        order, overrides, guide, anchor. Raises as `from_model` does.
        """
        names = names or [name_of(model) for model in models]
        if not models or len(names) != len(models):
            raise ValueError(f"expected a name for each model, got {names}")
        for model in models:
            tokens = vocabulary(vocab, model.vocab_size)
        others |= {"vocab": tokens, "unknown": vocab.unknown, "text": text}
        others["limit"] = steps_for(models)
        kept = copy.deepcopy(list(models))  # training may go on
        if "own" not in [kind_of(model) for model in models]:
            packed = [
                pack(model, name) for model, name in zip(models, names, strict=True)
            ]
            return cls(packed, models=kept, **others)
        read = readable(well_formed(text), tokens, vocab.unknown, others["limit"])
        packed = packed_runs(kept, names, read, tokens, vocab.unknown)
        return cls(packed, models=kept, answers=True, **others)

    @classmethod
    def from_trace(
        cls,
        trace: Trace | Mapping,
        text: str,
        probabilities: torch.Tensor | None = None,
        vocab: Vocab | None = None,
        name: str | None = None,
        cell: type[RecurrentCell] | None = None,
        **others,
    ) -> "GateStepper":
        """Return a stepper of values that were computed beforehand.

        For a model that a page cannot run: the reader steps, but cannot type or hold a
        gate, and the stepper says so. trace: `cl.trace` of one sequence, or a dict of
        arrays (T, H) with the names of a cell's values. text: the T characters that
        were read. probabilities, vocab: (T, V), to show what was expected next.
        cell: whose values they are, for arrays of a cell of your own. others: t, unit,
        view, order. Raises ValueError for what does not fit together.
        """
        values, text = values_of(trace), well_formed(text)
        cell = cell_with(values, cell or getattr(trace, "cell", None))
        network = pack_values(values, cell, name or cell.__name__.removesuffix("Cell"))
        if len(text) != len(values["h"]):
            raise ValueError(
                f"text must have {len(values['h'])} characters, one for each step, got "
                f"{len(text)}"
            )
        tokens = []
        if probabilities is not None:
            tokens = vocabulary(vocab)
            values["p"] = probabilities_of(probabilities, len(text), len(tokens))
            network |= pack_predictions(values["p"], vocab.encode(text).tolist())
        return cls(
            [network], values=values, vocab=tokens, limit=len(text), text=text, **others
        )

    def values(self, network: int | None = None) -> dict[str, np.ndarray]:
        """Return every value of a network by name, (T, H), with what is held held.

        network: the one looked at unless told otherwise. "p" is the probability of
        every token to come next, (T, V), where that is known.
        """
        n = self.network if network is None else network
        if self._models is None:
            return self._values
        return self._run(n, [hold_of(o) for o in self.overrides if o["network"] == n])

    def _run(self, n: int, held: list[Hold]) -> dict[str, np.ndarray]:
        """Return what `values` does, with these gates of network n held."""
        return run_of(self._models[n], self.read(), self.vocab, self.unknown, held)

    def _ask_python(self, change) -> None:
        """Compute anew what the page cannot, for another text or with gates held."""
        names = [network["name"] for network in self.networks]
        tokens = self.vocab, self.unknown
        self.networks = packed_runs(
            self._models, names, self.read(), *tokens, self.overrides
        )

    def sentence(self) -> str:
        """Return where the stepper stands and what is there, in words."""
        network, text = self.networks[self.network], self.read()
        kinds = " and ".join(
            f"{n['name']} ({n['hidden']} units)" for n in self.networks
        )
        if not text:
            return f"Gate stepper of {kinds}, with no text to read."
        values = self.values()
        here = ", ".join(
            f"{name} {values[name][self.t, self.unit]:.2f}"
            for name in views_of(network)
        )
        return (
            f"Gate stepper of {kinds} at step {self.t + 1} of {len(text)}, which reads "
            f"“{text[self.t]}”. {network['name']}, unit {self.unit}: {here}."
            + self._expected(values)
            + self._computed()
            + self._guided()
        )

    def _expected(self, values: dict, begin: str = "Expected next:") -> str:
        """Return what is expected next, in words, where that is known."""
        if "p" not in values:
            return ""
        best = int(values["p"][self.t].argmax())
        p = values["p"][self.t, best]
        return f" {begin} “{self.vocab[best]}”, {100 * p:.0f} %."

    def _guided(self) -> str:
        """Return what the guide says, and what its press does, in words."""
        if not self.guide:
            return ""
        gate, value, n = (self.guide[key] for key in ("gate", "value", "network"))
        column, row, _ = self.guide["callouts"]
        held = self._run(n, [Hold(gate, value, start=self.t)])
        press = f"With {gate} held at {value:g} from this step on, the network expects"
        return f" {column} {row}" + self._expected(held, press)

    def _computed(self) -> str:
        """Return who computes the values, in words, where the page does not."""
        why = [network["why"] for network in self.networks if "why" in network]
        if not why:
            return ""
        if self.answers and is_live():
            return f" {why[0].removesuffix(BEFOREHAND)}: Python computes its values."
        return f" {why[0]}"

    def figure(self) -> Figure:
        """Draw the map of every network, with the step and the unit marked."""
        maps = []
        for n, network in enumerate(self.networks):
            has_view = self.view in views_of(network)
            view = self.view if has_view else network["memory"]
            unit = self.unit if n == self.network else None
            shown = next(part for part in network["parts"] if part["name"] == view)
            value = Value(view, shown["kind"], shown["equation"], shown["words"])
            maps.append((network["name"], value, self.values(n)[view], unit))
        return plots.gate_maps(self.read(), maps, self.t)


def steps_for(models: Sequence[CharLM]) -> int:
    """Return how many characters a stepper of these models reads at most."""
    cost = sum(p.numel() for model in models for p in model.parameters())
    if "own" in [kind_of(model) for model in models]:
        wide = sum(len(stated(cell_of(m.layer))) * m.layer.hidden_size for m in models)
        return max(40, min(MOST_STEPS, MOST_VALUES // wide))
    return max(40, min(MOST_STEPS, MOST_PRODUCTS // cost))
