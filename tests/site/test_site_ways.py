"""How a reader finds the way: root, old addresses, links by name, the zip."""

import shutil
import zipfile

import pytest
import yaml
from pages import opened, watched
from site_pages import parsed

from tools.common.build import ROOT, SITE
from tools.site import zip_site
from tools.site.finish import TOLD

pytestmark = pytest.mark.site


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


def test_the_root_leads_on_and_says_what_the_front_page_says(browser):
    root, front = SITE / "index.html", SITE / "chapters" / "introduction.html"
    told = TOLD.findall(front.read_text(encoding="utf-8"))
    assert all(line in root.read_text(encoding="utf-8") for line in told)
    tab, wrong = watched(browser)
    tab.goto(root.as_uri(), wait_until="commit")  # it leads on before it is loaded
    tab.wait_for_url(front.as_uri())
    assert wrong == []
    tab.close()


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


def test_the_reference_can_be_linked_to_by_name(browser):
    page = SITE / "chapters" / "reference_layers.html"
    assert {"cl.LSTM", "layers.RecurrentLayer.forward"} <= parsed(page).names
    tab, _ = opened(browser, f"{page.as_uri()}#cl.LSTM")
    assert tab.locator("dt:target").inner_text().startswith("class cl.LSTM(")
    tab.close()
