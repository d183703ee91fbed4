"""CSV files of a reader's own: each way of writing numbers, and each fault, told."""

import pytest
import torch

import course_lib as cl


@pytest.fixture
def csv_file(tmp_path):
    """Return what writes a file and gives its path."""

    def write(content, name="own.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


READ = {
    "one column": ("1\n2\n3.5\n", {}),
    "with a header": ("level\n1\n2\n3.5\n", {}),
    "by its name": ("day,level\n1,1\n2,2\n3,3.5\n", {"column": "level"}),
    "by its number": ("day,level\n1,1\n2,2\n3,3.5\n", {"column": 1}),
    "no header": ("9,1\n9,2\n9,3.5\n", {"column": 1}),
    "semicolons": ("day;level\n1;1\n2;2\n3;3.5\n", {"column": "level"}),
    "tabs": ("day\tlevel\n1\t1\n2\t2\n3\t3.5\n", {"column": "level"}),
    "a decimal comma": (
        "day;level\n1;1,0\n2;2\n3;3,5\n",
        {"column": 1, "decimal": ","},
    ),
    "quoted": ('"a, b","level"\n"x","1"\n"y","2"\n"z","3.5"\n', {"column": "level"}),
    "UTF-8 with BOM, by name": (b"\xef\xbb\xbflevel\n1\n2\n3.5\n", {"column": "level"}),
    "UTF-8 with BOM": (b"\xef\xbb\xbf1\n2\n3.5\n", {}),
    "dates and no header": (
        "2020-01-01,1\n2020-01-02,2\n2020-01-03,3.5\n",
        {"column": 1},
    ),
    "a decimal comma and nothing else": ("1,0\n2,0\n3,5\n", {"decimal": ","}),
    "UTF-16": ("level\n1\n2\n3.5\n".encode("utf-16"), {"encoding": "utf-16"}),
    "Windows": ("level\r\n1\r\n2\r\n3.5\r\n\r\n", {}),
    "old Macs": ("level\r1\r2\r3.5", {}),
    "spaces and exponents": (" +1 \n 20e-1\n.35E1\n", {}),
    "names that are numbers": ("2020\n1\n2\n3.5\n", {"header": True}),
    "text elsewhere": ("day,level\nMon,1\nTue,2\nWed,3.5\n", {"column": 1}),
    "one column of numbers beside dates": (
        "day,level\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3.5\n",
        {},
    ),
    "quotes, and a comma for both": (
        'd,v\n1,"1,0"\n2,2\n3,"3,5"\n',
        {"column": "v", "decimal": ",", "delimiter": ","},
    ),
    "quotes, and a comma found": (
        'd,v\n1,"1,0"\n2,2\n3,"3,5"\n',
        {"column": "v", "decimal": ","},
    ),
    "semicolons and commas, no header": (
        "9;1,0\n9;2,0\n9;3,5\n",
        {"column": 1, "decimal": ","},
    ),
    "newest first, turned": (
        "day,level\n2024-01-03,3.5\n2024-01-02,2\n2024-01-01,1\n",
        {"time": "day", "sort": True},
    ),
    "what is missing at its ends": ("v\n-1\n1\n2\n3.5\n-1\n", {"skip": [2], "trim": 1}),
    "Chinese": ("日期,水位\n一,1\n二,2\n三,3.5\n", {"column": "水位"}),
}


@pytest.mark.parametrize(("content", "options"), READ.values(), ids=READ.keys())
def test_it_is_read_as_documented(csv_file, content, options):
    series = cl.load_series(csv_file(content), **options)
    assert series.dtype == torch.float64
    assert series.tolist() == [1.0, 2.0, 3.5]


def test_numbers_come_back_to_the_last_bit(csv_file):
    series = cl.mackey_glass(200)
    text = "\n".join(map(repr, series.tolist()))
    assert torch.equal(cl.load_series(csv_file(text)), series)


GAPPED = "day,level\n1,1\n2,\n3,NaN\n4,4\n"


def test_a_gap_is_refused_with_its_line_or_filled_when_asked(csv_file):
    path = csv_file(GAPPED)
    with pytest.raises(ValueError, match=r"'level' has a gap in line 3 \(2 in all\)"):
        cl.load_series(path, "level")
    filled = cl.load_series(path, "level", gaps="interpolate")
    assert filled.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert cl.load_series(path, "day").tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("gap", ["", " ", "NA", "n/a", "nan", "NULL", "None", "-", "?"])
def test_every_way_to_write_a_gap_is_one(csv_file, gap):
    path = csv_file(f"day,level\n1,1\n2,{gap}\n3,3\n")
    with pytest.raises(ValueError, match="a gap in line 3"):
        cl.load_series(path, "level")


def test_an_empty_line_is_a_gap_inside_and_nothing_at_the_end(csv_file):
    path = csv_file("level\n1\n\n3\n\n\n")
    with pytest.raises(ValueError, match="a gap in line 3"):
        cl.load_series(path)
    assert cl.load_series(path, gaps="interpolate").tolist() == [1, 2, 3]


REFUSED = {
    "text": ("level\n1\ntwo\n3\n", {}, "line 3, column 'level': .* got 'two'"),
    "a unit": ("1\n2 m\n", {}, "line 2, column 0: expected a finite number .* '2 m'"),
    "infinity": ("1\ninf\n", {}, "line 2.*got 'inf'"),
    "too large": ("1\n1e999\n", {}, "line 2.*got '1e999'"),
    "Python's underscore": ("1\n1_000\n", {}, "line 2.*got '1_000'"),
    "a decimal comma": ("a;b\n1;2,5\n", {"column": 1}, 'decimal=","'),
    "a decimal comma, cut": (
        "a,b\n1,2,5\n",
        {"column": 1},
        "line 2 has 3 cells, expected 2, as in line 1",
    ),
    "a decimal point": ("a;b\n1;2.5\n", {"column": 1, "decimal": ","}, 'decimal=".'),
    "thousands": ('a,b\n1,"1,234.5"\n', {"column": 1}, "got '1,234.5'"),
    "short row": ("a,b\n1,2\n3\n", {"column": 0}, "line 3 has 1 cell, expected 2"),
    "gap at the start": ("b\nNA\n2\n", {"gaps": "interpolate"}, "gap at an end"),
    "gap at the end": ("2\nNA\n", {"gaps": "interpolate"}, "gap at an end"),
    "only gaps": ("b\nNA\nNA\n", {"gaps": "interpolate"}, "gap at an end"),
    "no such name": ("a,b\n1,2\n", {"column": "c"}, "'c' must be .* 0 times.*'a', 'b'"),
    "a name twice": ("a,a\n1,2\n", {"column": "a"}, "found 2 times"),
    "a name, no header": ("1,2\n1,2\n", {"column": "a"}, "needs a header"),
    "no such number": ("a,b\n1,2\n", {"column": 2}, r"must be in 0 \.\. 1"),
    "a negative one": ("a,b\n1,2\n", {"column": -1}, "column must be at least 0"),
    "text first": ("x\n1\n", {"header": False}, "line 1, column 0: .* got 'x'"),
    "half a header": ("x,1\n2,2\n", {"column": 0}, "line 1, column 0: .* got 'x'"),
    "header alone": ("a,b\n", {}, "no rows of numbers"),
    "empty": ("", {}, "begins with nothing"),
    "nothing first": ("\n1\n", {}, "begins with nothing"),
    "another encoding": (
        "Größe\n1\n".encode("cp1252"),
        {},
        "own.csv' is not UTF-8 text.* looks like CP1252: pass encoding='cp1252'",
    ),
    "an unknown encoding": (
        b"\xd7\xd8;\xff\n1;2\n",
        {},
        "does not fit; name the encoding that it was saved in",
    ),
    "no such encoding": ("a\n1\n", {"encoding": "utf-9"}, "own.csv' cannot be decoded"),
    "zero bytes": ("a\n1\n\0", {}, "zero bytes; is it text at all?"),
    "a gap, then numbers": ("NA\n1\n2\n", {}, "a gap in line 1"),
    "an open quote": ('a\n"1\n2\n', {}, "is no row of a CSV file"),
    "other gaps": ("1\n", {"gaps": "zero"}, "gaps must be one of"),
    "other decimal": ("1\n", {"decimal": "'"}, "decimal must be"),
    "thousands = decimal": (
        "1\n",
        {"decimal": ",", "thousands": ","},
        "decimal and thousands must differ",
    ),
    "no thousands": ("1\n", {"thousands": "_"}, "thousands must be a comma, a point"),
    "a quote for a delimiter": ("1\n", {"delimiter": '"'}, "one sign and no quote"),
    "no comment": ("1\n", {"comment": ""}, "comment must be what lines begin with"),
    "no order": ("1\n", {"sort": True}, "sort=True needs time=, the column"),
    "a negative trim": ("1\n", {"trim": -1}, "trim must be at least 0, got -1"),
    "a line 0": ("1\n", {"skip": [0]}, "a line in skip must be at least 1, got 0"),
    "all trimmed": ("1\n2\n", {"trim": 9}, "begins with nothing: .* got no row"),
    "all skipped": ("1\n2\n", {"skip": 2}, "begins with nothing: .* got no row"),
    "a cell of 140,000": ("a\n" + "x" * 140_000, {}, "line 2 is no row .* is too long"),
    "a line without end": ("1," * 600_000, {}, "line 1 has 1200000 characters"),
    "digits without end": ("v\n1\n" + "1" * 120_000 + "x\n", {}, "line 3, column 'v'"),
    "no delimiter": ("1\n", {"delimiter": ""}, "delimiter must be one sign"),
}


@pytest.mark.parametrize(
    ("content", "options", "words"), REFUSED.values(), ids=REFUSED.keys()
)
def test_what_is_no_series_is_refused_with_its_place(csv_file, content, options, words):
    with pytest.raises(ValueError, match=words):
        cl.load_series(csv_file(content), **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"header": 1}, "header must be True, False or None, got 1"),
        ({"encoding": None}, "encoding must be a str, got NoneType"),
        ({"delimiter": 3}, "delimiter must be a str, got int"),
        ({"sort": 1}, "sort must be True or False, got 1"),
        ({"trim": "1"}, "trim must be an int, got str"),
        ({"skip": "1"}, "skip must be an int, got str"),
        ({"skip": {1}}, "skip must be an int or a list of ints, got set"),
        ({"missing": "."}, "missing must be a list of texts and numbers, got '.'"),
        ({"missing": [None]}, "missing must be a list of texts and numbers"),
        ({"column": 1.0}, "column must be a name or a number, got float"),
        ({"column": True}, "column must be a name or a number, got bool"),
        ({"time": 1.5}, "time must be a list of names and numbers of columns"),
        ({"columns": [0]}, "load_series has no option 'columns'"),
        ({"path": 3}, "path must be a str or a Path to a CSV file, got int"),
    ],
)
def test_options_of_another_kind_are_refused(csv_file, options, words):
    with pytest.raises(TypeError, match=words):
        cl.load_series(**{"path": csv_file("1\n2\n")} | options)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere.csv' is no file"):
        cl.load_series(tmp_path / "nowhere.csv")
    for path in ("x" * 5000, "a\0b", "~nobody-here/x.csv"):
        with pytest.raises(ValueError, match="is no file: expected a CSV file"):
            cl.load_series(path)


def test_fewer_rows_than_the_window_are_refused_where_windows_are_cut(csv_file):
    series = cl.load_series(csv_file("level\n" + "1.5\n2.5\n" * 9))
    with pytest.raises(ValueError, match="has 18 values, but a window of 20 and 1"):
        cl.series_windows(series, size=20)


YEARS = "year,level\n1990,1\n1991,2\n1992,3.5\n"


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (YEARS, "'year', 'level'"),
        (",level\n0,1\n1,2\n", "'column 0', 'level'"),
        ("a,a\n0,1\n1,2\n", "0, 1"),
        ("1,2\n2,3\n", "0, 1"),
        ("d;v\n1;2,5\n2;3,5\n", "'d', 'v'"),
        ("d,v\n1,2\n2,x\n", "'d', 'v'"),
    ],
)
def test_where_several_columns_may_be_the_series_it_is_asked(csv_file, content, names):
    with pytest.raises(
        ValueError, match=f"several .* of {names}: name .* with column="
    ):
        cl.load_series(csv_file(content))


def test_a_column_without_a_name_is_found_as_it_is_called(csv_file):
    path = csv_file(",level\n0,1\n1,2\n")
    assert cl.load_series(path, "column 0").tolist() == [0, 1]
    with pytest.raises(ValueError, match="no column is left beside those of the time"):
        cl.load_series(path, time=[0, 1])


def test_minus_one_is_a_gap_where_it_is_told(csv_file):
    path = csv_file("d,v\n1,1\n2,-1\n3,-1.0\n4,4\n")
    for missing in ([-1], [-1.0, "."]):
        series = cl.load_series(path, "v", missing=missing, gaps="interpolate")
        assert series.tolist() == [1, 2, 3, 4]
    as_text = cl.load_series(path, "v", missing=["-1"], gaps="interpolate")
    assert as_text.tolist() == [1, 0, -1, 4]
    assert cl.load_series(path, "v").tolist() == [1, -1, -1, 4]
