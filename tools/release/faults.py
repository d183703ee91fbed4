"""Damaged files by the hundred: each is refused in words, or read as what it was.

Five readers get files that were changed at random; each must read the file or raise the
error that it documents, within seconds. Saved models get single bits flipped: what
still loads must have the same weights.
"""

import gzip
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

import course_lib as cl
from course_lib.files import format_1

MUTATIONS, FLIPS = 700, 400
SLOW = 10.0  # seconds within which a small file must be read or refused
OLD = Path(__file__).parents[2] / "tests" / "pretrained" / "before" / "model_lstm.pt"
TEXT = 'Naïve "cafés", 灯塔 и дождь.\r\nline, after line\r\n' * 20
TABLE = "day;level;flow\n" + "".join(
    f"2024-01-{k:02};{k},5;{k}\n" for k in range(1, 29)
)


class Reader(NamedTuple):
    """A reader of files: makes a good one, and reads a file as a reader would."""

    ending: str
    make: Callable[[Path], object]
    read: Callable[[Path], object]


def _model() -> cl.CharLM:
    torch.manual_seed(0)
    return cl.CharLM(cl.GRU(4, 3), 4)


def _run(path: Path) -> None:
    """Train a small model for an epoch, from a checkpoint if there is one."""
    data = cl.windows(torch.arange(40) % 4, 2, 5)
    cl.fit(_model(), data, epochs=2, checkpoint=path, resume=path.exists())


def _idx(path: Path) -> None:
    header = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8])
    path.write_bytes(gzip.compress(header + bytes(range(128)), mtime=0))


READERS = {
    "load_corpus": Reader(
        ".txt", lambda path: path.write_bytes(TEXT.encode()), cl.load_corpus
    ),
    "load_series": Reader(
        ".csv",
        lambda path: path.write_text(TABLE, "utf-8"),
        lambda path: cl.load_series(path, "level", decimal=","),
    ),
    "read_idx": Reader(".gz", _idx, cl.read_idx),
    "load": Reader(".safetensors", lambda path: cl.save(path, _model()), cl.load),
    "resume": Reader(".run", _run, _run),
}


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return bytes changed in one to three places, as disks and editors change them."""
    for _ in range(rng.randint(1, 3)):
        a = rng.randrange(len(data) + 1)
        b = min(len(data), a + rng.randint(1, 40))
        noise = rng.randbytes(rng.randint(1, 8))
        flipped = bytes(byte ^ (1 << rng.randrange(8)) for byte in data[a : a + 1])
        data = rng.choice(
            [
                data[:a],
                data[:a] + data[b:],
                data[:a] + noise + data[a:],
                data[:a] + data[a:b] * 2 + data[b:],
                data[:a] + bytes(b - a) + data[b:],
                data[:a] + flipped + data[a + 1 :],
                rng.choice([b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04"]) + data,
            ]
        )
    return data


def fuzzed(name: str, folder: Path, times: int = MUTATIONS) -> tuple[list[str], dict]:
    """Give one reader damaged files; return what was not as documented, and counts."""
    reader, rng = READERS[name], random.Random(0)
    good, path = folder / f"good{reader.ending}", folder / f"bad{reader.ending}"
    reader.make(good)
    data, wrong, counts = good.read_bytes(), [], Counter()
    for k in range(times):
        path.write_bytes(mutated(data, rng))
        start = time.perf_counter()
        came = outcome(reader.read, path)
        counts[came.partition(":")[0]] += 1
        if came not in ("read", "refused"):
            wrong.append(f"{name}, mutation {k}: {came}")
        if time.perf_counter() - start > SLOW:
            wrong.append(f"{name}, mutation {k}: took more than {SLOW} s")
    return wrong, dict(counts)


def outcome(read: Callable[[Path], object], path: Path) -> str:
    """Return "read" or "refused", or in words an error that is not documented."""
    try:
        read(path)
    except ValueError as error:
        places = (path.name, "line ", "column", "the file ")
        named = any(place in str(error) for place in places)
        return "refused" if named else f"unnamed: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


def flips(folder: Path, times: int = FLIPS) -> tuple[list[str], dict]:
    """Flip bits in saved models of both formats; return what loaded as another."""
    new, wrong, counts = folder / "model.safetensors", [], {}
    cl.save(new, _model())
    for name, good in {"format 2": new, f"format {format_1.FORMAT}": OLD}.items():
        data, weights = good.read_bytes(), cl.load(good).model.state_dict()
        counted = Counter()
        for bit in random.Random(1).sample(range(8 * len(data)), times):
            path = folder / "flipped"
            path.write_bytes(_flipped(data, bit))
            counted[_harm(path, weights)] += 1
        counts[name] = dict(counted)
        wrong += [f"{name}: {c}" for c in counted if c not in ("refused", "harmless")]
    return wrong, counts


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _harm(path: Path, weights: dict) -> str:
    """Say what a file with a flipped bit does."""
    came = outcome(cl.load, path)
    if came != "read":
        return came
    loaded = cl.load(path).model.state_dict()
    same = all(torch.equal(loaded[name], w) for name, w in weights.items())
    return "harmless" if same else "other weights"
