"""Headers that somebody forged, and bytes changed at random: a sentence, and no harm."""

import json
import random

import pytest
from model_files import (
    CUT,
    NAMES,
    UNFIT,
    char_lm,
    file_of,
    forged,
    read,
    saved,
)

import course_lib as cl
from course_lib.files import format

pytestmark = pytest.mark.browser


def as_json(header):
    """Return a header as it is written."""
    return json.dumps(header, separators=(",", ":"))


def with_header(change):
    """Return a file whose header `change` has changed, with the checksum that fits."""
    data = file_of(char_lm("rnn"))
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    text = change(header) or as_json(header)
    text = text.encode() if isinstance(text, str) else text
    return forged(len(text).to_bytes(8, "little") + text + data[8 + length :])


def with_offsets(name, start, stop):
    """Return a file one of whose tensors has moved; None to leave an end as it is."""

    def change(header):
        offsets = header[f"weights.{name}"]["data_offsets"]
        header[f"weights.{name}"]["data_offsets"] = [
            there if new is None else new
            for there, new in zip(offsets, (start, stop), strict=True)
        ]

    return with_header(change)


def with_content(text):
    """Return a file whose content is another JSON."""

    def change(header):
        said = header["__metadata__"]["course_lib"]
        start = said[: said.index('"content":') + len('"content":')]
        header["__metadata__"]["course_lib"] = f"{start}{text}}}"

    return with_header(change)


def with_proto(header):
    """Put a tensor where JavaScript keeps an object's prototype."""
    header["__proto__"] = header.pop("weights.head.bias")


def endless(header):
    """Return a header with a number that JavaScript takes for infinity."""
    return as_json(header).replace("[0,", "[1e999,")


def with_hole(header):
    """Forget a tensor and leave its numbers where they are."""
    del header["weights.head.bias"]


HEADERS = {
    "a header beyond the file": (
        lambda: b"\xff" * 8 + file_of(char_lm("rnn"))[8:],
        CUT,
    ),
    "numbers beyond the file": (
        lambda: with_offsets("layer.weight_ih_l0", None, 10**9),
        CUT,
    ),
    "a negative offset": (lambda: with_offsets("head.bias", -4, None), UNFIT),
    "overlapping numbers": (lambda: with_offsets("layer.bias_hh_l0", 0, 48), UNFIT),
    "half a byte": (lambda: with_offsets("head.bias", 0.5, None), UNFIT),
    "an endless number": (lambda: with_header(endless), UNFIT),
    "numbers that leave a hole": (lambda: with_header(with_hole), UNFIT),
    "__proto__": (
        lambda: with_header(with_proto),
        "Expected weights head.bias, got a file without them: save such a model with cl.save.",
    ),
    "a deep content": (lambda: with_content("[" * 10**6 + "]" * 10**6), UNFIT),
    "a deep kind": (
        lambda: with_content('{"model":{"kind":' + "[" * 10**5 + "]" * 10**5 + "}}"),
        UNFIT,
    ),
    "no content": (lambda: with_content("null"), UNFIT),
    "an empty content": (lambda: with_content("{}"), UNFIT),
    "no JSON": (lambda: with_content("NaN"), UNFIT),
    "a kind that cannot be a text": (
        lambda: with_content('{"model":{"kind":{"toString":1}}}'),
        UNFIT,
    ),
    "a header that is no UTF-8": (
        lambda: with_header(lambda h: as_json(h).encode() + b"\xff"),
        UNFIT,
    ),
    "no tensors": (
        lambda: with_header(lambda h: as_json({"__metadata__": h["__metadata__"]})),
        UNFIT,
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_forged_header_has_its_sentence(tab, name):
    make, sentence = HEADERS[name]
    [found] = read(tab, make())
    assert found == ["BadFile", sentence]


def mutated(data, chance):
    """Return bytes with a few changed, put in, taken out or moved."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(data))
        length = chance.choice([1, 1, 8, 200])
        how = chance.randrange(5)
        if how == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif how == 1:
            data[place : place + length] = chance.randbytes(length)
        elif how == 2:
            data[place:place] = chance.randbytes(length)
        elif how == 3:
            del data[place : place + length]
        else:
            other = chance.randrange(len(data))
            data[place : place + length] = data[other : other + length]
    return bytes(data)


def test_300_changed_files_are_refused(tab, tmp_path):
    whole, chance = saved(tmp_path / "a", char_lm("gru")), random.Random(0)
    files = [mutated(whole, chance) for _ in range(300)]
    changed = [file for file in files if file != whole]
    assert len(changed) > 280
    for found in read(tab, *changed):
        assert found[0] == "BadFile"
    [found] = read(tab, whole)
    assert found["kind"] == "gru"


def test_forged_headers_never_lead_to_anything_but_a_sentence(tab, tmp_path):
    whole, chance = file_of(char_lm("rnn")), random.Random(0)
    length = 8 + int.from_bytes(whole[:8], "little")
    files = []
    for _ in range(300):
        header = mutated(whole[format.CRC32.stop : length], chance)
        start = (len(header) + format.CRC32.stop - 8).to_bytes(8, "little")
        files.append(
            forged(start + whole[8 : format.CRC32.stop] + header + whole[length:])
        )
    was_read, path = 0, tmp_path / "forged"
    for file, found in zip(files, read(tab, *files), strict=True):
        if isinstance(found, dict):
            was_read += 1
            path.write_bytes(file)
            same_as_loaded(path, found)
        else:
            assert found[0] == "BadFile"
    assert 0 < was_read < 200


def same_as_loaded(path, found):
    """Assert that the library, if it reads a file, reads what the page has read."""
    try:
        model = cl.load(path).model
    except ValueError:
        return  # strict in what the page does not look at
    for ours, name in NAMES.items():
        numbers = model.state_dict()[name].float().flatten().tolist()
        assert found["weights"][ours][1:] == numbers
