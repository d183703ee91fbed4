"""One module out of parts: an explorable's JavaScript and its style, ready to be sent.

The parts are ES modules that a test can load one by one. A page opened from a file may
load no other file as a module, so what is sent is one text. The parts keep to a few
rules that make joining them simple, and that are checked here: an import is
`import { a, b } from "./part.js";` without renaming; an export is `export` before a
declaration; no two parts declare one name at the top; and no template literal stands
in another one, whose spaces would be taken for white space.

`import NAME from "./file";` gives a text instead: of a style sheet (a file of css/); of
another module, joined as this one, for a worker; of a binary, in base64.
"""

import base64
import functools
import json
import re
from collections import Counter
from pathlib import Path

from rjsmin import jsmin

FOLDER = Path(__file__).parent
IMPORT = re.compile(
    r'^import (?:(\{[^}]*\})|(\w+)) from "(\.{1,2}/[\w./]+)";\n', re.MULTILINE
)
EXPORT = re.compile(r"^export (?=const|let|class|function|async)", re.MULTILINE)
NESTED = re.compile(r"\$\{[^{}]*`")
FILLED = re.compile(r"\$\{[^{}]*\}")  # code in a text, which jsmin leaves as it is
OPERATOR = re.compile(r" ([-+*/<?:]) (?![-+])")
DECLARED = re.compile(r"^(?:const|let|class|(?:async )?function) (\w+)", re.MULTILINE)


@functools.cache
def bundle(*entries: str) -> str:
    """Return modules (files of js/) with all that they import, in one text.

    Raises ValueError if a part does not keep to the rules above.
    """
    parts: dict[Path, str] = {}
    for name in entries:
        _collect(FOLDER / "js" / name, parts)
    text, entry = "\n".join(parts.values()), " and ".join(entries)
    twice = [name for name, n in Counter(DECLARED.findall(text)).items() if n > 1]
    if twice:
        raise ValueError(f"declared in more than one part of {entry}: {twice}")
    left = re.search(r"^(?:import\b.*|export (?!default).*)", text, re.MULTILINE)
    left = left or NESTED.search(text)
    if left:
        raise ValueError(f"{entry}: cannot join {left.group()!r}")
    if "</script" in text:
        raise ValueError(
            f"{entry} must not hold </script, which would end it in a page"
        )
    small = FILLED.sub(lambda part: OPERATOR.sub(r"\1", part[0]), jsmin(text))
    return small.replace(";}", "}")


def _collect(part: Path, parts: dict[Path, str]) -> None:
    """Add a part to `parts`, after all that it imports."""
    if part in parts:
        return
    source = part.read_text(encoding="utf-8")
    for names, name, place in IMPORT.findall(source):
        other = (part.parent / place).resolve()
        if names:
            _collect(other, parts)
        else:
            parts[other] = f"const {name} = {json.dumps(_text(other))};\n"
    parts[part] = EXPORT.sub("", IMPORT.sub("", source))


def _text(file: Path) -> str:
    """Return what a file is as a text: a style sheet, a module or a binary."""
    if file.suffix == ".css":
        return _style(file.name)
    if file.suffix == ".js":
        return bundle(file.relative_to(FOLDER / "js").as_posix())
    return base64.b64encode(file.read_bytes()).decode()


def _style(name: str) -> str:
    """Return a style sheet, with what it imports, without comments and white space."""
    text = (FOLDER / "css" / name).read_text(encoding="utf-8")
    for imported in re.findall(r'^@import "(\w+\.css)";\n', text, re.MULTILINE):
        text = text.replace(f'@import "{imported}";\n', _style(imported))
    text = re.sub(r"/\*.*?\*/|\n", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,>])\s*|(:)\s+", r"\1\2", text)
    return re.sub(r"\b0(?=\.\d)", "", text).replace(";}", "}")
