"""Running the examples of docstrings, for the page that shows them and for tests."""

import doctest
from base64 import b64encode

from course_lib.plots import inline

# What stands above every example, unseen; the reference's first page shows it.
AT_HAND = """\
import tempfile

import matplotlib.pyplot as plt
import pytest
import torch

import course_lib as cl
from course_lib import checks as check
from course_lib import d2l_peer, moved, plots, tasks, together, widgets
from course_lib.analysis import costs
from course_lib.data import shouting
from course_lib.models import one_token
from course_lib.nn import bptt, cells, layers, scans
from course_lib.training import distributed, sharing"""


def at_hand() -> dict:
    """Return the names that an example may use."""
    names: dict = {}
    exec(AT_HAND, names)
    return names


def run(name: str, docstring: str) -> dict:
    """Run the examples of a docstring, and return the names that they leave.

    Random numbers begin at seed 0, and the caller's go on as they were. Raises
    AssertionError if there is no example, or if one says something else.
    """
    import torch

    test = doctest.DocTestParser().get_doctest(docstring, at_hand(), name, None, 0)
    assert test.examples, f"expected an example in the docstring of {name}, got none"
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        failed = runner.run(test, out=told.append, clear_globs=False).failed
    assert not failed, f"the example of {name} gives something else:\n{''.join(told)}"
    return test.globs


def pictures(name: str, docstring: str, about: str) -> list[str]:
    """Run the examples of a docstring, and return what they draw, as images.

    about: the alternative text; an explorable or a drawing says itself what it shows.
    """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    from course_lib import plots, widgets

    plt.switch_backend("agg")
    with plt.rc_context():
        plots.use_style()
        left = list(run(name, docstring).values())
        shown = [(plt.figure(number), about) for number in plt.get_fignums()]
        shown += [(each, about) for each in left if isinstance(each, Figure)]
        alive = [each for each in left if isinstance(each, widgets.Explorable)]
        shown += [(each.figure(), each.sentence()) for each in alive]
        drawn = [each for each in left if isinstance(each, plots.Drawing)]
        found = [in_page(drawing) for drawing in drawn]
        found += [as_image(figure, words) for figure, words in shown]
        plt.close("all")
    return found


def in_page(drawing) -> str:
    """Return a drawing as it is shown in a page and on paper, in reStructuredText."""
    forms = drawing._repr_mimebundle_()
    lines = [f"   {line}".rstrip() for line in forms["text/html"].splitlines()]
    vector = f"data:application/pdf;base64,{forms['application/pdf']}"
    image = [f"   .. image:: {vector}", f"      :alt: {drawing.words}"]
    paper = [".. only:: latex", "", *image]
    return "\n".join([".. raw:: html", "", *lines, "", *paper])


def as_image(figure, words: str) -> str:
    """Return a figure in reStructuredText: SVG for the page, PDF for paper."""
    forms = {
        "html": ("image/svg+xml", inline.svg(figure).encode()),
        "latex": ("application/pdf", inline.pdf(figure)),
    }
    blocks = [
        f".. only:: {builder}\n\n   .. image:: data:{kind};base64,"
        f"{b64encode(content).decode()}\n      :alt: {words}"
        for builder, (kind, content) in forms.items()
    ]
    return "\n\n".join(blocks)
