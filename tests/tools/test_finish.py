"""What is done to the site after Sphinx has written it, and how long its pages take."""

import pytest
import torch
from fontTools.ttLib import TTFont
from pages import opened, write_page

import course_lib as cl
from course_lib import plots
from course_lib.plots import inline
from course_lib.widgets import GateStepper, RowLookup
from tools.site import finish, formulas, icon_font, lighter, zip_site
from tools.site.reading_time import minutes
from tools.site.search import page

HEAD = """<head><title>Front</title>
<meta name="description" content="A course" />
<meta property="og:image" content="https://example.org/site.png" />
<meta name="viewport" content="width=device-width" /></head>"""


ICONS = (
    'var a={sun:[512,512,[9728],"f185","M1"],"face-smile":[512,512,[128578,"smile"],'
    '"f118",["M2","M3"]],500:[640,512,[],"e003","M4"]},b=a.sun;'
)


FONTS = "../vendor/fontawesome/webfonts"
SHEET = (
    f"@font-face{{font-weight:900;src:url({FONTS}/fa-solid-900.woff2)}}"
    f"@font-face{{font-weight:400;src:url({FONTS}/fa-regular-400.woff2)}}"
    r'.fa-sun:before,.fa-day:before{content:"\f185"}.note:before{content:"\f107"}'
    'html{--icon-moon:"\uf186"}'
)


@pytest.fixture
def site(tmp_path):
    """Make a site with as much in it as is finished."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text("Jupyter Book's own", encoding="utf-8")
    (tmp_path / finish.FRONT).write_text(HEAD + zip_site.PLACE, encoding="utf-8")
    for name in page.SPHINX:
        (tmp_path / name).write_text("Sphinx's own search", encoding="utf-8")
    (tmp_path / lighter.ICONS).parent.mkdir()
    (tmp_path / lighter.ICONS).write_text(ICONS, encoding="utf-8")
    (tmp_path / "_static" / "styles").mkdir()
    for name in icon_font.SHEETS:
        (tmp_path / "_static" / "styles" / name).write_text(SHEET, encoding="utf-8")
    (tmp_path / "_images").mkdir()
    svg = inline.svg(plots.loss_curves({"one": [2, 1]}).figure)
    (tmp_path / "_images" / "one.svg").write_text(svg, encoding="utf-8")
    shown = '<img alt="It falls" src="../_images/one.svg">'
    (tmp_path / "chapters" / "two.html").write_text(shown, encoding="utf-8")
    return tmp_path


def contents(site):
    """Return the bytes of every file of a site."""
    return {p: p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}


def test_the_root_has_the_preview_of_the_front_page(site, monkeypatch):
    monkeypatch.setenv("COURSE_SITE", "https://example.org/gates")
    finish.finish(site)
    root = (site / "index.html").read_text(encoding="utf-8")
    assert "https://example.org/site.png" in root
    assert 'content="A course"' in root
    assert root.count("viewport") == 1
    assert 'href="https://example.org/gates/chapters/introduction.html"' in root
    assert 'url=chapters/introduction.html"' in root


def test_finished_twice_is_finished_once(site):
    finish.finish(site)
    once = contents(site)
    assert b'aria-label="It falls"' in once[site / "chapters" / "two.html"]
    finish.finish(site)
    assert contents(site) == once


def test_an_old_zip_goes_and_so_does_its_link(site):
    made = zip_site.zip_site(site)
    assert zip_site.LINK in (site / finish.FRONT).read_text(encoding="utf-8")
    finish.finish(site)
    assert not made.exists()
    assert zip_site.PLACE in (site / finish.FRONT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("", "var a={},b=a.sun;"),
        (
            '<i class="fa-solid fa-sun fa-lg">',
            'var a={sun:[512,512,[9728],"f185","M1"],}',
        ),
        ('<i class="fa-smile">', 'var a={"face-smile":'),
        ('<i class="fas fa-500">', "var a={500:[640"),
    ],
)
def test_only_icons_that_a_page_asks_for_are_kept(site, asked, left):
    (site / "page.html").write_text(asked, encoding="utf-8")
    lighter.keep_icons_shown(site)
    kept = (site / lighter.ICONS).read_text(encoding="utf-8")
    assert kept.startswith(left)
    assert kept.endswith(",b=a.sun;")


def test_an_icon_that_is_no_more_there_is_named(site):
    (site / "page.html").write_text("fa-moon", encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected \['moon'\] among the icons"):
        lighter.keep_icons_shown(site)


@pytest.mark.parametrize(
    ("words", "said"),
    [(0, "1 minute"), (290, "1 minute"), (310, "2 minutes"), (1230, "6 minutes")],
)
def test_a_page_takes_a_minute_for_two_hundred_words(words, said):
    assert minutes(words) == said


@pytest.mark.browser
def test_a_page_carries_each_module_once_and_all_explorables_start(browser, tmp_path):
    vocab = cl.Vocab("abc")
    model = cl.CharLM(cl.GRU(3, 4), 3)
    kinds = [GateStepper.from_model(model, vocab, text) for text in ("ab", "<cab>")]
    kinds += [RowLookup(vocab, torch.eye(3)), *kinds[:1]]
    parts = [each.to_html() for each in kinds]
    page = write_page(tmp_path / "page.html", *parts)
    plain = write_page(tmp_path / "plain.html", "a page without any").read_bytes()
    before = page.read_text(encoding="utf-8")
    lighter.one_module_a_page(tmp_path)
    after = page.read_text(encoding="utf-8")
    assert (before.count("class PageModel"), after.count("class PageModel")) == (4, 2)
    assert (tmp_path / "plain.html").read_bytes() == plain
    tab, wrong = opened(browser, page)
    assert tab.locator("[data-mounted] .explorable").count() == 4
    texts = tab.get_by_role("textbox", name="Text that the network reads")
    assert [text.input_value() for text in texts.all()] == ["ab", "<cab>", "ab"]
    assert wrong == []
    tab.close()


def test_sphinx_leaves_no_search_beside_the_courses_own(site):
    finish.finish(site)
    assert not any((site / name).exists() for name in page.SPHINX)
    assert (site / page.PLACE / "sections.js").is_file()


def test_the_icon_font_has_what_style_sheets_show_and_nothing_else(site):
    old = site / "_static" / icon_font.FOLDER / "fa-brands-400.ttf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"a font")
    finish.finish(site)
    (made,) = old.parent.iterdir()
    assert set(TTFont(made).getBestCmap()) == {0xF107, 0xF186}  # and no sun
    sheet = (site / "_static" / "styles" / icon_font.SHEETS[0]).read_text("utf-8")
    assert sheet.count("@font-face") == 1
    assert f"url({FONTS}/{made.name})" in sheet
    assert ".fa-sun" not in sheet
    assert '.note:before{content:"\\f107"}' in sheet


def test_a_theme_with_another_icon_font_is_not_passed_over(site):
    for name in icon_font.SHEETS:
        (site / "_static" / "styles" / name).write_text("html{color:red}")
    with pytest.raises(ValueError, match="expected the font fa-solid-900 in"):
        icon_font.shrink(site)


def test_mathjax_comes_without_its_menu_and_with_what_screen_readers_read(site):
    formulas.join(site)
    script = (site / formulas.SCRIPT).read_text(encoding="utf-8")
    assert "AssistiveMmlHandler" in script
    assert "MenuHandler" not in script
    assert len(script) < 800_000
