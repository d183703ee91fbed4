# @title Install the course's library (run this cell first)
"""Install course_lib in the very version that this notebook belongs to.

What is installed already stays as it is: pip may only add what is missing.
(Every Colab copy begins with this cell, with the next three filled in.)
"""

import importlib
import json
import re
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

ADDRESS = ""
COMMIT = ""
BESIDE = []  # installed without what they ask for


def pip(*arguments):
    """Run pip and return what it prints; if it fails, say what it said."""
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    importlib.invalidate_caches()
    if done.returncode != 0:
        said = f"{done.stdout}\n{done.stderr}".strip()
        raise RuntimeError(f"pip could not do {' '.join(arguments)}\n{said}")
    return done.stdout


def version(requirement):
    """Return the installed version of what a requirement names, or None."""
    try:
        return metadata.version(re.match(r"[\w.-]+", requirement)[0])
    except metadata.PackageNotFoundError:
        return None


def commit_here():
    """Return the commit of the course_lib that is installed, or None."""
    if version("course_lib") is None:
        return None
    origin = metadata.distribution("course_lib").read_text("direct_url.json")
    return json.loads(origin or "{}").get("vcs_info", {}).get("commit_id")


def pins():
    """Write down what is installed, in its versions; return the file's path."""
    plain = r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[\w.]+)?"
    found = json.loads(pip("list", "--format=json"))
    lines = [
        f"{each['name']}=={each['version']}\n"
        for each in found
        if re.fullmatch(plain, each["version"])
    ]
    path = Path(tempfile.mkdtemp(), "pins.txt")
    path.write_text("".join(lines))
    return str(path)


started = time.perf_counter()
new = [package for package in BESIDE if version(package) is None]
if commit_here() != COMMIT:
    if version("course_lib") is not None:
        pip("uninstall", "-y", "course_lib")
    new.append(f"course_lib @ git+{ADDRESS}@{COMMIT}")
if new:
    pip("install", "--no-deps", *new)
needs = [need for need in metadata.requires("course_lib") if "extra ==" not in need]
missing = [need for need in needs if version(need) is None]
if missing:
    pip("install", "-c", pins(), *missing)
seconds = time.perf_counter() - started
print(f"course_lib {version('course_lib')} of {COMMIT[:12]}, ready in {seconds:.0f} s")
