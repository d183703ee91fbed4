"""The bytes of a file: plain, gzipped, or the one text in a zip; never without end.

What a file is, its content tells first, and its ending only where that does not.
"""

import gzip
import lzma
import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

LIMIT = 512 * 2**20  # bytes that an archive may unpack to
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
MAC_COPY = re.compile(r"^__MACOSX/|(^|/)\._[^/]*$|(^|/)\.DS_Store$|/$")
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers")
# How files begin that are no text, and what they are.
BEGINNINGS = {
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF document",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "an SQLite database",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
# What a zip holds that is a document itself.
IN_ZIP = {
    "xl/": "an Excel workbook",
    "word/": "a Word document",
    "ppt/": "a PowerPoint file",
    "content.xml": "an OpenDocument file",
    "Index/": "a document of Apple's",
}
# Broken, cut short, locked by a password, or compressed in a way that Python lacks.
UNREADABLE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
)


class NoText(ValueError):
    """A problem with a file, in words that follow its name."""


def unpack(path: Path, endings: tuple[str, ...], most: int | None = None) -> bytes:
    """Return what is in a file, or only as many bytes of it as asked for.

    endings: of the texts that count in a zip, such as (".csv", ".txt").
    Raises NoText for a file that cannot be read, is not whole, is a document of
    another kind, or unpacks to more than LIMIT.
    """
    ending = path.name.lower()
    try:
        with path.open("rb") as file:
            begin = file.read(16)
            file.seek(0)
            if begin.startswith(GZIP) or ending.endswith(".gz"):
                return gunzip(file, most)
            if begin.startswith(ZIP) or ending.endswith(".zip"):
                return _unzip(file, endings, most)
            for sign, kind in BEGINNINGS.items():
                if begin.startswith(sign):
                    raise NoText(f"is {kind}, not text: save it as text first")
            return file.read(-1 if most is None else most)
    except OSError as error:
        raise NoText(f"cannot be read ({error.strerror or error})") from error
    except NoText as error:
        if ending.endswith(SHEETS) and "whole" in str(error):
            raise NoText(f"is named as a spreadsheet is, and {error}") from error
        raise


def gunzip(file: BinaryIO, most: int | None = None) -> bytes:
    """Return what a gzip file holds; raise NoText if it is not whole, or too large."""
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            data = _bounded(unpacked, most)
        if not data and not file.seek(0, 2):
            raise EOFError("the file is empty")
    except NoText:
        raise
    except UNREADABLE as error:
        raise NoText(f"is not a whole gzip file ({error})") from error
    return data


def _unzip(file: BinaryIO, endings: tuple[str, ...], most: int | None) -> bytes:
    """Return the one text in a zip (a Mac's hidden copies do not count)."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [n for n in archive.namelist() if not MAC_COPY.search(n)]
            _no_document(names)
            texts = [n for n in names if n.lower().endswith(endings)]
            if len(texts) == 1:
                with archive.open(texts[0]) as member:
                    return _bounded(member, most)
    except NoText:
        raise
    except UNREADABLE as error:
        raise NoText(f"is not a whole zip file ({error})") from error
    held = ", ".join(texts[:3] or names[:3])[:200] or "nothing at all"
    wanted = f"exactly one {' or '.join(endings)} file"
    raise NoText(f"must hold {wanted}, but holds {len(texts)} ({held})")


def _no_document(names: list[str]) -> None:
    """Raise NoText for a zip that is a spreadsheet or a document itself."""
    for begin, kind in IN_ZIP.items():
        if any(name.startswith(begin) for name in names):
            raise NoText(
                f"is {kind}, not text: save it as text (a table as CSV) in the "
                "program that it belongs to"
            )


def _bounded(stream: BinaryIO, most: int | None) -> bytes:
    """Return what a stream holds: all up to LIMIT, or as many bytes as asked for."""
    data = stream.read(LIMIT + 1 if most is None else min(most, LIMIT + 1))
    if len(data) > LIMIT:
        raise NoText(
            f"unpacks to more than {LIMIT // 2**20} MiB: unpack it yourself if you "
            "trust it, or take its beginning only"
        )
    return data
