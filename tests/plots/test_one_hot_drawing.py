"""The drawing of one-hot vectors, read back from its finished SVG."""

import xml.etree.ElementTree as ET

import pytest
import torch

import course_lib as cl
from course_lib import plots


def read_back(svg: str) -> torch.Tensor:
    """Return the vectors that are drawn, (N, V): columns from left, ids from below."""
    cells = [e for e in ET.fromstring(svg).iter() if e.get("class") == "cell"]
    lefts = sorted({float(e.get("x")) for e in cells})
    tops = sorted({float(e.get("y")) for e in cells}, reverse=True)
    drawn = torch.full((len(lefts), len(tops)), torch.nan)
    for e in cells:
        place = lefts.index(float(e.get("x"))), tops.index(float(e.get("y")))
        drawn[place] = float(e.get("fill") != "var(--panel)")
    return drawn


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("text", ["a gull calls", "x", "灯塔的灯"])
def test_what_is_drawn_are_the_one_hot_vectors_of_the_text(text, narrow):
    vocab = cl.Vocab(text)
    drawn = read_back(plots.one_hot_vectors(text).svg(narrow))
    assert torch.equal(drawn, cl.one_hot(vocab.encode(text), len(vocab)))


@pytest.mark.parametrize("text", ["", "thirteen long", "abcdefghij"])
def test_a_text_that_does_not_fit_is_refused(text):
    with pytest.raises(ValueError, match="text must have 1 to 12 symbols, at most 9"):
        plots.one_hot_vectors(text)
