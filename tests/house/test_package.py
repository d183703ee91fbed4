"""The house: how long things are, that importing is cheap, and what the README names."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib as cl

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))
GRADING = sorted((ROOT / "tools" / "grading").glob("*.py"))


def test_importing_the_library_loads_no_plotting_and_no_widgets():
    heavy = [
        "matplotlib",
        "pandas",
        "pooch",
        "sklearn",
        "d2l",
        "ipywidgets",
        "anywidget",
        "IPython",
    ]
    code = f"import sys, course_lib; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def functions(tree: ast.AST):
    """Give every function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


@pytest.mark.parametrize("path", [*MODULES, *GRADING], ids=lambda path: path.name)
def test_files_and_functions_are_short_and_documented(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    tree = ast.parse(source)
    assert ast.get_docstring(tree)
    for node in functions(tree):
        body = node.body[1:] if ast.get_docstring(node) else node.body
        length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        assert length <= 25, (node.name, length)
        if not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_every_public_name_is_there_and_named_once():
    # that each has a docstring with an example is tested in test_reference.py
    assert len(set(cl.__all__)) == len(cl.__all__)
    assert all(hasattr(cl, name) for name in cl.__all__)


def test_one_version_everywhere():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {cl.__version__}" in changes
    assert f"version: {cl.__version__}" in citation


def test_the_library_puts_no_upper_bound_on_what_it_needs():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needs = re.search(r"dependencies = \[(.*?)\]", text, re.DOTALL).group(1)
    assert "torch>=" in needs
    assert not re.search(r"<|==|~=", needs)


def test_the_readme_has_a_caption_for_every_file_and_folder():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    top = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in top if name not in readme and name != ".gitignore"]
    rooms = {path.relative_to(ROOT / "course_lib").parts[0] for path in MODULES}
    missing += [name for name in rooms if name not in readme]
    assert missing == []
