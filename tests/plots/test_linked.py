"""Pointing at a value lights it up in drawing, equation and code."""

from pathlib import Path

import pytest

import course_lib as cl
from course_lib import plots

SCRIPT = Path(__file__).parents[2] / "_static" / "linked.js"
PAGE = """<!doctype html><html lang="en"><title>Linked</title><section>
{drawing}
<div class="highlight"><pre><span class="n">f</span> <span class="n">c_prev</span>
<span class="n">torch</span></pre></div>
<mjx-msub><mjx-mi id="c-old"><mjx-c class="mjx-c1D41C TEX-B"></mjx-c>c</mjx-mi>
<mjx-script><mjx-c class="mjx-c74"></mjx-c><mjx-c class="mjx-c31"></mjx-c></mjx-script>
</mjx-msub>
<mjx-msub><mjx-mi id="c"><mjx-c class="mjx-c1D41C TEX-B"></mjx-c>c</mjx-mi>
<mjx-script><mjx-c class="mjx-c74"></mjx-c></mjx-script></mjx-msub>
<mjx-mi id="plain"><mjx-c class="mjx-c1D453"></mjx-c>f</mjx-mi>
</section><p>outside</p><script>{script}</script></html>
"""
LIT = """() => [...document.querySelectorAll(".lit")].map(
  (each) => each.dataset.v || each.id || each.textContent)"""


@pytest.fixture
def tab(browser):
    """Open a page with a drawing, a piece of code and a piece of an equation."""
    tab = browser.new_page(viewport={"width": 800, "height": 900})
    drawing = plots.cell(cl.LSTMCell)._repr_html_()
    script = SCRIPT.read_text(encoding="utf-8")
    tab.set_content(PAGE.format(drawing=drawing, script=script))
    yield tab
    tab.close()


@pytest.mark.browser
def test_a_name_in_code_lights_up_its_wires_and_nothing_else(tab):
    tab.locator("span.n", has_text="f").first.hover()
    lit = tab.evaluate(LIT)
    assert set(lit) == {"f"}
    assert len(lit) > 8  # wires, box and valve of both forms, and the name


@pytest.mark.browser
def test_a_letter_of_the_equation_is_told_from_its_older_value(tab):
    tab.locator("#c-old").hover()
    assert set(tab.evaluate(LIT)) == {"c_prev", "c-old"}
    tab.locator("#c").hover()
    assert set(tab.evaluate(LIT)) == {"c"}


@pytest.mark.browser
def test_a_part_of_the_drawing_lights_up_its_name_and_what_is_no_value_nothing(tab):
    tab.locator('svg.wide g.box[data-v="f"]').hover()
    assert "f" in tab.evaluate(LIT)
    assert tab.locator("span.n.lit").all_inner_texts() == ["f"]
    for other in ("span.n:has-text('torch')", "#plain"):
        tab.locator(other).hover()
        assert tab.evaluate(LIT) == []
    assert tab.locator("[data-lit]").count() == 0
