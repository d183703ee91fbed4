"""Buttons that lead away from a page, made where it is known to where they lead.

A chapter that is a notebook opens in Colab, as the copy that colab.py publishes for the
commit the site is built from. Every page has a link to the repository, and one to
report a problem. The address comes from address.py; where there is none, there is no
button.
"""

from html import escape
from urllib.parse import urlencode

from address import Address, find_address
from colab_copies import BRANCH, GITHUB, OPENS, folder_of, pinned
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

FORM = "mistake.yml"  # in .github/ISSUE_TEMPLATE
REPORT = "Report a problem"
COLAB = {"tooltip": "Open this chapter in Colab", "label": "colab-button"}


def known_address() -> Address | None:
    """Return the course's address, or None where nothing says it."""
    try:
        found = find_address()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return found and pinned(found)


def configure(app: Sphinx, config: Config) -> None:
    """Tell the theme where the copies are. Colab opens them from GitHub only."""
    address = known_address()
    config.course_url = address and address.url
    if address and address.commit and address.url.startswith(GITHUB):
        config.html_theme_options |= {
            "repository_url": address.url,
            "repository_branch": BRANCH,
            "path_to_docs": folder_of(address),
            "launch_buttons": {"colab_url": OPENS},
        }


def report_link(url: str, page: str, title: str) -> str:
    """Return the link to the form for a mistake, with the page's name filled in."""
    asked = urlencode({"template": FORM, "title": f"{title} ({page}): "})
    return f"{url}/issues/new?{asked}"


def add_buttons(app: Sphinx, page: str, template: str, context: dict, tree) -> None:
    """Put the buttons into a page, after the theme has put in its own."""
    buttons, place = context["header_buttons"], 0
    for each in [b for b in buttons if b.get("label") == "launch-buttons"]:
        # the theme makes a menu of one entry, and for text that holds a cell, too
        is_notebook = app.env.doc2path(page).endswith(".ipynb")
        opens = [b | COLAB for b in each["buttons"]] if is_notebook else []
        place = len(opens)
        buttons[:] = [*opens, *(b for b in buttons if b is not each)]
    url = app.config.course_url
    if url:
        titles = app.env.titles
        title = titles[page].astext() if page in titles else context.get("title", page)
        link = report_link(url, page, title)
        buttons.insert(place, _menu(url, link))
        words = f'<p><a href="{escape(link)}">{REPORT} on this page</a></p>'
        context["theme_extra_footer"] = words + context.get("theme_extra_footer", "")


def _menu(url: str, report: str) -> dict:
    """Return the menu of the repository, as the theme wants it."""
    on_github = url.startswith(GITHUB)
    entries = {
        "Repository": ("fas fa-code-branch", url),
        REPORT: ("fas fa-flag", report),
    }
    return {
        "type": "group",
        "tooltip": "The course's repository",
        "icon": "fab fa-github" if on_github else "fas fa-code-branch",
        "label": "source-buttons",
        "buttons": [
            {"type": "link", "text": text, "icon": icon, "url": to}
            for text, (icon, to) in entries.items()
        ],
    }


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx; the theme makes its buttons at the priority before ours."""
    app.add_config_value("course_url", None, "html")
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_buttons, priority=502)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
