"""Buttons that lead away from a page, made where it is known to where they lead.

A chapter that is a notebook opens in Colab, as the copy that colab.py publishes for the
commit the site is built from, once it is published. Every page has a link to the
repository, and one to report a problem. The address comes from address.py; where there
is none, there is no button.
"""

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from tools.colab.colab_copies import BRANCH, GITHUB, folder_of, opened_by, pinned
from tools.common.address import ROOT, VARIABLE, Address, find_address
from tools.common.git_says import Unable, git_says

FORM = "mistake.yml"  # in .github/ISSUE_TEMPLATE
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

    Whoever names the address publishes them, as continuous integration does before it
    publishes the site. At home they must be on the branch that git has fetched.
    """
    if env.get(VARIABLE) or env.get("GITHUB_REPOSITORY"):
        return True
    folder = f"refs/remotes/origin/{BRANCH}:{folder_of(address)}"
    try:
        git_says("cat-file", "-e", folder, root=root)
    except Unable:
        return False
    return True


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
    link = report_link(address.url, page, title)
    source = Path(app.env.doc2path(page))
    opens = app.config.course_has_copies and opened_by(address, source.name)
    colab = [colab_button(opens)] if opens and source.suffix == ".ipynb" else []
    context["header_buttons"][:0] = [*colab, menu(address.url, link)]
    words = f'<p><a href="{escape(link)}">{REPORT} on this page</a></p>'
    context["theme_extra_footer"] = words + context.get("theme_extra_footer", "")


def report_link(url: str, page: str, title: str) -> str:
    """Return the link to the form for a mistake, with the page's name filled in."""
    asked = urlencode({"template": FORM, "title": f"{title} ({page}): "})
    return f"{url}/issues/new?{asked}"


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


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx; the theme makes its buttons at the priority before ours."""
    app.add_config_value("course_address", None, "html")
    app.add_config_value("course_has_copies", False, "html")
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_buttons, priority=502)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
