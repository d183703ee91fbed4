"""Zip the built site for reading offline: `python -m tools.site.zip_site`.

The zip lies inside the site, and the front page gets a link to it; it holds all the
rest of the site in one folder. The same site gives the same bytes. Where no zip was
made there is no link: neither in a site built at home nor inside the zip.
"""

import sys
import zipfile
from pathlib import Path

from tools.common.build import ROOT, SITE

FOLDER = "memory-gate-by-gate"
NAME = f"{FOLDER}-site.zip"
FRONT = "chapters/introduction.html"
PLACE = '<div id="offline"></div>'  # stands in the front page's source
LINK = (
    '<div id="offline"><p><strong>Without a network</strong>: take <a class="reference '
    f'download" href="../{NAME}">the whole site as a zip</a>, unpack it, and open '
    "<code>index.html</code>. The pictures that move work there, too.</p></div>"
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's first second, for every file


def zip_site(site: Path) -> Path:
    """Zip a site, less an earlier zip of it; return where it is.

    Raises FileNotFoundError if nothing has been built, ValueError if the front page has
    no place for the link.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(
            f"there is no site in {site}; build it first: make book"
        )
    forget(site)
    front, target = site / FRONT, site / NAME
    files = sorted(path for path in site.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in files:
            inside = f"{FOLDER}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(inside, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    front.write_text(_front(front).replace(PLACE, LINK), encoding="utf-8")
    return target


def forget(site: Path) -> None:
    """Take an earlier zip out of a site, and the link to it."""
    front = site / FRONT
    front.write_text(_front(front).replace(LINK, PLACE), encoding="utf-8")
    (site / NAME).unlink(missing_ok=True)


def _front(page: Path) -> str:
    """Return the front page, which has a place for the link or the link."""
    text = page.read_text(encoding="utf-8")
    if text.count(PLACE) + text.count(LINK) != 1:
        raise ValueError(f"expected {PLACE} once in {page}, to put the link there")
    return text


def main() -> int:
    """Zip the site and say where it is; return the exit status."""
    try:
        made = zip_site(SITE)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    megabytes = made.stat().st_size / 1e6
    print(f"{made.relative_to(ROOT)}: {megabytes:.1f} MB, to read without a network")
    return 0


if __name__ == "__main__":
    sys.exit(main())
