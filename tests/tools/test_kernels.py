"""The compiled kernels are what their source says."""

import json

import pytest

from tools.release import kernels


def test_the_binary_belongs_to_the_source_as_it_stands():
    said = json.loads(kernels.MADE_FROM.read_text(encoding="utf-8"))
    advice = "the source or the binary has changed: run `make kernels`"
    assert said == kernels.made_from(kernels.BINARY.read_bytes()), advice


def test_the_source_makes_the_binary_again():
    if not kernels.has_compiler():
        pytest.skip(f"{kernels.compiler()} is not installed: only hashes were compared")
    assert kernels.compiled() == kernels.BINARY.read_bytes()


def test_an_error_of_the_source_is_told(tmp_path, monkeypatch):
    if not kernels.has_compiler():
        pytest.skip(f"{kernels.compiler()} is not installed")
    (tmp_path / "products.c").write_text("void gemm(int a) { return b; }\n")
    monkeypatch.setattr(kernels, "FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match="undeclared"):
        kernels.compiled()


def test_every_kernel_has_its_twin_in_javascript():
    """One arithmetic, written twice by the same names."""
    text = (kernels.FOLDER.parent / "js" / "training" / "plain_kernels.js").read_text(
        encoding="utf-8"
    )
    sources = "\n".join(file.read_text(encoding="utf-8") for file in kernels.sources())
    exported = {
        line.split("(")[1].rstrip(")\n")
        for line in sources.splitlines()
        if line.startswith("EXPORTED(")
    }
    assert len(exported) > 10
    assert {name for name in exported if f"function {name}(" not in text} == set()
