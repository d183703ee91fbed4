"""Traces: every gate and state over time, for our layers and for torch's.

Shapes: B batch, T time steps, H hidden size. No gradients, no drawing.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from .. import validation
from ..moved import renamed
from ..nn.cells import RecurrentCell, state_parts
from ..nn.layers import cell_of, check_sequence, unroll, weights_of
from .holding import HeldCell, Hold


class Trace:
    """What a recurrent layer computed: each value by name, (B, T, H).

    >>> values = cl.trace(cl.LSTM(8, 16), torch.rand(4, 10, 8))
    >>> values
    Trace(i, f, g, o, c, h; each (4, 10, 16); 1 layers)
    >>> tuple(values[0, 3:9].f.shape)  # a stretch of the first sequence
    (6, 16)

    trace["f"] or trace.f is one value; `names` lists them. Any other index is applied
    to every value: trace[0] is the first sequence, trace[:, 3:9] a stretch of time.
    Where there are several layers or directions, the values are those of the top
    layer, read forwards; `at(layer, reverse)` gives another.
    """

    def __init__(self, runs: list[dict[str, Tensor]], directions: int = 1, cell=None):
        self._runs, self._cell = runs, cell
        self._directions = directions
        self._chosen = runs[-directions]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the values, such as i, f, g, o, c, h."""
        return tuple(self._chosen)

    @property
    def cell(self) -> type[RecurrentCell] | None:
        """The cell whose values these are; it says of each of them what it is."""
        return self._cell

    @property
    def num_layers(self) -> int:
        """How many layers were traced."""
        return len(self._runs) // self._directions

    @renamed(backward="reverse")
    def at(self, layer: int, reverse: bool = False) -> "Trace":
        """Return the trace of one layer (from 0, or from -1 at the top) and direction.

        Raises ValueError if there is no such layer or direction.
        """
        if not -self.num_layers <= layer < self.num_layers:
            raise ValueError(f"layer must be below {self.num_layers}, got {layer}")
        if reverse and self._directions == 1:
            raise ValueError("reverse needs a bidirectional layer; this one is not")
        run = layer % self.num_layers * self._directions + int(reverse)
        return Trace([self._runs[run]], cell=self._cell)

    def __getitem__(self, index):
        if isinstance(index, str):
            if index not in self._chosen:
                raise KeyError(f"{index!r} is none of {', '.join(self.names)}")
            return self._chosen[index]
        cut = [{k: v[index] for k, v in run.items()} for run in self._runs]
        return Trace(cut, self._directions, self._cell)

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_") or name not in self._chosen:
            raise AttributeError(f"a Trace has no {name!r}")
        return self._chosen[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        shape = tuple(self._chosen[self.names[0]].shape)
        return f"Trace({', '.join(self.names)}; each {shape}; {self.num_layers} layers)"

    def numpy(self) -> dict[str, np.ndarray]:
        """Return the values as NumPy arrays, by name."""
        return {name: value.cpu().numpy() for name, value in self._chosen.items()}


@torch.no_grad()
def trace(
    layer_or_model: nn.Module, x: Tensor, state=None, hold: Sequence[Hold] = ()
) -> Trace:
    """Run a recurrent layer and keep every value that its cells compute.

    >>> layer, x = torch.nn.GRU(8, 16, batch_first=True), torch.rand(4, 10, 8)
    >>> values = cl.trace(layer, x)
    >>> values.names, torch.allclose(values.h, layer(x)[0], atol=1e-6)
    (('r', 'z', 'n', 'h'), True)

    layer_or_model: a recurrent layer of this course or of torch.nn, or a model that
    has one as `.layer`. x: (B, T, D) floats or (B, T) token ids ((T, B, D) for a layer
    of torch's without batch_first). state: as the layer takes it; None is zeros.
    hold: gates to be held at a value, in a layer that is one and reads forwards only.

    Dropout is off. Torch's layers do not show their gates; they are computed here by
    the cells of this course from torch's weights.
    Raises ValueError for a layer whose equation is not among them (projections, ReLU),
    for shapes that do not fit and for a hold that cannot be, TypeError for something
    that has no layer.
    """
    layer = getattr(layer_or_model, "layer", layer_or_model)
    cell = cell_of(layer)
    if not getattr(layer, "batch_first", True) and validation.tensor(x, "x").dim() == 3:
        x = x.transpose(0, 1)
    check_sequence(x, layer.input_size)
    validation.like(x, layer.weight_ih_l0, "x")
    directions = 2 if layer.bidirectional else 1
    parts = _start(layer, cell, state, x.shape[0])
    runs, kind = [], cell
    if hold:
        if layer.num_layers * directions > 1:
            raise ValueError("hold needs one layer that reads forwards only")
        cell = HeldCell(cell, hold, layer.hidden_size)
    for run in range(layer.num_layers * directions):
        start = tuple(part[run] for part in parts)
        steps = unroll(cell, x, start, weights_of(layer, run), run % directions == 1)
        runs.append(
            {
                name: torch.stack([getattr(step, name) for step in steps], dim=1)
                for name in steps[0]._fields
            }
        )
        if run % directions == directions - 1:
            x = torch.cat([each["h"] for each in runs[-directions:]], dim=-1)
    return Trace(runs, directions, kind)


def _start(layer: nn.Module, cell: type[RecurrentCell], state, B: int) -> tuple:
    """Return the state to start from, (L * K, B, H) for each part."""
    runs = layer.num_layers * (2 if layer.bidirectional else 1)
    shape = (runs, B, layer.hidden_size)
    if state is None:
        return (layer.weight_hh_l0.new_zeros(shape),) * len(cell.state_names)
    return state_parts(state, cell.state_names, shape)
