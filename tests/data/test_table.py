"""Tables of a reader's own: numbers, texts, times, and a report of what was read."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest

import course_lib as cl

BIKES = """\
dteday,hr,temp,cnt,sky
2011-01-01,0,0.24,16,clear
2011-01-01,1,0.22,40,
2011-01-01,1,0.22,40,mist
2011-01-01,3,,13,NA
"""
GERMAN = """\
Pegel Hafen;;
# Stand: heute
Zeit;Höhe;Ort
03.01.2024 05:00;1.120,5;Kai
01.01.2024 05:00;-999;Kai
02.01.2024 05:00;.;Mole
Quelle: Hafenamt
"""


@pytest.fixture
def table(tmp_path):
    """Return what writes a file and loads it."""

    def load(content, name="own.csv", **options):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return cl.load_table(tmp_path / name, **options)

    return load


def test_numbers_texts_and_times_of_two_columns(table):
    data, lines, report = table(BIKES, time=["dteday", "hr"], time_format="%Y-%m-%d %H")
    assert list(data) == ["temp", "cnt", "sky"]
    assert data["temp"].dtype == data["cnt"].dtype == np.float64
    assert data["temp"].isna().tolist() == [False, False, False, True]
    assert data["sky"].isna().tolist() == [False, True, False, False]
    assert data["sky"].iloc[3] == "NA"  # a text as it stands
    assert data.index.hour.tolist() == [0, 1, 1, 3]
    assert lines == [2, 3, 4, 5]
    assert report.kinds == {"temp": "numbers", "cnt": "numbers", "sky": "text"}
    assert report.missing == {"temp": 1, "sky": 1}
    assert report.order == "oldest first"
    assert report.repeated == 1
    grid = pd.date_range(data.index[0], data.index[-1], freq="h")
    assert len(grid.difference(data.index)) == 1  # 02:00 is missing


def test_titles_comments_footers_and_marks_of_a_german_gauge(table):
    options = {
        "skip": 1,
        "trim": 1,
        "comment": "#",
        "decimal": ",",
        "thousands": ".",
        "missing": [-999, "."],
        "time": "Zeit",
        "time_format": "%d.%m.%Y %H:%M",
    }
    data, lines, report = table(GERMAN, **options)
    assert data["Höhe"].isna().tolist() == [False, True, True]
    assert data["Höhe"].iloc[0] == 1120.5
    assert report.order == "not in order (line 5 is earlier than the row before it)"
    assert report.left_out == [1, 2, 7]
    assert str(report).splitlines() == [
        "own.csv, utf-8: 3 rows, 2 columns",
        "delimiter ';', decimal ',', '.' between thousands",
        "'Höhe': numbers, 2 missing",
        "'Ort': text",
        "lines left out: 3 (1, 2, 7)",
        f"times: {report.order}",
    ]
    data, lines, report = table(GERMAN, sort=True, **options)
    assert data.index.day.tolist() == [1, 2, 3]
    assert data["Ort"].tolist() == ["Kai", "Mole", "Kai"]
    assert lines == [5, 6, 4]
    assert report.order.startswith("oldest first (sorted; in the file: not in order")


def test_columns_are_chosen_by_name_or_number_and_numbers_asked_for(table):
    assert list(table(BIKES, columns=["cnt", 2]).data) == ["cnt", "temp"]
    text = table(BIKES, numbers=["temp"])
    assert text.report.kinds["cnt"] == "text"
    assert text.data["cnt"].tolist() == ["16", "40", "40", "13"]
    with pytest.raises(
        ValueError, match="line 2, column 'sky': .* got 'clear' in '2011"
    ):
        table(BIKES, numbers=["sky"])
    with pytest.raises(ValueError, match="numbers must be among columns"):
        table(BIKES, columns=["sky"], numbers=["cnt"])
    with pytest.raises(
        ValueError, match="'rain' must be the name of one column, found 0"
    ):
        table(BIKES, columns=["rain"])


def test_a_column_of_mostly_numbers_is_told_and_one_of_few_is_text(table):
    with pytest.raises(ValueError, match="line 4, column 'v': .* got 'x' in 'c,x'"):
        table("d,v\na,1\nb,2\nc,x\n")
    few = table("d,v\na,12\nb,two\nc,x\n")
    assert few.report.kinds == {"d": "text", "v": "text"}


def test_names_that_are_twice_or_not_there_get_a_number(table):
    assert list(table("a,a,\n1,2,3\n").data) == ["a", "a.1", "column 2"]
    assert list(table("1,2\n3,4\n").data) == [0, 1]


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.zip", ".zip", ".tsv", ".dat", ""])
def test_archives_and_other_endings_are_read(table, ending):
    data = b"v\n1\n2\n"
    if ending.endswith("gz"):
        data = gzip.compress(data)
    if ending.endswith("zip"):
        data = zipped({"__MACOSX/._own.csv": b"", "a/own.csv": data, "a/read.me": b"!"})
    assert table(data, f"own{ending}").data["v"].tolist() == [1, 2]


def zipped(members: dict[str, bytes]) -> bytes:
    """Return the bytes of a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.xlsx", zipped({"xl/workbook.xml": b""}), "is an Excel workbook, not text"),
        ("x.csv", zipped({"xl/workbook.xml": b""}), "a table as CSV. in the program"),
        ("x.ods", zipped({"content.xml": b""}), "is an OpenDocument file, not text"),
        ("x.xls", b"\xd0\xcf\x11\xe0" + bytes(90), "is an old Excel or Word file"),
        (
            "x.xlsx",
            b"PK\x03\x04" + bytes(90),
            "is named as a spreadsheet is, and is not",
        ),
        ("x.zip", zipped({"a.csv": b"1", "b.csv": b"2"}), "holds 2 .a.csv, b.csv"),
        (
            "x.csv.gz",
            gzip.compress(b"1\n2\n", mtime=0)[:-6],
            "is not a whole gzip file",
        ),
        ("x.csv", b"PAR1\x15", "is a Parquet file, not text"),
        ("x.csv", b"\n<!DOCTYPE html><p>1,2", "is a web page, not a table"),
    ],
)
def test_what_is_no_text_is_named(table, name, data, words):
    with pytest.raises(ValueError, match=words) as caught:
        table(data, name)
    assert name in str(caught.value)
    assert "encoding" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (
            "t,v\n2024-01-01,1\nsoon,2\n",
            {"time": "t"},
            "line 3, column 't'.* got 'soon'",
        ),
        ("t,v\n1,1\n", {"time": "t", "time_format": "%"}, "as strptime has it"),
        ("t,v\n1,1\n", {"time": "t", "time_format": "%Q"}, "as strptime has it"),
        ("t,v\n1,1\n", {"time": "u"}, "'u' must be the name of one column"),
        ("t,v\n", {}, "no rows of numbers or texts below the names in line 1: 't,v'"),
    ],
)
def test_times_that_are_none_are_told(table, content, options, words):
    with pytest.raises(ValueError, match=words):
        table(content, **options)


def test_times_with_an_offset_become_utc(table):
    summer = "t,v\n2024-03-31T01:30:00+01:00,1\n2024-03-31T03:00:00+02:00,2\n"
    index = table(summer, time="t").data.index
    assert str(index.tz) == "UTC"
    assert (index[1] - index[0]).seconds == 1800
