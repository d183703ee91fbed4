"""The pages as they are read: what is seen first, what is folded, what a term means."""

import pytest
from pages import opened
from site_pages import CONTENT

from tools.common.build import SITE
from tools.site.screens import chapters, reading

pytestmark = pytest.mark.site

LSTM = SITE / "chapters" / "lstm.html"
FRONT = SITE / "chapters" / "introduction.html"


@pytest.mark.parametrize("page", chapters(), ids=lambda page: page.stem)
def test_a_chapter_shows_before_it_proves_and_ends_in_time(browser, page):
    assert reading(browser, page).too_long() == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (375, 667)])
def test_the_start_is_on_the_first_screen(browser, width, height):
    size = {"width": width, "height": height}
    tab, _ = opened(browser, FRONT, viewport=size)
    button = tab.get_by_role("link", name="Start with chapter 1").bounding_box()
    assert button["y"] >= 0
    assert button["y"] + button["height"] <= height
    tab.get_by_role("link", name="Start with chapter 1").click()
    tab.wait_for_url("**/one_hot.html")
    tab.close()


def test_setup_and_proofs_are_folded_and_one_button_opens_them_all(browser):
    tab, wrong = opened(browser, LSTM)
    folds = tab.locator("article details.folded")
    code = folds.locator("div.cell_input")
    assert folds.count() == code.count() > 3
    assert not any(each.is_visible() for each in code.all())
    button = tab.get_by_role("button", name="All code")
    button.click()
    assert all(each.is_visible() for each in code.all())
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert not any(each.is_visible() for each in code.all())
    assert wrong == []
    tab.close()


def test_a_reader_who_opens_all_finds_it_open_in_the_next_chapter(browser):
    tab, _ = opened(browser, LSTM)
    tab.get_by_role("button", name="All code").click()
    tab.goto((SITE / "chapters" / "gru.html").as_uri())
    assert tab.locator("article details.folded:not([open])").count() == 0
    tab.close()


def test_on_paper_everything_is_open_and_afterwards_as_it_was(browser):
    tab, _ = opened(browser, LSTM)
    closed = tab.locator("article details:not([open])")
    before = closed.count()
    assert before > 5
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert closed.count() == 0
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert closed.count() == before
    tab.close()


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_a_term_shows_what_it_means(browser, how):
    tab, wrong = opened(browser, LSTM)
    term = tab.locator("article a.term").first
    getattr(term, how)()
    shown = tab.get_by_role("tooltip")
    shown.wait_for()
    assert len(shown.inner_text()) > 20
    assert term.get_attribute("aria-describedby") == shown.get_attribute("id")
    tab.keyboard.press("Escape")
    shown.wait_for(state="detached")
    assert wrong == []
    tab.close()


@pytest.mark.parametrize("page", CONTENT, ids=lambda page: page.stem)
def test_no_page_says_twice_that_it_is_not_answered(page):
    article = page.read_text(encoding="utf-8").partition("<article")[2]
    assert "not answered yet" not in article or page.stem.startswith("reference")
    assert article.count("None of the exercises below has been answered") <= 1
    assert "Ellipsis" not in article
