"""Images of digits, as sequences of rows: scikit-learn's, and MNIST.

Shapes: N images, T rows of D pixels each.
"""

import math
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from .. import validation
from .download import Download, data_folder, existing, fetch
from .idx import read_idx

CLASSES = 10
MNIST_SIZE = (28, 28)
MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_FILES = {  # as published: name -> MD5 of the gzipped file
    "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
}


class Images(NamedTuple):
    """Images x, (N, T, D) floats from 0 (empty) to 1 (ink), and their digits y, (N,).

    >>> digits = cl.load_digits()
    >>> x, y = digits.test
    >>> tuple(x.shape), float(x.min()), float(x.max()), y[:3].tolist()
    ((360, 8, 8), 0.0, 1.0, [2, 4, 8])
    """

    x: Tensor
    y: Tensor


class ImageParts(NamedTuple):
    """Three parts that share no image: to learn from, to choose by, and to score with.

    >>> [len(part.y) for part in cl.load_digits()]
    [1257, 180, 360]
    """

    train: Images
    valid: Images
    test: Images


def grey_rows(
    images: Tensor, size: tuple[int, int], ink: float, paper: float = 0
) -> Tensor:
    """Return grey images as sequences of rows: (N, T, D) floats from 0 to 1.

    >>> pages = torch.full((2, 8, 8), 255, dtype=torch.uint8)  # white, with a dot
    >>> pages[0, 3, 4] = 0
    >>> cl.grey_rows(pages, (8, 8), ink=0, paper=255).sum()
    tensor(1.)

    images: (N, T, D) numbers; size: (T, D), what each image must be; ink: the value
    that becomes 1; paper: the one that becomes 0.
    Raises ValueError for images of another size, naming both, for values outside
    paper .. ink, and if these two are one. Nothing is cut, filled up or scaled to fit.
    """
    T, D = validation.sizes(size, "size")
    if not math.isfinite(ink) or not math.isfinite(paper) or ink == paper:
        raise ValueError(
            "ink and paper must be two finite numbers that differ, "
            f"got {ink} and {paper}"
        )
    if validation.tensor(images, "images").dim() != 3 or images.shape[1:] != (T, D):
        raise ValueError(
            f"images must be (N, {T}, {D}), got {tuple(images.shape)}: cut or scale "
            "them yourself, and add an axis in front for a single one"
        )
    if not len(images):
        raise ValueError(f"there must be at least one image, got (0, {T}, {D})")
    values = images.double()
    inside = (values >= min(paper, ink)) & (values <= max(paper, ink))
    if not bool(inside.all()):  # NaN is not inside
        place = tuple((~inside).nonzero()[0].tolist())
        raise ValueError(
            f"images must lie in {min(paper, ink)} .. {max(paper, ink)}, "
            f"got {float(values[place]):g} at {place}"
        )
    return ((values - paper) / (ink - paper)).float()


def load_digits(generator: torch.Generator | None = None) -> ImageParts:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels; a fifth is held out.

    >>> digits = cl.load_digits(torch.Generator().manual_seed(1))
    >>> tuple(digits.train.x.shape), digits.train.x.dtype
    ((1257, 8, 8), torch.float32)

    generator: of the split; without one it is that of seed 0. Returns 1,257 images to
    learn from, 180 to choose by and 360 to score with. They come with scikit-learn:
    the test part of Alpaydin and Kaynak 1998, from thirteen writers; a split by
    chance has the same hands in all parts. Raises ModuleNotFoundError if
    scikit-learn is missing.
    """
    from sklearn import datasets  # here: it takes a second

    known = datasets.load_digits()
    x = grey_rows(torch.from_numpy(known.images), (8, 8), ink=16)
    y = torch.from_numpy(known.target).long()
    generator = generator or torch.Generator().manual_seed(0)
    order = torch.randperm(len(y), generator=generator)
    test, valid = len(y) // 5 + 1, len(y) // 10 + 1
    places = order.split([len(y) - valid - test, valid, test])
    return ImageParts(*(Images(x[rows], y[rows]) for rows in places))


def load_mnist(
    train: int = 8000,
    valid: int = 2000,
    test: int = 2000,
    generator: torch.Generator | None = None,
    folder: str | Path | None = None,
) -> ImageParts:
    """Return digits of 28 x 28 pixels from MNIST's four IDX files, by chance.

    >>> try:
    ...     cl.load_mnist(train=0)
    ... except ValueError as error:
    ...     print(error)
    train must be at least 1, got 0

    train, valid, test: how many images; the first two come from the 60,000 to train
    with, the third from the 10,000 to test with. generator: of the choice; without one
    it is that of seed 0. folder: where all four files are; then nothing is downloaded,
    and a file that is missing is an error. Without it, they are looked for in the
    folder that the environment variable COURSE_DATA_DIR names, and what is not there
    is downloaded once, 12 MB in all, and checked by its hash. In a folder each may be
    gzipped (.gz) or not, may be called train-images-idx3-ubyte or
    train-images.idx3-ubyte, and is taken as it is: any IDX files of 28 x 28 bytes
    under these names will do.
    Raises ValueError for a file that is not as expected (see `read_idx`), labels
    outside 0 .. 9, images and labels of different numbers, or fewer images than asked
    for; ConnectionError, with the place to put a file by hand, if a download fails.
    LeCun et al. 1998.
    """
    for name, count in (("train", train), ("valid", valid), ("test", test)):
        validation.whole(count, 1, name)
    generator = generator or torch.Generator().manual_seed(0)
    files = _files(folder)
    known = _draw(*_pair(files[:2]), train + valid, generator, "train + valid")
    score = _draw(*_pair(files[2:]), test, generator, "test")
    learn, choose = (Images(*part) for part in zip(*_cut(known, train), strict=True))
    return ImageParts(learn, choose, score)


def _cut(images: Images, count: int) -> list[tuple[Tensor, Tensor]]:
    """Return the first images and the others, for x and for y."""
    return [(part[:count], part[count:]) for part in images]


def _draw(x, y, count: int, generator: torch.Generator, name: str) -> Images:
    """Return so many images, drawn without putting back, scaled to 0 .. 1."""
    if count > len(y):
        raise ValueError(f"{name} must be at most {len(y)}, got {count}")
    rows = torch.randperm(len(y), generator=generator)[:count]
    return Images(grey_rows(x[rows], MNIST_SIZE, ink=255), y[rows].long())


def _pair(files: list[Path]) -> tuple[Tensor, Tensor]:
    """Return the images and labels of one part, as bytes."""
    x, y = read_idx(files[0], axes=3), read_idx(files[1], axes=1)
    if x.shape[1:] != MNIST_SIZE:
        raise ValueError(
            f"{files[0]} must hold images of {MNIST_SIZE}, got {tuple(x.shape[1:])}"
        )
    if len(x) != len(y):
        raise ValueError(
            f"{files[0]} and {files[1]} must hold as many images as labels, "
            f"got {len(x)} and {len(y)}"
        )
    if int(y.max()) >= CLASSES:
        place = int((y >= CLASSES).nonzero()[0])
        raise ValueError(
            f"labels must lie in 0 .. 9, got {int(y[place])} at {place} of {files[1]}"
        )
    return x, y


def _files(folder: str | Path | None) -> list[Path]:
    """Return where the four files are; what is missing is downloaded, or refused.

    Whoever names a folder means what is in it: nothing else is mixed in.
    """
    where = data_folder() if folder is None else existing(folder, "folder")
    found = {name: _locate(name, where) for name in MNIST_FILES}
    missing = [name for name, path in found.items() if path is None]
    if missing and folder is not None:
        held = sorted(path.name for path in where.iterdir())
        there = ", ".join(held[:12]) + (" ..." if len(held) > 12 else "")
        raise ValueError(
            f"folder {str(folder)!r} must hold all four files of MNIST, gzipped (.gz) "
            f"or not, and lacks {', '.join(missing)}; it holds {there or 'nothing'}"
        )
    return [path or _fetched(name) for name, path in found.items()]


def _fetched(name: str) -> Path:
    """Return where one of the files is kept, downloading it if it is not there yet."""
    file = f"{name}.gz"
    return fetch(Download(MIRROR + file, file, f"md5:{MNIST_FILES[name]}", "MNIST"))


def _locate(name: str, folder: Path | None) -> Path | None:
    """Return where one of the files lies in a folder, or None if it does not."""
    if folder is not None:
        for known in (name, name.replace("-idx", ".idx")):
            for path in (folder / known, folder / f"{known}.gz"):
                if path.is_file():
                    return path
    return None
