"""Buttons of the site: where they lead in a fork, and that there are none without it."""

import re
import subprocess
from html import unescape

import pytest
import yaml
from forks import WHO, Fork
from sphinx.errors import ConfigError

from tools.common.address import Address
from tools.site.buttons import has_copies, known_address, main

CI = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "teacher/rnn-in-spring",
}
TWO_PAGES = {
    "format": "jb-book",
    "root": "chapters/introduction",
    "chapters": [{"file": "chapters/one_hot"}, {"file": "chapters/text"}],
}
# Text that holds a cell: a notebook for Sphinx, but none that Colab could open.
TEXT = """---
kernelspec: {display_name: Python 3, name: python3}
---
# Text & cells

```{code-cell}
1 + 1
```
"""
BUILD = "from jupyter_book.cli.main import main; main()"


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """Fork the course, with three pages that are not executed."""
    fork = Fork(tmp_path_factory.mktemp("spring"))
    (fork.root / "chapters" / "text.md").write_text(TEXT, encoding="utf-8")
    config = yaml.safe_load((fork.root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["execute_notebooks"] = "off"
    for name, content in (("_config.yml", config), ("_toc.yml", TWO_PAGES)):
        (fork.root / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    fork.commit = fork.commits("Three pages")
    return fork


def links(fork, **variables) -> dict[str, list[str]]:
    """Build the site; return the links of each page that lead to other hosts."""
    done = fork.run("-c", BUILD, "build", "--all", "-n", ".", **variables)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    html = fork.root / "_build" / "html"
    pages = {
        name: html / "chapters" / f"{name}.html"
        for name in ("introduction", "one_hot", "text")
    }
    found = {}
    for name, path in {**pages, "search": html / "search.html"}.items():
        text = path.read_text(encoding="utf-8")
        found[name] = [
            unescape(link)
            for link in re.findall(r'href="(https://[^"]+)"', text)
            if "github.com" in link or "colab" in link or "example.org" in link
        ]
        assert not re.search(
            r'(?:src|<link(?! rel="canonical")[^>]+href)="https?:', text
        )
    return found


def fetch_copies(fork, commit: str) -> None:
    """Let git know the branch of the copies as if it had been fetched."""
    tree = f"040000 tree {fork.git('rev-parse', 'HEAD:chapters')}\t{commit[:12]}"
    made = subprocess.run(
        ["git", "-C", str(fork.root), "mktree"],
        input=tree, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    copies = fork.git(*WHO, "commit-tree", made, "-m", "copies")
    fork.git("update-ref", "refs/remotes/origin/colab", copies)


def test_at_home_there_is_a_button_once_the_copies_of_the_commit_are_fetched(fork):
    address = Address("https://github.com/teacher/rnn-in-spring", fork.commit)
    other = address._replace(commit="0" * 40)
    assert not has_copies(address, {}, fork.root)
    assert not has_copies(address, CI, fork.root)  # a private fork, or a test of one
    assert not has_copies(address, {"COURSE_ADDRESS": address.url}, fork.root)
    assert has_copies(address, {"COURSE_COPIES": "true"}, fork.root)
    fetch_copies(fork, fork.commit)
    assert has_copies(address, {}, fork.root)
    assert not has_copies(other, {}, fork.root)
    fork.git("update-ref", "-d", "refs/remotes/origin/colab")


@pytest.mark.slow
@pytest.mark.parametrize("by", ["remote", "variables"])
def test_in_a_fork_every_link_leads_to_it(fork, by):
    variables = {}
    if by == "remote":
        ssh = "git@github.com:teacher/rnn-in-spring.git"
        fork.git("remote", "add", "origin", ssh)
        fetch_copies(fork, fork.commit)
    else:
        variables = {**CI, "GITHUB_SHA": fork.commit, "COURSE_COPIES": "true"}
    found = links(fork, **variables)
    if by == "remote":
        fork.git("remote", "remove", "origin")
    home = "https://github.com/teacher/rnn-in-spring"
    colab = "https://colab.research.google.com/github/teacher/rnn-in-spring"
    copy = f"{colab}/blob/colab/{fork.commit[:12]}/chapters/one_hot.ipynb"
    report = f"{home}/issues/new?template=mistake.yml&title="
    one_hot = f"{report}One-hot+encoding+%28chapters%2Fone_hot%29%3A+"
    assert found["one_hot"] == [copy, home, one_hot, one_hot]
    text = f"{report}Text+%26+cells+%28chapters%2Ftext%29%3A+"
    assert found["text"] == [home, text, text]
    assert len(found["introduction"]) == len(found["search"]) == 3
    assert not any("colab.research" in link for link in found["introduction"])
    source = fork.root / "_build" / "html" / "_sources" / "chapters" / "one_hot.ipynb"
    original = fork.root / "chapters" / "one_hot.ipynb"
    assert source.read_bytes() == original.read_bytes()
    images = fork.root / "_build" / "html" / "_static" / "images"
    assert (images / "logo_colab.png").is_file()


@pytest.mark.slow
def test_where_no_address_is_known_there_is_no_button(fork):
    assert links(fork) == {"introduction": [], "one_hot": [], "text": [], "search": []}


@pytest.mark.slow
def test_outside_github_there_is_no_colab_but_a_repository(fork):
    home = "https://gitlab.example.org/a/b"
    found = links(fork, COURSE_ADDRESS=home, COURSE_COPIES="true")
    issue = f"{home}/-/issues/new?issue%5Btitle%5D="
    issue += "One-hot+encoding+%28chapters%2Fone_hot%29%3A+"
    assert found["one_hot"] == [home, issue, issue]


@pytest.mark.slow
def test_an_address_without_copies_has_no_colab_button(fork):
    home = "https://github.com/teacher/rnn-in-spring"
    found = links(fork, COURSE_ADDRESS=home)
    assert found["one_hot"][0] == home
    assert len(found["one_hot"]) == 3


@pytest.mark.parametrize(
    ("variables", "colab"),
    [
        (
            {"COURSE_ADDRESS": "https://git.corp.example/a/b@1234"},
            "Colab: none, since Colab opens GitHub's notebooks alone",
        ),
        (
            {"COURSE_ADDRESS": "https://github.com/a/b@1234"},
            "Colab: none, since no copies of this commit are known",
        ),
        (
            {"COURSE_ADDRESS": "https://github.com/a/b@1234", "COURSE_COPIES": "true"},
            "Colab: https://colab.research.google.com/github/a/b/blob/colab/1234/chapters",
        ),
    ],
)
def test_it_says_where_the_buttons_lead_and_why_there_is_none(
    monkeypatch, capsys, variables, colab
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main() == 0
    said = capsys.readouterr().out
    url = variables["COURSE_ADDRESS"].removesuffix("@1234")
    assert said.startswith(f"Repository: {url}\nReport: {url}/issues/new?")
    assert colab in said


def test_the_page_s_name_goes_into_the_link_whatever_is_in_it():
    link = Address("https://x.org/a/b", "").problem('A & "b" <c> (chapters/a): ')
    assert link == (
        "https://x.org/a/b/issues/new?template=mistake.yml"
        "&title=A+%26+%22b%22+%3Cc%3E+%28chapters%2Fa%29%3A+"
    )


def test_an_address_that_is_none_stops_the_build(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_ADDRESS", "my course")
    with pytest.raises(ConfigError, match="COURSE_ADDRESS is 'my course': expected"):
        known_address()
    assert main() == 1
    said = capsys.readouterr().err
    assert said.startswith("COURSE_ADDRESS is 'my course': expected https://")
