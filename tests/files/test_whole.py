"""Files written whole: old or new, with their permissions, and nothing left behind."""

import os
import stat
from pathlib import Path

import pytest

from course_lib.files import whole
from course_lib.files.whole import place_to_write, read_whole, write_whole

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")


@POSIX
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_that_any_program_gives_it(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "ours", b"x")
        (tmp_path / "theirs").write_bytes(b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


@POSIX
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o600])
def test_a_file_that_was_there_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


@POSIX
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path):
    folder, link = tmp_path / "elsewhere", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder / "target")
    for data in (b"one", b"two"):  # at first it leads to nothing yet
        write_whole(link, data)
        assert link.is_symlink()
        assert (folder / "target").read_bytes() == data
    assert sorted(p.name for p in tmp_path.iterdir()) == ["elsewhere", "link"]


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_whole("~/a", b"x")
    assert read_whole("~/a", "a file") == (tmp_path / "a").read_bytes() == b"x"


def test_what_a_killed_write_has_left_is_removed_and_one_under_way_is_not(tmp_path):
    path = tmp_path / "run [1]*"
    old = [tmp_path / f".{path.name}.part-{k}0123456" for k in "ab"]
    young = tmp_path / f".{path.name}.part-c0123456"
    others = [".other.part-d0123456", f".{path.name}.part-2 of my notes"]
    others = [tmp_path / name for name in others]
    for part in (*old, young, *others):
        part.write_bytes(b"half")
    for part in (*old, *others):
        os.utime(part, (0, 0))
    write_whole(path, b"x")
    assert set(tmp_path.iterdir()) == {path, young, *others}


def test_what_cannot_be_swept_is_in_nobody_s_way(tmp_path, monkeypatch):
    part = tmp_path / ".a.part-01234567"
    part.write_bytes(b"another user's")
    os.utime(part, (0, 0))

    def refused(self, *arguments, **options):
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        write_whole(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"
    assert part.exists()


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_a_failure_leaves_what_was_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "a"
    write_whole(path, b"old")

    def full(handle, *arguments):
        if step == "fdopen":
            os.close(handle)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(
            OSError, match="the disk is full: .* needs 0.0 MB; what was"
        ):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_what_cannot_be_written_is_told_beforehand(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="no is no folder, so a cannot be written there"):
        place_to_write(tmp_path / "no" / "a")
    with pytest.raises(OSError, match="file is no folder"):
        place_to_write(tmp_path / "file" / "a")
    with pytest.raises(OSError, match="is a folder: name a file"):
        place_to_write(tmp_path)
    with pytest.raises(OSError, match="cannot be a file's name"):
        place_to_write(f"{tmp_path}/\0")
    with pytest.raises(OSError, match="cannot be a file's name"):
        place_to_write(f"{tmp_path}/{'a' * 5000}")
    with pytest.raises(OSError, match="cannot be a file's name"):
        place_to_write("~nobody-of-this-name/a")
    with pytest.raises(TypeError, match="path must be a str or a Path, got int"):
        place_to_write(3)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no device to be named")
def test_a_device_is_not_replaced_by_a_file():
    with pytest.raises(OSError, match="is a device or a pipe: name a file"):
        write_whole("/dev/null", b"x")


def test_what_cannot_be_read_is_a_value_error(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="is no file: expected a song"):
        read_whole(tmp_path / ("a" * 5000), "a song")
    with pytest.raises(ValueError, match="is no file: expected a song"):
        read_whole(tmp_path, "a song")

    def refused(self, mode):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").write_bytes(b"")
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ValueError, match=r"cannot be read \(Permission denied\): exp"):
        read_whole(tmp_path / "a", "a song")


def test_part_files_with_long_names_fit(tmp_path):
    path = tmp_path / ("a" * 250)
    write_whole(path, b"x")
    assert os.listdir(tmp_path) == [path.name]
    assert whole.ABANDONED > 60
