"""What a page cannot compute: values that Python computes beforehand, or when asked.

Shapes: T time steps, H hidden size, V vocabulary size.
"""

from collections.abc import Sequence

import numpy as np
import torch

from ..analysis.trace import trace
from ..models.heads import CharLM
from ..nn.layers import cell_of
from ..nn.values import stated
from .payload import BEFOREHAND, described, encode, encoded, pack_predictions
from .stepping import hold_of


@torch.no_grad()
def run_of(model: CharLM, text: str, vocab, unknown, held=()) -> dict[str, np.ndarray]:
    """Return every value of a model by name, (T, H), and "p" (T, V), as it reads."""
    if not text:
        names = [value.name for value in stated(cell_of(model.layer))]
        return dict.fromkeys((*names, "p"), np.empty((0, 0)))
    ids = torch.tensor([ids_of(text, vocab, unknown)])
    ids = ids.to(model.head.weight.device)
    found = trace(model, ids, hold=held)
    p = torch.softmax(model.head(found.h[0]), dim=-1)  # (T, V)
    return {k: v[0] for k, v in found.numpy().items()} | {"p": p.cpu().numpy()}


def ids_of(text: str, vocab: Sequence[str], unknown: str | None) -> list[int]:
    """Return the ids of a text that has been read: see `readable`."""
    known = {token: k for k, token in enumerate(vocab)}
    return [known.get(c, known.get(unknown)) for c in text]


def packed_runs(models, names, text, vocab, unknown, overrides=()) -> list[dict]:
    """Return all networks with their values, as computed here: see `pack_run`."""
    packed = []
    for n, (model, name) in enumerate(zip(models, names, strict=True)):
        holds = [hold_of(each) for each in overrides if each["network"] == n]
        free = run_of(model, text, vocab, unknown)
        held = run_of(model, text, vocab, unknown, holds) if holds and text else None
        packed.append(pack_run(model, name, free, held, ids_of(text, vocab, unknown)))
    return packed


def pack_run(model: CharLM, name: str, free: dict, held: dict | None, ids) -> dict:
    """Return a network whose values are computed here, in Python, for the page to show.

    free, held: every value of the run by name, (T, H), and "p" (T, V), without and, if
    gates are held, with them held. ids: the T tokens that were read.
    """
    cell, H = cell_of(model.layer), model.layer.hidden_size
    packed = described(cell) | _run(free, ids) | {"name": name, "hidden": H}
    if packed["kind"] == "own":
        packed["why"] = f"The page cannot compute the cell {cell.__name__}{BEFOREHAND}"
    if held is not None:
        top_ids = np.array(_run(held, ids)["top_ids"]).reshape(len(ids), -1)
        was = np.take_along_axis(free["p"], top_ids, axis=1)
        packed["held"] = _run(held, ids) | {"was": encode(was, "float16")}
    return packed


def _run(values: dict, ids) -> dict:
    """Return the values and the predictions of one run."""
    shown = {name: value for name, value in values.items() if name != "p"}
    return {"values": encoded(shown)} | pack_predictions(values["p"], ids)
