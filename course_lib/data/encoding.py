"""From bytes to text, in the encoding that is declared; a guess makes a hint only.

A guess is never acted on: it tells a reader which encoding to try.
"""

import codecs
import re

from .encoding_guess import CONTROL, SAMPLE, excerpts, reads, rivals

OF_NO_FILE = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
CONTROL_1 = re.compile("[\x80-\x84\x86-\x9f]")  # what ISO 8859 has at 128 to 159


def decode(data: bytes, encoding: str, whole: bool = True) -> str:
    """Return the text that bytes hold, without a byte-order mark, lines ending in \\n.

    whole: False if the bytes may break off within a character.
    Raises ValueError for an encoding that Python lacks, bytes that do not fit it, with
    the place, zero bytes, and marks and control characters that betray another one;
    with what the bytes look like if that can be told.
    """
    try:
        text = _decoder(encoding).decode(data, whole)
    except UnicodeDecodeError as error:
        place = f"byte {error.start} (0x{error.object[error.start]:02x}) does not fit"
        told = hint(data, encoding, error.start, whole)
        raise _other(encoding, place, told) from error
    except UnicodeError as error:
        raise _other(encoding, str(error)[:80], hint(data, encoding)) from error
    marked = data.startswith(codecs.BOM_UTF8) and not text.startswith("\ufeff")
    if marked and not same_encoding(encoding, "utf-8-sig"):
        place = "it begins with the mark of UTF-8"
        raise _other(encoding, place, hint(data, encoding))
    if odd := _odd(text, data, encoding):
        raise odd
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """Return what decodes; raise ValueError for an encoding that Python lacks."""
    try:
        b"\0\0\0\0".decode(encoding)  # not all that can be looked up makes text
        if encoding.lower().replace("-", "_") in OF_NO_FILE:
            raise LookupError("not an encoding of files")
        return codecs.getincrementaldecoder(encoding)()
    except (LookupError, ValueError) as error:
        raise ValueError(
            f"cannot be decoded: encoding must be one that Python knows, such as "
            f"'utf-8', 'gb18030', 'big5' or 'utf-16', got {encoding[:60]!r}"
        ) from error


def _odd(text: str, data: bytes, encoding: str) -> ValueError | None:
    """Return an error for characters that no text has, and None if there are none.

    Zeros always count; other control characters where they make another encoding
    likely, and those from 128 on where ISO 8859, which has nothing else there, is
    declared.
    """
    if "\0" in text:
        told = hint(data, encoding) or "; is it text at all?"
        return _other(encoding, "it has zero bytes", told)
    if found := CONTROL.search(text[:SAMPLE]):
        told = hint(data, encoding)
        if told:
            return _other(encoding, f"it has {_point(found[0])}", told)
    iso = codecs.lookup(encoding).name.startswith("iso8859")
    if iso and (found := CONTROL_1.search(text)):
        around = text[max(0, found.start() - 6) : found.end() + 6]
        place = f"it has {_point(found[0])}, a control character, in {around!r}"
        return _other(encoding, place, hint(data, encoding, found.start()))
    return None


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _other(encoding: str, problem: str, told: str) -> ValueError:
    return ValueError(f"is not {shown(encoding)} text: {problem}{told}")


def shown(encoding: str) -> str:
    """Return an encoding's name as people write it."""
    return encoding.upper()


def hint(data: bytes, tried: str, place: int = 0, whole: bool = True) -> str:
    """Return "; it looks like ..." with what to pass, or nothing without a guess.

    Where several encodings fit, each is told with a word as it reads in it. whole:
    False if up to three bytes at the end may be part of a character.
    """
    likely: list[str] = []
    for cut in range(1 if whole else 4):
        part = data[: len(data) - cut]
        likely = likely or [
            name for name in rivals(part, place) if _other_than(name, tried, part)
        ]
    if not likely:
        return ""
    if len(likely) == 1:
        return f"; it looks like {shown(likely[0])}: pass encoding={likely[0]!r}"
    found = excerpts(data, likely, place)
    both = zip(likely, found, strict=True)
    told = " or ".join(
        f"encoding={name!r} (then it has {word!r})" for name, word in both
    )
    return f"; several fit, so look which reads right: pass {told}"


def _other_than(name: str, tried: str, data: bytes) -> bool:
    """Say whether an encoding is another than the one tried, and fits."""
    return not same_encoding(name, tried) and reads(data, name) is not None


def same_encoding(one: str, other: str) -> bool:
    """Say whether two names mean the same encoding."""
    return codecs.lookup(one).name == codecs.lookup(other).name
