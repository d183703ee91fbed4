"""Blanks: the ellipses that a reader fills in."""

import ast
import inspect
import textwrap
from collections.abc import Callable

from .verdict import Blank
from .words import name_of

FILL = "Fill in the blanks, `...`, {}run that cell, and then run this one again."


def filled(answer: object) -> None:
    """Raise `Blank` if an answer is, holds or contains in its code a blank, `...`.

    A function is searched in its source, a class in its methods'; an ellipsis inside
    square brackets is indexing and counts as none.
    """
    if answer is None:
        raise Blank("Your answer is None: the cell above has given it no value yet.")
    if _holds_blank(answer):
        raise Blank(FILL.format(""))
    if callable(answer) and _has_blank(answer):
        raise Blank(FILL.format(f"of `{name_of(answer, 'your answer')}`, "))


def _holds_blank(answer: object, depth: int = 2) -> bool:
    """Say whether an answer is a blank, or has one among its parts or theirs."""
    if answer is ... or depth == 0:
        return answer is ...
    parts = answer.values() if isinstance(answer, dict) else answer
    parts = parts if isinstance(answer, dict | list | tuple) else ()
    return any(_holds_blank(part, depth - 1) for part in parts)


def _has_blank(answer: Callable) -> bool:
    """Say whether the source of a function or class, if there is one, has a blank."""
    if isinstance(answer, type):
        own = (getattr(m, "__func__", m) for m in vars(answer).values())  # if static
        return any(_has_blank(m) for m in own if inspect.isfunction(m))
    try:
        source = textwrap.dedent(inspect.getsource(answer))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return False  # built in, or a lambda inside a line, or code too deep to read
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
