"""The texts of the course: what there is, and how to load one or a file of your own."""

import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from .. import validation
from .download import Download, fetch
from .encoding import decode
from .shouting import shouting

UTF_8 = "utf-8"

SHIPPED = {
    "lighthouse": "a short story in English, written for this course, with dialogue",
    "songbook": "forty-six songs in Chinese, written for this course",
}
GENERATED = {
    "shouting": (shouting, "a made-up language: quotes and brackets are in CAPITALS"),
}
DOWNLOADS = {
    "time_machine": Download(
        url="http://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt",
        file="timemachine.txt",
        hash="sha1:090b5e7e70c295757f55df93cb0a180b9691891a",
        about="H. G. Wells, The Time Machine (1895), as d2l has it; downloaded once",
    ),
}


def corpora() -> dict[str, str]:
    """Return the name of every text that the course knows, with a line about each.

    >>> sorted(cl.corpora())
    ['lighthouse', 'shouting', 'songbook', 'time_machine']
    """
    made = {name: about for name, (_, about) in GENERATED.items()}
    return SHIPPED | made | {name: item.about for name, item in DOWNLOADS.items()}


def load_corpus(
    name_or_path: str | Path, max_chars: int | None = None, encoding: str = UTF_8
) -> str:
    """Return a text: one of `corpora()`, or a .txt, .txt.gz or .txt.zip file.

    >>> len(cl.load_corpus("lighthouse", max_chars=100))
    100

    encoding: of a file of yours, where it is not UTF-8, such as "gb18030", "big5" or
    "utf-16"; it is never guessed, but an error says what the file looks like. A
    byte-order mark is dropped and every line ends in one newline character.
    max_chars: cuts last, after decoding. A downloaded text is looked for
    in the folder that the environment variable COURSE_DATA_DIR names, then in the
    cache; its hash is checked each time.
    Raises ValueError, naming the file, for what is no text, and ConnectionError, with
    the place to put the file by hand, if a download fails.
    """
    if max_chars is not None:
        validation.whole(max_chars, 0, "max_chars")
    if not isinstance(name_or_path, str | Path):
        kind = type(name_or_path).__name__
        raise TypeError(f"name_or_path must be a str or a Path, got {kind}")
    if not isinstance(encoding, str):
        raise TypeError(f"encoding must be a str, got {type(encoding).__name__}")
    name = str(name_or_path)
    if name in corpora() and encoding != UTF_8:
        raise ValueError(
            f"encoding is for a file of yours: {name!r} is UTF-8, got {encoding!r}"
        )
    if name in SHIPPED:
        texts = resources.files(__package__).joinpath("texts")
        data = texts.joinpath(f"{name}.txt").read_bytes()
    elif name in GENERATED:
        data = GENERATED[name][0]().encode()
    elif name in DOWNLOADS:
        data = fetch(DOWNLOADS[name]).read_bytes()
    else:
        data = _read(_path(name))
    text = _decode(data, name, encoding)
    return text[:max_chars]


def _refusal(name: str | Path, problem: str) -> ValueError:
    """Return an error that names the file, the problem, and all that would do."""
    return ValueError(
        f"{str(name)[:200]!r} {problem}. Expected a corpus ({', '.join(corpora())}) or "
        f"the path to a {', '.join(READERS)} file of text, "
        "in UTF-8 unless `encoding` says otherwise"
    )


def _decode(data: bytes, name: str, encoding: str) -> str:
    try:
        return decode(data, encoding)
    except ValueError as error:
        raise _refusal(name, str(error)) from error


def _read(path: Path) -> bytes:
    """Return what is in a file, read according to its ending."""
    if not _is_file(path):
        raise _refusal(path, "is no corpus and no file")
    for ending, reader in READERS.items():
        if path.name.lower().endswith(ending):
            return reader(path)
    raise _refusal(path, "has an ending that is not known")


def _path(name: str) -> Path:
    """Return a path, its ~ written out if there is such a user."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have: too long, a NUL
        return False


def _read_gzip(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if not data:
            raise EOFError("the file is empty")
        return gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _refusal(path, f"is not a whole gzip file ({error})") from error


def _read_zip(path: Path) -> bytes:
    """Return the one text in a zip (a Mac's hidden copies do not count)."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if not MAC_COPY.search(n)]
            texts = [n for n in names if n.lower().endswith(".txt")]
            if len(texts) == 1:
                return archive.read(texts[0])
    except UNREADABLE_ZIP as error:
        raise _refusal(path, f"is not a whole zip file ({error})") from error
    held = ", ".join(texts[:3] or names[:3]) or "nothing at all"
    problem = f"must hold exactly one .txt file, but holds {len(texts)} ({held})"
    raise _refusal(path, problem)


# Broken, cut short, locked by a password, or compressed in a way that Python lacks.
UNREADABLE_ZIP = (
    zipfile.BadZipFile,
    lzma.LZMAError,
    OSError,
    UnicodeDecodeError,
    EOFError,
    zlib.error,
    RuntimeError,
    NotImplementedError,
)
MAC_COPY = re.compile(r"^__MACOSX/|(^|/)\._[^/]*$")
READERS: dict[str, Callable[[Path], bytes]] = {
    ".txt": Path.read_bytes,
    ".txt.gz": _read_gzip,
    ".txt.zip": _read_zip,
}
