"""Find a Chromium that is installed, for the site's tests and the README's picture."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root, in a container, Chromium runs without its sandbox only; the rest keeps it
# from looking for updates.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str | None:
    """Return the path of Chromium: $CHROMIUM, a system's one, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


@contextmanager
def chromium(path: str | None = None) -> Iterator:
    """Give a headless Chromium, closed at the end; say so and exit if there is none."""
    from playwright.sync_api import sync_playwright

    path = path or chromium_path()
    if path is None:
        sys.exit("no Chromium was found; install one, or name it with CHROMIUM=...")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
