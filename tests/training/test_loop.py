"""The one training loop: what it learns, carries, stops at, reports and refuses."""

import copy
import io
import math
import sys

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import course_lib as cl
from course_lib.training import loop, progress


def language_model(V=5, H=8):
    return cl.CharLM(cl.RNN(V, H), V)


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr)


def test_it_overfits_one_batch():
    ids = cl.Vocab("the lamp was lit").encode("the lamp was lit")
    model = language_model(len(ids.unique()), 32)
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    history = cl.fit(model, cl.whole_text(ids), epochs=150, optimizer=adam)
    assert history.loss[-1] < 0.01
    assert cl.perplexity(model, cl.whole_text(ids)) < 1.01


def test_it_is_the_textbook_loop(story):
    batches = cl.windows(story.train[:3000], 4, 20)
    ours = language_model(27)
    twin = copy.deepcopy(ours)
    optimizer, losses, state = sgd(twin), [], None
    for x, y in batches:
        logits, state = twin(x, state)
        state = state.detach()
        loss = F.cross_entropy(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(twin.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    history = cl.fit(ours, batches, epochs=1, optimizer=sgd(ours))
    assert history.loss == [pytest.approx(sum(losses) / len(losses), rel=1e-12)]
    for p, q in zip(ours.parameters(), twin.parameters(), strict=True):
        assert torch.equal(p, q)


def test_the_same_seed_gives_the_same_curve_to_the_last_bit(story):
    curves = []
    for _ in range(2):
        run = torch.Generator().manual_seed(3)
        torch.manual_seed(3)
        model = cl.CharLM(cl.RNN(27, 8), 27, dropout=0.3)
        data = cl.windows(story.train[:2000], 4, 20, "random", run)
        curves.append(cl.fit(model, data, epochs=3).loss)
    assert curves[0] == curves[1]


def test_our_rnn_and_torchs_give_one_curve_on_the_time_machine(time_machine):
    text = cl.letters_only(time_machine)[:10_000]
    vocab = cl.Vocab(text)
    V, data = len(vocab), cl.windows(vocab.encode(text), 32, 35)
    ours = cl.CharLM(cl.RNN(V, 256), V)
    theirs = cl.CharLM(nn.RNN(V, 256, batch_first=True), V)
    theirs.load_state_dict(ours.state_dict())
    curves = [cl.fit(model, data, epochs=3).loss for model in (ours, theirs)]
    assert curves[0][-1] < curves[0][0]
    for mine, other in zip(*curves, strict=True):
        assert abs(mine - other) < 1e-5


class Recorder(nn.Module):
    """A model that notes the states it is given."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3))
        self.given = []

    def forward(self, x, state=None):
        self.given.append(state)
        count = torch.zeros(()) if state is None else state
        return self.weight.expand(*x.shape, 3) + 0 * count, count + 1 + 0 * self.weight[
            0
        ]


@pytest.mark.parametrize("order", ["sequential", "random"])
def test_the_state_is_carried_and_detached_between_adjacent_windows_only(order):
    model = Recorder()
    data = cl.windows(torch.zeros(61).long(), 2, 10, order)
    cl.fit(model, data, epochs=2)
    seen = [None if state is None else state.item() for state in model.given]
    assert seen == ([None, 1, 2] if order == "sequential" else [None] * 3) * 2
    assert all(state is None or state.grad_fn is None for state in model.given)


class TwoInputs(nn.Module):
    """A regression on two inputs, which returns an output without a state."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 1), nn.Linear(3, 1)

    def forward(self, left, right):
        return (self.a(left) + self.b(right)).squeeze(-1)


def test_x_may_be_a_tuple_and_the_loss_ones_own():
    left, right = torch.randn(64, 2), torch.randn(64, 3)
    y = left.sum(1) - right.sum(1)
    model = TwoInputs()
    adam = torch.optim.Adam(model.parameters(), lr=0.05)
    batches = [((left, right), y)]
    history = cl.fit(model, batches, epochs=300, optimizer=adam, loss=F.mse_loss)
    assert history.loss[-1] < 1e-3 < history.loss[0]


def test_the_mean_is_over_tokens_not_batches():
    model = language_model()
    x = torch.randint(5, (1, 12))
    uneven = [(x[:, :2], x[:, 1:3]), (x[:, :11], x[:, 1:])]
    with torch.no_grad():
        losses = [loop.cross_entropy(model(a)[0], b).item() for a, b in uneven]
    expected = (2 * losses[0] + 11 * losses[1]) / 13
    assert cl.perplexity(model, uneven) == pytest.approx(math.exp(expected), rel=1e-6)
    history = cl.fit(model, uneven, epochs=1, optimizer=sgd(model, lr=0.0))
    assert history.loss[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("clip", [0.01, None])
def test_clip_is_by_the_norm_of_the_whole_gradient(clip):
    model = language_model()
    before = nn.utils.parameters_to_vector(model.parameters()).clone()
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    cl.fit(model, data, epochs=1, optimizer=sgd(model, lr=1.0), clip=clip)
    moved = (nn.utils.parameters_to_vector(model.parameters()) - before).norm()
    assert (moved <= 0.01 + 1e-6) == (clip is not None)


def test_history_has_an_entry_for_each_epoch_and_plots_itself():
    model = language_model()
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))] * 3
    history = cl.fit(model, data, epochs=4, valid=data)
    fields = vars(history)
    assert list(fields) == [
        "loss",
        "perplexity",
        "valid_perplexity",
        "seconds",
        "tokens_per_second",
    ]
    assert {len(values) for values in fields.values()} == {4}
    assert history.perplexity == [math.exp(loss) for loss in history.loss]
    assert min(history.seconds) > 0
    assert history.tokens_per_second[0] == pytest.approx(36 / history.seconds[0])
    lines = {line.get_label(): line for line in history.plot().get_lines()}
    assert list(lines["training part"].get_ydata()) == history.perplexity
    assert list(lines["validation part"].get_ydata()) == history.valid_perplexity
    without = cl.fit(model, data, epochs=2)
    assert all(math.isnan(value) for value in without.valid_perplexity)
    assert len(without.plot().get_lines()) == 1


def test_on_epoch_is_told_the_number_and_the_curve_so_far():
    told = []
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    cl.fit(
        language_model(),
        data,
        epochs=3,
        on_epoch=lambda epoch, history: told.append((epoch, len(history))),
    )
    assert told == [(1, 1), (2, 2), (3, 3)]


def test_on_epoch_ends_the_training_by_true_and_by_nothing_else():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    for answer, epochs in ((lambda epoch, _: epoch == 2, 2), (lambda *_: "yes", 4)):
        history = cl.fit(language_model(), data, epochs=4, on_epoch=answer)
        assert len(history) == epochs


def test_the_models_mode_is_as_it_was():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    for mode in (True, False):
        model = language_model().train(mode)
        cl.fit(model, data, epochs=1, valid=data)
        cl.perplexity(model, data)
        assert model.training is mode


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": 2.5}, TypeError, "epochs must be an int, got float"),
        ({"clip": 0}, ValueError, "clip must be above 0, or None"),
        ({"patience": 3}, ValueError, "patience needs valid batches"),
        ({"data": []}, ValueError, "data gave no batches"),
        (
            {"data": iter([])},
            TypeError,
            "data must be re-iterable, .*got list_iterator",
        ),
        ({"valid": iter([])}, TypeError, "valid must be re-iterable"),
    ],
)
def test_fit_says_what_it_expected(change, error, message):
    data = [(torch.zeros(2, 4).long(), torch.zeros(2, 4).long())]
    model = language_model()
    with pytest.raises(error, match=message):
        cl.fit(model, **({"data": data, "epochs": 1} | change))


def test_an_id_outside_the_vocabulary_is_found_in_training():
    data = [(torch.tensor([[0, 5]]), torch.tensor([[0, 1]]))]
    with pytest.raises(
        ValueError, match=r"ids must lie in 0 \.\. 4 .*got 5 at \(0, 1\)"
    ):
        cl.fit(language_model(), data, epochs=1)


def test_a_bar_shows_in_a_terminal_and_not_on_a_page(monkeypatch):
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    for name in progress.LIVE:
        monkeypatch.delenv(name, raising=False)

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream, wanted, shown in [
        (Terminal(), True, True),
        (Terminal(), False, False),
        (io.StringIO(), True, False),
    ]:
        monkeypatch.setattr(sys, "stderr", stream)
        cl.fit(language_model(), data, epochs=2, progress=wanted)
        assert ("step" in stream.getvalue()) is shown
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("JPY_SESSION_NAME", "a live notebook")
    cl.fit(language_model(), data, epochs=2)
    assert "step" in stream.getvalue()


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no CUDA device here"
)
def test_on_cuda_a_step_waits_once_and_ids_are_checked_on_the_host(story):
    model = language_model(27).cuda()
    history = cl.fit(model, cl.windows(story.train[:3000], 4, 20), epochs=2)
    assert history.loss[1] < history.loss[0]
    with pytest.raises(ValueError, match="ids must lie in"):
        cl.fit(model, [(torch.tensor([[0, 99]]), torch.tensor([[0, 1]]))], epochs=1)


def test_an_optimizer_of_a_part_trains_that_part_as_if_alone():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))] * 20
    model = language_model()
    twin = copy.deepcopy(model)
    twin.layer.requires_grad_(False)
    for each in (model, twin):
        head = torch.optim.SGD(each.head.parameters(), lr=0.1)
        cl.fit(each, data, epochs=2, optimizer=head, clip=None)
    assert torch.allclose(model.head.weight, twin.head.weight)
    other = torch.optim.SGD(language_model().parameters(), lr=0.1)
    with pytest.raises(ValueError, match="moves no parameter of this model"):
        cl.fit(model, data, epochs=1, optimizer=other)
    with pytest.raises(ValueError, match="nothing to train: NGram"):
        cl.fit(cl.NGram(torch.tensor([0, 1]), 2, 1), data, epochs=1)


def test_the_mode_of_every_part_comes_back():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    model = cl.CharLM(cl.RNN(5, 8), 5, dropout=0.5)
    model.dropout.eval()
    cl.fit(model, data, epochs=1, valid=data)
    cl.perplexity(model, data)
    assert model.training
    assert not model.dropout.training


def test_a_callback_that_calls_eval_does_not_switch_training_off():
    data = [(torch.randint(5, (2, 6)), torch.randint(5, (2, 6)))]
    modes = []

    class Noted(Recorder):
        def forward(self, x, state=None):
            modes.append(self.training)
            return super().forward(x, state)

    model = Noted()
    cl.fit(
        model,
        [(x % 3, y % 3) for x, y in data],
        epochs=3,
        on_epoch=lambda *_: model.eval(),
    )
    assert modes == [True] * 3


def test_a_stream_without_a_length_and_a_loss_that_is_no_number():
    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            yield torch.randint(5, (6,)), torch.randint(5, (6,))
            yield torch.randint(5, (6,)), torch.randint(5, (6,))

    loader = torch.utils.data.DataLoader(Stream(), batch_size=2)
    batches = [tuple(batch) for batch in loader]
    assert len(cl.fit(language_model(), loader, epochs=2)) == 2
    with pytest.raises(
        ValueError, match=r"the loss must be one number, got \(2, 6, 5\)"
    ):
        cl.fit(language_model(), batches, epochs=1, loss=lambda output, y: output)
