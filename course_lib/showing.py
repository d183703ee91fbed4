"""Showing the library's own code in a chapter, so that what is read is what runs."""

import inspect
import textwrap


class Source:
    """The source code of a function or class; a notebook shows it as Python."""

    def __init__(self, code: str):
        self.code = code

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"


def source(thing) -> Source:
    """Return the source code of a function or class of the library, to be shown.

    >>> cl.source(cl.source).code.splitlines()[0]
    'def source(thing) -> Source:'
    """
    return Source(textwrap.dedent(inspect.getsource(thing)).strip())
