"""Buttons that lead away from a page, made where it is known to where they lead.

A chapter that is a notebook opens in Colab, as the copy that colab.py publishes for the
commit the site is built from, once it is published. Every page has a link to the
repository, and one to report a problem. The address comes from address.py; where there
is none, there is no button. `python -m tools.site.buttons` says where they lead.
"""

import os
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from tools.colab.colab_copies import BRANCH, GITHUB, folder_of, opened_by, pinned
from tools.common.address import ROOT, Address, find_address
from tools.common.git_says import Unable, line_of

COPIES = "COURSE_COPIES"  # "true" where the copies are published before the site
REPORT = "Report a problem"


def known_address() -> Address | None:
    """Return the course's address, or None where nothing says it."""
    try:
        found = find_address()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return found and pinned(found)


def has_copies(
    address: Address, env: Mapping[str, str] = os.environ, root: Path = ROOT
) -> bool:
    """Say whether the copies of a commit are published, as far as can be known here.

    Whoever publishes them before the site says so by COURSE_COPIES=true; else they must
    be on the branch as git has fetched it. An address alone is no proof.
    """
    if env.get(COPIES) == "true":
        return True
    try:
        listed = line_of(
            "for-each-ref", "--format=%(refname)", f"refs/remotes/*/{BRANCH}", root=root
        )
        folders = [
            line_of("ls-tree", "--name-only", ref, root=root).split()
            for ref in listed.split()
        ]
    except Unable:
        return False
    return any(folder_of(address) in found for found in folders)


def configure(app: Sphinx, config: Config) -> None:
    """Keep what is known among the settings: if it changes, all pages change."""
    address = known_address()
    config.course_address = address and list(address)
    config.course_has_copies = bool(address and address.commit and has_copies(address))


def add_buttons(app: Sphinx, page: str, template: str, context: dict, tree) -> None:
    """Put the buttons into a page, before those of the theme."""
    if not app.config.course_address:
        return
    address = Address(*app.config.course_address)
    titles = app.env.titles
    title = titles[page].astext() if page in titles else context.get("title", page)
    link = address.problem(f"{title} ({page}): ")
    source = Path(app.env.doc2path(page))
    opens = app.config.course_has_copies and opened_by(address, source.name)
    colab = [colab_button(opens)] if opens and source.suffix == ".ipynb" else []
    context["header_buttons"][:0] = [*colab, menu(address.url, link)]
    words = f'<p><a href="{escape(link)}">{REPORT} on this page</a></p>'
    context["theme_extra_footer"] = words + context.get("theme_extra_footer", "")


def colab_button(link: str) -> dict:
    """Return the button that opens a chapter in Colab, as the theme wants it."""
    return {
        "type": "link",
        "text": "Colab",
        "tooltip": "Open this chapter in Colab",
        "icon": "_static/images/logo_colab.png",  # the theme brings it
        "label": "colab-button",
        "url": link,
    }


def menu(url: str, report: str) -> dict:
    """Return the menu of the repository, as the theme wants it."""
    on_github = url.startswith(GITHUB)
    repository = {"text": "Repository", "icon": "fas fa-code-branch", "url": url}
    problem = {"text": REPORT, "icon": "fas fa-flag", "url": report}
    return {
        "type": "group",
        "tooltip": "The course's repository",
        "icon": "fab fa-github" if on_github else "fas fa-code-branch",
        "label": "source-buttons",
        "buttons": [{"type": "link", **each} for each in (repository, problem)],
    }


def main() -> int:
    """Say where the buttons lead of a site built here; return the exit status."""
    try:
        address = known_address()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    if address is None:
        print("No address is known, so there is no button: set COURSE_ADDRESS.")
        return 0
    colab = opened_by(address, "gru.ipynb")
    if colab is None:
        colab = "none, since Colab opens GitHub's notebooks alone"
    elif not has_copies(address):
        colab = "none, since no copies of this commit are known: make colab-publish"
    print(f"Repository: {address.url}", f"Report: {address.problem('')}", sep="\n")
    print(f"Installed from: {address.requirement}", f"Colab: {colab}", sep="\n")
    return 0


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx; the theme makes its buttons at the priority before ours."""
    app.add_config_value("course_address", None, "html")
    app.add_config_value("course_has_copies", False, "html")
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_buttons, priority=502)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit(main())
