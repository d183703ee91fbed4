"""What is downloaded: once, checked by its hash, and kept."""

import os
from pathlib import Path
from typing import NamedTuple

from .. import validation

FOLDER_VARIABLE = "COURSE_DATA_DIR"


class Download(NamedTuple):
    """A file that is fetched once, checked by its hash, and kept."""

    url: str
    file: str
    hash: str
    about: str


def data_folder() -> Path | None:
    """Return the folder that COURSE_DATA_DIR names, or None if it names none."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return existing(folder, f"the variable {FOLDER_VARIABLE}") if folder else None


def existing(folder: str | Path, name: str) -> Path:
    """Return a folder that is there and can be listed, its ~ written out.

    Raises TypeError for what is no path, ValueError, with the name of what names the
    folder, if there is none.
    """
    if not isinstance(folder, str | Path):
        raise TypeError(f"{name} must be a str or a Path, got {type(folder).__name__}")
    try:
        path = Path(folder).expanduser()
        next(path.iterdir(), None)
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ValueError(
            f"{name} must name a folder that is there and can be read, got "
            f"{str(folder)[:200]!r} ({why})"
        ) from error
    return path


def fetch(item: Download) -> Path:
    """Return the path of a downloaded file, fetching it if it is nowhere yet.

    It is looked for in the folder of COURSE_DATA_DIR, then in the cache. Raises
    ValueError if that is no folder or for a file with another hash, ConnectionError
    if a download fails.
    """
    import pooch  # here, so that whoever reads shipped texts does not wait for it

    folder = data_folder()
    if folder and (path := folder / item.file).is_file():
        if pooch.hashes.hash_matches(validation.file(path, item.about), item.hash):
            return path
        raise ValueError(
            f"{path} is not the file that was expected ({item.hash}): "
            f"replace it by {item.url}, or take it out of the way"
        )
    return _download(item, pooch.os_cache("course_lib"))


def _download(item: Download, cache: Path) -> Path:
    """Return the path of a file in the cache; the wrong file is not kept."""
    import pooch

    by_hand = (
        f"download {item.url} by other means and save it as {cache / item.file}, or "
        f"in a folder that the environment variable {FOLDER_VARIABLE} names"
    )
    try:
        return Path(
            pooch.retrieve(item.url, item.hash, item.file, cache, progressbar=False)
        )
    except OSError as error:  # first: some of requests' errors are ValueErrors too
        raise ConnectionError(
            f"{item.file} could not be downloaded ({type(error).__name__}), and "
            f"nothing new was kept: {by_hand}"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"{item.url} did not give the file that was expected ({item.hash}), and "
            f"nothing was kept: try again later, or {by_hand}"
        ) from error
