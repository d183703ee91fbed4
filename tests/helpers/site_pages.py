"""The pages of the built site, read: what they load and name, and where they lead."""

import functools
from html.parser import HTMLParser
from pathlib import Path

from tools.common.build import SITE

LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "use": "href",
}
LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "preconnect"}


class Page(HTMLParser):
    """What a page loads, where it links to, and the names it can be linked at."""

    def __init__(self, path: Path):
        super().__init__()
        self.loads, self.links, self.names, self.images = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.names |= {attrs[key] for key in ("id", "name") if key in attrs}
        if tag == "link":
            if LOADING_LINKS & set(attrs.get("rel", "").split()):
                self.loads.append(attrs["href"])
        elif tag in LOADS and LOADS[tag] in attrs:
            self.loads.append(attrs[LOADS[tag]])
        elif tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "img":
            self.images.append(attrs)


parsed = functools.cache(Page)
PAGES = sorted(SITE.rglob("*.html")) if SITE.is_dir() else []
CONTENT = [
    page
    for page in PAGES
    if page.parent.name == "chapters" and "<article" in page.read_text("utf-8")
]
