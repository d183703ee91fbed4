"""Compile the kernels of training in the page (make kernels).

The C files of course_lib/widgets/kernels become one WebAssembly binary beside them,
which is committed, so that nobody needs a compiler to build the course. made_from.json
says what it was made from: the compiler's version, and hashes of sources and binary.
The compiler is of requirements-kernels.txt; one version gives one binary, everywhere.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "course_lib" / "widgets" / "kernels"
BINARY = FOLDER / "kernels.wasm"
MADE_FROM = FOLDER / "made_from.json"
REQUIRED = ROOT / "requirements-kernels.txt"
# Small code whose inner loops are written out where the source says so; four numbers at
# once where it says that, too. The stack's kilobyte is below where the page begins.
FLAGS = [
    *("-target", "wasm32-freestanding", "-Os", "-fno-vectorize", "-fno-slp-vectorize"),
    *("-msimd128", "-mbulk-memory", "-mnontrapping-fptoint", "-fno-math-errno"),
    *("-nostdlib", "-Wl,--no-entry", "-Wl,--import-memory", "-Wl,--strip-all"),
    "-Wl,-z,stack-size=1024",
]


def sources() -> list[Path]:
    """Return the files that the binary is made from."""
    return sorted([*FOLDER.glob("*.c"), *FOLDER.glob("*.h")])


def compiler() -> str:
    """Return the compiler that is required, as pip names it: ziglang==..."""
    lines = REQUIRED.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line and line[0] != "#")


def has_compiler() -> bool:
    """Say whether the compiler is installed."""
    return importlib.util.find_spec("ziglang") is not None


def compiled() -> bytes:
    """Return the binary, made anew. Raises RuntimeError with what the compiler says."""
    with tempfile.TemporaryDirectory() as folder:
        cache = {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
        out = Path(folder, "kernels.wasm")
        files = [file.name for file in sources() if file.suffix == ".c"]
        command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, "-o", out, *files]
        done = subprocess.run(
            command,
            cwd=FOLDER,
            env={**os.environ, **cache},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the kernels do not compile:\n{done.stderr}")
        return out.read_bytes()


def made_from(binary: bytes) -> dict[str, str]:
    """Return what made_from.json should say of a binary and of the sources now."""
    text = b"".join(file.read_bytes() for file in sources())
    return {
        "compiler": compiler(),
        "flags": " ".join(FLAGS),
        "sources": hashlib.sha256(text).hexdigest(),
        "binary": hashlib.sha256(binary).hexdigest(),
    }


def main() -> None:
    """Compile, and write the binary and what it was made from."""
    binary = compiled()
    BINARY.write_bytes(binary)
    text = json.dumps(made_from(binary), indent=1)
    MADE_FROM.write_text(text + "\n", encoding="utf-8")
    print(f"{BINARY.relative_to(ROOT)}: {len(binary):,} bytes")


if __name__ == "__main__":
    main()
