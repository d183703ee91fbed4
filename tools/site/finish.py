"""Finish the site that Sphinx has written: `python -m tools.site.finish`.

The build does it itself. What the pages say is written for the search, the site's root
gets a face, figures become a part of their pages, and what nobody sees goes: icons,
MathJax's menu, an older zip of the site. Done twice it does nothing more.
"""

import re
from pathlib import Path

from tools.common.build import SITE
from tools.site import figures, formulas, icon_font, lighter, zip_site
from tools.site.search import page as search_page
from tools.site.site_address import find_site
from tools.site.zip_site import FRONT

TOLD = re.compile(r'<meta (?:property="og:|name="description)[^>]+>')
ROOT_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={front}">
<title>Memory, Gate by Gate</title>
{told}
</head>
<body><h1>Memory, Gate by Gate</h1><p><a href="{front}">The course</a></p></body>
</html>
"""


def face(site: Path) -> None:
    """Give the site's root, which leads on to the front page, that page's preview.

    The root is what people pass on, and few who show a preview follow it.
    """
    front = (site / FRONT).read_text(encoding="utf-8")
    told = TOLD.findall(front.partition("</head>")[0])
    address = find_site()
    told += [f'<link rel="canonical" href="{address}{FRONT}">'] if address else []
    page = ROOT_PAGE.format(front=FRONT, told="\n".join(told))
    (site / "index.html").write_text(page, encoding="utf-8")


def finish(site: Path) -> None:
    """Do all that there is to do."""
    zip_site.forget(site)
    face(site)
    lighter.keep_icons_shown(site)
    figures.into_pages(site)
    lighter.one_module_a_page(site)
    icon_font.shrink(site)
    formulas.join(site)
    search_page.put(site)


if __name__ == "__main__":
    finish(SITE)
