"""Ask after the links that lead out of the book: `python -m tools.site.links`.

Sphinx's own link check does it; this needs a network. Links within the book are tested
with the built site.
"""

import json
import re
import shutil
import sys
from pathlib import Path

from tools.common.build import ROOT, forget_stale_results, jupyter_book

DOI = "https://doi.org/"
REFUSED = re.compile(r"(403|418|429) ")  # forbidden, a teapot, too many requests
BUILDER = ("--builder", "custom", "--custom-builder", "linkcheck")


def check(root: Path) -> tuple[int, list[str]]:
    """Ask after every link of the book in `root`; return how many, and the broken ones.

    Raises RuntimeError if the book could not be read.
    """
    folder = root / "_build" / "linkcheck"
    shutil.rmtree(folder, ignore_errors=True)
    jupyter_book(root, *BUILDER)  # its status cannot tell a broken link from no book
    output = folder / "output.json"
    if not output.is_file():
        raise RuntimeError("the book could not be read: see above")
    lines = output.read_text(encoding="utf-8").splitlines()
    links = [json.loads(line) for line in lines]
    asked = [link for link in links if link["status"] not in ("local", "unchecked")]
    broken = [
        f"{link['filename']}:{link['lineno']}: {link['uri']} {link['info']}".strip()
        for link in asked
        if link["status"] in ("broken", "timeout") and not is_refused(link)
    ]
    return len(asked), broken


def is_refused(link: dict) -> bool:
    """Say whether a DOI led to a publisher who answers people only.

    Of a DOI that does not exist doi.org itself says so: 404.
    """
    return link["uri"].startswith(DOI) and bool(REFUSED.match(link["info"]))


def main() -> int:
    """Check, and name what is broken; return the exit status."""
    forget_stale_results()
    try:
        asked, broken = check(ROOT)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join([*broken, f"{asked} links, {len(broken)} broken"]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
