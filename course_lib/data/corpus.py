"""The texts of the course: what there is, and how to load one or a file of your own."""

from importlib import resources
from pathlib import Path

from .. import validation
from .download import Download, fetch
from .encoding import decode
from .shouting import shouting
from .unpack import NoText, unpack

UTF_8 = "utf-8"
ENDINGS = (".txt", ".gz", ".zip")
PER_CHARACTER = 8  # bytes: in UTF-32, two of the signs that end a line in Windows

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
    """Return a text: one of `corpora()`, or a .txt file, gzipped, zipped or plain.

    >>> len(cl.load_corpus("lighthouse", max_chars=100))
    100

    encoding: of a file of yours, where it is not UTF-8, such as "gb18030", "big5" or
    "utf-16"; it is never guessed, but an error says what the file looks like. A
    byte-order mark is dropped and every line ends in one newline character.
    max_chars: cuts last, after decoding; what comes far behind is not even read. An
    archive (.gz, or a .zip with one .txt in it) may unpack to 512 MiB. A downloaded
    text is looked for in the folder that the environment variable COURSE_DATA_DIR
    names, then in the cache; its hash is checked each time.
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
        return _own(_path(name), max_chars, encoding)
    return decode(data, UTF_8)[:max_chars]


def _own(path: Path, max_chars: int | None, encoding: str) -> str:
    """Return the text in a file, of which no more is read than is asked for."""
    most = None if max_chars is None else PER_CHARACTER * (max_chars + 1)
    try:
        while True:
            data = unpack(_file(path), (".txt",), most)
            whole = most is None or len(data) < most
            text = decode(data, encoding, whole)
            if whole or len(text) > max_chars:
                return text[:max_chars]
            most *= 2  # of few encodings, where it takes more bytes to switch alphabets
    except ValueError as error:
        raise _refusal(path, str(error)) from error


def _refusal(name: str | Path, problem: str) -> ValueError:
    """Return an error that names the file, the problem, and all that would do."""
    return ValueError(
        f"{str(name)[:200]!r} {problem}. Expected a corpus ({', '.join(corpora())}) or "
        "the path to a .txt, .txt.gz or .txt.zip file of text, "
        "in UTF-8 unless `encoding` says otherwise"
    )


def _file(path: Path) -> Path:
    """Return the path of a file that may be a text; raise NoText for any other."""
    if not _is_file(path):
        raise NoText("is no corpus and no file")
    if not path.name.lower().endswith(ENDINGS):
        raise NoText("has an ending that is not known")
    return path


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
