"""Images as sequences of rows, IDX files and MNIST, good and bad."""

import gzip
import hashlib

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl
from course_lib.data import download, images

NAMES = list(images.MNIST_FILES)


def idx(array: torch.Tensor, kind: int = 8) -> bytes:
    """Return an array of bytes as an IDX file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return (
        bytes([0, 0, kind, array.dim()]) + sizes + bytes(array.flatten().int().tolist())
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a folder with four small IDX files, two of them gzipped."""
    monkeypatch.setenv(download.FOLDER_VARIABLE, str(tmp_path))
    pixels = torch.Generator().manual_seed(0)
    for name, count in zip(NAMES, (30, 30, 12, 12), strict=True):
        shape = (count, 28, 28) if "images" in name else (count,)
        top = 256 if "images" in name else 10
        data = idx(torch.randint(top, shape, generator=pixels))
        if "train" in name:
            (tmp_path / name).write_bytes(data)
        else:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
    return tmp_path


def small(**others):
    """Load the small files."""
    return cl.load_mnist(**({"train": 20, "valid": 5, "test": 10} | others))


def test_digits_are_split_without_overlap_and_the_same_each_time():
    parts, again = cl.load_digits(), cl.load_digits()
    assert [len(part.y) for part in parts] == [1257, 180, 360]
    assert all(map(torch.equal, parts.test, again.test))
    every = torch.cat([part.x for part in parts]).flatten(1)
    assert len(every.unique(dim=0)) == len(every) == 1797
    other = cl.load_digits(torch.Generator().manual_seed(1))
    assert not torch.equal(parts.test.y, other.test.y)
    assert every.min() == 0
    assert every.max() == 1
    assert torch.cat([p.y for p in parts]).bincount().min() > 170


def test_mnist_is_read_from_a_folder_gzipped_or_not(folder):
    parts = small()
    assert [tuple(part.x.shape) for part in parts] == [
        (20, 28, 28),
        (5, 28, 28),
        (10, 28, 28),
    ]
    raw = cl.read_idx(folder / NAMES[0], axes=3)
    known = torch.cat([parts.train.x, parts.valid.x]).mul(255).round().byte()
    assert all(bool((raw == image).all(dim=(1, 2)).any()) for image in known)
    assert len(known.flatten(1).unique(dim=0)) == 25
    labels = cl.read_idx(folder / NAMES[1], axes=1)
    for image, y in zip(known, torch.cat([parts.train.y, parts.valid.y]), strict=True):
        assert labels[(raw == image).all(dim=(1, 2))].tolist() == [y]


def test_a_folder_may_be_named_in_the_call(folder, monkeypatch):
    here = small()
    monkeypatch.delenv(download.FOLDER_VARIABLE)
    assert torch.equal(small(folder=folder).test.x, here.test.x)
    assert not torch.equal(
        small(folder=folder, generator=torch.Generator().manual_seed(1)).test.y,
        here.test.y,
    )


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (NAMES[0], idx(torch.zeros(30, 27, 28)), r"images of \(28, 28\), got \(27, 28"),
        (NAMES[0], idx(torch.zeros(29, 28, 28)), "as labels, got 29 and 30"),
        (NAMES[0], idx(torch.zeros(30)), "must have 3 axes, got 1"),
        (NAMES[1], idx(torch.full((30,), 10)), "lie in 0 .. 9, got 10 at 0"),
        (NAMES[1], idx(torch.zeros(30))[:-4], "cut short.*30 bytes.*got 26"),
        (NAMES[1], b"", r"wrong magic number.*got \[\]"),
    ],
)
def test_files_that_do_not_fit_are_named(folder, name, data, message):
    (folder / name).write_bytes(data)
    with pytest.raises(ValueError, match=message) as error:
        small()
    assert name in str(error.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"train": 26}, r"train \+ valid must be at most 30, got 31"),
        ({"test": 13}, "test must be at most 12, got 13"),
        ({"valid": 0}, "valid must be at least 1, got 0"),
    ],
)
def test_more_images_than_there_are_cannot_be_had(folder, asked, message):
    with pytest.raises(ValueError, match=message):
        small(**asked)


def test_what_is_missing_is_downloaded_with_its_hash(folder, monkeypatch):
    asked = []

    def fetched(item):
        asked.append(item)
        return folder / "kept"

    (folder / NAMES[3]).with_suffix(".gz").rename(folder / "kept")
    monkeypatch.setattr(images, "fetch", fetched)
    assert len(small().test.y) == 10
    (item,) = asked
    assert item.url.endswith("/mnist/t10k-labels-idx1-ubyte.gz")
    assert item.hash == "md5:ec29112dd5afa0611ce80d1b7f02629c"
    assert all(
        len(h) == len(hashlib.md5().hexdigest()) for h in images.MNIST_FILES.values()
    )


def test_dotted_names_are_known_as_well(folder, monkeypatch):
    monkeypatch.setattr(images, "fetch", None)  # nothing is downloaded
    here = small()
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.replace("-idx", ".idx"))
    for found in (small(), small(folder=folder)):
        assert torch.equal(found.test.x, here.test.x)


def test_a_folder_that_is_named_holds_all_or_it_is_told(folder, monkeypatch):
    monkeypatch.setattr(images, "fetch", None)  # nothing is downloaded
    (folder / NAMES[1]).rename(folder / "labels")
    with pytest.raises(ValueError, match="must hold all four") as caught:
        small(folder=folder)
    assert f"lacks {NAMES[1]}; it holds labels, t10k-images-idx3-" in str(caught.value)
    for path in list(folder.iterdir()):
        path.unlink()
    with pytest.raises(ValueError, match="it holds nothing$"):
        small(folder=folder)


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000, "a\0b", "~nobody-here"])
def test_a_folder_that_is_none_is_told(folder, monkeypatch, name):
    with pytest.raises(ValueError, match="folder must name a folder that is there"):
        small(folder=name)
    if "\0" not in name:
        monkeypatch.setenv(download.FOLDER_VARIABLE, name)
        with pytest.raises(ValueError, match="COURSE_DATA_DIR must name a folder that"):
            small()
    with pytest.raises(TypeError, match="folder must be a str or a Path, got int"):
        small(folder=3)


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4), packed=st.booleans())
def test_what_is_written_as_idx_is_read_back(tmp_path_factory, shape, packed):
    array = torch.randint(256, shape).byte()
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx(array), mtime=0) if packed else idx(array))
    assert torch.equal(cl.read_idx(path), array)
    assert torch.equal(cl.read_idx(str(path), axes=len(shape)), array)


WHOLE = idx(torch.arange(24).view(2, 3, 4))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x00\x00\x07\x03" + WHOLE[4:], r"wrong magic number.*got \[0, 0, 7, 3\]"),
        (b"\x01" + WHOLE[1:], r"wrong magic number.*got \[1, 0, 8, 3\]"),
        (b"PNG, not IDX", "wrong magic number"),
        (idx(torch.zeros(3), kind=13), "unsigned bytes .8., got 32-bit floats"),
        (WHOLE[:10], "cut short: expected 16 bytes of header, got 10"),
        (WHOLE[:-1], r"cut short: its header says \(2, 3, 4\), so 24.*got 23"),
        (WHOLE + b"x", r"too long: its header says \(2, 3, 4\), so 24.*got 25"),
        (idx(torch.zeros(0, 3)), r"holds nothing: its header says \(0, 3\)"),
        (gzip.compress(WHOLE, mtime=0)[:-9], "not a whole gzip file"),
        (b"\x1f\x8bnothing", "not a whole gzip file"),
    ],
)
def test_a_bad_idx_file_is_named_with_what_was_expected(tmp_path, data, message):
    path = tmp_path / "some-idx3-ubyte"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message) as error:
        cl.read_idx(path)
    assert "some-idx3-ubyte" in str(error.value)


def test_an_idx_file_cut_anywhere_is_a_value_error(tmp_path):
    packed = gzip.compress(WHOLE, mtime=0)
    for data in (WHOLE, packed):
        for cut in range(len(data)):
            path = tmp_path / "cut"
            path.write_bytes(data[:cut])
            with pytest.raises(ValueError, match="cut"):
                cl.read_idx(path)


def test_no_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ValueError, match="is no file: expected an IDX file"):
            cl.read_idx(path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (torch.zeros(2, 9, 8), r"must be \(N, 8, 8\), got \(2, 9, 8\)"),
        (torch.zeros(8, 8), r"must be \(N, 8, 8\), got \(8, 8\)"),
        (torch.zeros(0, 8, 8), "at least one image"),
        (torch.full((1, 8, 8), 17.0), r"lie in 0 .. 16, got 17 at \(0, 0, 0\)"),
        (torch.full((1, 8, 8), -1), "got -1 at"),
        (torch.full((1, 8, 8), torch.nan), "got nan at"),
    ],
)
def test_images_of_another_size_or_range_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        cl.grey_rows(given, (8, 8), ink=16)


def test_only_a_tensor_of_images_is_taken():
    with pytest.raises(TypeError, match="images must be a torch.Tensor, got list"):
        cl.grey_rows([[1]], (8, 8), ink=16)


@pytest.mark.parametrize("layer", [cl.RNN(8, 4), torch.nn.RNN(8, 4, batch_first=True)])
def test_a_reader_refuses_rows_of_another_width(layer):
    with pytest.raises(ValueError, match=r"8\) floats.* got \(2, 8, 9\)"):
        cl.ManyToOne(layer, 10)(torch.zeros(2, 8, 9))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 8}, "size must be a pair"),
        ({"size": (8, 0)}, r"size\[1\] must be at least 1"),
        ({"ink": 0}, "two finite numbers that differ, got 0 and 0"),
        ({"paper": float("nan")}, "two finite numbers that differ"),
    ],
)
def test_a_range_of_nothing_and_a_size_of_nothing_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        cl.grey_rows(torch.zeros(1, 8, 8), **{"size": (8, 8), "ink": 16} | options)


def test_a_path_that_is_none_is_refused():
    with pytest.raises(TypeError, match="path must be a str or a Path to an IDX file"):
        cl.read_idx(None)
