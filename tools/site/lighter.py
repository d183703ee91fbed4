"""Make the site's pages lighter: of the theme's icons, those that are shown."""

import re
from pathlib import Path

# All of Font Awesome, more than everything else that a page loads; fifteen are shown.
ICONS = "_static/scripts/fontawesome.js"
# A name, its width and height, its other names, its character, and its path or paths.
ICON = re.compile(
    r"""(?:"([\w-]+)"|\b(\w+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+","""
    r"""(?:"[^"]*"|\[(?:"[^"]*",?)*\])\],?"""
)


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
