"""Make the site's pages lighter: pictures with a palette, the search on its page."""

import re
from pathlib import Path

from course_lib.widgets.carrier import fewer_colours

# What the theme loads on every page for a search while one types, which is not used:
# the box leads to the search's own page, which asks for these itself.
SEARCH = re.compile(
    r'\s*<script src="[^"]*(?:_static/(?:searchtools|language_data)|searchindex)\.js">'
    r"</script>"
)


def shrink_pictures(site: Path) -> None:
    """Give each picture that a chapter has drawn a palette; those lose two thirds."""
    for picture in site.glob("_images/*.png"):
        picture.write_bytes(fewer_colours(picture.read_bytes()))


def search_on_its_page(site: Path) -> None:
    """Take the search's scripts and its index out of all pages but its own."""
    for page in site.rglob("*.html"):
        if page != site / "search.html":
            text = page.read_text(encoding="utf-8")
            page.write_text(SEARCH.sub("", text), encoding="utf-8")
