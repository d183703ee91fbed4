"""What is done to the site after Sphinx has written it, and how long its pages take."""

import functools
import io

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from pages import opened, write_page
from PIL import Image

import course_lib as cl
from course_lib.widgets import GateStepper, RowLookup
from tools.site import finish, lighter, zip_site
from tools.site.reading_time import minutes

HEAD = """<head><title>Front</title>
<meta name="description" content="A course" />
<meta property="og:image" content="https://example.org/site.png" />
<meta name="viewport" content="width=device-width" /></head>"""


ICONS = (
    'var a={sun:[512,512,[9728],"f185","M1"],"face-smile":[512,512,[128578,"smile"],'
    '"f118",["M2","M3"]],500:[640,512,[],"e003","M4"]},b=a.sun;'
)


SEARCHES = """<head><script src="../_static/searchtools.js"></script>
<script src="../_static/language_data.js"></script>
  <script src="../searchindex.js"></script>
<script src="../_static/doctools.js"></script></head>"""


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
    script = f"a; {finish.LONG_ENOUGH} b }}"
    (tmp_path / "_static" / "searchtools.js").write_text(script, encoding="utf-8")
    (tmp_path / lighter.ICONS).parent.mkdir()
    (tmp_path / lighter.ICONS).write_text(ICONS, encoding="utf-8")
    (tmp_path / "search.html").write_text(SEARCHES, encoding="utf-8")
    (tmp_path / "chapters" / "one.html").write_text(SEARCHES, encoding="utf-8")
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
    assert finish.OR_CHINESE in (site / "_static" / "searchtools.js").read_text("utf-8")
    finish.finish(site)
    assert contents(site) == once


def test_another_search_script_is_not_passed_over(site):
    (site / "_static" / "searchtools.js").write_text("if (word.length >= 3) {")
    with pytest.raises(ValueError, match="expected .* once in .*searchtools.js"):
        finish.finish(site)


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
    lighter.one_module_a_page(tmp_path)
    assert page.read_text(encoding="utf-8") == after
    assert (before.count("class PageModel"), after.count("class PageModel")) == (4, 2)
    assert (tmp_path / "plain.html").read_bytes() == plain
    tab, wrong = opened(browser, page)
    assert tab.locator("[data-mounted] .explorable").count() == 4
    texts = tab.get_by_role("textbox", name="Text that the network reads")
    assert [text.input_value() for text in texts.all()] == ["ab", "<cab>", "ab"]
    assert wrong == []
    tab.close()


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


def test_the_search_is_loaded_on_its_own_page_alone(site):
    finish.finish(site)
    assert (site / "search.html").read_text(encoding="utf-8") == SEARCHES
    page = (site / "chapters" / "one.html").read_text(encoding="utf-8")
    assert "search" not in page
    assert "doctools.js" in page
