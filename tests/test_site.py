"""The built site: it loads nothing from elsewhere, and every page works, from files."""

import functools
import itertools
import re
import shutil
import threading
import zipfile
from html.parser import HTMLParser
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
import zip_site
from build import ROOT, SITE
from pages import opened, violations
from serve import Quiet
from site_check import LARGEST_GZIPPED, LARGEST_RAW, weight

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
COLOURS = ("color-contrast", "link-in-text-block")  # the dark page differs in no others
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
CONTENT = [
    page
    for page in PAGES
    if page.parent.name == "chapters" and "<article" in page.read_text("utf-8")
]
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


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name != "404.html"], ids=lambda p: p.stem
)
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
    assert violations(tab, rules=COLOURS if scheme == "dark" else ()) == []
    tab.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Serve the site below a path of its own; give the address of its chapters."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "courses").mkdir()
    (folder / "courses" / "gates").symlink_to(SITE, target_is_directory=True)
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/courses/gates/"
        server.shutdown()
        thread.join()


@each_chapter
def test_it_is_whole_on_a_phone_from_a_sub_path_of_a_server(browser, page, served):
    address = served + page.relative_to(SITE).as_posix()
    phone = {"width": 375, "height": 800}
    tab, wrong = opened(browser, address, allowed=served, viewport=phone)
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    written, typeset = (
        tab.locator(f"article {css}").count() for css in (".math", "mjx-container")
    )
    assert typeset >= written
    assert tab.locator("article mjx-merror").count() == 0
    sizes = tab.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert all(sizes)
    assert wrong == []
    tab.close()


@each_chapter
def test_it_is_no_burden(page):
    packed, raw = weight(page)
    assert packed <= LARGEST_GZIPPED
    assert raw <= LARGEST_RAW


@each_chapter
def test_headings_come_in_order(page):
    article = page.read_text(encoding="utf-8").partition("<article")[2]
    levels = [int(h) for h in re.findall(r"<h([1-6])[ >]", article)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


@pytest.mark.parametrize("term", ["perplexity", "遗忘门", "困惑度"])
def test_the_search_finds_terms_in_english_and_chinese(browser, term):
    tab, wrong = opened(browser, f"{(SITE / 'search.html').as_uri()}?q={term}")
    tab.locator("#search-results ul.search li").first.wait_for()
    assert "Glossary" in tab.locator("#search-results ul.search").inner_text()
    assert wrong == []
    tab.close()


def test_who_is_lost_finds_the_contents_and_the_search():
    page = SITE / "404.html"
    text = page.read_text(encoding="utf-8")
    assert "There is no page at this address" in text
    assert "bd-toc" in text or "bd-sidebar" in text
    assert all(link.startswith(("/", "#", "http")) for link in parsed(page).links)


def test_old_addresses_lead_to_pages_that_are_there():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    for old, new in settings["sphinx"]["config"]["redirects"].items():
        redirect = SITE / f"{old}.html"
        assert new in redirect.read_text(encoding="utf-8")
        assert (redirect.parent / new).is_file()


def test_terms_and_titles_lead_to_glossary_and_bibliography():
    links = parsed(SITE / "chapters" / "language_models.html").links
    assert "glossary.html#term-perplexity" in links
    assert sum(link.startswith("bibliography.html#") for link in links) >= 5


def test_the_front_page_of_a_zipped_site_leads_to_the_zip(browser, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns("*.zip"))
    made = zip_site.zip_site(site)
    tab, wrong = opened(browser, site / zip_site.FRONT)
    link = tab.get_by_role("link", name="the whole site as a zip")
    assert link.evaluate("a => a.href") == made.as_uri()
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path / "at home")
    unpacked = tmp_path / "at home" / zip_site.FOLDER
    home, at_home = opened(browser, unpacked / zip_site.FRONT)
    assert home.get_by_role("link", name="the whole site as a zip").count() == 0
    assert wrong == at_home == []
    there, here = (
        {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
        for folder in (site, unpacked)
    )
    assert there - here == {made.relative_to(site)}


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
