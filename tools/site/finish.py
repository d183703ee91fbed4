"""Finish the site that Sphinx has written: `python -m tools.site.finish`.

The build does it itself. The search learns to find short Chinese words, the site's root
gets a face, pictures get lighter, and what nobody sees goes: icons, the scripts of the
search on other pages, an older zip of the site. Done twice it does nothing more.
"""

import re
from pathlib import Path

from tools.common.build import SITE
from tools.site import lighter, zip_site
from tools.site.site_address import find_site
from tools.site.zip_site import FRONT

# Sphinx looks for parts of words from three letters on; in Chinese two are a word.
LONG_ENOUGH = "if (word.length > 2) {"
OR_CHINESE = r"if (word.length > 2 || /\p{Script=Han}/u.test(word)) {"
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


def find_short_chinese(site: Path) -> None:
    """Let the search find Chinese words of two characters, as parts of longer ones.

    Raises ValueError if Sphinx's script is no longer the one that this knows.
    """
    script = site / "_static" / "searchtools.js"
    text = script.read_text(encoding="utf-8")
    if text.count(LONG_ENOUGH) + text.count(OR_CHINESE) != 1:
        raise ValueError(f"expected {LONG_ENOUGH!r} once in {script}")
    script.write_text(text.replace(LONG_ENOUGH, OR_CHINESE), encoding="utf-8")


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
    find_short_chinese(site)
    face(site)
    lighter.keep_icons_shown(site)
    lighter.one_module_a_page(site)
    lighter.shrink_pictures(site)
    lighter.search_on_its_page(site)


if __name__ == "__main__":
    finish(SITE)
