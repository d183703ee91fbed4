"""The songwriter: its recipes, its songs, what they copy, and its command."""

import itertools
import random
import subprocess
import sys
import zipfile

import pytest
import torch

import course_lib as cl
from course_lib import songwriter
from course_lib.experiments.songwriter import scratch_model

ROUND = "row row row your boat gently down the stream " * 4
SMALL = {"units": 16, "batch_size": 2, "progress": False}


def longest(song: str, source: str) -> int:
    """Return the length of the longest common substring, by trying all."""
    ends = range(len(song) + 1)
    return max(b - a for a in ends for b in ends if b >= a and song[a:b] in source)


def test_what_is_copied_is_the_longest_common_substring():
    draw = random.Random(0)
    for _ in range(200):
        song, source = (
            "".join(draw.choices("ab分", k=draw.randint(1, size))) for size in (12, 40)
        )
        found = cl.copied(song, source)
        assert len(found.longest) == longest(song, source) == max(found.runs)
        assert found.longest in song
        assert found.longest in source
        assert found.share == len(found.longest) / len(song)
        for place, run in enumerate(found.runs):
            through = [
                end - begin
                for begin in range(place + 1)
                for end in range(place + 1, len(song) + 1)
                if song[begin:end] in source
            ]
            assert run == max(through, default=0)


def test_the_first_of_equal_copies_is_named_and_nothing_may_be_copied():
    assert cl.copied("abxcd", "cd ab").longest == "ab"
    assert cl.copied("xyz", "abc") == ("", 0.0, [0, 0, 0])
    with pytest.raises(TypeError, match="song must be a str, got bytes"):
        cl.copied(b"a", "a")
    with pytest.raises(TypeError, match="source must be a str, got NoneType"):
        cl.copied("a", None)
    with pytest.raises(ValueError, match="song must hold at least one character"):
        cl.copied("", "abc")


def test_from_scratch_has_one_bias_and_small_weights():
    torch.manual_seed(0)
    model = scratch_model(200, 64)
    for name, parameter in model.named_parameters():
        if "bias" in name:
            assert not parameter.any()
        else:
            assert abs(parameter.std() - 0.01) < 0.001
            assert abs(parameter.mean()) < 1e-3
        assert parameter.requires_grad == ("bias_hh" not in name)


def test_a_step_from_scratch_is_no_longer_than_one_and_frozen_stays_frozen():
    weights = []

    def keep(song, epoch):
        parameters = song.model.parameters()
        weights.append(torch.nn.utils.parameters_to_vector(parameters).detach().clone())

    run = cl.train_songwriter(ROUND[:72], "scratch", epochs=4, on_epoch=keep, **SMALL)
    assert not run.model.layer.bias_hh_l0.any()
    assert run.model.layer.bias_ih_l0.any()
    for before, after in itertools.pairwise(weights):  # one step an epoch
        assert 0 < (after - before).norm() < 1.0001


def test_the_same_seed_gives_the_same_songwriter_and_leaves_random_numbers_alone():
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    runs = [
        cl.train_songwriter(ROUND, epochs=2, seed=seed, **SMALL) for seed in (1, 1, 2)
    ]
    assert torch.equal(state, torch.random.get_rng_state())
    losses = [run.history.loss for run in runs]
    assert losses[0] == losses[1] != losses[2]


def test_a_text_is_learned_by_heart_and_written_down():
    run = cl.train_songwriter(ROUND, epochs=100, **{**SMALL, "units": 32})
    assert run.history.perplexity[-1] < 1.1
    begin = ROUND[:12]
    assert cl.copied(cl.songs(run, [begin], 20)[begin], ROUND).share == 1


def test_on_epoch_may_end_it_and_a_wrong_recipe_is_refused():
    run = cl.train_songwriter(
        ROUND, epochs=9, on_epoch=lambda song, epoch: epoch == 3, **SMALL
    )
    assert len(run.history) == 3
    with pytest.raises(TypeError, match="recipe must be a str, got NoneType"):
        cl.train_songwriter(ROUND, recipe=None)
    with pytest.raises(ValueError, match="recipe must be one of .*, got 'keras'"):
        cl.train_songwriter(ROUND, "keras")
    with pytest.raises(ValueError, match="the text has 5 ids"):
        cl.train_songwriter("short", **SMALL)


@pytest.mark.parametrize(
    ("songwriter", "prefixes", "message"),
    [
        (cl.Vocab("ab"), ["a"], "songwriter must be what train_songwriter returns"),
        (cl.Songwriter(None, None, None), "分开", "prefixes must be a list of str"),
    ],
)
def test_songs_are_written_by_a_songwriter_from_a_list(songwriter, prefixes, message):
    with pytest.raises(TypeError, match=message):
        cl.songs(songwriter, prefixes, 5)


def test_lyrics_have_spaces_for_line_breaks_and_must_hold_something(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"eins\r\nzwei\r\n\r\ndrei")
    assert cl.lyrics(tmp_path / "a.txt") == "eins zwei  drei"
    assert cl.lyrics(tmp_path / "a.txt", max_chars=6) == "eins z"
    (tmp_path / "void.txt").write_text(" \n\n")
    with pytest.raises(ValueError, match="max_chars must be at least 1, got 0"):
        cl.lyrics("songbook", max_chars=0)
    with pytest.raises(ValueError, match="void.txt' must hold some text, got 3"):
        cl.lyrics(tmp_path / "void.txt")


def test_the_known_part_says_what_it_leaves_out():
    ids, unknown = cl.known_part("分x开y", cl.Vocab("开分"))
    assert ids.tolist() == [0, 1]
    assert unknown == 2
    with pytest.raises(TypeError, match="vocab must be a Vocab of characters"):
        cl.known_part("ab", cl.Vocab("a b", unit="word"))
    with pytest.raises(ValueError, match="share at least two characters .* got 1"):
        cl.known_part("xa", cl.Vocab("abc"))


def command(path, *options):
    """Return the arguments of a short run of the command."""
    return [str(path), "--epochs", "4", "--every", "2", "--units", "8", *options]


def test_the_command_tells_perplexity_songs_and_copies(tmp_path, capsys):
    path = tmp_path / "row.txt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("row.txt", ROUND)
    saved = tmp_path / "row.safetensors"
    options = ("--prefix", "row", "--length", "9", "--save", str(saved))
    assert songwriter.main(command(path, *options)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "180 characters, 17 different ones" in told.out
    assert "batches of 5 windows, not 32: the text is short" in told.out
    assert "epoch 2: perplexity" in told.out
    assert "epoch 4: perplexity" in told.out
    assert told.out.count("% copied: ") == 2
    again = cl.load(saved)
    assert cl.generate(again.model, again.vocab, "row", 9, 0.0) in told.out


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("дождь идёт и снег идёт " * 5, "дождь"),
        ("दिल है कि मानता नहीं " * 5, "दिल"),
        ("شب سیاه و ماه سپید " * 5, "شب"),
        ("e\u0301te\u0301 apre\u0301s " * 9, "\u00e9"),  # typed whole, stored apart
        ("夜里分开 也不分开 " * 8, None),
    ],
)
def test_any_script_will_do_and_a_prefix_may_be_in_the_other_normal_form(
    tmp_path, capsys, text, prefix
):
    path = tmp_path / "song.txt"
    path.write_text(text, encoding="utf-8")
    asked = ("--prefix", prefix) if prefix else ()
    assert songwriter.main(command(path, *asked)) == 0
    told = capsys.readouterr().out
    begins = ["分开", "不分开"] if prefix is None else [prefix.replace("é", "e\u0301")]
    assert all(f"\n  {begin}" in told for begin in begins)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--prefix", "Ω"),
            "has 'Ω' (U+03A9, GREEK CAPITAL LETTER OMEGA), which is not",
        ),
        (("--prefix", ""), "--prefix must hold at least one character"),
        (("--num-steps", "500"), "one window of 500 steps needs 501"),
        (
            ("--save", "/no/such/folder/x.pt"),
            "--save must be a file in a folder that is there",
        ),
        (("--save", "/"), "--save must be a file in a folder"),
        (("--save", ""), "--save must be a file in a folder"),
        (("--save", "x\0y"), "--save must be a file in a folder"),
        (("--save", "~nobody-here/x.pt"), "--save must be a file in a folder"),
        (
            ("--checkpoint", "/no/such/folder/x"),
            "--checkpoint must be a file in a folder that is there",
        ),
        (("--device", "meta"), "--device 'meta' cannot be used here"),
        (("--seed", str(2**64)), "seed must be below 2**64"),
        (("--prefix", "🧂"), "which is not"),
        (("--encoding", "klingon"), "encoding must be one that Python knows"),
        (("--device", "abacus"), "--device 'abacus' cannot be used here"),
    ],
)
def test_an_error_is_one_line_and_exit_status_2(tmp_path, capsys, options, message):
    path = tmp_path / "row.txt"
    path.write_text(ROUND)
    assert songwriter.main(command(path, *options)) == 2
    told = capsys.readouterr()
    assert message in told.err
    assert told.err.startswith("songwriter: ")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [("--epochs", "0"), ("--temperature", "-1"), ("--top-k", "x"), ("--every", "0.5")],
)
def test_options_that_make_no_sense_are_refused(tmp_path, capsys, options):
    with pytest.raises(SystemExit) as ended:
        songwriter.main([str(tmp_path / "row.txt"), *options])
    assert ended.value.code == 2
    assert f"argument {options[0]}: " in capsys.readouterr().err


@pytest.mark.parametrize("epoch", [1, 3])
def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(
    tmp_path, capsys, monkeypatch, epoch
):
    path, run = tmp_path / "row.txt", tmp_path / "run"
    path.write_text(ROUND)
    line = command(path, "--checkpoint", str(run), "--save", str(tmp_path / "whole"))
    assert songwriter.main(line) == 0
    capsys.readouterr()
    run.unlink()
    train = songwriter.train_songwriter

    def stopped(text, *, on_epoch, **settings):
        def look(song, number):
            on_epoch(song, number)
            if number == epoch:
                raise KeyboardInterrupt

        return train(text, on_epoch=look, **settings)

    line[-1] = str(tmp_path / "model")
    with monkeypatch.context() as patch:
        patch.setattr(songwriter, "train_songwriter", stopped)
        assert songwriter.main(line) == 130
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert f"songwriter: stopped after {epoch} epochs: " in told.err
    assert "model has the model as it is now" in told.err
    assert ("which the same command goes on" in told.err) is (epoch > 1)
    assert cl.load(tmp_path / "model").vocab.tokens == cl.Vocab(ROUND).tokens
    assert songwriter.main(line) == 0
    one, two = (cl.load(tmp_path / name).model for name in ("whole", "model"))
    assert all(
        torch.equal(p, q)
        for p, q in zip(one.parameters(), two.parameters(), strict=True)
    )


def test_a_run_that_is_over_is_told_again_and_says_so(tmp_path, capsys):
    path, run = tmp_path / "row.txt", tmp_path / "run"
    path.write_text(ROUND)
    line = command(path, "--checkpoint", str(run))
    assert songwriter.main(line) == 0
    first = capsys.readouterr().out
    assert songwriter.main(line) == 0
    again = capsys.readouterr().out
    assert "its run was over: a greater --epochs goes on from" in again
    assert first.splitlines()[-2:] == again.splitlines()[-2:]
    assert songwriter.main([*line, "--seed", "5"]) == 2
    assert "of other content" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--save", "row.txt"), "FILE and --save are the same file"),
        (
            ("--save", "a", "--checkpoint", "./a"),
            "--save and --checkpoint are the same",
        ),
    ],
)
def test_no_file_is_written_over_another(tmp_path, capsys, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "row.txt").write_text(ROUND)
    assert songwriter.main(command("row.txt", *options)) == 2
    assert words in capsys.readouterr().err
    assert (tmp_path / "row.txt").read_text() == ROUND


def test_ctrl_c_without_a_file_says_how_to_keep_one(tmp_path, capsys, monkeypatch):
    path = tmp_path / "row.txt"
    path.write_text(ROUND)

    def stopped(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(songwriter, "train_songwriter", stopped)
    assert songwriter.main(command(path)) == 130
    assert "nothing is kept; with --checkpoint PATH" in capsys.readouterr().err


def test_a_checkpoint_of_other_settings_is_told_in_the_command_s_own_words(
    tmp_path, capsys
):
    path, run = tmp_path / "row.txt", tmp_path / "run"
    path.write_text(ROUND)
    line = command(path, "--checkpoint", str(run))
    assert songwriter.main(line) == 0
    path.write_text(ROUND[5:] + ROUND[:5])
    assert songwriter.main(line) == 2
    told = capsys.readouterr().err
    assert "data: as many batches as before (1), of other content" in told
    assert "--resume keep goes on" in told
    assert "resume=" not in told
    assert songwriter.main([*line, "--resume", "keep"]) == 0


def test_it_runs_as_a_module_and_a_missing_file_is_status_2(tmp_path):
    line = [sys.executable, "-m", "course_lib.songwriter", str(tmp_path / "none.txt")]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 2
    assert "is no corpus and no file" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr


def test_what_is_left_out_of_a_long_text_is_told(tmp_path, capsys):
    path = tmp_path / "row.txt"
    path.write_text(ROUND)
    assert (
        songwriter.main(command(path, "--max-chars", "100", "--batch-size", "2")) == 0
    )
    told = capsys.readouterr().out
    assert "the first 100 of 180 characters (--max-chars 0 takes them all)" in told
