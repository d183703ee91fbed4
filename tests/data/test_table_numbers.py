"""Numbers as they are written: which readings there are, and where two of them fit."""

import pytest
import torch

import course_lib as cl
from course_lib.data.tables.numbers import STYLES, Style


@pytest.fixture
def series(tmp_path):
    """Return what writes cells into a column and loads it."""

    def load(cells, **options):
        rows = [f"{k}\t{cell}" for k, cell in enumerate(cells)]
        (tmp_path / "x.csv").write_text("\n".join(["d\tv", *rows]))
        return cl.load_series(tmp_path / "x.csv", "v", **options).tolist()

    return load


@pytest.mark.parametrize("sign", [",", "."])
@pytest.mark.parametrize("cells", [["950", "1{}120"], ["1{}120", "-20{}500"]])
def test_where_two_readings_fit_both_are_named_and_none_is_taken(series, cells, sign):
    cells = [cell.format(sign) for cell in cells]
    with pytest.raises(ValueError, match=": say which is meant$") as caught:
        series(cells)
    as_point = [float(cell.replace(sign, ".")) for cell in cells]
    as_thousand = [float(cell.replace(sign, "")) for cell in cells]
    for option, values in (("decimal", as_point), ("thousands", as_thousand)):
        two = values[: 2 - (sign in cells[0])]  # up to the one in question
        shown = " and ".join(f"{value:.10g}" for value in two)
        assert f'{option}="{sign}" (gives {shown})' in str(caught.value)
        assert series(cells, **{option: sign}) == values


ONE_READING = [
    ["0.125", "23.456"],  # a zero before the point
    ["-0.125", "-23.456"],
    ["1023.456", "23.456"],  # four digits before it
    ["23.45", "23.456"],  # other numbers of decimals
    ["23.4567", "23.456"],
    ["23.456", "1e3"],
    ["23.456", "1120"],  # thousands without a point
    ["23.", "24"],
    ["23", "24"],
]


@pytest.mark.parametrize("cells", ONE_READING)
def test_where_one_reading_fits_it_is_taken(series, cells):
    assert series(cells) == [float(cell) for cell in cells]


def test_another_column_of_the_file_can_tell(tmp_path):
    (tmp_path / "x.csv").write_text("a,v\n0.5,23.456\n1.5,24.125\n")
    assert cl.load_series(tmp_path / "x.csv", "v").tolist() == [23.456, 24.125]
    (tmp_path / "x.csv").write_text("a,v\n5,23.456\n6,24.125\n")
    with pytest.raises(ValueError, match="'23.456' can be read in two ways"):
        cl.load_series(tmp_path / "x.csv", "v")


@pytest.mark.parametrize("middle", [0.0, 0.5, 3.0, 999.0, 5000.0])
def test_series_with_three_decimals_are_read(series, middle):
    drawn = torch.Generator().manual_seed(0)
    values = (middle + torch.randn(200, generator=drawn, dtype=torch.float64)).tolist()
    cells = [f"{value:.3f}" for value in values]
    assert series(cells) == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "options", "value"),
    [
        (["1,234.5"], {"thousands": ","}, 1234.5),
        (["1.234,5"], {"thousands": ".", "decimal": ","}, 1234.5),
        (["1.234.567"], {"thousands": "."}, 1234567),
        (["1 234,5"], {"thousands": " ", "decimal": ","}, 1234.5),
        (["1\u202f234"], {"thousands": " "}, 1234),
        (["1'234.5"], {"thousands": "'"}, 1234.5),
        (["12,345e1"], {"thousands": ","}, 123450),
        (["1234,5"], {"decimal": ","}, 1234.5),
    ],
)
def test_thousands_are_read_as_told(series, cells, options, value):
    assert series(cells, **options) == [value]
    with pytest.raises(ValueError, match="line 2, column 'v': .* it is read with"):
        series(cells)


@pytest.mark.parametrize(
    "cell", ["1,12", "12,3456", "0,125", "1,2345.5", ",125", "1,,125"]
)
def test_what_is_no_thousand_is_refused(series, cell):
    with pytest.raises(
        ValueError, match="line 2, column 'v': expected a finite number"
    ):
        series([cell], thousands=",")


def test_each_style_reads_what_it_writes():
    for style in STYLES:
        sign = style.thousands or ""
        assert style.value(f"-12{sign}345{style.decimal}5e-1") == -1234.55
        assert style.values(["1" * 400]) is None  # infinite
    assert Style().values([]).tolist() == []
