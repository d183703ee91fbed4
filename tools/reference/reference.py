"""The library's reference: Sphinx's autodoc writes it, and this says what and how.

What stands in an entry is the docstring, as `docstrings.py` reads it, and what its
example draws.
"""

import functools
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from sphinx.application import Sphinx

from tools.reference import docstrings, examples
from tools.reference.library import LIBRARY, of_room, public, used_in

FOLDER = Path(__file__).resolve().parents[2] / LIBRARY
HIDDEN = ("extra_repr",)  # for repr alone


def sources() -> list[Path]:
    """Return the files that the reference is made from."""
    return sorted(FOLDER.rglob("*.py"))


def setup_code() -> str:
    """Return what stands above every example, as code."""
    return f"```python\n{examples.AT_HAND}\n```"


def index() -> str:
    """Return every public name with the first sentence about it, as a table."""
    names = sorted((name for name in public() if not is_check(name)), key=str.lower)
    return in_rest([".. autosummary::", "   :nosignatures:", "", *indented(names)])


def check_list() -> str:
    """Return the checks of the exercises, as a table with their chapters."""
    rows = [("Check", "What it asks for", "Chapter")]
    for name in sorted(filter(is_check, public())):
        about = docstrings.prose(first_line(public()[name]), as_code)
        rows.append((as_code(name), about, chapter_links(name)))
    lines = [f"* - {name}\n  - {about}\n  - {links}" for name, about, links in rows]
    lines = "\n".join(lines).splitlines()
    return in_rest([".. list-table::", "   :header-rows: 1", "", *indented(lines)])


def of(rooms: str) -> str:
    """Return autodoc's directives for modules such as "nn.cells nn.layers"."""
    names = [name for room in rooms.split() for name in of_room(room)]
    return in_rest([line for name in names for line in directive(name)])


def directive(name: str) -> list[str]:
    """Return autodoc's directive for a public name.

    Members of a base that is no public name count as the class's own; to another base
    of the library there is a link.
    """
    thing = public()[name]
    if not inspect.isclass(thing):
        return [f".. autofunction:: {name}", ""]
    known = list(public().values())
    ours = [base for base in thing.__mro__[1:] if base in known]
    others = [c for c in thing.__mro__ if not c.__module__.startswith(LIBRARY)]
    hidden = [*HIDDEN, *getattr(thing, "_fields", ())]
    options = [
        ":members:",
        f":inherited-members: {', '.join(c.__name__ for c in [*ours, *others])}",
        f":exclude-members: {', '.join(hidden)}",
        *([":show-inheritance:"] if ours else []),
    ]
    return [f".. autoclass:: {name}", *indented(options), ""]


def in_rest(lines: list[str]) -> str:
    """Return lines of reStructuredText within Markdown."""
    return "\n".join(["```{eval-rst}", *lines, "```"])


def indented(lines: list[str]) -> list[str]:
    """Return lines as they stand in a directive."""
    return [f"   {line}" for line in lines]


def is_check(name: str) -> bool:
    """Say whether a name is the check of an exercise, which an answer is handed to."""
    return name.startswith("check.") and inspect.isfunction(public()[name])


def first_line(thing: object) -> str:
    """Return the first line of a docstring."""
    return inspect.getdoc(thing).partition("\n")[0]


def chapter_links(name: str) -> str:
    """Return links to the chapters whose code uses a name."""
    return ", ".join(f":doc:`{chapter}`" for chapter in used_in(name))


def as_code(text: str) -> str:
    """Return a text as code."""
    return f"``{text}``"


def links(here: str) -> Callable[[str], str]:
    """Return what makes code in a docstring a link, if it is another public name."""
    by_short = {name.partition(".")[2]: name for name in public()}

    def link(code: str) -> str:
        """Return code, linked where it is a name of the library."""
        name = by_short.get(code.removeprefix("cl.").removesuffix("()"))
        return (
            f":py:obj:`{code} <{name}>`" if name not in (None, here) else as_code(code)
        )

    return link


def describe(app: Sphinx, what: str, name: str, thing, options, lines: list) -> None:
    """Hand a docstring to autodoc, with what its example draws and where it is used."""
    blocks = [docstrings.rest("\n".join(lines), links(name))]
    if name in public():
        about = first_line(thing).replace("`", "")
        blocks += pictures(name, "\n".join(lines), f"The example's figure. {about}")
        blocks += [f"**Used in** {chapter_links(name)}"] if used_in(name) else []
    lines[:] = "\n\n".join(blocks).splitlines()


# The list of all names asks for each docstring, too.
pictures = functools.cache(examples.pictures)


def signature(app, what, name, thing, options, arguments, returns) -> tuple:
    """Show no arguments of a class that is not called, and [] for a list made anew."""
    if arguments == "(*args, **kwargs)":
        arguments = ""
    return arguments and arguments.replace("<factory>", "[]"), returns


def setup(app: Sphinx) -> dict:
    """Let autodoc import names as chapters write them: `cl.fit`, of a module `cl`."""
    for name, thing in public().items():
        prefix, _, short = name.partition(".")
        setattr(sys.modules.setdefault(prefix, ModuleType(prefix)), short, thing)
    app.connect("autodoc-process-docstring", describe)
    app.connect("autodoc-process-signature", signature)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
