"""The search, as a reader uses it: from files, in English, in Chinese and with typos."""

from urllib.parse import quote

import pytest
from pages import opened, violations
from site_pages import PAGES

from tools.common.build import SITE
from tools.site.search import page
from tools.site.search.glossary import terms

pytestmark = pytest.mark.site

SEARCH = SITE / "search.html"
TITLES = "#search-found > ol > li > h2 a"
LINKS = "#search-found > ol > li > ul > li > a"
FOUND = """(queries) => {
  const course = courseSearch(window.courseSections);
  return queries.map((query) => course.find(query).pages.map((page) => page.name));
}"""


def asked(browser, query, **options):
    """Open the search's page with a query; return the tab and what went wrong in it."""
    return opened(browser, f"{SEARCH.as_uri()}?q={quote(query)}", **options)


def pages_shown(tab):
    """Return the names of the pages found, the best first."""
    return [
        link.get_attribute("href").removeprefix("chapters/").removesuffix(".html")
        for link in tab.locator(TITLES).all()
    ]


def teaching(term):
    """Return the page where the glossary says that a term is met first."""
    known = terms(SITE / "chapters" / "glossary.html")
    return next(each.pages[0] for each in known if each.name == term)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("forget gate", "lstm"),
        ("lstm diagram", "lstm"),
        ("perplexity", "language_models"),
        ("perplexty", "language_models"),
        ("nan loss", "gradients_through_time"),
        ("why is my loss NaN?", "gradients_through_time"),
        ("梯度消失", "gradients_through_time"),
        ("遗忘门", "lstm"),
        ("困惑度", "language_models"),
        ("exploding gradients", "gradients_through_time"),
        ("clip_grad_norm_", "gradients_through_time"),
        ("pack_padded_sequence", "torch_layers"),
        ("nn.LSTM batch_first", "torch_layers"),
        ("bptt", "gradients_through_time"),
        ("CTC", "ctc"),
        ("beam serach", "translation"),
        ('"forget gate"', "lstm"),
        ("gradient_by_lag", "reference_looking"),
    ],
)
def test_the_page_that_teaches_it_is_among_the_first_three(browser, query, name):
    tab, wrong = asked(browser, query)
    assert name in pages_shown(tab)[:3]
    assert wrong == []
    tab.close()


def test_a_transformer_leads_to_attention(browser):
    tab, _ = asked(browser, "transformer")
    assert teaching("self-attention") in pages_shown(tab)[:3]
    tab.close()


def test_every_term_and_every_chinese_name_leads_to_its_chapter(browser):
    known = terms(SITE / "chapters" / "glossary.html")
    names = [(name, term) for term in known for name in (term.name, *term.chinese)]
    assert len(names) > 150
    tab, _ = asked(browser, "")
    found = tab.evaluate(FOUND, [name for name, _ in names])
    missed = [
        (name, pages[:3])
        for (name, term), pages in zip(names, found, strict=True)
        if not set(term.pages) & set(pages[:3])
    ]
    assert missed == []
    tab.close()


def test_an_excerpt_shows_what_was_found_and_its_link_opens_the_section(browser):
    tab, wrong = asked(browser, "nan loss")
    first = tab.locator(LINKS).first
    assert first.inner_text() == "When the loss becomes NaN"
    marked = tab.locator("#search-found .excerpt").first.locator("mark")
    assert {"NaN", "loss"} <= set(marked.all_inner_texts())
    first.click()
    target = tab.locator("section:target > h2")
    assert target.inner_text().startswith("When the loss becomes NaN")
    assert target.evaluate("h => Math.abs(h.getBoundingClientRect().top)") < 200
    assert wrong == []
    tab.close()


def test_chinese_is_marked_where_it_is_written(browser):
    tab, _ = asked(browser, "遗忘门")
    marked = tab.locator("#search-found mark").all_inner_texts()
    assert "遗忘门" in marked
    tab.close()


def test_the_status_says_how_much_was_found(browser):
    tab, _ = asked(browser, "perplexity")
    status = tab.get_by_role("status")
    assert status.inner_text().endswith("pages for “perplexity”.")
    assert status.evaluate("element => element === document.activeElement")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == (
        tab.locator(TITLES).first.inner_text()
    )
    tab.close()


def test_some_of_the_words_are_found_where_no_section_has_all(browser):
    tab, _ = asked(browser, "perplexity zyzzyva")
    assert tab.get_by_role("status").inner_text().startswith("No section has all of")
    assert pages_shown(tab)[0] == "language_models"
    tab.close()


def test_where_nothing_is_found_the_nearest_terms_are_offered(browser):
    tab, wrong = asked(browser, "xqzzyx")
    assert tab.get_by_role("status").inner_text() == "Nothing found for “xqzzyx”."
    assert tab.locator("mark").count() == 0
    offered = tab.locator("#search-found a").first
    name = offered.inner_text()
    offered.click()
    tab.wait_for_url(f"{SEARCH.as_uri()}?q={quote(name)}")
    assert pages_shown(tab)
    assert wrong == []
    tab.close()


def test_without_a_query_it_asks_for_one(browser):
    tab, wrong = asked(browser, "  ")
    assert tab.get_by_role("status").inner_text().startswith("Type a term")
    assert tab.locator("#search-found").inner_text() == ""
    assert wrong == []
    tab.close()


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)> gate",
        "\"'><b>gate</b>",
    ],
)
def test_a_query_is_never_markup(browser, query):
    tab, wrong = asked(browser, query)
    assert query in tab.get_by_role("status").inner_text()
    assert tab.locator("main form.bd-search input").input_value() == query
    within = tab.locator("main .bd-search-container")
    assert within.locator("script, img, b").count() == 0
    assert wrong == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["gate", "xqzzyx"])
def test_results_are_whole_for_everybody(browser, query, scheme):
    tab, _ = asked(browser, query, color_scheme=scheme)
    assert violations(tab) == []
    tab.set_viewport_size({"width": 375, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    tab.close()


def test_more_pages_are_shown_when_asked_for(browser):
    tab, _ = asked(browser, "gate")
    assert tab.locator(TITLES).count() == 10
    tab.get_by_role("button", name="more page").click()
    assert tab.locator(TITLES).count() > 10
    focused = tab.evaluate("document.activeElement.textContent")
    assert focused == tab.locator(TITLES).nth(10).inner_text()
    tab.close()


def test_the_box_of_a_chapter_leads_to_the_results(browser):
    tab, wrong = opened(browser, SITE / "chapters" / "gru.html")
    tab.keyboard.press("Control+k")
    tab.locator("#pst-search-dialog input").fill("forget gate")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{SEARCH.as_uri()}?q=forget+gate")
    assert pages_shown(tab)[0] == "lstm"
    assert wrong == []
    tab.close()


def test_the_search_is_loaded_on_its_own_page_alone():
    having = {p.name for p in PAGES if f"{page.PLACE}/" in p.read_text("utf-8")}
    assert having == {"search.html"}
    assert not any((SITE / name).exists() for name in page.SPHINX)
    assert "searchtools" not in (SITE / "chapters" / "gru.html").read_text("utf-8")
