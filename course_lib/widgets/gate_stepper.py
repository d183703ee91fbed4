"""The gate stepper: type a text, step through it, and see what every gate does.

Shapes: T time steps, H hidden size, V vocabulary size.
"""

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from .. import plots
from ..analysis.trace import Trace, trace
from ..data.text import Vocab
from ..models.heads import CharLM
from .payload import (
    kind_of,
    pack,
    pack_predictions,
    pack_values,
    probabilities_of,
    values_of,
    vocabulary,
    well_formed,
)
from .stepping import VIEWS, Stepping, hold_of, memory_of

MOST_STEPS = 400
MOST_PRODUCTS = 50_000_000  # multiplications in a tenth of a second, in a browser


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

        model: a CharLM with one RNN, LSTM or GRU layer, of ours or torch's. vocab: its
        vocabulary, of characters. text: what it reads first. t, unit, view: where it
        begins; the view is the memory unless told otherwise. others: order, overrides.
        Raises ValueError for a model that a page cannot run, naming what can be done,
        TypeError for something else than a model, and TraitError for a bad beginning.
        """
        return cls.compare(
            [model],
            vocab,
            text,
            names=[kind_of(model).upper()],
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
        order, overrides. Raises as `from_model` does.
        """
        names = names or [kind_of(model).upper() for model in models]
        if not models or len(names) != len(models):
            raise ValueError(f"expected a name for each model, got {names}")
        for model in models:
            tokens = vocabulary(vocab, model.vocab_size)
        cost = sum(p.numel() for model in models for p in model.parameters())
        return cls(
            [pack(model, name) for model, name in zip(models, names, strict=True)],
            models=copy.deepcopy(list(models)),  # training may go on
            vocab=tokens,
            unknown=vocab.unknown,
            limit=max(40, min(MOST_STEPS, MOST_PRODUCTS // cost)),
            text=text,
            **others,
        )

    @classmethod
    def from_trace(
        cls,
        trace: Trace | Mapping,
        text: str,
        probabilities: torch.Tensor | None = None,
        vocab: Vocab | None = None,
        name: str | None = None,
        **others,
    ) -> "GateStepper":
        """Return a stepper of values that were computed beforehand.

        For a model that a page cannot run: the reader steps, but cannot type or hold a
        gate, and the stepper says so. trace: `cl.trace` of one sequence, or a dict of
        arrays (T, H) with the names of a cell's values. text: the T characters that
        were read. probabilities, vocab: (T, V), to show what was expected next.
        others: t, unit, view, order. Raises ValueError for what does not fit together.
        """
        values, text = values_of(trace), well_formed(text)
        network = pack_values(values, name)
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
        text = self.read()
        if not text:
            return dict.fromkeys(
                (*VIEWS[self.networks[n]["kind"]], "p"), np.empty((0, 0))
            )
        held = [hold_of(o) for o in self.overrides if o["network"] == n]
        known = {token: k for k, token in enumerate(self.vocab)}
        ids = torch.tensor([[known.get(c, known.get(self.unknown)) for c in text]])
        model = self._models[n]
        ids = ids.to(model.head.weight.device)
        found = trace(model, ids, hold=held)
        with torch.no_grad():
            p = torch.softmax(model.head(found.h[0]), dim=-1)  # (T, V)
        return {k: v[0] for k, v in found.numpy().items()} | {"p": p.cpu().numpy()}

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
            for name in VIEWS[network["kind"]]
        )
        return (
            f"Gate stepper of {kinds} at step {self.t + 1} of {len(text)}, which reads "
            f"“{text[self.t]}”. {network['name']}, unit {self.unit}: {here}."
            + self._expected(values)
        )

    def _expected(self, values: dict[str, np.ndarray]) -> str:
        """Return what is expected next, in words, where that is known."""
        if "p" not in values:
            return ""
        best = int(values["p"][self.t].argmax())
        p = values["p"][self.t, best]
        return f" Expected next: “{self.vocab[best]}”, {100 * p:.0f} %."

    def figure(self) -> Figure:
        """Draw the map of every network, with the step and the unit marked."""
        maps = []
        for n, network in enumerate(self.networks):
            has_view = self.view in VIEWS[network["kind"]]
            view = self.view if has_view else memory_of(network["kind"])
            unit = self.unit if n == self.network else None
            maps.append((network["name"], view, self.values(n)[view], unit))
        return plots.gate_maps(self.read(), maps, self.t)
