"""The built site: it loads nothing from elsewhere, and every page works, from files."""

import itertools
import re
from urllib.parse import unquote, urlsplit

import pytest
from pages import opened, violations
from served import serving
from site_pages import CONTENT, PAGES, parsed

from tools.common.build import ROOT, SITE
from tools.site.loaded import MOST, loaded
from tools.site.reading_time import NOT_SAID
from tools.site.site_address import find_site
from tools.site.site_check import (
    LARGEST_FIRST,
    LARGEST_GZIPPED,
    LARGEST_RAW,
    shared,
    weight,
)

pytestmark = pytest.mark.site

HOSTS = (
    r"jsdelivr|unpkg|cdnjs|cloudflare\.com|googleapis|gstatic|bootstrapcdn|jquery\.com"
)
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
            assert not parts.netloc.endswith((".md", ".py")), link
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), link
        if parts.fragment and target.suffix == ".html":
            name, *_ = unquote(parts.fragment).split("?")  # a view has more behind it
            assert name in parsed(target).names, link


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
    assert violations(tab) == []
    tab.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Serve the site below a path of its own; give the address of its chapters."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "courses").mkdir()
    (folder / "courses" / "gates").symlink_to(SITE, target_is_directory=True)
    with serving(folder) as address:
        yield f"{address}courses/gates/"


@pytest.fixture(scope="module")
def in_its_place(tmp_path_factory):
    """Serve the site at the path that it was built for; give its address."""
    path = urlsplit(find_site() or "/").path.strip("/")
    folder = tmp_path_factory.mktemp("host")
    if path:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(SITE, target_is_directory=True)
    with serving(folder if path else SITE) as address:
        yield f"{address}{path}/" if path else address


@pytest.mark.parametrize("name", ["404", "search"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_without_a_place_in_the_contents_are_whole(
    browser, in_its_place, name, scheme
):
    address = f"{in_its_place}{name}.html"
    tab, wrong = opened(browser, address, allowed=in_its_place, color_scheme=scheme)
    assert wrong == []
    assert violations(tab) == []
    tab.set_viewport_size({"width": 375, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    tab.close()


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
    for icon in tab.locator("svg.svg-inline--fa").all():
        assert icon.locator("path").first.get_attribute("d")
        assert (
            icon.get_attribute("data-icon") != "circle-question"
        )  # for an unknown one
    sizes = tab.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert all(sizes)
    assert wrong == []
    tab.close()


@each_chapter
def test_it_says_how_long_it_takes_unless_it_is_to_look_things_up(page):
    text = page.read_text(encoding="utf-8")
    source = (ROOT / "chapters" / page.name).with_suffix(".ipynb")
    if source.is_file():
        assert re.search("Reading</em> takes about .*running</em>.*Difficulty", text)
    elif not NOT_SAID.match(page.stem):
        assert re.search(r"Reading takes about \d+ minutes?\.", text)


@each_chapter
def test_it_is_no_burden(page):
    packed, raw = weight(page)
    assert packed <= LARGEST_GZIPPED
    assert raw <= LARGEST_RAW
    packed_once, raw_once = shared(page)
    assert packed_once <= LARGEST_GZIPPED
    assert raw_once <= LARGEST_RAW
    assert packed + packed_once <= LARGEST_FIRST.get(page.stem, LARGEST_GZIPPED)


@pytest.mark.parametrize("page", [*CONTENT, SITE / "search.html"], ids=lambda p: p.stem)
def test_what_it_loads_is_within_bounds(browser, page):
    files = loaded(browser, page)
    assert page in files
    assert sum(files.values()) <= MOST, sorted(files.items(), key=lambda f: -f[1])[:5]


@each_chapter
def test_formulas_are_read_and_are_no_stops_of_the_keyboard(browser, page):
    tab, _ = opened(browser, page)
    formulas = tab.locator("mjx-container")
    assert formulas.and_(tab.locator("[tabindex]")).count() == 0
    assert formulas.locator("[tabindex]").count() == 0
    read = formulas.locator("mjx-assistive-mml > math").count()
    assert read == formulas.count()
    tab.close()


@each_chapter
def test_headings_come_in_order(page):
    article = page.read_text(encoding="utf-8").partition("<article")[2]
    levels = [int(h) for h in re.findall(r"<h([1-6])[ >]", article)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_solutions_are_folded_and_unfold(browser):
    tab, _ = opened(browser, SITE / "chapters" / "one_hot.html")
    first = tab.locator("article details:not(.folded)").first
    inside = first.locator("p").first
    assert not inside.is_visible()
    first.locator("summary").click()
    assert inside.is_visible()
    tab.close()
