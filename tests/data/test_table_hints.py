"""Hints of a refusal: what they name is obeyed here, and then the file is read."""

import re

import pytest

import course_lib as cl
from course_lib.data.tables.hints import Fault, Fix, explained

ROWS = "1;2,5\n2;3,5\n3;4,25\n"
FAULTY = {  # the text, options, what the message quotes, and the first way that it names
    "a title": (
        "River level\nd,v\n1,2\n2,3\n",
        {"column": "v"},
        "line 1 has 1 cell, expected 2, as in line 2: 'River level'",
        {"skip": 1},
    ),
    "a title as wide as the table": (
        "River level, station 5\nd,v\n1,2\n2,3\n",
        {"column": "v"},
        "there are: 'River level', 'station 5'",
        {"skip": 1},
    ),
    "a title, an empty line and decimal commas": (
        f"River level\n\nd;v\n{ROWS}",
        {"column": "v"},
        "'River level'",
        {"skip": 2, "decimal": ","},
    ),
    "an empty line first": ("\n\nv\n1\n", {}, "in line 1", {"skip": 2}),
    "comments": (
        "# made by x, y\n# again\nd,v\n1,2\n2,3\n# end\n",
        {"column": "v"},
        "'# again'",
        {"comment": "#"},
    ),
    "a comment inside": (
        "d,v\n1,2\n# a, b, c\n2,3\n",
        {"column": "v"},
        "line 3 has 3 cells, expected 2, as in line 1: '# a, b, c'",
        {"comment": "#"},
    ),
    "a footer": (
        "level\n1\n2\nSource: the harbour\n",
        {},
        "line 4, column 'level': .* got 'Source: the harbour'",
        {"trim": 1},
    ),
    "a footer of other width": (
        "d,v\n1,2\n2,3\n3,4\n\nSource: x, y, z\n\n",
        {"column": "v"},
        "line 6 has 3 cells, .*'Source: x, y, z'",
        {"trim": 2},
    ),
    "a footer without a value": (
        "d,v\n1,2\n2,3\nTotal,\n",
        {"column": "v", "gaps": "interpolate"},
        "a gap in line 4 .1 in all., 'Total,': a gap at an end",
        {"trim": 1},
    ),
    "an empty first cell": (
        "d,v\n1,\n2,3\n3,\n4,5\n",
        {"column": "v"},
        "a gap in line 2 .2 in all., '1,': a gap at an end",
        {"skip": [2], "gaps": "interpolate"},
    ),
    "many empty cells first": (
        "d,v\n1,\n2,\n3,\n4,\n5,5\n6,\n",
        {"column": "v"},
        "a gap in line 2 .5 in all.",
        {"trim": 1, "skip": range(2, 6)},
    ),
    "empty cells first and no names": ("NA\n\n1\n2\n", {}, "line 1", {"skip": 2}),
    "a gap": ("v\n1\n\n3\n", {}, "a gap in line 3", {"gaps": "interpolate"}),
    "units below the names": (
        "time,level\ns,m\n1,2\n2,3\n",
        {"column": "level"},
        "line 2, column 'level': .* got 'm' in 's,m'",
        {"skip": [2]},
    ),
    "spaces": (
        "d v\n1 2.5\n2   3.5\n",
        {"column": "v"},
        "there are: 'd v'",
        {"delimiter": " "},
    ),
    "spaces and no column named": (
        "d v\n1 2.5\n2   3.5\n",
        {},
        "got '1 2.5'",
        {"delimiter": " ", "column": "d"},
    ),
    "another delimiter than told": (
        f"d;v\n{ROWS}",
        {"column": "v", "delimiter": ",", "decimal": ","},
        "there are: 'd;v'|expected",
        {"delimiter": ";"},
    ),
    "decimal commas": (f"d;v\n{ROWS}", {"column": "v"}, "got '2,5'", {"decimal": ","}),
    "decimal commas, cut in two": (
        "v\n1,5\n2,25\n3,5\n",
        {},
        "line 1 has 1 cell, expected 2, as in line 2: 'v'",
        {"decimal": ","},
    ),
    "decimal commas in quotes": (
        'd,v\n1,"2,5"\n',
        {"column": "v"},
        """got '2,5' in '1,"2,5"'""",
        {"decimal": ","},
    ),
    "points where commas are told": (
        "v\n2.5\n3.25\n",
        {"decimal": ","},
        "got '2.5'",
        {"decimal": "."},
    ),
    "a mark for no value": (
        "day,level\n2024-01-01,3\n2024-01-02,.\n2024-01-03,4\n",
        {"missing": [-1]},
        "line 3, column 'level': .* got '.' in '2024-01-02,.'",
        {"missing": [-1, "."], "gaps": "interpolate"},
    ),
    "names taken for numbers": (
        "1990\n1\n2\n",
        {"column": "1990"},
        "needs a header",
        {"header": True},
    ),
    "names told not to be any": (
        "v\n1\n",
        {"header": False},
        "got 'v'",
        {"header": True},
    ),
}


def ways(message: str) -> list[dict]:
    """Return the options that a message names, each way to read the file apart."""
    told = re.search(r"; it is read with (.*?)(: say which is meant)?$", message)
    if told is None:
        return []
    plain = re.sub(r" \((gives|the|if it) [^()]*\)", "", told[1])
    each = [way.replace(" and ", ", ") for way in plain.split(", or with ")]
    return [eval(f"dict({way})") for way in each]


@pytest.mark.parametrize(
    ("content", "options", "words", "first"), FAULTY.values(), ids=FAULTY.keys()
)
def test_what_a_message_names_reads_the_file(tmp_path, content, options, words, first):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=words) as caught:
        cl.load_series(path, **options)
    named = ways(str(caught.value))
    assert named[0] == first
    for way in named:
        assert len(cl.load_series(path, **{**options, **way})) > 0


TABLES = {
    "a footer": ("d;v\n1;2\n2;3\nSource: x\n", {}, {"trim": 1}),
    "spaces": ("a b\n1 2\n3 4\n", {}, {"delimiter": " "}),
    "a mark": ("v\n1\n2\n.\n3\n", {}, {"missing": ["."]}),
    "decimal commas": ("t;v\na;2,5\nb;3\n", {}, {"decimal": ","}),
    "days first": (
        "t;v\n13/02/2011 05:00;2\n02/02/2011 06:00;3\n",
        {"time": "t"},
        {"time_format": "%d/%m/%Y %H:%M"},
    ),
    "days or months first": (
        "t;v\n03/02/2011;2\n02/02/2011;3\n",
        {"time": "t"},
        {"time_format": "%d/%m/%Y"},
    ),
    "times in ISO 8601": (
        "t;v\n2011-01-01;2\n2011-01-02;3\n",
        {"time": "t", "time_format": "%d.%m.%Y"},
        {"time_format": "%Y-%m-%d"},
    ),
    "a footer among times": (
        "t;v\n2011-01-01;2\n2011-01-02;3\n2011-01-03;4\nmean;3\n",
        {"time": "t"},
        {"trim": 1},
    ),
}


@pytest.mark.parametrize(
    ("content", "options", "first"), TABLES.values(), ids=TABLES.keys()
)
def test_what_is_named_for_a_table_reads_it(tmp_path, content, options, first):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match="it is read with") as caught:
        cl.load_table(path, **options)
    named = ways(str(caught.value))
    assert named[0] == first
    for way in named:
        assert len(cl.load_table(path, **{**options, **way}).data) > 0


def test_days_and_months_are_both_named_where_both_fit(tmp_path):
    (tmp_path / "x.csv").write_text("t;v\n03/02/2011;2\n02/02/2011;3\n")
    with pytest.raises(ValueError, match="the day first.*the month first") as caught:
        cl.load_table(tmp_path / "x.csv", time="t")
    assert [w["time_format"] for w in ways(str(caught.value))] == [
        "%d/%m/%Y",
        "%m/%d/%Y",
    ]


@pytest.mark.parametrize(
    "content", ["v\n1\ntwo\n3\n", "a,b\n1,2,5\n", "1\n2 m\n", "1\ninf\n"]
)
def test_where_nothing_reads_the_file_nothing_is_named(tmp_path, content):
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(ValueError, match="line [123]") as caught:
        cl.load_series(tmp_path / "x.csv")
    assert ways(str(caught.value)) == []


def test_a_long_text_is_tried_less_often():
    asked = []

    def read(k=0):
        asked.append(k)
        raise Fault("no", *(Fix({"k": j}) for j in range(99)))

    with pytest.raises(ValueError, match="^no$"):
        explained(read, {}, length=10**9)
    assert len(asked) == 5
