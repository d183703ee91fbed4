"""Figures: what is drawn is what was given."""

import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import course_lib as cl
from course_lib import plots
from course_lib.plots.style import INKS


@pytest.fixture(autouse=True)
def _style_and_no_figure_left_open():
    """Draw in the course's style on no screen, and close what was drawn."""
    mpl.use("agg")
    with plt.style.context("default"):
        plots.use_style()
        yield
    plt.close("all")


def drawn(ax):
    """Return what the lines of axes show: label -> y values."""
    return {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}


def rendered(ax):
    """Draw for real, which finds what only fails while drawing."""
    ax.figure.canvas.draw()
    return ax


def test_the_style_is_applied():
    assert mpl.rcParams["axes.spines.top"] is False
    assert mpl.rcParams["figure.constrained_layout.use"] is True


def test_perplexity_curve_shows_history_and_baselines():
    history = cl.History()
    for loss in (2.0, 1.5, 1.2):
        history.add(loss, loss + 0.1, seconds=1.0, tokens=10)
    ax = rendered(plots.perplexity_curve(history, baselines={"bigram": 9.0}))
    assert drawn(ax)["training part"] == history.perplexity
    assert drawn(ax)["validation part"] == history.valid_perplexity
    names = [text.get_text() for text in ax.texts]
    assert names == ["training part", "validation part", "bigram"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda curves: plots.loss_curves(curves),
        lambda curves: plots.perplexity_by_order(range(3), curves),
        lambda curves: plots.bytes_by_vocabulary([1, 10, 100], curves),
        lambda curves: plots.by_lag(range(3), curves, "lag", "left"),
    ],
)
def test_curves_are_drawn_as_given_with_labelled_axes(draw):
    curves = {"one": [3.0, 2.0, 1.0], "two": [4.0, 3.0, 2.0]}
    ax = rendered(draw(curves))
    assert drawn(ax) == curves
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def test_error_by_phase_lets_every_third_bar_stand_out():
    ax = rendered(plots.error_by_phase([0.5, 0.1, 0.5] * 2, highlight=1, period=3))
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert colours[1] == colours[4] != colours[0] == colours[2] == colours[5]


def test_row_lookup_frames_the_rows_that_are_selected():
    W = torch.randn(4, 3)
    rows = cl.one_hot(torch.tensor([2, 0]), 4)
    axes = plots.row_lookup(rows, W, "ca", "abcd")
    rendered(axes[0])
    product = axes[2].get_images()[0].get_array()
    assert np.array_equal(product, W[[2, 0]].numpy())
    assert [patch.get_y() for patch in axes[1].patches] == [1.5, -0.5]


def test_window_map_writes_each_character_where_it_lands():
    text = "the lamp was"
    batches = {"in order": cl.windows(torch.arange(len(text)), 2, 2)}
    (ax,) = plots.window_map(text, batches)
    rendered(ax)
    rows = ["", ""]
    for cell in ax.texts:
        rows[int(cell.get_position()[1])] += cell.get_text()
    assert rows == ["the␣", "amp␣"]


def test_gate_colours_tell_the_gates_of_one_cell_apart():
    for gates in ("ifgoch", "rznh"):
        assert len({plots.GATE_COLOURS[gate] for gate in gates}) == len(gates)


def test_speed_ups_puts_a_mark_where_the_median_is_and_whiskers_at_the_quartiles():
    rows = [
        {"size": "LSTM", "speed_up": {"torch": (1.5, 2.0, 3.0), "d2l": (3, 4, 5)}},
        {"size": "GRU", "speed_up": {"torch": (0.4, 0.5, 0.7), "d2l": (1, 1, 1)}},
        {
            "size": "LSTM",
            "length": 9,
            "speed_up": {"torch": (5, 6, 7), "d2l": (8, 8, 8)},
        },
    ]
    ax = rendered(plots.speed_ups(rows))
    marks, _, (whiskers,) = ax.containers[0]
    assert marks.get_xdata().tolist() == [2.0, 0.5, 6.0]
    assert whiskers.get_segments()[0][:, 0].tolist() == [1.5, 3.0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["LSTM", "GRU", "writing, LSTM"]


def speeds(*without):
    """Return rows of a grid of two by two by two, 1 to 8 times as fast, in disorder."""
    sizes = itertools.product((1, 32), (35, 300), (16, 64))
    rows = [
        {"B": B, "T": T, "H": H, "speed_up": {"torch": (0.1, float(n), 9.0)}}
        for n, (B, T, H) in enumerate(sizes, 1)
        if n not in without
    ]
    return rows[::-1]


def test_speed_map_has_a_panel_for_each_length_and_writes_each_median_in_its_cell():
    axes = plots.speed_map(speeds(), "torch", used=[(20, 40, 50), (32, 35, 64)])
    rendered(axes[0])
    assert [ax.get_title("left") for ax in axes] == ["T = 35", "T = 300"]
    written = [{t.get_position(): t.get_text() for t in ax.texts} for ax in axes]
    down = [[cells[x, y] for y in (0, 1) for x in (0, 1)] for cells in written]
    assert down[0] == ["1.00", "2.00", "5.00", "6.00"]
    assert down[1] == ["3.00", "4.00", "7.00", "8.00"]
    assert [label.get_text() for label in axes[1].get_xticklabels()] == ["16", "64"]
    (frame,) = axes[0].patches  # both sizes lie nearest to the same cell
    assert frame.get_xy() == (0.5, 0.5)
    assert not axes[1].patches


def test_speed_map_is_white_at_1_and_its_numbers_can_be_read_on_every_colour():
    axes = plots.speed_map(speeds(), "torch")
    (image,) = axes[0].get_images()
    assert image.norm(0.0) == 0.5  # of the logarithm: the middle of the colours
    for ax in axes:
        colours = ax.get_images()[0].to_rgba(ax.get_images()[0].get_array())
        for number in ax.texts:
            x, y = number.get_position()
            of_number = luminance(mpl.colors.to_rgb(number.get_color()))
            dark, light = sorted([of_number, luminance(colours[y, x, :3])])
            assert (light + 0.05) / (dark + 0.05) > 4.5  # WCAG 2.2, level AA


def luminance(rgb):
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    rgb = np.array(rgb)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_speed_map_names_a_cell_that_has_no_row():
    with pytest.raises(ValueError, match=r"\(B, T, H\) = \(1, 300, 64\)"):
        plots.speed_map(speeds(4), "torch")


def test_growth_draws_a_panel_for_each_size_and_a_line_for_each_name():
    rows = {
        "T": [{"T": T, "ms": {"ours": T, "torch": 2 * T}} for T in (1, 10)],
        "H": [{"H": H, "ms": {"ours": 3, "torch": 4}} for H in (8, 16, 32)],
    }
    axes = plots.growth(rows, "ms", "milliseconds")
    rendered(axes[0])
    assert [ax.get_xlabel() for ax in axes] == ["T", "H"]
    assert axes[0].get_lines()[1].get_ydata().tolist() == [2, 20]
    assert [len(line.get_xdata()) for line in axes[1].get_lines()] == [3, 3]


def test_gates_are_drawn_in_their_colours_over_the_room_that_a_gate_has():
    gates = {"i": [0.2, 0.9, 0.4], "f": [0.5, 1.7, -0.3]}
    ax = rendered(plots.gates_over_time(gates))
    assert drawn(ax) == gates
    inks = [line.get_color() for line in ax.get_lines()]
    assert inks == [INKS[plots.GATE_COLOURS[name]] for name in gates]
    (room,) = ax.patches
    assert (room.get_y(), room.get_height()) == (0, 1)


def test_forecast_draws_all_from_step_one_and_shades_what_has_failed():
    true, said = [0.0, 1.0, 0.0, -1.0], [0.1, 0.9, 0.5, 0.2]
    ax = rendered(plots.forecast(true, {"free run": said}, holds=2))
    shown = drawn(ax)
    assert (shown["true"], shown["free run"]) == (true, said)
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3, 4]
    (shade,) = ax.patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == (2.5, 4)
    assert not plots.forecast(true, {}).patches


def test_still_close_falls_where_a_forecast_fails():
    ax = rendered(plots.still_close({"one": [1, 3], "other": [5, 5]}, steps=5))
    assert drawn(ax) == {"one": [1.0, 1.0, 0.5, 0.5, 0.0, 0.0], "other": [1.0] * 6}
    assert ax.get_xlabel()
    assert ax.get_ylabel()


def test_small_images_are_drawn_with_their_titles_in_rows():
    images = torch.rand(5, 4, 3)
    axes = plots.small_images(images, list("abcde"), columns=3)
    rendered(axes[0])
    assert [ax.get_title() for ax in axes] == list("abcde")
    for ax, image in zip(axes, images, strict=True):
        assert np.array_equal(ax.get_images()[0].get_array(), image.numpy())


def test_while_reading_frames_the_likeliest_class_of_every_row():
    p = torch.eye(3)[[2, 0, 1, 1]]
    left, right = plots.while_reading(torch.rand(4, 3), p)
    rendered(right)
    assert [patch.get_x() for patch in right.patches] == [1.5, -0.5, 0.5, 0.5]
    assert np.array_equal(right.get_images()[0].get_array(), p.numpy())
    assert left.get_images()[0].get_array().shape == (4, 3)


def test_over_seeds_draws_every_score_and_their_mean():
    scores = {"one": [0.5, 0.7], "two": [0.9]}
    ax = rendered(plots.over_seeds(scores, "share", lines={"level": 0.8}))
    dots = [list(line.get_xdata()) for line in ax.lines]
    assert [0.5, 0.7] in dots
    assert [0.6] in [[round(float(x), 6) for x in each] for each in dots]
    assert [text.get_text() for text in ax.texts] == ["level"]


def test_shares_wrong_writes_per_cent_and_leaves_out_what_was_not_run():
    shares = {"RNN": {"a, T = 1": 0.875, "b": 0.0004}, "LSTM": {"a, T = 1": 0.0}}
    ax = rendered(plots.shares_wrong(shares))
    assert [text.get_text() for text in ax.texts] == ["88", "< 1", "0", "not\nrun"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["RNN", "LSTM"]
    assert ax.get_xticklabels()[0].get_text() == "a, T = 1"


def test_alignment_has_a_row_for_each_symbol_written_and_shows_spaces():
    weights = torch.tensor([[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]])
    ax = rendered(plots.alignment(weights, "a $", "xy"))
    assert ax.images[0].get_array().tolist() == weights.tolist()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "␣", "$"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["x", "y"]


def test_scores_by_length_have_a_line_of_means_and_a_dot_for_each_seed():
    scores = {"with": {2: [1.0, 0.8], 4: [0.5, 0.7]}, "without": {2: [0.1], 4: [0.0]}}
    ax = rendered(plots.by_length(scores, "digits", "share", trained=4))
    assert drawn(ax)["with"] == pytest.approx([0.9, 0.6])
    assert drawn(ax)["without"] == [0.1, 0.0]
    assert "longest in training" in drawn(ax)
    assert [float(tick) for tick in ax.get_xticks()] == [2.0, 4.0]
    dots = [y for line in ax.get_lines()[1:3] for y in line.get_ydata()]
    assert sorted(dots) == [0.5, 0.7, 0.8, 1.0]


def test_a_spectrogram_is_drawn_over_its_time_with_the_key_below():
    x, key = torch.rand(40, 19), torch.ones(4000)
    above, below = plots.sound_map(x, key, 0.0125, pitches=(375, 937), first=0.01)
    rendered(above)
    assert above.images[0].get_array().shape == (19, 40)
    assert above.images[0].get_extent() == [0.01, 0.51, 375, 937]
    assert len(below.collections) == 1


def test_symbols_are_drawn_at_the_middle_of_their_steps():
    p = torch.rand(6, 3)
    ax = rendered(plots.symbols_over_time(p, ["blank", "dot", "dash"], step=0.5))
    assert drawn(ax)["dash"] == p[:, 2].tolist()
    assert list(ax.lines[0].get_xdata())[:2] == [0.25, 0.75]


def test_every_run_has_a_line_and_every_kind_a_name():
    curves = {"symbols": [[1.0, 0.2], [1.0, 0.3]], "letters": [[1.0, 0.9, 0.8]]}
    ax = rendered(plots.by_epoch(curves, "error"))
    assert [list(line.get_ydata()) for line in ax.lines] == [
        *curves["symbols"],
        *curves["letters"],
    ]
    assert [text.get_text() for text in ax.texts] == list(curves)
    alone = plots.by_epoch({"": [[1.0, 0.5]]}, "loss", xlabel="step")
    assert not alone.texts
    assert alone.get_xlabel() == "step"


def test_the_mean_error_is_a_line_and_every_run_a_dot():
    runs = {"network": [[0.9, 0.1], [0.7, 0.0]], "threshold": [[1.0, 0.0]]}
    ax = rendered(plots.error_against([-10, 0], runs, "dB", known=(-5, 5)))
    assert drawn(ax)["network"] == pytest.approx([0.8, 0.05])
    assert drawn(ax)["threshold"] == [1.0, 0.0]
    assert len(ax.collections[-1].get_offsets()) == 4


def test_costs_by_length_and_units_are_drawn_as_given():
    ax = rendered(
        plots.cost_by_length([16, 64], {"scan": [1, 2], "loop": [1, 4]}, "ms")
    )
    assert drawn(ax) == {"scan": [1, 2], "loop": [1, 4]}
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["16", "64"]
    told, needed = [0.9, 0.6, 0.7], [0.0, 0.02, -0.01]
    ax = rendered(plots.told_and_needed(told, needed, {1: "f4"}, line=0.55))
    rest, marked = (dots.get_offsets().tolist() for dots in ax.collections)
    assert rest == [[0.9, 0.0], [0.7, -0.01]]
    assert marked == [[0.6, 0.02]]
    assert ax.texts[0].get_text() == "f4"
