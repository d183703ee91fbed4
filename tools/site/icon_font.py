"""Make the theme's icons a font of those that its style sheets show.

The icons of the pages are drawn by a script, which `lighter.py` cuts down. Some are set
by style sheets, beside notes and on buttons: of Font Awesome's font they need a few
characters, and none of the two thousand rules that name an icon each.
"""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = "vendor/fontawesome/webfonts"
NAME = "fa-solid-900"
SHEETS = ("pydata-sphinx-theme.css", "sphinx-book-theme.css")
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
# `.fa-sun:before{content:"\f185"}`, with as many names as the icon has
NAMED = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')
FACE = re.compile(r"@font-face\{[^}]*vendor/fontawesome[^}]*\}")
SOURCES = re.compile(r"src:[^}]*")
OURS = f'src:url(../vendor/fontawesome/webfonts/{NAME}.woff) format("woff")'
SHOWN = re.compile(r"[\ue000-\uf8ff]|\\([ef][0-9a-f]{3})")


def shrink(site: Path) -> None:
    """Write the font of what is shown, and take out the rules and fonts of the rest.

    Raises ValueError if the theme's style sheet has no such font.
    """
    shown, static = "", site / "_static"
    for name in SHEETS:
        sheet = static / "styles" / name
        text = NAMED.sub("", sheet.read_text(encoding="utf-8"))
        sheet.write_text(FACE.sub(face, text), encoding="utf-8")
        shown += text
    if NAME not in shown:
        raise ValueError(f"expected the font {NAME} in {static / 'styles'}")
    characters = {int(c[1], 16) if c[1] else ord(c[0]) for c in SHOWN.finditer(shown)}
    for old in (static / FOLDER).glob("*"):
        old.unlink()
    write_font(static / FOLDER / f"{NAME}.woff", characters)


def face(rule: re.Match) -> str:
    """Return the rule of the font that is kept, or nothing."""
    return SOURCES.sub(OURS, rule[0]) if NAME in rule[0] else ""


def write_font(path: Path, characters: set[int]) -> None:
    """Write those characters of Font Awesome's font that it has."""
    font = TTFont(THEME / "static" / FOLDER / f"{NAME}.ttf", recalcTimestamp=False)
    options = subset.Options(layout_features=[], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff"
    path.parent.mkdir(parents=True, exist_ok=True)
    font.save(path)
