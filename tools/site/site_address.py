"""What depends on where the site will stand: its preview for others, and its 404 page.

The site's pages link to one another by relative paths and work anywhere. Two things
need the address: a page's preview, shown where somebody passes its link on, and the
page for an address that does not exist, which a server shows at any depth. The address
is the variable COURSE_SITE, or what GitLab's continuous integration says, or follows
from the repository that is built on github.com; where none is known, there is no
preview, and the 404 page takes the site to stand at the top of its host.
"""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

VARIABLE = "COURSE_SITE"
GITHUB = "https://github.com"
PREVIEW = {
    "ogp_site_name": "Memory, Gate by Gate",
    "ogp_image": "_static/site.png",
    "ogp_image_alt": (
        "A page of the course with the gate stepper, in which the forget gate of a "
        "trained network is held at 0 and a quote is forgotten."
    ),
    "ogp_social_cards": {"enable": False},
    "ogp_enable_meta_description": True,
}


def find_site(env: Mapping[str, str] = os.environ) -> str | None:
    """Return the address of the site, with a slash at its end, or None if unknown.

    >>> find_site({"GITHUB_REPOSITORY": "Ada/course"})
    'https://ada.github.io/course/'
    >>> find_site({"GITHUB_REPOSITORY": "ada/ada.github.io"})
    'https://ada.github.io/'

    A GitHub of one's own has its pages elsewhere, so nothing follows from its address.
    Raises ValueError if COURSE_SITE is set and no http address.
    """
    given = env.get(VARIABLE, "").strip() or env.get("CI_PAGES_URL", "")
    if given:
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(
                f"{VARIABLE} is {given!r}: expected an address such as "
                "https://HOST/COURSE/"
            )
        return given.rstrip("/") + "/"
    owner, _, name = env.get("GITHUB_REPOSITORY", "").partition("/")
    if not name or env.get("GITHUB_SERVER_URL", GITHUB) != GITHUB:
        return None
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" + ("" if name.lower() == host else f"{name}/")


def configure(app: Sphinx, config: Config) -> None:
    """Set what depends on the site's address."""
    site = find_site()
    config.notfound_urls_prefix = urlsplit(site).path if site else "/"
    if site:
        config.html_baseurl = site
        for name, value in {**PREVIEW, "ogp_site_url": site}.items():
            setattr(config, name, value)


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx, and load the preview only where its address is known."""
    if find_site():
        app.setup_extension("sphinxext.opengraph")
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
