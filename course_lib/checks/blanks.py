"""Blanks: the ellipses that a reader fills in."""

import ast
import inspect
import textwrap
from collections.abc import Callable

from .verdict import Blank

FILL = "Fill in the blanks, `...`, {}run that cell, and then run this one again."


def filled(answer: object) -> None:
    """Raise `Blank` if an answer is, holds or contains in its code a blank, `...`.

    A function is searched in its source, a class in its methods'; an ellipsis inside
    square brackets is indexing and counts as none.
    """
    name = getattr(answer, "__name__", "your answer")
    if answer is None:
        raise Blank("Your answer is None: the cell above has given it no value yet.")
    parts = list(answer.values()) if isinstance(answer, dict) else answer
    parts = parts if isinstance(parts, list | tuple) else []
    if any(part is ... for part in (answer, *parts)):
        raise Blank(FILL.format(""))
    if callable(answer) and _has_blank(answer):
        raise Blank(FILL.format(f"of `{name}`, "))


def _has_blank(answer: Callable) -> bool:
    """Say whether the source of a function or class, if there is one, has a blank."""
    if isinstance(answer, type):
        own = (getattr(m, "__func__", m) for m in vars(answer).values())  # if static
        return any(_has_blank(m) for m in own if inspect.isfunction(m))
    try:
        source = textwrap.dedent(inspect.getsource(answer))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):  # built in, or a lambda inside a line
        return False
    return has_blank(tree)


def has_blank(tree: ast.AST) -> bool:
    """Say whether code has an ellipsis that is no index.

    >>> has_blank(ast.parse("y = ..."))
    True
    >>> has_blank(ast.parse("y = x[..., 0]"))
    False
    """
    indices = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for part in (node.slice, *getattr(node.slice, "elts", ()))
    }
    return any(
        isinstance(node, ast.Constant) and node.value is ... and id(node) not in indices
        for node in ast.walk(tree)
    )
