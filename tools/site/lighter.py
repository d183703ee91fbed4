"""Make the site's pages lighter: pictures, searches, icons, explorables' modules."""

import hashlib
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
# All of Font Awesome, more than everything else that a page loads; fifteen are shown.
ICONS = "_static/scripts/fontawesome.js"
# A name, its width and height, its other names, its character, and its path or paths.
ICON = re.compile(
    r"""(?:"([\w-]+)"|\b(\w+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+","""
    r"""(?:"[^"]*"|\[(?:"[^"]*",?)*\])\],?"""
)
# An explorable's script: its module, and what it is called with.
MODULE = re.compile(
    r'<script type="module">\n(.*?)mount\(render,("\w+",.*?)\);</script>', re.DOTALL
)
SHARED = "globalThis.explorables"  # where a page keeps the modules that it has
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


def one_module_a_page(site: Path) -> None:
    """Leave each explorable's module in a page once; the others of its kind use it."""
    for page in site.rglob("*.html"):
        text, seen = page.read_text(encoding="utf-8"), set()

        def shared(script: re.Match, seen=seen) -> str:
            """Return a script that keeps its module, or uses one that is kept."""
            module, call = script.groups()
            key = hashlib.sha256(module.encode()).hexdigest()[:12]
            if key in seen:
                use = f'const[mount,render]=explorables["{key}"];'
            else:
                seen.add(key)
                kept = f'({SHARED}??={{}})["{key}"]=[mount,render];'
                use = module + kept
            return f'<script type="module">\n{use}mount(render,{call});</script>'

        if "data-explorable" in text and SHARED not in text:
            page.write_text(MODULE.sub(shared, text), encoding="utf-8")


def keep_icons_shown(site: Path) -> None:
    """Take out of the theme's script the icons that no page and no script asks for.

    Raises ValueError if one that is asked for is not there.
    """
    script = site / ICONS
    asking = [*site.rglob("*.html"), *site.glob("_static/**/*.js")]
    texts = [p.read_text(encoding="utf-8") for p in asking if p != script]
    asked = set(re.findall(r"\bfa-([a-z0-9-]+)", "\n".join(texts)))
    asked -= {"solid", "regular", "brands", "lg"}  # how an icon looks

    def kept(icon: re.Match) -> str:
        """Return an icon, or nothing if no name of it is asked for."""
        names = {icon[1] or icon[2], *re.findall(r'"([\w-]+)"', icon[3])}
        found.update(names)
        return icon[0] if names & asked else ""

    found: set[str] = set()
    left = ICON.sub(kept, script.read_text(encoding="utf-8"))
    if not asked <= found:
        raise ValueError(
            f"expected {sorted(asked - found)} among the icons of {script}"
        )
    script.write_text(left, encoding="utf-8")
