"""The public names of the library, and which chapters use them.

Public is what `__all__` of the library and of its packages names, and what the chapters
take from any other module of it. Each name has the prefix that chapters write.
"""

import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import course_lib
from tools.common.exercises import cells_of
from tools.site.catalogue import chapters

LIBRARY = "course_lib"
PREFIX = {LIBRARY: "cl", "checks": "check"}
WITH_ALL = ("", ".plots", ".tasks", ".widgets", ".nn.bptt", ".checks")
# Broken on purpose, for one page: nobody is to look them up.
BROKEN = [f"{LIBRARY}.checks.broken_{what}" for what in ("cells", "equations")]
TAKEN = re.compile(rf"^from ({LIBRARY}[\w.]*) import (.+)$", re.MULTILINE)


@functools.cache
def public() -> dict[str, object]:
    """Return the public classes and functions, by what a chapter writes: "cl.fit"."""
    found: dict[str, object] = {}
    for name, thing in [*_named(), *_taken()]:
        if not any(thing is known for known in found.values()):
            found[name] = thing
    return found


def _named() -> Iterator[tuple[str, object]]:
    """Give what `__all__` of a package names, values apart."""
    for room in WITH_ALL:
        package = importlib.import_module(LIBRARY + room)
        for name in package.__all__:
            if callable(thing := getattr(package, name)):
                yield _as_written(package.__name__, name), thing


def _taken() -> Iterator[tuple[str, object]]:
    """Give what chapters take from modules that have no `__all__`."""
    anywhere = {name for chapter in chapters() for name in written(chapter)}
    for found in pkgutil.walk_packages(course_lib.__path__, f"{LIBRARY}."):
        if found.name in BROKEN:
            continue
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            is_own = getattr(thing, "__module__", "") == found.name
            if is_own and _as_written(found.name, name) in anywhere:
                yield _as_written(found.name, name), thing


def _as_written(module: str, name: str) -> str:
    """Return a name as a chapter writes it."""
    last = module.rpartition(".")[2]
    return f"{PREFIX.get(last, last)}.{name}"


@functools.cache
def written(chapter: str) -> set[str]:
    """Return what a chapter writes with a dot, and what it takes from the library."""
    cells = cells_of(chapter)
    code = "\n".join(c["text"] for c in cells if c["cell_type"] == "code")
    found = set(re.findall(r"(?<![\w.])[a-z]\w*\.[A-Za-z]\w*", code))
    for module, names in TAKEN.findall(code):
        found |= {_as_written(module, name) for name in names.split(", ")}
    return found


def used_in(name: str) -> list[str]:
    """Return the chapters whose code uses a name, in the order of the course."""
    return [chapter for chapter in chapters() if name in written(chapter)]


def of_room(room: str) -> list[str]:
    """Return the public names of a module or package, in the order of the source.

    room: a name such as "nn.cells". Raises ValueError if it has no public name.
    """
    places = {}
    for name, thing in public().items():
        if f"{thing.__module__}.".startswith(f"{LIBRARY}.{room}."):
            line = inspect.getsourcelines(inspect.unwrap(thing))[1]
            places[name] = (thing.__module__, line)
    if not places:
        raise ValueError(f"expected a module with public names, got {room!r}")
    return sorted(places, key=places.get)
