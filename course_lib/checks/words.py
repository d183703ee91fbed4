"""Words for what came: short and readable, whatever a reader hands in."""

import traceback
from pathlib import Path

import torch
from torch import Tensor

SIMPLE = str | bytes | bool | int | float | complex | None
LONGEST = 120  # characters of an error's own message
OWN = str(Path(__file__).parent)
FOREIGN = str(Path(torch.__file__).parent)


def article(noun: str) -> str:
    """Put "a" or "an" before the name of a type.

    >>> article("int"), article("tuple")
    ('an int', 'a tuple')
    """
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def kind(value: object) -> str:
    """Say of what kind a value is; of a tensor, also its shape.

    >>> kind(None), kind(torch.zeros(2, 3)), kind(int)
    ('None', 'a tensor of shape (2, 3)', 'the class `int`')
    """
    if isinstance(value, Tensor) and not value.is_nested:
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, type):
        return f"the class `{value.__name__}`"
    return "None" if value is None else article(type(value).__name__)


def brief(value: object) -> str:
    """Show a number, a word or a few of them; say of anything else its kind.

    >>> brief([1, "a"]), brief(range(3)), brief("a" * 1000)
    ("[1, 'a']", 'a range', 'a str')
    """
    few = type(value) in (list, tuple) and len(value) <= 10
    parts = value if few else (value,)
    if not all(isinstance(part, SIMPLE) for part in parts):
        return kind(value)
    if any(isinstance(part, int) and part.bit_length() > 100 for part in parts):
        return kind(value)
    text = repr(value)
    return text if len(text) <= 30 else kind(value)


def name_of(value: object, otherwise: str) -> str:
    """Return the name of a function or class; `otherwise` if there is none."""
    try:
        name = value.__name__
    except Exception:  # one without a name, whatever it does to say so
        return otherwise
    return name if isinstance(name, str) else otherwise


def told(error: BaseException, what: str) -> str:
    """Say what was raised, at which of the reader's lines, and by what."""
    frames = traceback.extract_tb(error.__traceback__)
    frames = [f for f in frames if not f.filename.startswith((OWN, FOREIGN))]
    at = f", at `{_cut(frames[0].line)}`" if frames and frames[0].line else ""
    says = said(error)
    says = f": {says}" if says else ", without a message"
    return f"{what} raised {type(error).__name__}{at}{says}"


def said(error: BaseException) -> str:
    """Return the first line of an error's message, at a readable length."""
    try:
        line = str(error).strip().partition("\n")[0]
    except Exception:  # an error of the reader's own, which cannot say what it is
        return ""
    return _cut(line).rstrip(":")


def _cut(line: str) -> str:
    """Cut a line after so many characters."""
    return line if len(line) <= LONGEST else line[:LONGEST] + " ..."
