"""Which cells of a chapter are folded on the site."""

import pytest

from tools.site.folding import only_asserts, only_sets_up

PROOF = "y = layer(x)\nfor name in y:\n    assert y[name].shape == (2, 3)\n"


@pytest.mark.parametrize(
    "source",
    [
        PROOF,
        "import math\nassert math.pi > 3\nassert math.e < 3",
        "with torch.no_grad():\n    y = f(x)\n    assert y == 3",
    ],
)
def test_a_cell_that_only_asserts_is_a_proof(source):
    assert only_asserts(source)


@pytest.mark.parametrize(
    "source",
    [
        PROOF + "print(y)",  # it shows something
        PROOF + "y",
        "def f(x):\n    return 2 * x\n\n\nassert f(2) == 4",  # the code is to be read
        "class Cell:\n    pass\n\n\nassert Cell()",
        "layer = cl.LSTM(3, 5)\nfit(layer)",
        "assert ready\ny = f(x)",  # what comes last is what the cell is for
        "%timeit f(x)\nassert ready",
        "",
    ],
)
def test_a_cell_that_shows_or_defines_something_is_none(source):
    assert not only_asserts(source)


@pytest.mark.parametrize(
    ("source", "is_setup"),
    [
        (
            "torch.set_num_threads(1)  # small\nimport math\n\nfrom torch import nn",
            True,
        ),
        ("import math\nx = math.pi", False),
        ("torch.set_num_threads(1)\n%timeit f(x)", False),
        ("torch.set_num_threads(1)", False),
    ],
)
def test_a_cell_that_only_imports_is_a_setup(source, is_setup):
    assert only_sets_up(source) is is_setup
