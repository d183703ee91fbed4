"""The search's page, and what it loads: written when the site is finished.

As a Sphinx extension, it makes `search.html` and turns Sphinx's own search off. What is
copied into the site cannot be a file of `_static`: Jupyter Book adds every script in
there to every page.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import rjsmin
import yaml
from sphinx.application import Sphinx

from tools.common.build import ROOT
from tools.site.search.glossary import terms
from tools.site.search.sections import Section, sections, squeeze

HERE = Path(__file__).parent
PLACE = "_static/search"
SCRIPTS = ("minisearch/minisearch.js", "words.js", "ranking.js", "results.js")
# Sphinx's own search, which an older build may have left.
SPHINX = ("searchindex.js", "_static/searchtools.js", "_static/language_data.js")
# How much a page counts if it does not teach, but is there to look things up.
WEIGHTS = {"Back matter": 0.6, "Reference": 0.5, "For instructors": 0.4}
GLOSSARY, ITS_WEIGHT = "glossary", 0.12  # it comes after the chapter that it names
# And how much a section counts that says again, or asks, what others explain.
SECTIONS = {"Exercises": 0.5, "What we learned": 0.5, "Pitfalls": 0.8}


def put(site: Path) -> None:
    """Write all that the search's page loads into a site, and take Sphinx's out."""
    place = site / PLACE
    place.mkdir(parents=True, exist_ok=True)
    for script in SCRIPTS:
        text = (HERE / script).read_text(encoding="utf-8")
        made = rjsmin.jsmin(text)
        (place / Path(script).name).write_text(made, encoding="utf-8")
    for name in ("search.css", "minisearch/LICENSE.txt"):
        (place / Path(name).name).write_bytes((HERE / name).read_bytes())
    data = json.dumps(said(site), ensure_ascii=False, separators=(",", ":"))
    script = f"window.courseSections={data};\n"
    (place / "sections.js").write_text(script, encoding="utf-8")
    for name in SPHINX:
        (site / name).unlink(missing_ok=True)


def said(site: Path) -> dict:
    """Return the pages, their sections, the glossary's terms and the synonyms."""
    pages, found = [], []
    for name, part in listed():
        path = site / "chapters" / f"{name}.html"
        if path.is_file():
            title, parts = sections(path)
            found += [record(each, len(pages)) for each in parts]
            weight = ITS_WEIGHT if name == GLOSSARY else WEIGHTS.get(part, 1.0)
            page = {"name": name, "title": title, "part": part, "weight": weight}
            pages.append(page | {"address": f"chapters/{name}.html"})
    glossary = site / "chapters" / f"{GLOSSARY}.html"
    known = [vars(term) for term in terms(glossary)] if glossary.is_file() else []
    data = {"pages": pages, "sections": found, "terms": known}
    return data | {"synonyms": synonyms()}


def synonyms() -> list[list[str]]:
    """Return the lists of names that mean the same to a search."""
    return yaml.safe_load((HERE / "synonyms.yml").read_text(encoding="utf-8"))


def record(section: Section, page: int) -> dict:
    """Return a section as the script has it."""
    made = {"page": page, "title": section.title, "anchor": section.anchor}
    made["text"] = squeeze("".join(section.text))
    made["code"] = squeeze(" ".join(section.code))
    made["pictures"] = squeeze(" ".join(section.pictures))
    return made | {"weight": SECTIONS.get(section.title, 1.0)}


def listed() -> Iterator[tuple[str, str]]:
    """Give the name of each page in the table of contents, and the part it is in."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield Path(toc["root"]).name, ""
    for part in toc["parts"]:
        for page in part["chapters"]:
            for each in (page, *page.get("sections", [])):
                yield Path(each["file"]).name, part["caption"]


def no_search_of_sphinx(app: Sphinx) -> None:
    """Keep Sphinx from writing an index and a page of its own."""
    if app.builder.format == "html":
        app.builder.search = False


def page_of_its_own(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """Give the search's page, made from `_templates/search.html`."""
    yield "search", {}, "search.html"


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("builder-inited", no_search_of_sphinx)
    app.connect("html-collect-pages", page_of_its_own)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
