"""GitHub's expressions, `${{ ... }}`, as far as the course's workflows use them."""

import json
import re
from typing import Any

INSIDE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
PARTS = re.compile(r"'(?:[^']|'')*'|&&|\|\||!(?!=)|\.\*|[^'&|!.]+|.", re.DOTALL)
IN_PYTHON = {"&&": " and ", "||": " or ", "!": " not ", ".*": ".every"}
STATUS = re.compile(r"\b(?:success|failure|cancelled|always)\(")


class Look(dict):
    """A context: what is not there is nothing, and each of its values can be asked."""

    def __getattr__(self, name: str) -> Any:
        if name == "every":
            return Every(self.values())
        return seen(self.get(name))

    def __getitem__(self, name: str) -> Any:
        return seen(self.get(name))


class Every(list):
    """The values of a context, asked side by side."""

    def __getattr__(self, name: str) -> list:
        return [seen(value)[name] for value in self]


def seen(value: Any) -> Any:
    """Return a value that can be asked for what is in it; nothing is in nothing."""
    return Look(value or {}) if value is None or isinstance(value, dict) else value


class Known:
    """What an expression may ask: GitHub's contexts."""

    def __init__(self, github: dict, **contexts: Any):
        self.github = github
        self.matrix: dict = {}
        self.needs: dict = {}
        self.result = "success"
        self.contexts = contexts
        vars(self).update(contexts)

    def beside(self, **more: Any) -> "Known":
        """Return the same, and more."""
        return Known(self.github, **{**self.contexts, **more})

    def value(self, expression: str) -> Any:
        """Return what an expression gives. Raises NameError for what is not known."""
        parts = PARTS.findall(expression)
        code = "".join(IN_PYTHON.get(part, part) for part in parts)
        inside = "steps" in self.contexts  # a step asks for its own job alone
        results = [] if inside else [n["result"] for n in self.needs.values()]
        failed = "failure" in results or self.result == "failure"
        names = {
            "vars": Look(),
            **{n: seen(v) for n, v in self.contexts.items()},
            "github": seen(self.github),
            "always": lambda: True,
            "cancelled": lambda: False,
            "contains": lambda where, what: what in where,
            "failure": lambda: failed,
            "false": False,
            "fromJSON": json.loads,
            "success": lambda: not failed and "skipped" not in results,
            "true": True,
        }
        return eval(code.strip(), {"__builtins__": {}}, names)


def filled(text: Any, known: Known) -> str:
    """Return a text with its expressions replaced, as GitHub writes values."""
    return INSIDE.sub(lambda m: _written(known.value(m[1])), _written(text))


def holds(condition: Any, known: Known) -> bool:
    """Return whether a job or a step is to run; one without a word needs success."""
    if condition is None:
        return known.value("success()")
    found = INSIDE.fullmatch(str(condition).strip())
    inner = found[1] if found else str(condition)
    if not STATUS.search(inner):
        inner = f"success() && ({inner})"
    return bool(known.value(inner))


def _written(value: Any) -> str:
    """Return a value as text: nothing is empty, truth is in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or value == {} else str(value)
