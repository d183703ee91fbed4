"""The built site: it loads nothing from elsewhere, and every page works, from files."""

import functools
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from build import SITE
from pages import opened

pytestmark = pytest.mark.site

HOSTS = (
    r"jsdelivr|unpkg|cdnjs|cloudflare\.com|googleapis|gstatic|bootstrapcdn|jquery\.com"
)
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "use": "href",
}
LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "preconnect"}


class Page(HTMLParser):
    """What a page loads, where it links to, and the names it can be linked at."""

    def __init__(self, path: Path):
        super().__init__()
        self.loads, self.links, self.names, self.images = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.names |= {attrs[key] for key in ("id", "name") if key in attrs}
        if tag == "link":
            if LOADING_LINKS & set(attrs.get("rel", "").split()):
                self.loads.append(attrs["href"])
        elif tag in LOADS and LOADS[tag] in attrs:
            self.loads.append(attrs[LOADS[tag]])
        elif tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "img":
            self.images.append(attrs)


parsed = functools.cache(Page)
PAGES = sorted(SITE.rglob("*.html")) if SITE.is_dir() else []
CONTENT = [page for page in PAGES if page.parent.name == "chapters"]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
each_chapter = pytest.mark.parametrize("page", CONTENT, ids=lambda p: p.stem)


def test_the_site_has_been_built():
    assert CONTENT, f"there is no site in {SITE}; build it first: make book"
    assert (SITE / "index.html").is_file()


@each_page
def test_nothing_is_loaded_from_another_host(page):
    for address in parsed(page).loads:
        assert not urlsplit(address).netloc, address
        assert urlsplit(address).scheme in ("", "data"), address
    text = page.read_text(encoding="utf-8")
    assert not re.search(HOSTS, text)
    assert not re.search(r"(?:import|fetch|url)\s*\(\s*[\"']?(?:https?:)?//", text)
    assert "application/vnd.jupyter.widget" not in text


def test_no_style_sheet_loads_from_another_host():
    sheets = list(SITE.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(HOSTS, text), sheet
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), sheet


@each_page
def test_links_within_the_site_lead_somewhere(page):
    for link in parsed(page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), link
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in parsed(target).names, link


@each_chapter
def test_every_image_has_an_alternative_text(page):
    for image in parsed(page).images:
        assert image.get("alt"), image


@each_chapter
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_from_a_file_without_error_or_request(browser, page, scheme):
    tab, wrong = opened(browser, page, color_scheme=scheme)
    assert wrong == []
    assert tab.evaluate("document.documentElement.dataset.theme") == scheme
    tab.close()


@each_chapter
def test_mathematics_is_typeset_and_pictures_are_there(browser, page):
    tab, _ = opened(browser, page)
    written, typeset = (
        tab.locator(f"article {css}").count() for css in (".math", "mjx-container")
    )
    assert typeset >= written
    assert tab.locator("article mjx-merror").count() == 0
    sizes = tab.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert all(sizes)
    tab.close()


@each_chapter
def test_on_a_phone_nothing_is_wider_than_the_page(browser, page):
    tab, _ = opened(browser, page, viewport={"width": 375, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    tab.close()


def test_solutions_are_folded_and_unfold(browser):
    tab, _ = opened(browser, SITE / "chapters" / "one_hot.html")
    first = tab.locator("article details").first
    inside = first.locator("p").first
    assert not inside.is_visible()
    first.locator("summary").click()
    assert inside.is_visible()
    tab.close()


def test_the_reference_can_be_linked_to_by_name(browser):
    page = SITE / "chapters" / "reference_layers.html"
    assert {"cl.LSTM", "layers.RecurrentLayer.forward"} <= parsed(page).names
    tab, _ = opened(browser, f"{page.as_uri()}#cl.LSTM")
    assert tab.locator("dt:target").inner_text().startswith("class cl.LSTM(")
    tab.close()


def test_the_search_finds_a_term_without_a_server(browser):
    tab, wrong = opened(browser, f"{(SITE / 'search.html').as_uri()}?q=perplexity")
    tab.locator("#search-results ul.search li").first.wait_for()
    found = tab.locator("#search-results ul.search").inner_text()
    assert "Language models and perplexity" in found
    assert wrong == []
    tab.close()
