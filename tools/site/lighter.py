"""Make the site's pages lighter: pictures, and the icons shown."""

import io
import re
from pathlib import Path

from PIL import Image, ImageChops

from course_lib.widgets.carrier import fewer_colours

# All of Font Awesome, more than everything else that a page loads; fifteen are shown.
ICONS = "_static/scripts/fontawesome.js"
# A name, its width and height, its other names, its character, and its path or paths.
ICON = re.compile(
    r"""(?:"([\w-]+)"|\b(\w+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+","""
    r"""(?:"[^"]*"|\[(?:"[^"]*",?)*\])\],?"""
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
