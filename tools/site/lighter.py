"""Make the site's pages lighter: pictures with a palette, the search on its page."""

import io
import re
from pathlib import Path

from PIL import Image, ImageChops

from course_lib.widgets.carrier import fewer_colours

# What the theme loads on every page for a search while one types, which is not used:
# the box leads to the search's own page, which asks for these itself.
SEARCH = re.compile(
    r'\s*<script src="[^"]*(?:_static/(?:searchtools|language_data)|searchindex)\.js">'
    r"</script>"
)


FURTHEST = 24  # of 255: by how much a palette may move a colour of one pixel


def shrink_pictures(site: Path) -> None:
    """Give each picture a palette if that can't be seen; figures lose two thirds."""
    for picture in site.glob("_images/*.png"):
        before = picture.read_bytes()
        after = fewer_colours(before)
        if moved(before, after) <= FURTHEST:
            picture.write_bytes(after)


def moved(before: bytes, after: bytes) -> int:
    """Return how far a pixel of one PNG is from the other's at most, of 255."""
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as other:
        apart = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA"))
    return max(most for _, most in apart.getextrema())


def search_on_its_page(site: Path) -> None:
    """Take the search's scripts and its index out of all pages but its own."""
    for page in site.rglob("*.html"):
        if page != site / "search.html":
            text = page.read_text(encoding="utf-8")
            page.write_text(SEARCH.sub("", text), encoding="utf-8")
