"""What the search is given to find: the sections of a page, and the glossary's names."""

import pytest

from tools.site.search import page as search_page
from tools.site.search.glossary import terms
from tools.site.search.sections import sections

PAGE = """<html><body><nav>Contents</nav><article>
<section class="tex2jax_ignore" id="gates">
<h1>Gates<a class="headerlink" href="#gates">#</a></h1>
<p>A <strong>gate</strong>, <span class="math">\\(\\mathbf f_t\\)</span>, is a factor.</p>
<section id="a-figure"><h2>A figure<a class="headerlink">#</a></h2>
<pre>gate = torch.sigmoid(a)</pre>
<div class="cell_output"><div class="output text_plain"><pre>0.731</pre></div></div>
<img src="x.png" alt="Two curves" />
<svg aria-label="A cell"><defs><text>no</text></defs><text>write gate</text>
<text>0.5</text></svg><svg class="narrow" aria-label="A cell"></svg>
<script>let hidden = 1;</script>
</section></section></article></body></html>"""

REFERENCE = """<article><section id="cells"><h1>Cells</h1>
<dl class="py class"><dt class="sig sig-object py" id="cl.LSTM">class cl.LSTM(H)</dt>
<dd><p>A layer.</p><dl class="py method">
<dt class="sig sig-object py" id="cl.LSTM.forward">forward(x)</dt><dd><p>Read x.</p></dd>
</dl><p>Used in chapters.</p></dd></dl>
<p>After the list.</p></section></article>"""

GLOSSARY = """<article><section id="glossary"><h1>Glossary</h1>
<dl class="simple glossary">
<dt id="term-gate">gate<a class="headerlink">#</a></dt>
<dd><p><em>门.</em> A factor. See <a href="lstm.html">The LSTM</a>.</p></dd>
<dt id="term-parity">parity</dt>
<dd><p><em>一致性.</em> Equal. See <a href="five.html">Five</a>. Also, <em>奇偶性</em>: odd or
<em>even</em>. See <a href="when.html">When</a>.</p></dd></dl></section></article>"""


@pytest.fixture
def write(tmp_path):
    """Give what writes a page."""

    def written(text):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_section_has_its_words_code_and_pictures_and_no_more(write):
    title, (first, second) = sections(write(PAGE))
    assert title == first.title == "Gates"
    said = search_page.record(first, 0)
    assert (said["anchor"], said["text"]) == ("gates", "A gate, f_t, is a factor.")
    said = search_page.record(second, 0)
    assert (said["title"], said["text"]) == ("A figure", "")
    assert said["code"] == "gate = torch.sigmoid(a)"
    assert said["pictures"] == "Two curves Drawing: A cell write gate"


def test_a_name_of_the_library_is_a_section_and_a_method_one_of_its_own(write):
    _, found = sections(write(REFERENCE))
    said = {s.anchor: search_page.record(s, 0) for s in found}
    assert [*said] == ["cells", "cl.LSTM", "cl.LSTM.forward"]
    assert said["cl.LSTM"]["text"] == "A layer. Used in chapters."
    assert said["cl.LSTM"]["code"] == "class cl.LSTM(H)"
    assert said["cl.LSTM.forward"]["text"] == "Read x."
    assert said["cells"]["text"] == "After the list."


def test_a_page_that_is_none_has_no_sections(write):
    assert sections(write("<html><body>moved</body></html>")) == ("", [])


def test_the_glossary_says_what_a_term_is_called_and_where_it_is_taught(write):
    gate, parity = terms(write(GLOSSARY))
    assert (gate.name, gate.chinese, gate.pages) == ("gate", ("门",), ("lstm",))
    assert parity.chinese == ("一致性", "奇偶性")
    assert parity.pages == ("five", "when")


def test_every_line_of_synonyms_has_names_that_differ():
    groups = search_page.synonyms()
    assert len(groups) > 10
    for group in groups:
        assert len(group) >= 2
        assert len(set(group)) == len(group)
        assert all(isinstance(name, str) for name in group)
