"""From bytes to text, in the encoding that is declared; a guess makes a hint only.

A guess is never acted on: it tells a reader which encoding to try.
"""

import codecs

BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Two-byte codes of Chinese, with the first bytes of the characters in daily use:
# level 1 of GB 2312 (3,755 characters) and of Big5 (5,401).
COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
ENOUGH = 0.8  # of what is no ASCII, or of every second byte in UTF-16


def decode(data: bytes, encoding: str) -> str:
    """Return the text that bytes hold, without a byte-order mark, lines ending in \\n.

    Raises ValueError for an encoding that Python lacks, bytes that do not fit it, with
    the place, and zero bytes where they betray another one; with a guess if there is.
    """
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except LookupError as error:
        raise ValueError(
            f"cannot be decoded: encoding must be one that Python knows, such as "
            f"'utf-8', 'gb18030', 'big5' or 'utf-16', got {encoding!r}"
        ) from error
    except UnicodeDecodeError as error:
        place = f"byte {error.start} (0x{data[error.start]:02x})"
        problem = f"is not {shown(encoding)} text: {place} does not fit"
        raise ValueError(problem + hint(data, encoding)) from error
    if "\0" in text and (found := hint(data, encoding)):
        raise ValueError(f"is not {shown(encoding)} text: it has zero bytes" + found)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(encoding: str) -> str:
    """Return an encoding's name as people write it."""
    return encoding.upper()


def hint(data: bytes, tried: str) -> str:
    """Return "; it looks like ..." with what to pass, or nothing without a guess."""
    guess = guessed(data)
    if guess is None or same_encoding(guess, tried):
        return ""
    return f"; it looks like {shown(guess)}: pass encoding={guess!r}"


def same_encoding(one: str, other: str) -> bool:
    """Say whether two names mean the same encoding."""
    return codecs.lookup(one).name == codecs.lookup(other).name


def guessed(data: bytes) -> str | None:
    """Return the encoding that bytes look like, of those that lyrics come in, or None.

    A byte-order mark tells. Without one: UTF-16 has zeros in every second byte where
    the text is Latin, and few different values there in any script; GB18030 and Big5
    put the characters in daily use into a part of the first bytes that another
    encoding seldom hits.
    """
    for mark, name in BOMS.items():
        if data.startswith(mark):
            return name
    if _decodes(data, "utf-8") and b"\0" not in data:
        return "utf-8"
    for name, common in COMMON.items():
        if _share_in_use(data, name, common) >= ENOUGH:
            return name
    return _utf_16(data)


def _share_in_use(data: bytes, name: str, common: range) -> float:
    """Return which share of the characters beyond ASCII are Chinese in daily use."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return 0.0
    codes = [c.encode(name) for c in text if not c.isascii() and c.isalpha()]
    if "\0" in text or not codes:
        return 0.0
    return sum(code[0] in common and len(code) == 2 for code in codes) / len(codes)


def _utf_16(data: bytes) -> str | None:
    """Return which UTF-16 bytes without a mark look like: zeros on one side, hanzi."""
    if len(data) < 2 or len(data) % 2:
        return None
    for name, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        likely = sum(byte == 0 or 0x4E <= byte <= 0x9F for byte in high)
        zeros = sum(byte == 0 for byte in high)
        if zeros and likely / len(high) >= ENOUGH and _decodes(data, name):
            return name
    return None


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True
