"""What would read a file: each hint has been tried on the file before it is given."""

import json
from collections.abc import Callable
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")
DEPTH, SHOWN = 3, 4  # how many faults are mended one after the other; hints told
TRIES, QUICK = 60, 2_000_000  # fewer in a text of more characters


class Fix(NamedTuple):
    """Options that may mend a fault, and what they would make of it."""

    options: dict[str, object]
    about: str = ""


class Fault(ValueError):
    """What is wrong with a file, and the options that may mend it."""

    def __init__(self, problem: str, *fixes: Fix) -> None:
        super().__init__(problem)
        self.fixes = fixes


class Choice(Fault):
    """A question that only the reader can answer: all that there is to choose from."""


def explained(
    read: Callable[..., Result], options: dict[str, object], length: int
) -> Result:
    """Return read(**options), or raise ValueError with options that read the file.

    Each fix of a fault is tried; where another fault comes up behind it, its fixes are
    tried on top. length: of the text, which bounds how often.
    """
    try:
        return read(**options)
    except Choice as choice:
        raise ValueError(str(choice)) from None
    except Fault as fault:
        tries = TRIES if length < QUICK else TRIES * QUICK // length
        found = _search(read, options, fault, max(tries, 4))
        raise ValueError(f"{fault}{_told(found)}") from None


def _search(read: Callable, options: dict, fault: Fault, tries: int) -> list[Fix]:
    """Return the fixes that read the file: of all, those that take the fewest steps."""
    level, seen = [(Fix({}), fault)], []
    for _ in range(DEPTH):
        found, behind = [], []
        for before, problem in level:
            for fix in problem.fixes:
                both = Fix({**before.options, **fix.options}, before.about or fix.about)
                if both.options in seen or not tries:
                    continue
                seen.append(both.options)
                tries -= 1
                try:
                    read(**{**options, **both.options})
                    found.append(both)
                except Fault as other:
                    behind.append((both, other))
        if found:
            return found
        level = behind
    return []


def _told(found: list[Fix]) -> str:
    """Return "; it is read with ..." or nothing."""
    if not found:
        return ""
    ways = [
        " and ".join(f"{name}={_written(value)}" for name, value in fix.options.items())
        + (f" ({fix.about})" if fix.about else "")
        for fix in found[:SHOWN]
    ]
    which = ": say which is meant" if len(found) > 1 else ""
    return f"; it is read with {', or with '.join(ways)}{which}"


def _written(value: object) -> str:
    """Return an option's value as one types it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return repr(value)
