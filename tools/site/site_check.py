"""Check the built site in headless Chromium: `python -m tools.site.site_check`.

The site's tests look for what is wrong: errors, requests to other hosts, broken links,
what is wider than a phone, what axe-core finds, what is too large. Then the largest
contentful paint of each page is measured, from its file, and recorded with its size and
the bytes of all that it loads.
"""

import gzip
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from course_lib.records.store import write_record
from tools.common import run_tests
from tools.common.browser import chromium
from tools.common.build import ROOT, SITE
from tools.site.loaded import loaded

RECORD = ROOT / "tools" / "release" / "records" / "site.json"
TIMES = 3  # each page is opened so often, and the median taken
AIM = 1.5  # seconds, on two cores
LARGEST_GZIPPED, LARGEST_RAW = 600_000, 3_000_000
# On a first visit, with what all pages share: six networks are in this one.
LARGEST_FIRST = {"watching_gates": 670_000}
PAINT = """() => new Promise((answer) => {
  new PerformanceObserver((list) => answer(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""
LOADED = re.compile(r'(?:src|href)="([^"]+\.(?:js|css))(?:\?[^"]*)?"')
IMAGE = re.compile(r'<img[^>]+src="([^"]+)"')


def pages() -> list[Path]:
    """Return the pages with content, without redirects and indices."""
    found = sorted((SITE / "chapters").glob("*.html"))
    return [page for page in found if "<article" in page.read_text(encoding="utf-8")]


def weight(page: Path) -> tuple[int, int]:
    """Return the bytes of a page with its own pictures: gzipped, and raw.

    What all pages share (styles, scripts, fonts) is loaded once: see `shared`.
    """
    text = page.read_text(encoding="utf-8")
    named = {name for name in IMAGE.findall(text) if not name.startswith("data:")}
    parts = [page, *((page.parent / name).resolve() for name in named)]
    return size(part for part in parts if part.is_file())


def shared(page: Path) -> tuple[int, int]:
    """Return the bytes of the scripts and styles of a page: gzipped, and raw."""
    text = page.read_text(encoding="utf-8")
    named = {(page.parent / name).resolve() for name in LOADED.findall(text)}
    return size(named)


def size(paths: Iterable[Path]) -> tuple[int, int]:
    """Return the bytes of files: gzipped, and raw."""
    contents = [path.read_bytes() for path in paths]
    packed = sum(len(gzip.compress(content, mtime=0)) for content in contents)
    return packed, sum(map(len, contents))


def paint(browser, page: Path) -> float:
    """Return the seconds to a page's largest contentful paint, the median of some."""
    taken = []
    for _ in range(TIMES):
        tab = browser.new_page()
        tab.goto(page.as_uri())
        taken.append(tab.evaluate(PAINT) / 1000)
        tab.close()
    return statistics.median(taken)


def measure() -> dict:
    """Return, for each page, its weight and the seconds to its largest paint."""
    results = {}
    with chromium() as browser:
        for page in pages():
            packed, raw = weight(page)
            seconds = round(paint(browser, page), 2)
            found = {"gzipped": packed, "raw": raw, "paint": seconds}
            found |= {"first_visit": packed + shared(page)[0]}
            total = sum(loaded(browser, page).values())
            results[page.stem] = found | {"loaded": total}
            print(f"{page.stem:25} {packed:9,} of {total:9,} bytes {seconds:6.2f} s")
    return results


def main() -> int:
    """Run the site's tests and record the paints; return 0 if all is well."""
    tests = [sys.executable, *run_tests.STEPS["site"]]
    status = subprocess.run(tests, cwd=ROOT, check=False).returncode
    start = time.perf_counter()
    results = measure()
    RECORD.parent.mkdir(exist_ok=True)
    write_record(RECORD, "make site-check", results, time.perf_counter() - start)
    slow = [name for name, found in results.items() if found["paint"] > AIM]
    print(f"slower than {AIM} s: {', '.join(slow) or 'none'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
