"""What is done to the site after Sphinx has written it, and how long its pages take."""

import functools
import io

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from PIL import Image

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


@functools.cache
def picture():
    """Return a PNG as chapters have them: a heat map and thin lines of other colours."""
    figure = Figure(figsize=(4, 2))
    axes = figure.subplots()
    axes.imshow(np.arange(600.0).reshape(20, 30), cmap="viridis", aspect="auto")
    for k in range(6):
        axes.plot([0, 29], [3 * k, 19 - 2 * k], color=f"C{k}", linewidth=0.7)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def colours(png):
    """Return the colours of a PNG's pixels, from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


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
    (tmp_path / "_images" / "one.png").write_bytes(picture())
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


def test_pictures_get_lighter_and_keep_their_colours(site):
    finish.finish(site)
    after = (site / "_images" / "one.png").read_bytes()
    assert len(after) < len(picture()) / 2
    assert np.abs(colours(after) - colours(picture())).max() <= 24


@pytest.mark.parametrize("alpha", [0, 255])
def test_photographs_and_what_shines_through_stay_as_they_are(site, alpha):
    rows, columns = np.mgrid[0:256, 0:256]
    many = [rows, columns, rows * columns % 256, np.full_like(rows, alpha)]
    buffer = io.BytesIO()
    Image.fromarray(np.stack(many, axis=-1).astype(np.uint8)).save(buffer, "PNG")
    (site / "_images" / "two.png").write_bytes(buffer.getvalue())
    finish.finish(site)
    assert (site / "_images" / "two.png").read_bytes() == buffer.getvalue()


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
