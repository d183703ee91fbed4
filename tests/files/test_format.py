"""Format 2: values come back, every bit is guarded, and any program can read it."""

import json
import math
import random
import zipfile
import zlib
from collections import Counter

import numpy as np
import pytest
import safetensors.torch
import torch
from model_files import forged

from course_lib.files import format, format_1
from course_lib.files.plain import from_plain, to_plain

VALUES = {
    "plain": [None, True, 3, -0.5, "灯塔", '\0"\\'],
    "tuple": (1, (2, [3])),
    "counts": Counter({2: 1, 5: 3}),
    "keys": {0: "a", "b": {(1, 2): 3.0}},
    "dollar": {"$tensor": "no tensor", "$x": 1},
    "not finite": [math.inf, -math.inf],
    "empty": [{}, [], ()],
}


def test_values_come_back_as_they_were():
    data = format.to_bytes("model", VALUES)
    assert format.from_bytes(data, "a")["content"] == VALUES
    nan = format.from_bytes(format.to_bytes("model", {"x": math.nan}), "a")
    assert math.isnan(nan["content"]["x"])


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.bfloat16, torch.half, torch.bool, torch.uint8]
)
def test_tensors_come_back_with_their_types(dtype):
    x = torch.arange(6).view(2, 3).to(dtype)
    values = {"x": x, "view": x.t(), "row": x[1], "one": x[0, 0], "none": x[:0]}
    again = format.from_bytes(format.to_bytes("model", values), "a")["content"]
    for name, value in values.items():
        assert again[name].dtype == dtype
        assert torch.equal(again[name], value)


def test_two_names_of_one_tensor_are_written_once():
    x = torch.rand(1000)
    one, two = (
        format.to_bytes("model", v) for v in ({"a": x}, {"a": x, "b": {"c": x}})
    )
    assert len(two) - len(one) < 200
    again = format.from_bytes(two, "a")["content"]
    assert again["a"] is again["b"]["c"]


def test_names_that_would_be_the_same_are_kept_apart():
    values = {"a": {"b": torch.tensor(1)}, "a.b": torch.tensor(2)}
    again = format.from_bytes(format.to_bytes("model", values), "a")["content"]
    assert (int(again["a"]["b"]), int(again["a.b"])) == (1, 2)


def test_the_same_values_make_the_same_file():
    assert format.to_bytes("run", VALUES) == format.to_bytes("run", VALUES)


def test_any_reader_of_safetensors_reads_it():
    data = format.to_bytes("model", {"weights": {"w": torch.ones(2)}, "lr": 0.1})
    assert torch.equal(safetensors.torch.load(data)["weights.w"], torch.ones(2))
    length = int.from_bytes(data[:8], "little")
    said = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["course_lib"])
    assert said["content"] == {"weights": {"w": {"$tensor": "weights.w"}}, "lr": 0.1}
    assert (said["format"], said["kind"]) == (2, "model")
    blank = data.replace(said["crc32"].encode(), b"00000000", 1)
    assert f"{zlib.crc32(blank):08x}" == said["crc32"]


def test_no_bit_of_a_file_can_change_unnoticed():
    data = format.to_bytes("model", {"w": torch.rand(20), "text": "a"})
    checksum = range(8 * format.CRC32.start, 8 * format.CRC32.stop)
    for bit in [*checksum, *random.Random(0).sample(range(8 * len(data)), 400)]:
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match=r"^a is (of another program, )?damaged"):
            format.from_bytes(bytes(flipped), "a")


def test_a_header_of_any_length_is_told_from_a_zip_file(tmp_path):
    path = tmp_path / "a"
    for size in range(0x4B50 - 300, 0x4B50, 8):  # one of which begins with "PK"
        format.write(path, "model", {"text": "x" * size})
        assert len(format.read(path, "model")["text"]) == size
    assert format_1.is_one(b"PK\x03\x04")


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"[" * 9000 + b"]" * 9000,
        b'{\\"$float\\":1' + b"0" * 400 + b"}",
        b'{\\"$tensor\\":\\"nowhere\\"}',
        b'{\\"$pairs\\":3}',
        b"no JSON",
        b"1" * 5000,
    ],
)
def test_a_header_that_somebody_forged_is_refused_by_name(content):
    data = format.to_bytes("model", {"x": 7})
    assert data.count(b'{\\"x\\":7}') == 1
    header = data[8:].replace(b'{\\"x\\":7}', content)
    data = len(header).to_bytes(8, "little") + header
    with pytest.raises(ValueError, match="^a does not hold what its header says"):
        format.from_bytes(forged(data), "a")


@pytest.mark.parametrize("name", ["format", "kind", "content"])
def test_a_header_that_lacks_something_is_refused_by_name(name):
    data = format.to_bytes("model", {})
    lacking = data.replace(f'\\"{name}\\"'.encode(), f'\\"{name[::-1]}\\"'.encode())
    with pytest.raises(ValueError, match="^a does not hold what its header says"):
        format.from_bytes(forged(lacking), "a")


def test_a_zip_that_unpacks_to_more_than_it_is_is_refused(tmp_path):
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(10**7))
    with pytest.raises(ValueError, match="bomb is damaged, cut short or of another"):
        format.read(path, "model")


def test_a_file_of_a_later_format_says_so():
    data = format.to_bytes("model", {}).replace(b'\\"format\\":2', b'\\"format\\":3')
    data = forged(data)
    with pytest.raises(ValueError, match="a has format 3, and this version"):
        format.from_bytes(data, "a")


def test_numbers_of_numpy_are_numbers():
    data = format.to_bytes("run", {"lr": np.float32(0.5), "n": np.int64(3)})
    assert format.from_bytes(data, "a")["content"] == {"lr": 0.5, "n": 3}


def test_a_great_file_of_another_program_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "film"
    with path.open("wb") as file:
        file.truncate(10**12)  # of zeros that are on no disk
    with pytest.raises(ValueError, match="film is of another program"):
        format.read(path, "model")


def test_what_a_file_does_not_hold_is_named():
    for value, words in (
        ({"a": [object()]}, r"a\.0 is of type object"),
        (
            {"w": torch.empty(3, device="meta")},
            "w must be a tensor with all its numbers",
        ),
        ({"w": torch.eye(2).to_sparse()}, "w must be a tensor with all its numbers"),
    ):
        with pytest.raises(TypeError, match=words):
            format.to_bytes("model", value)


def test_plain_values_are_json_that_needs_no_reader_of_ours():
    tensors = {}
    plain = to_plain(VALUES | {"w": torch.ones(1)}, tensors)
    text = json.dumps(plain, allow_nan=False)
    assert from_plain(json.loads(text), tensors) == VALUES | {"w": torch.ones(1)}
