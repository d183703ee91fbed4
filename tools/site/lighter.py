"""Make the site's pages lighter: of icons those shown, each module once a page."""

import hashlib
import re
from pathlib import Path

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
                kept = f'(globalThis.explorables??={{}})["{key}"]=[mount,render];'
                use = module + kept
            return f'<script type="module">\n{use}mount(render,{call});</script>'

        if "data-explorable" in text:
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
