"""What a Colab copy is: a chapter with a cell that installs course_lib of one commit.

A copy depends on the commit and on the course's address, and on nothing else: all is
read from git's objects, so that the same commit always gives the same bytes.
"""

import json
import re
from pathlib import Path

from tools.common.address import ROOT, VARIABLE, Address, find_address
from tools.common.git_says import Unable, git_says, line_of

BRANCH = "colab"
OPENS = "https://colab.research.google.com"
GITHUB = "https://github.com/"
CELL = "tools/colab/colab_install.py"
ABOUT = """\
*A copy for Colab, made from [the course]({url}) at commit `{short}`.* The next cell \
installs the course's library in the version that belongs to this notebook, and leaves \
Colab's own packages as they are. It takes some seconds.\
"""


def pinned(address: Address, root: Path = ROOT) -> Address:
    """Return the address with its commit in full, where git knows the name it has."""
    try:
        named = f"{address.commit}^{{commit}}"
        full = line_of("rev-parse", "--quiet", "--verify", named, root=root)
    except Unable:
        return address
    return address._replace(commit=full)


def needed_address(root: Path = ROOT) -> Address:
    """Return where the copies install from. Raises Unable if nothing says it."""
    try:
        found = find_address(root=root)
    except ValueError as error:
        raise Unable(str(error)) from error
    if found is None:
        raise Unable(
            "expected to know where the course can be installed from, but nothing says "
            "it (an ssh alias that ssh does not know says nothing): add the repository "
            f"as git's remote `origin`, or set {VARIABLE}=https://HOST/OWNER/COURSE"
        )
    found = pinned(found, root)
    try:
        git_says("cat-file", "-e", f"{found.commit}^{{commit}}", root=root)
    except Unable as error:
        raise Unable(
            f"expected a commit of the git repository {root}, got "
            f"{found.commit or 'none'}: clone the course with git, or fetch that commit"
        ) from error
    return found


def folder_of(address: Address) -> str:
    """Return the folder of the branch that holds the copies of a commit."""
    return address.commit[:12]


def opened_by(address: Address, name: str) -> str | None:
    """Return the link that opens a copy in Colab; None if it is not on GitHub."""
    if not address.url.startswith(GITHUB):
        return None
    where = f"{address.url.removeprefix(GITHUB)}/blob/{BRANCH}/{folder_of(address)}"
    return f"{OPENS}/github/{where}/chapters/{name}"


def copies(address: Address, root: Path = ROOT) -> dict[str, bytes]:
    """Return the copies of all chapters as they are in the commit, by file name."""
    commit = address.commit

    def read(path: str) -> str:
        return git_says("show", f"{commit}:{path}", root=root).decode()

    cell, lock = read(CELL), read("requirements.txt")
    listed = line_of("ls-tree", "--name-only", commit, "chapters/", root=root)
    found = {}
    for path in listed.splitlines():
        if path.endswith(".ipynb"):
            found[Path(path).name] = copy_of(read(path), cell, lock, address)
    return found


def copy_of(notebook: str, cell: str, lock: str, address: Address) -> bytes:
    """Return a notebook with two cells after its title, and with links in full."""
    copy = json.loads(notebook)
    for each in copy["cells"]:
        if each["cell_type"] == "markdown":
            text = with_full_links("".join(each["source"]), address)
            each["source"] = text.splitlines(keepends=True)
    code = "".join("".join(each["source"]) for each in copy["cells"])
    about = ABOUT.format(url=address.url, short=address.commit[:12])
    install = filled_in(cell, address, beside(code, lock))
    about_cell = {"cell_type": "markdown", "id": "colab-about", "metadata": {}}
    install_cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "colab-install",
        "metadata": {"cellView": "form"},
        "outputs": [],
        "source": install.splitlines(keepends=True),
    }
    copy["cells"][1:1] = [about_cell | {"source": [about]}, install_cell]
    return (json.dumps(copy, indent=1, ensure_ascii=False) + "\n").encode()


def filled_in(cell: str, address: Address, packages: list[str]) -> str:
    """Return the code that installs course_lib, and packages that stand beside it."""
    text = cell.rstrip("\n")
    values = {"ADDRESS": address.url, "COMMIT": address.commit, "BESIDE": packages}
    for name, value in values.items():
        empty = '""' if isinstance(value, str) else "[]"
        line = re.compile(rf"^{name} = {re.escape(empty)}", re.MULTILINE)
        if len(line.findall(text)) != 1:
            raise Unable(f"expected one line `{name} = {empty}` in {CELL}")
        text = line.sub(lambda _, v=value, n=name: f"{n} = {json.dumps(v)}", text)
    return text


def beside(code: str, lock: str) -> list[str]:
    """Return what a chapter needs and the library does not: d2l, as it is locked."""
    if "import_d2l" not in code:
        return []
    return re.findall(r"^d2l==[\w.]+", lock, re.MULTILINE)


def with_full_links(text: str, address: Address) -> str:
    """Return a text whose links to other pages of the course lead there from Colab."""

    def full(match: re.Match) -> str:
        page, anchor = match[1], match[2] or ""
        copy = opened_by(address, page) if page.endswith(".ipynb") else None
        return f"]({copy or address.source(f'chapters/{page}')}{anchor})"

    return re.sub(r"\]\((\w+\.(?:ipynb|md))(#[\w-]+)?\)", full, text)


def uncommitted(root: Path = ROOT) -> str:
    """Return a warning if there are changes that no copy shows, or an empty text."""
    if not line_of("status", "--porcelain", root=root):
        return ""
    return "There are changes that are not committed; the copies do not have them."
