"""Damaged files: each is read, or refused in words, by an error that is documented."""

import gzip
import random
import re

import pytest
import torch
from test_images import idx
from test_table_hints import ways

import course_lib as cl

SONG = "夜里十一点 站台的灯泡嗡嗡响\nThe lamp isn’t lit, où l’été passe\n"
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "gb18030")
TABLE = "# by us\ntime;level;sky\n01.02.2011;1.120;blue\n02.02.2011;2.5;grey\n03.02.2011;.;\n"
PIXELS = idx(torch.arange(24).view(2, 3, 4))
PIECES = (b",", b";", b'"', b"\n", b"\r", b"#", b" ", b"\0", b"1e999", b"\xef\xbb\xbf")
TIMES = 60


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some flipped, left out, put in, or cut off."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        k = chance.randrange(len(data) + 1)
        kind = chance.randrange(4)
        if kind == 0 and k < len(data):
            data = (
                data[:k] + bytes([data[k] ^ 1 << chance.randrange(8)]) + data[k + 1 :]
            )
        elif kind == 1:
            data = data[:k] + data[k + chance.randrange(1, 20) :]
        elif kind == 2:
            data = data[:k] + chance.choice(PIECES) + data[k:]
        elif chance.random() < 0.3:
            data = data[:k]
    return data


WHOLE = {
    "load_corpus": [SONG.encode(encoding) for encoding in ENCODINGS],
    "load_series": [TABLE.encode(), b"level\n1\n2.5\n3\n"],
    "load_table": [TABLE.encode(), TABLE.replace(";", "\t").encode("utf-16")],
    "read_idx": [PIXELS],
}


def refusal(read, path) -> str:
    """Return what is said where a file is refused, and nothing where it is read."""
    try:
        read(path)
    except ValueError as error:
        return (
            str(error) if type(error) is ValueError else repr(error) + " undocumented"
        )
    return ""


@pytest.mark.parametrize("reader", WHOLE)
def test_it_is_read_or_refused_in_words_and_hints_are_right(tmp_path, reader):
    chance, read = random.Random(0), getattr(cl, reader)
    for k in range(TIMES):
        whole = WHOLE[reader][k % len(WHOLE[reader])]
        packed = k % 3 == 2
        data = damaged(gzip.compress(whole, mtime=0) if packed else whole, chance)
        path = tmp_path / ("x.txt.gz" if packed else "x.txt")
        path.write_bytes(data)
        told = refusal(read, path)
        assert not told.endswith("undocumented")
        for way in ways(told):
            read(path, **way)
        if reader == "load_corpus":
            for encoding in re.findall(r"encoding='([\w-]+)'", told):
                assert read(path, encoding=encoding)
