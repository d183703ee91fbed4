"""Stub and solution: the same code, but for what is written into the blanks."""

import ast


def fits(stub: ast.AST, solution: ast.AST) -> bool:
    """Say whether a solution is its stub with something written over each ellipsis.

    >>> fits(ast.parse("x = ...; y = 2"), ast.parse("x = 1 + 1; y = 2"))
    True
    >>> fits(ast.parse("x = ...; y = 2"), ast.parse("x = 1; y = 3"))
    False
    """
    return _fits(stub, solution)


def _fits(a, b) -> bool:
    if _is_blank(a):
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return _fits_lists(a, b)
    if isinstance(a, ast.AST):
        return all(_fits(getattr(a, f, None), getattr(b, f, None)) for f in a._fields)
    return a == b


def _fits_lists(a: list, b: list) -> bool:
    """Match items one to one; a statement that is a blank takes one or more of them."""
    if not a or not b:
        return a == b
    if isinstance(a[0], ast.Expr) and _is_blank(a[0].value):
        return any(_fits_lists(a[1:], b[k:]) for k in range(1, len(b) + 1))
    return _fits(a[0], b[0]) and _fits_lists(a[1:], b[1:])


def _is_blank(node) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def fillings(stub, solution) -> list[str]:
    """Return the pieces of code that a solution puts into the blanks of its stub."""
    if _is_blank(stub):
        return [] if _is_blank(solution) else [ast.unparse(solution)]
    if isinstance(stub, list):
        return _fillings_of_lists(stub, solution)
    if isinstance(stub, ast.AST):
        pairs = [(getattr(stub, f), getattr(solution, f)) for f in stub._fields]
        return [piece for a, b in pairs for piece in fillings(a, b)]
    return []


def _fillings_of_lists(a: list, b: list) -> list[str]:
    if not a:
        return []
    if isinstance(a[0], ast.Expr) and _is_blank(a[0].value):
        taken = next(k for k in range(1, len(b) + 1) if _fits_lists(a[1:], b[k:]))
        pieces = [ast.unparse(statement) for statement in b[:taken]]
        return pieces + _fillings_of_lists(a[1:], b[taken:])
    return fillings(a[0], b[0]) + _fillings_of_lists(a[1:], b[1:])
