"""Hearing: CTC equals counting and torch's, padding has no say, one batch is learned."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import course_lib as cl

TEXTS = ["SOS", "73 88", "K"]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def clips(over="symbols"):
    return cl.Clips(cl.morse_sounds(TEXTS, seeded()), TEXTS, over=over)


@pytest.mark.parametrize("target", [[], [1], [1, 1], [2, 1], [1, 2, 1], [1, 1, 1, 1]])
def test_the_recursion_sums_over_all_paths(target):
    log_p = torch.randn(5, 3, generator=seeded()).double().log_softmax(dim=-1)
    paths = itertools.product(range(3), repeat=5)
    total = sum(
        float(log_p[range(5), path].sum().exp())
        for path in paths
        if cl.ctc_collapse(path) == target
    )
    ours = cl.ctc_log_probability(log_p, target)
    assert math.isclose(ours.exp(), total, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("S", [1, 5, 20])
def test_the_recursion_is_torchs_loss_with_its_gradient(S):
    logits = torch.randn(50, 5, generator=seeded()).double().requires_grad_()
    y = torch.randint(1, 5, (S,), generator=seeded(S))
    ours = -cl.ctc_log_probability(logits.log_softmax(dim=-1), y.tolist())
    log_p = logits.log_softmax(dim=-1)[:, None]
    theirs = F.ctc_loss(log_p, y[None], (50,), (S,), reduction="sum")
    assert abs(ours - theirs) < 1e-9
    (a,), (b,) = (torch.autograd.grad(v, logits) for v in (ours, theirs))
    assert torch.allclose(a, b, atol=1e-9)


def test_a_target_that_has_no_path_has_no_probability():
    log_p = torch.zeros(4, 3).log_softmax(dim=-1)
    assert cl.ctc_log_probability(log_p, [1, 1, 1]) == -math.inf
    assert cl.ctc_log_probability(log_p, [1, 2, 1]) > -math.inf
    with pytest.raises(ValueError, match=r"row 1 has no path of 4 steps"):
        cl.ctc_loss(log_p.expand(2, 4, 3), torch.tensor([[1, 2, 1], [1, 1, 1]]))


def test_what_ctc_cannot_take_is_refused():
    log_p = torch.zeros(2, 4, 3).log_softmax(dim=-1)
    with pytest.raises(ValueError, match="symbols 1 .. 2"):
        cl.ctc_log_probability(log_p[0], [3])
    with pytest.raises(ValueError, match="symbols 1 .. 2"):
        cl.ctc_log_probability(log_p[0], [0])
    with pytest.raises(ValueError, match="vocabulary of 3"):
        cl.ctc_loss(log_p, torch.tensor([[1], [5]]))
    with pytest.raises(ValueError, match=r"y must be \(2, S\)"):
        cl.ctc_loss(log_p, torch.tensor([1, 2]))
    with pytest.raises(TypeError, match="string or a list"):
        cl.ctc_collapse(3)


@pytest.mark.parametrize(
    ("path", "text"), [("aab_b", "abb"), ("___", ""), ("", ""), ("a_a_aa", "aaa")]
)
def test_repeats_are_merged_before_blanks_are_dropped(path, text):
    assert "".join(cl.ctc_collapse(path, blank="_")) == text


def test_the_number_of_paths_is_the_formula_of_the_exercise():
    for target, T in (([1], 4), ([1, 1], 5), ([1, 2], 5), ([1, 1, 2, 2], 7)):
        S, r = len(target), sum(a == b for a, b in itertools.pairwise(target))
        paths = itertools.product(range(3), repeat=T)
        count = sum(cl.ctc_collapse(path) == target for path in paths)
        assert count == math.comb(T + S - r, 2 * S)


def test_the_listener_is_torchs_bidirectional_layer_on_a_packed_batch():
    torch.manual_seed(0)
    model, ((x, lengths), _) = cl.Listener(hidden_size=8), next(iter(clips()))
    layer = nn.LSTM(38, 8, bidirectional=True, batch_first=True)
    back = {f"{n}_reverse": v for n, v in model.back.state_dict().items()}
    layer.load_state_dict(model.ahead.state_dict() | back)
    packed = pack_padded_sequence(x, lengths, True, enforce_sorted=False)
    h, _ = pad_packed_sequence(layer(packed)[0], batch_first=True)
    theirs, ours = model.head(h).log_softmax(dim=-1), model(x, lengths)
    for row, T in enumerate(lengths.tolist()):
        assert torch.allclose(ours[row, :T], theirs[row, :T], atol=1e-5)
        alone = model(x[row : row + 1, :T], lengths[row : row + 1])
        assert torch.allclose(alone[0], ours[row, :T], atol=1e-5)
        assert (ours[row, T:, 0] == 0).all()
        assert (ours[row, T:, 1:] == -math.inf).all()


def test_padding_changes_neither_the_loss_nor_a_gradient():
    torch.manual_seed(0)
    model, ((x, lengths), y) = cl.Listener(hidden_size=8), next(iter(clips()))
    longer = F.pad(x, (0, 0, 0, 30), value=7.0), lengths
    slopes, losses = [], []
    for inputs in ((x, lengths), longer):
        model.zero_grad()
        losses.append(cl.ctc_loss(model(*inputs), y))
        losses[-1].backward()
        slopes.append(model.head.weight.grad.clone())
    assert torch.isclose(*losses, rtol=1e-5)
    assert torch.allclose(*slopes, atol=1e-5)
    assert slopes[0].isfinite().all()


@pytest.mark.parametrize("lengths", [[0, 5, 5], [5, 5, 1000], [5, 5]])
def test_lengths_that_do_not_fit_are_refused(lengths):
    (x, _), _ = next(iter(clips()))
    with pytest.raises(ValueError, match="lengths"):
        cl.Listener(hidden_size=4)(x, torch.tensor(lengths))


def test_a_few_clips_are_learned_by_heart():
    sounds = cl.morse_sounds(TEXTS, seeded(), snr_db=(20, 20))
    few = cl.Clips(sounds, TEXTS)
    model, history = cl.train_listener(few, few, epochs=150, lr=0.02)
    assert history.loss[-1] < 0.1
    assert model.hear(sounds) == TEXTS
    assert model.training  # as it was before it heard


def test_letters_are_another_alphabet():
    (x, lengths), y = next(iter(clips("letters")))
    assert cl.Listener(hidden_size=4, over="letters")(x, lengths).shape[-1] == 38
    model = cl.Listener(hidden_size=4, over="letters")
    assert [model.text(row[row > 0].tolist()) for row in y] == TEXTS
    for make in (lambda: cl.Listener(over="words"), lambda: clips("words")):
        with pytest.raises(ValueError, match="one of symbols, letters"):
            make()


def test_batches_hold_every_clip_once_and_the_seed_sets_their_order():
    texts = cl.code_groups(20, seeded())
    sounds = cl.morse_sounds(texts, seeded(1))
    first, again = (cl.Clips(sounds, texts, 6, seeded(2)) for _ in range(2))
    passes = [[y.tolist() for _, y in part] for part in (first, again)]
    assert passes[0] == passes[1]
    assert len(passes[0]) == len(first) == 4
    sizes = sorted(int(n) for (_, lengths), _ in first for n in lengths)
    assert sizes == sorted(len(x) for x in first.x)


def test_texts_are_drawn_without_repeating_and_few_are_refused():
    texts = cl.code_groups(300, seeded(), letters=(1, 2))
    assert len(set(texts)) == 300
    with pytest.raises(ValueError, match="too few texts"):
        cl.code_groups(40, seeded(), letters=(1, 1), groups=(1, 1))
    with pytest.raises(ValueError, match="too few texts"):
        cl.code_groups(2000, seeded(), letters=(1, 1))
    with pytest.raises(ValueError, match="pair"):
        cl.code_groups(4, seeded(), letters=(4, 1))


def test_no_clips_and_too_few_texts_are_refused():
    with pytest.raises(ValueError, match="number of texts"):
        cl.Clips([], [])
    with pytest.raises(ValueError, match="a text for each sound"):
        cl.Clips([torch.randn(4000)], ["A", "B"])
    with pytest.raises(TypeError, match="list of texts"):
        cl.morse_sounds("SOS")
    with pytest.raises(ValueError, match="at least one sound"):
        cl.Listener(hidden_size=4).hear([])


@pytest.mark.parametrize(
    ("audio", "words"),
    [
        (torch.zeros(100), "at least 256 samples"),
        (torch.zeros(4000), "silence from end to end"),
        (torch.full((4000,), math.nan), "finite numbers"),
    ],
)
def test_a_sound_that_has_no_spectrogram_is_refused(audio, words):
    with pytest.raises(ValueError, match=words):
        cl.spectrogram(audio)
    with pytest.raises(ValueError, match=words):
        cl.Listener(hidden_size=4).hear([audio])


@pytest.mark.parametrize("N", [256, 257, 356, 357, 456, 8000, 8001])
def test_every_sample_is_in_some_step(N):
    audio = torch.randn(N, generator=seeded())
    x = cl.spectrogram(audio)
    assert len(x) == math.ceil((N - 156) / 200)
    other = audio.clone()
    other[-40:] += 5.0  # its very end
    assert not torch.allclose(cl.spectrogram(other)[-1], x[-1])


def test_a_clip_far_longer_than_any_before_is_heard_to_its_end():
    model = cl.Listener(hidden_size=4)
    sound = cl.morse_audio("LONG " * 60, wpm=15, generator=seeded())
    (x, lengths), _ = next(iter(cl.Clips([sound], ["LONG " * 60])))
    assert model(x, lengths).shape[1] > 5000
    assert isinstance(model.hear([sound])[0], str)
