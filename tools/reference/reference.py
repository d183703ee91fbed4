"""The library's reference in Markdown, made from its docstrings; examples are run.

Signatures, anchors and the index are Sphinx's: each entry is one of its directives for
Python. What stands in it is the docstring, as `docstrings.py` reads it.
"""

import dataclasses
import inspect
from collections.abc import Callable

from sphinx.util.inspect import stringify_signature

from tools.common.exercises import cells_of
from tools.reference import docstrings, examples
from tools.reference.library import FOLDER, LIBRARY, Entry, entries, of_rooms, used_in
from tools.site.catalogue import table, title

HIDDEN = {"extra_repr"}  # for repr alone
CHECKS = f"{LIBRARY}.checks"


def sources() -> list:
    """Return the files that the reference is made from."""
    return sorted(FOLDER.rglob("*.py"))


def setup_code() -> str:
    """Return what stands above every example, as code."""
    return f"```python\n{examples.AT_HAND}\n```"


def index() -> str:
    """Return every public name with the first line about it, as a table."""
    rows = [
        (linked(name, name), docstrings.prose(first_line(entry.doc), as_code))
        for name, entry in entries().items()
        if not is_check(entry)
    ]
    return table(("Name", "What it is"), sorted(rows, key=lambda row: row[0].lower()))


def check_list() -> str:
    """Return the checks of the exercises, as a table with their chapters."""
    rows = [
        (
            f"`{name}`",
            docstrings.prose(first_line(entry.doc), as_code),
            ", ".join(chapter_links(name)),
        )
        for name, entry in entries().items()
        if is_check(entry)
    ]
    return table(("Check", "What it asks for", "Chapter"), sorted(rows))


def is_check(entry: Entry) -> bool:
    """Say whether a name is the check of an exercise, which an answer is handed to."""
    return entry.module.startswith(f"{CHECKS}.") and inspect.isfunction(entry.thing)


def of(rooms: str) -> str:
    """Return the entries of modules, such as "text batching", in their order."""
    return "\n\n".join(map(described, of_rooms(rooms)))


def described(entry: Entry) -> str:
    """Return one entry: signature, docstring, example, where it is used, methods."""
    thing, kind = entry.thing, "data"
    if callable(thing):
        kind = "class" if inspect.isclass(thing) else "function"
    body = [*words(entry), *example(entry), *used(entry.name)]
    if kind == "class":
        body += [method(entry, name) for name in own_methods(thing)]
        body += inherited(thing)
    if kind == "data":
        body.append(value(thing))
    return directive(kind, entry.name + signature(thing), body)


def directive(kind: str, head: str, body: list[str], options: str = "") -> str:
    """Return one of Sphinx's directives for Python; methods have shorter fences."""
    fence = "`" * (4 if kind in ("method", "property") else 5)
    parts = [f"{fence}{{py:{kind}}} {head}{options}", *body]
    return "\n\n".join(parts) + f"\n{fence}"


def signature(thing: object) -> str:
    """Return the arguments as Python writes them; nothing where a class hides them."""
    if not callable(thing) or (inspect.isclass(thing) and not _is_made_by_call(thing)):
        return ""
    found = inspect.signature(thing)
    arguments = [
        each.replace(default=[]) if str(each.default) == "<factory>" else each
        for each in found.parameters.values()
    ]
    returns = found.empty if inspect.isclass(thing) else found.return_annotation
    found = found.replace(parameters=arguments, return_annotation=returns)
    return stringify_signature(found, unqualified_typehints=True)


def _is_made_by_call(cls: type) -> bool:
    """Say whether a class's way to be made is its own, or a public base's."""
    if dataclasses.is_dataclass(cls) or hasattr(cls, "_fields"):
        return True
    public = [entry.thing for entry in entries().values()]
    return next(c for c in cls.__mro__ if "__init__" in vars(c)) in public


def names_of(thing: object) -> set[str]:
    """Return what a docstring may explain: arguments, those of methods too."""
    if not callable(thing):
        return set()
    named = set(inspect.signature(thing).parameters)
    for base in thing.__mro__ if inspect.isclass(thing) else ():
        if base.__module__.startswith(LIBRARY):
            methods = filter(inspect.isfunction, vars(base).values())
            named |= {p for each in methods for p in inspect.signature(each).parameters}
    return named


def words(entry: Entry) -> list[str]:
    """Return what a docstring says, less its examples."""
    found = docstrings.parts(entry.doc, names_of(entry.thing))
    return [docstrings.markdown(found, links(entry.name))]


def example(entry: Entry) -> list[str]:
    """Run the example of an entry; return it, and what it draws."""
    found = docstrings.parts(entry.doc).examples
    if not found:
        return []
    about = docstrings.prose(first_line(entry.doc), str)
    drawn = examples.pictures(entry.name, entry.doc, f"The example's figure. {about}")
    return ["```pycon\n" + "\n".join(found) + "\n```", *drawn]


def used(name: str) -> list[str]:
    """Return a line with links to the chapters that use a name, if there are any."""
    found = chapter_links(name)
    return [f"**Used in** {', '.join(found)}"] if found else []


def chapter_links(name: str) -> list[str]:
    """Return links to the chapters whose code uses a name."""
    return [f"[{title(cells_of(each))}]({each}.ipynb)" for each in used_in(name)]


def own_methods(cls: type) -> list[str]:
    """Return the documented methods and properties of a class, in their order.

    Those of a base that is no public name count as its own.
    """
    public = [entry.thing for entry in entries().values()]
    found: dict[str, None] = {}
    for base in cls.__mro__:
        if base.__module__.startswith(LIBRARY) and (base is cls or base not in public):
            found |= dict.fromkeys(filter(_documented(base), vars(base)))
    return list(found)


def _documented(cls: type) -> Callable[[str], bool]:
    """Return what says of a name whether it is a public method with a docstring."""

    def is_documented(name: str) -> bool:
        """Say whether a class has a docstring for a public method of that name."""
        kinds = (staticmethod, classmethod, property)
        member = vars(cls)[name]
        method = inspect.isfunction(member) or isinstance(member, kinds)
        return bool(
            method
            and not name.startswith("_")
            and name not in HIDDEN
            and member.__doc__
        )

    return is_documented


def method(entry: Entry, name: str) -> str:
    """Return a method or property of a class, as its docstring has it."""
    member = inspect.getattr_static(entry.thing, name)
    bound = getattr(entry.thing, name)
    is_property = isinstance(member, property)
    doc = inspect.getdoc(member if is_property else bound)
    named = set() if is_property else set(inspect.signature(bound).parameters)
    found = docstrings.parts(doc, named)
    body = [docstrings.markdown(found, links(entry.name))]
    body += [f"```pycon\n{each}\n```" for each in found.examples]
    if is_property:
        return directive("property", name, body)
    arguments = inspect.signature(bound)
    if inspect.isfunction(member):  # less self, which nobody hands over
        _, *rest = arguments.parameters.values()
        arguments = arguments.replace(parameters=rest)
    options = {staticmethod: "\n:staticmethod:", classmethod: "\n:classmethod:"}
    head = name + stringify_signature(arguments, unqualified_typehints=True)
    return directive("method", head, body, options.get(type(member), ""))


def inherited(cls: type) -> list[str]:
    """Return a line for each public base, with links to the methods it brings."""
    lines = []
    for entry in entries().values():
        if entry.thing is not cls and entry.thing in cls.__mro__:
            left = [m for m in own_methods(entry.thing) if m not in vars(cls)]
            methods = ", ".join(linked(f"{entry.name}.{m}", m) for m in left)
            methods = f": {methods}" if left else ""
            lines.append(f"**From** {linked(entry.name, entry.name)}{methods}")
    return lines


def value(thing: object) -> str:
    """Return a value as code, an item a line."""
    rows = "\n".join(f"    {key!r}: {each!r}," for key, each in thing.items())
    return f"```python\n{{\n{rows}\n}}\n```"


def first_line(doc: str) -> str:
    """Return the first line of a docstring."""
    return doc.partition("\n")[0]


def as_code(text: str) -> str:
    """Return a text as code."""
    return f"`{text}`"


def linked(name: str, shown: str) -> str:
    """Return a link to an entry, or to a method of one."""
    return f"{{py:obj}}`{shown} <{name}>`"


def links(here: str) -> Callable[[str], str]:
    """Return what makes code in a docstring a link, if it is another public name."""
    by_short = {entry.short: name for name, entry in entries().items()}

    def link(code: str) -> str:
        """Return code, linked where it is a name of the library."""
        name = by_short.get(code.removeprefix("cl.").removesuffix("()"))
        return linked(name, code) if name and name != here else as_code(code)

    return link
