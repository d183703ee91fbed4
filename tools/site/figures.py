"""Put the notebooks' figures into their pages, as SVG in the page's colours and font.

Sphinx shows a figure of matplotlib's as an image, with white paper of its own. Here it
becomes a part of the page: its paper goes, black becomes the colour of the page's text,
and `_static/figures.css` has other inks for a dark page. An image within a figure, such
as a heat map, gets a filter that the style sheet uses in the dark: white becomes the
page's ground, and a dark colour a light one of the same hue.
"""

import html
import io
import itertools
import re
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode
from pathlib import Path

from PIL import Image

from course_lib.plots.night import GROUND, TURNED
from course_lib.widgets.carrier import fewer_colours

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
EMBEDDED, PICTURE = "data:image/svg+xml;base64,", "data:image/png;base64,"
IMAGE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]*)"')
ALT = re.compile(r'\balt="([^"]*)"')
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
WHOLE = re.compile(r"-?\d+(?:\.\d+)?")
FINE = "scale(0.0156)"  # of outlines, as matplotlib writes them
COORDINATES = ("d", "x", "y", "width", "height")  # a tenth of a point is enough
SHAPE = ("d", "x", "y", "width", "height", "transform")
PIXELS = 4 / 3  # of the page, in a point
WHITE, BLACK = "#ffffff", "#000000"
PAGES = ("font-family", "image-rendering", "stroke-linejoin")  # the style sheet's part
UNTURNED = "rotate(-0 "
CLASS = "course-figure"
STYLED = re.compile(r'\s*<link [^>]*\bhref="[^"]*_static/figures\.css[^>]*>')


def night() -> str:
    """Return the matrix of the filter: white to the ground, dark to light."""
    rows = []
    for turned, ground in zip(TURNED, GROUND, strict=True):
        room = 1 - ground / 255
        rows += [*(f"{room * part:.3f}" for part in turned), "0", "1"]
    return " ".join([*rows, "0 0 0 1 0"])


def short(name: str, value: str) -> str:
    """Return an attribute's value with no more digits than can be seen."""
    digits = 1 if name in COORDINATES else 4
    value = NUMBER.sub(lambda found: f"{round(float(found[0]), digits):g}", value)
    if name != "d":
        return value
    joined = re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip())
    return re.sub(r"L([^A-Za-z]+)(?=L)", r"L\1 ", joined).replace(" L", " ")


def attributes(element: ET.Element) -> dict[str, str]:
    """Return an element's attributes, its style among them, in short."""
    told = dict(element.attrib)
    for rule in filter(None, told.pop("style", "").split(";")):
        name, _, value = rule.partition(":")
        told[name.strip()] = value.strip()
    return {
        name.replace(XLINK, ""): short(name, value).replace(BLACK, "currentColor")
        for name, value in told.items()
        if name not in PAGES and not value.startswith(UNTURNED)
    }


def outline(d: str) -> str:
    """Return a letter's outline in 200th of its height, in place of 6,400th."""
    fewer = WHOLE.sub(lambda found: f"{float(found[0]) / 32:.0f}", d)
    return short("d", fewer)


def lighter(address: str) -> str:
    """Return the address of an image that carries itself, with a palette if it can."""
    content = b64decode(address.removeprefix(PICTURE))
    with Image.open(io.BytesIO(content)) as image:
        if image.convert("RGBA").getextrema()[3][0] == 255:  # nothing shines through
            content = min(content, fewer_colours(content), key=len)
    return PICTURE + b64encode(content).decode()


def is_paper(element: ET.Element) -> bool:
    """Say whether an element is a white sheet behind the figure."""
    style = element.get("style", "")
    return (
        element.tag == f"{SVG}path"
        and f"fill: {WHITE}" in style
        and ("stroke" not in style or "stroke: none" in style)
    )


def written(element: ET.Element, ids: dict[str, str], inside: bool = False) -> str:
    """Return an element as the page has it, with the ids that something refers to."""
    tag = element.tag.removeprefix(SVG)
    if tag in ("metadata", "style") or is_paper(element):
        return ""
    told = attributes(element)
    old = told.pop("id", None)
    if inside:  # what is defined takes its look from where it is used
        told = {name: told[name] for name in told if name in SHAPE}
        if "d" in told and told.get("transform") == FINE:
            told |= {"d": outline(element.get("d", "")), "transform": "scale(.5)"}
    if old in ids:
        told = {"id": ids[old], **told}
    for name, value in told.items():
        told[name] = re.sub(r"#([\w-]+)", lambda f: f"#{ids.get(f[1], f[1])}", value)
    if tag == "image":
        told |= {"href": lighter(told["href"]), "filter": f"url(#{ids['night']})"}
    parts = [written(each, ids, tag == "defs") for each in element]
    content = html.escape((element.text or "").strip(), False) + "".join(parts)
    if tag in ("g", "defs") and not (told and content):
        return content if tag == "g" else f"<defs>{content}</defs>" * bool(content)
    look = "".join(f' {name}="{html.escape(each)}"' for name, each in told.items())
    return f"<{tag}{look}>{content}</{tag}>" if content else f"<{tag}{look}/>"


def inline(svg: str, alt: str, name: str) -> str:
    """Return a figure of matplotlib's as a part of a page.

    alt: what it shows, in words, as HTML; name: what its ids begin with.
    """
    root = ET.fromstring(svg)
    used = re.findall(r'(?:href="|url\()#([\w-]+)', svg)
    ids = {old: f"{name}-{k}" for k, old in enumerate(dict.fromkeys(used))}
    ids["night"] = f"{name}-night"
    width, height = map(float, root.get("viewBox", "").split()[2:])
    content = "".join(written(each, ids) for each in root)
    if "<image" in content:
        matrix = f'<feColorMatrix values="{night()}"/>'
        how = f'id="{ids["night"]}" color-interpolation-filters="sRGB"'
        content = f"<filter {how}>{matrix}</filter>{content}"
    return (
        f'<svg class="{CLASS} mathjax_ignore" role="img" aria-label="{alt}" '
        f'fill="currentColor" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width * PIXELS:.0f}" height="{height * PIXELS:.0f}">{content}</svg>'
    )


def in_page(text: str, folder: Path) -> tuple[str, set[Path]]:
    """Return a page's text with its figures in it, and the files that they were.

    folder: where the page is.
    """
    files: set[Path] = set()
    numbers = itertools.count(text.count(f'"{CLASS} ') + 1)

    def figure(found: re.Match) -> str:
        """Return a figure in place of its image, and other images as they are."""
        image, source = found[0], SOURCE.search(found[0])[1]
        if source.startswith(EMBEDDED):
            svg = b64decode(source.removeprefix(EMBEDDED)).decode()
        elif "_images/" in source and source.endswith(".svg"):
            path = (folder / source).resolve()
            files.add(path)
            svg = path.read_text(encoding="utf-8")
        else:
            return image
        alt = ALT.search(image)
        return inline(svg, alt[1] if alt else "", f"figure-{next(numbers)}")

    return IMAGE.sub(figure, text), files


def into_pages(site: Path) -> None:
    """Put every figure into its page, and take away the files that they were.

    A page without a figure need not load the style sheet of figures.
    """
    files: set[Path] = set()
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        changed, found = in_page(text, page.parent)
        files |= found
        if f'"{CLASS} ' not in changed:
            changed = STYLED.sub("", changed)
        if changed != text:
            page.write_text(changed, encoding="utf-8")
    for path in files:
        path.unlink()
