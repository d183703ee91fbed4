"""Keep of the theme's two thousand icons those that the site shows.

The theme brings a script with all of Font Awesome, more than everything else that a
page loads; the site shows about fifteen of them.
"""

import re
from pathlib import Path

SCRIPT = "_static/scripts/fontawesome.js"
# A name, its width and height, its other names, its character, and its path or paths.
ICON = re.compile(
    r"""(?:"([\w-]+)"|\b(\w+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+","""
    r"""(?:"[^"]*"|\[(?:"[^"]*",?)*\])\],?"""
)
ASKED = re.compile(r"\bfa-([a-z0-9-]+)")
STYLES = {"solid", "regular", "brands", "lg"}  # how an icon looks, and no icon


def names(icon: re.Match) -> set[str]:
    """Return the names by which a page can ask for an icon."""
    return {icon[1] or icon[2], *re.findall(r'"([\w-]+)"', icon[3])}


def asked_for(site: Path) -> set[str]:
    """Return the icons that the site's pages, and the scripts in them, ask for."""
    sources = [*site.rglob("*.html"), *site.glob("_static/**/*.js")]
    texts = (p.read_text(encoding="utf-8") for p in sources if p != site / SCRIPT)
    return {name for text in texts for name in ASKED.findall(text)} - STYLES


def keep_those_shown(site: Path) -> None:
    """Take out of the site's script what no page asks for.

    Raises ValueError if the script has an icon no more that a page asks for.
    """
    script, shown = site / SCRIPT, asked_for(site)
    text = script.read_text(encoding="utf-8")
    known = {name for icon in ICON.finditer(text) for name in names(icon)}
    if not shown <= known:
        raise ValueError(
            f"expected {sorted(shown - known)} among the icons of {script}"
        )
    kept = ICON.sub(lambda icon: icon[0] if names(icon) & shown else "", text)
    script.write_text(kept, encoding="utf-8")
