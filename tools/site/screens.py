"""Measure how the built chapters read, in screens: `python -m tools.site.screens`.

Each chapter is opened in Chromium, in a window of 1440 by 900, as a reader finds it,
with all folds closed. Said of each: how far down its first picture is (one that moves
counts), the longest way without one, the length before the exercises and in all, and
the share of the height that is code.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from tools.common.browser import chromium
from tools.common.build import SITE

WINDOW = {"width": 1440, "height": 900}
FIRST, WITHOUT, LENGTH = 2.0, 5.0, 15.0  # screens, at most
MEASURED = Path(__file__).with_name("screens.js")


@dataclass
class Reading:
    """How a chapter reads; lengths in screens, code as a share of the height."""

    first_picture: float
    longest_without: float
    before_exercises: float
    whole: float
    code: float

    def too_long(self) -> list[str]:
        """Return what a reader would find too long, in words.

        >>> Reading(first_picture=1, longest_without=6.2, before_exercises=12,
        ...         whole=15, code=0.3).too_long()
        ['6.2 screens without a picture']
        """
        found = {
            "screens to the first picture": (self.first_picture, FIRST),
            "screens without a picture": (self.longest_without, WITHOUT),
            "screens before the exercises": (self.before_exercises, LENGTH),
        }
        return [
            f"{is_:.1f} {what}" for what, (is_, most) in found.items() if is_ > most
        ]


def chapters(site: Path = SITE) -> list[Path]:
    """Return the built pages of the chapters: those that have exercises."""
    pages = sorted((site / "chapters").glob("*.html"))
    return [p for p in pages if '<section id="exercises">' in p.read_text("utf-8")]


def reading(browser, page: Path) -> Reading:
    """Return how a built chapter reads."""
    tab = browser.new_page(viewport=WINDOW)
    tab.goto(page.as_uri(), wait_until="load")
    tab.evaluate("window.MathJax?.startup?.promise")
    measured = tab.evaluate(MEASURED.read_text(encoding="utf-8"), WINDOW["height"])
    tab.close()
    return Reading(**measured)


def main() -> int:
    """Print the table; return 1 if a chapter is too long somewhere."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", nargs="?", type=Path, default=SITE)
    site = parser.parse_args().site.resolve()
    with chromium() as browser:
        readings = {page.stem: reading(browser, page) for page in chapters(site)}
    if not readings:
        sys.exit(f"there is no chapter in {site}; build the site first: make book")
    table = pd.DataFrame({name: asdict(each) for name, each in readings.items()}).T
    print(table.round(2).to_string())
    long = {name: r.too_long() for name, r in readings.items() if r.too_long()}
    print(*(f"{name}: {', '.join(words)}" for name, words in long.items()), sep="\n")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
