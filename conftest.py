"""What the examples in docstrings find at hand, as on the reference's pages."""

from importlib.util import find_spec

import pytest

from tools.reference import examples

# What imports what the library alone does not bring.
NEEDS = {"d2l": "course_lib/d2l_peer.py", "numba": "course_lib/nn/compiled"}
collect_ignore = [path for name, path in NEEDS.items() if find_spec(name) is None]


@pytest.fixture(autouse=True)
def _names_at_hand(request, doctest_namespace):
    """Give an example its names and seed 0; close what it draws."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    import matplotlib.pyplot as plt  # here, so that no other test waits for it
    import torch

    doctest_namespace.update(examples.at_hand())
    torch.set_num_threads(1)
    torch.manual_seed(0)
    plt.switch_backend("agg")
    yield
    plt.close("all")
