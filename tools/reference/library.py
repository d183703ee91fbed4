"""The public names of the library, and which chapters use them.

Public is what `__all__` of the library and of its packages names, and what the chapters
take from any other module of it. Each name has the prefix that chapters write.
"""

import functools
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.pycode import ModuleAnalyzer

from tools.common.exercises import cells_of
from tools.site.catalogue import chapters

LIBRARY = "course_lib"
FOLDER = Path(__file__).resolve().parents[2] / LIBRARY
PREFIX = {LIBRARY: "cl", f"{LIBRARY}.checks": "check"}
WITH_ALL = ("", ".plots", ".tasks", ".widgets", ".nn.bptt", ".checks")
# Broken on purpose, for one page: nobody is to look it up.
BROKEN = f"{LIBRARY}.checks.broken_cells"
TAKEN = re.compile(rf"^from {LIBRARY}(?:\.([\w.]+))? import (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One public name: what a chapter writes, what it stands for, where it is made."""

    name: str
    thing: object
    module: str

    @property
    def short(self) -> str:
        """Return the name without its prefix."""
        return self.name.rpartition(".")[2]

    @property
    def doc(self) -> str:
        """Return the docstring; of a value, the comment above it."""
        if callable(self.thing):
            return inspect.getdoc(self.thing)
        return "\n".join(_comments(self.module)["", self.short]).strip()

    @property
    def line(self) -> int:
        """Return the line of its module on which it begins."""
        if callable(self.thing):
            return inspect.getsourcelines(inspect.unwrap(self.thing))[1]
        return ModuleAnalyzer.for_module(self.module).tagorder[self.short]


@functools.cache
def entries() -> dict[str, Entry]:
    """Return every public name of the library, by what a chapter writes."""
    found: dict[str, Entry] = {}
    for room in WITH_ALL:
        module = LIBRARY + room
        for name in importlib.import_module(module).__all__:
            _enter(found, module, name)
    for module, name in sorted(_taken()):
        _enter(found, module, name)
    return found


def _enter(found: dict[str, Entry], module: str, name: str) -> None:
    """Add a name, unless what it stands for is there already, or is a module."""
    thing = getattr(importlib.import_module(module), name)
    known = any(entry.thing is thing for entry in found.values())
    if not known and not inspect.ismodule(thing):
        prefix = PREFIX.get(module, module.rpartition(".")[2])
        home = thing.__module__ if callable(thing) else _home(module, name)
        found[f"{prefix}.{name}"] = Entry(f"{prefix}.{name}", thing, home)


def _home(package: str, name: str) -> str:
    """Return the module of a package in which a value has its comment."""
    below = FOLDER / package.removeprefix(f"{LIBRARY}.")
    modules = [f"{package}.{path.stem}" for path in sorted(below.glob("*.py"))]
    (home,) = (module for module in modules if ("", name) in _comments(module))
    return home


def _comments(module: str) -> dict[tuple[str, str], list[str]]:
    """Return the comments "#: ..." of a module's values, by ("", name)."""
    return ModuleAnalyzer.for_module(module).find_attr_docs()


@functools.cache
def code(chapter: str) -> str:
    """Return all code of a chapter."""
    cells = cells_of(chapter)
    return "\n".join(c["text"] for c in cells if c["cell_type"] == "code")


def _imports(chapter: str) -> Iterator[tuple[str, str, str]]:
    """Give (module, name, name in the chapter) for all taken from the library."""
    for room, names in TAKEN.findall(code(chapter)):
        for each in names.split(", "):
            name, _, here = each.partition(" as ")
            yield f"{LIBRARY}.{room}" if room else LIBRARY, name, here or name


def _is_module(package: str, name: str) -> bool:
    """Say whether a name of a package is a module in it."""
    path = FOLDER.parent.joinpath(*package.split("."), name)
    return path.is_dir() or path.with_suffix(".py").is_file()


def _taken() -> set[tuple[str, str]]:
    """Return (module, name) for what chapters take from modules without `__all__`."""
    taken = set()
    for chapter in chapters():
        for module, name, here in _imports(chapter):
            if not _is_module(module, name):
                taken.add((module, name))
                continue
            used = re.findall(rf"\b{here}\.([a-zA-Z]\w*)\b(?!\.)", code(chapter))
            taken |= {(f"{module}.{name}", each) for each in used}
    return {(module, name) for module, name in taken if module != BROKEN}


@functools.cache
def used_in(name: str) -> list[str]:
    """Return the chapters whose code uses a name, in the order of the course."""
    written = re.compile(rf"\b{re.escape(name)}\b")
    short = name.rpartition(".")[2]
    return [
        chapter
        for chapter in chapters()
        if written.search(code(chapter))
        or any(taken == short for _, taken, _ in _imports(chapter))
    ]


def of_rooms(rooms: str) -> list[Entry]:
    """Return the entries of modules and packages, in the order of the source.

    rooms: names such as "text batching". Raises ValueError if one has no public name.
    """
    found = []
    for room in rooms.split():
        inside = re.compile(rf"{LIBRARY}\.{room}(\.|$)")
        own = [entry for entry in entries().values() if inside.match(entry.module)]
        if not own:
            raise ValueError(f"expected a module with public names, got {room!r}")
        found += sorted(own, key=lambda entry: (entry.module, entry.line))
    return found
