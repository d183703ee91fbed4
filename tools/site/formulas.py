"""Give the site a MathJax without its menu: formulas are read, and no stops for Tab.

MathJax's ready-made script has a menu, which makes every formula a stop of the
keyboard and is a third of the script. Its own parts are joined here without it. The
hidden MathML stays, which a screen reader reads.
"""

from importlib.util import find_spec
from pathlib import Path

SCRIPT = "_static/mathjax/tex-chtml.js"  # the name that the pages ask for
PARTS = (
    "startup",
    "core",
    "input/tex",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
)
# They are here: what TeX loads later, such as \boldsymbol, is not to fetch them again.
LOADED = "MathJax.loader.preLoad({});\n"


def join(site: Path) -> None:
    """Write the parts of MathJax as the site's one script."""
    package = Path(find_spec("sphinx-mathjax-offline").origin).parent
    folder = package / "static" / "mathjax"
    texts = [(folder / f"{part}.js").read_text(encoding="utf-8") for part in PARTS]
    names = ", ".join(f'"{part}"' for part in PARTS)
    script = site / SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    joined = ";\n".join([*texts, LOADED.format(names)])
    script.write_text(joined, encoding="utf-8")
