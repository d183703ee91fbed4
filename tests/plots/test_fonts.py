"""Chinese in figures: the course's own font, on any machine."""

import io
import warnings
from importlib import resources

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font

import course_lib as cl
from course_lib import plots
from course_lib.plots import fonts

FOLDER = resources.files("course_lib.plots.fonts")


@pytest.fixture(autouse=True)
def _style(monkeypatch):
    """Draw in the course's style, with no other font for Chinese than the course's."""
    mpl.use("agg")
    own = [f for f in fontManager.ttflist if f.name.startswith(("DejaVu", fonts.HANZI))]
    monkeypatch.setattr(fontManager, "ttflist", own)
    with plt.style.context("default"):
        plots.use_style()
        yield
    plt.close("all")


def pixels(draw) -> np.ndarray:
    """Return what is seen of a drawing, any warning being an error."""
    figure = plt.figure(figsize=(1, 1), layout="none")
    draw(figure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., 0]


def letter(character: str) -> np.ndarray:
    """Return a character, drawn large."""
    return pixels(lambda figure: figure.text(0.1, 0.2, character, fontsize=40))


def test_characters_differ_from_each_other_and_from_the_empty_box():
    drawn = [letter(character) for character in "分开不"]
    figure = plt.figure(figsize=(1, 1), layout="none")
    figure.text(0.1, 0.2, "\U00012000", fontsize=40)
    with pytest.warns(UserWarning, match="missing from font"):
        figure.canvas.draw()
    drawn.append(np.asarray(figure.canvas.buffer_rgba())[..., 0])
    for k, one in enumerate(drawn):
        assert (one < 128).sum() > 50
        assert all((one != other).sum() > 100 for other in drawn[k + 1 :])


def test_the_font_has_the_songbook_and_its_licence_lies_beside_it():
    font = FT2Font(str(FOLDER / "hanzi.ttf"))
    for character in set(cl.load_corpus("songbook")) - {"\n"}:
        assert font.get_char_index(ord(character))
    assert font.family_name == fonts.HANZI
    assert (FOLDER / "hanzi.ttf").stat().st_size < 1_000_000
    licence = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Adobe" in licence


def test_the_whole_songbook_is_drawn_without_a_warning():
    seen = sorted(set(cl.load_corpus("songbook")) - {"\n"})
    assert fonts.drawable("".join(seen)) == "".join(seen)
    lines = "\n".join("".join(seen[k : k + 40]) for k in range(0, len(seen), 40))
    pixels(lambda figure: figure.text(0, 0, lines, fontsize=1))


def test_songs_are_drawn_with_their_copies_and_a_mark_for_what_no_font_has():
    song, source = "分开 不分开 $x_1$ \U00012000", "不分开 天亮"
    runs = cl.copied(song, source).runs
    ax = plots.copied_songs({"one": (song, runs), "two": (song * 4, runs * 4)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.figure.canvas.draw()
    shown = "".join(text.get_text() for text in ax.texts)
    assert "分开不分开$x_1$\ufffd" in shown
    assert "\U00012000" not in shown
    shades = ax.images[0].get_array()
    assert list(shades[1][: len(song)]) == runs
    titles = [text for text in ax.texts if text.get_position()[0] == -0.5]
    assert [title.get_text() for title in titles] == ["one", "two"]


def test_the_maps_of_gates_have_chinese_letters():
    figure = plots.gate_maps("分开", [("LSTM", "f", np.zeros((2, 3)), None)], t=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(io.BytesIO(), format="png")
    labels = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert labels == ["分", "开"]


@pytest.mark.parametrize("format", ["pdf", "svg", "ps"])
def test_a_figure_with_chinese_can_be_saved_in_every_format(tmp_path, format):
    ax = plt.subplots()[1]
    ax.set_title("分开")
    ax.figure.savefig(tmp_path / f"figure.{format}")
    assert (tmp_path / f"figure.{format}").stat().st_size > 1000


def test_shares_are_points_and_a_line_of_medians():
    ax = plots.shares({0.5: [1.0, 0.8, 0.9], 1: [0.1, 0.2, 0.6]}, "x", "y")
    assert list(ax.lines[0].get_ydata()) == [0.9, 0.2]
    assert list(ax.lines[1].get_ydata()) == [1.0, 0.8, 0.9]
