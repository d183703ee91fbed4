"""A folder's files as submissions: whose they are, and what is no notebook."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from tools.grading import submissions
from tools.grading.submissions import NoNotebook, find_submissions, read_notebook

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"otter": {"assignment_name": "one"}},
    "cells": [{"cell_type": "code", "source": "1 + 1", "metadata": {}, "outputs": []}],
}


def write(path: Path, **changes) -> Path:
    """Write a notebook with other metadata or cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**NOTEBOOK, **changes}), encoding="utf-8")
    return path


def names_in(folder: Path) -> list[str]:
    return [submission.student for submission in find_submissions(folder)]


def test_a_student_is_the_file_s_name_and_no_two_are_one(tmp_path):
    for name in (
        "zoe.ipynb",
        "x/ada.ipynb",
        "y/Ada.ipynb",
        "y/bob.txt",
        ".cache/no.ipynb",
    ):
        write(tmp_path / name)
    write(tmp_path / "__MACOSX" / "no.ipynb")
    write(tmp_path / ".hidden.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert names_in(tmp_path) == ["bob", "folder", "x/ada.ipynb", "y/Ada.ipynb", "zoe"]


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no files"):
        find_submissions(tmp_path)
    with pytest.raises(ValueError, match="expected a folder"):
        find_submissions(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ("é".encode("latin-1"), "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"[1, 2]", "no notebook of format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "no notebook of format 4"),
        (b'{"nbformat": 4, "cells": [1]}', "no notebook of format 4"),
        (b'{"nbformat": 4, "cells": []}', "no code cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "no code"),
        (b"PK\x03\x04 not quite a zip", "not JSON"),
    ],
)
def test_what_is_no_notebook_is_told_apart(tmp_path, content, reason):
    path = tmp_path / "some.ipynb"
    path.write_bytes(content)
    with pytest.raises(NoNotebook, match=reason):
        read_notebook(path)


def test_other_languages_folders_and_links_are_told_apart(tmp_path):
    kernel = {"kernelspec": {"language": "R", "name": "ir"}}
    with pytest.raises(NoNotebook, match="a notebook of R"):
        read_notebook(write(tmp_path / "r.ipynb", metadata=kernel))
    with pytest.raises(NoNotebook, match="a folder"):
        read_notebook(tmp_path)
    (tmp_path / "broken.ipynb").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NoNotebook, match="leads nowhere"):
        read_notebook(tmp_path / "broken.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(NoNotebook, match="no plain file"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_a_notebook_in_a_zip_is_read_and_two_are_not(tmp_path):
    inner = write(tmp_path / "a.ipynb")
    for count in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{count}.zip", "w") as archive:
            for n in range(count):
                archive.write(inner, f"work/{n}.ipynb")
            archive.writestr("__MACOSX/work/0.ipynb", "x")
    assert read_notebook(tmp_path / "1.zip") == NOTEBOOK
    with pytest.raises(NoNotebook, match="one notebook in the zip, got 2"):
        read_notebook(tmp_path / "2.zip")


def test_a_mix_of_assignments_is_refused(tmp_path):
    write(tmp_path / "ada.ipynb")
    (tmp_path / "bob.ipynb").write_text("no notebook")
    assert submissions.assignment_of(find_submissions(tmp_path)) == "one"
    write(tmp_path / "eve.ipynb", metadata={"otter": {"assignment_name": "two"}})
    with pytest.raises(ValueError, match=r"several .*1 of one, 1 of two.*ASSIGNMENT="):
        submissions.assignment_of(find_submissions(tmp_path))
    for name in ("ada", "eve"):
        (tmp_path / f"{name}.ipynb").unlink()
    with pytest.raises(ValueError, match="no notebook here says"):
        submissions.assignment_of(find_submissions(tmp_path))


def test_only_code_is_run_whatever_else_is_in_the_file():
    cells = [{"cell_type": "code", "source": ["a = 1\n", "b"], "metadata": None, "outputs": 3},
             {"cell_type": "markdown", "source": "words"}]  # fmt: skip
    clean = submissions.cleaned({**NOTEBOOK, "cells": cells}, "one")
    assert [cell["source"] for cell in clean["cells"]] == ["a = 1\nb"]
    assert clean["metadata"]["kernelspec"]["name"] == "python3"
