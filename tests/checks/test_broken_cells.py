"""The broken cells: as the readers find them, and broken in the way that is told."""

import ast

import pytest
import torch
from torch import nn

import course_lib as cl
from course_lib.checks import broken_cells
from tools.common.exercises import exercises

NAMES = ("CellA", "CellB", "CellC", "CellD", "CellE")


def classes(source):
    """Return the classes of some code, by name, as text without layout."""
    tree = ast.parse(source)
    return {n.name: ast.dump(n) for n in tree.body if isinstance(n, ast.ClassDef)}


def test_the_stubs_to_be_mended_are_the_cells_that_were_found():
    with open(broken_cells.__file__, encoding="utf-8") as file:
        kept = classes(file.read())
    stubs = {}
    for exercise in exercises("five_broken_cells"):
        assert exercise.kind == "Mend"
        stubs.update(classes(exercise.stub))
    assert stubs == kept
    assert tuple(kept) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_runs_and_learns(name):
    """A fault that stops a cell at once would not survive; these all do."""
    torch.manual_seed(0)
    cell, head = getattr(broken_cells, name)(3, 8), nn.Linear(8, 1)
    parameters = [*cell.parameters(), *head.parameters()]
    optimizer, losses = torch.optim.Adam(parameters, 0.02), []
    x, held = cl.memory_stream(16, 5, 0.3, 0.3)
    for _ in range(60):
        h = c = torch.zeros(16, 8)
        for x_t in x.unbind(1):
            state = cell(x_t, h if name in ("CellA", "CellE") else (h, c))
            h, c = state if isinstance(state, tuple) else (state, None)
        loss = (head(h)[:, 0] - held[:, -1]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
