"""CharLM over our layers and torch's."""

import pytest
import torch
from torch import nn

import course_lib as cl

V, H, D = 6, 5, 4


def layers():
    """Return one layer of each family that a CharLM takes."""
    return [
        cl.RNN(V, H),
        nn.RNN(V, H, batch_first=True),
        nn.GRU(V, H, batch_first=True),
        nn.LSTM(V, H, batch_first=True),
        nn.LSTM(V, H, num_layers=2, batch_first=True, bidirectional=True),
        nn.LSTM(V, H, batch_first=True, proj_size=3),
    ]


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
@pytest.mark.parametrize("layer", layers(), ids=str)
def test_it_gives_logits_for_every_step_and_carries_its_state(layer):
    model = cl.CharLM(layer, V)
    ids = torch.randint(V, (3, 8))
    logits, _ = model(ids)
    assert logits.shape == (3, 8, V)
    if not layer.bidirectional:
        first, state = model(ids[:, :5])
        second, _ = model(ids[:, 5:], state)
        assert torch.allclose(torch.cat([first, second], 1), logits, atol=1e-6)


def test_ours_and_torchs_give_the_same_logits_from_the_same_weights():
    ours = cl.CharLM(cl.RNN(V, H), V).double()
    theirs = cl.CharLM(nn.RNN(V, H, batch_first=True), V).double()
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(V, (3, 8))
    for mine, other in zip(ours(ids), theirs(ids), strict=True):
        assert torch.allclose(mine, other, rtol=0, atol=1e-12)


def test_dropout_works_in_training_only():
    model = cl.CharLM(cl.RNN(V, H), V, dropout=0.5)
    ids = torch.randint(V, (3, 8))
    assert not torch.equal(model(ids)[0], model(ids)[0])
    model.eval()
    assert torch.equal(model(ids)[0], model(ids)[0])


@pytest.mark.parametrize(
    ("layer", "size", "error", "message"),
    [
        (nn.RNN(V, H), V, ValueError, "must have batch_first=True"),
        (cl.RNN(V, H), 7, ValueError, "expected 7, got 6"),
        (nn.Linear(V, H), V, TypeError, "recurrent layer .*got Linear"),
        (cl.RNNCell(V, H), V, TypeError, "got RNNCell"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(layer, size, error, message):
    with pytest.raises(error, match=message):
        cl.CharLM(layer, size)


@pytest.mark.parametrize("layer", layers()[:4], ids=str)
@pytest.mark.parametrize(
    ("ids", "state", "error", "message"),
    [
        (
            torch.tensor([1, 2]),
            None,
            ValueError,
            r"\(B, T\) with no size 0, got \(2,\)",
        ),
        (torch.zeros(2, 0).long(), None, ValueError, r"got \(2, 0\)"),
        (torch.tensor([[1, 6]]), None, ValueError, r"0 \.\. 5 .*got 6 at \(0, 1\)"),
        (torch.ones(2, 3), None, TypeError, "int64 token ids, got torch.float32"),
        ([[1]], None, TypeError, "must be a torch.Tensor, got list"),
        (torch.ones(2, 3).long(), 4, ValueError, r"\(1, 2, .*got \(1, 4, 5\)"),
    ],
)
def test_it_says_what_it_expected(layer, ids, state, error, message):
    model = cl.CharLM(layer, V)
    if state is not None:  # a state of another batch
        state = torch.zeros(1, state, H)
        state = (state, state) if isinstance(layer, nn.LSTM) else state
    with pytest.raises(error, match=message):
        model(ids, state)


@pytest.mark.parametrize("layer", layers()[:4], ids=str)
def test_a_state_of_another_kind_or_width_is_refused(layer):
    model, h = cl.CharLM(layer, V), torch.zeros(1, 2, H)
    pair = isinstance(layer, nn.LSTM)
    wide = torch.zeros(1, 2, H + 1)
    with pytest.raises(
        ValueError, match=r"state h must be \(1, 2, 5\).*got \(1, 2, 6\)"
    ):
        model(torch.ones(2, 3).long(), (wide, wide) if pair else wide)
    with pytest.raises(TypeError, match="state must be a t"):
        model(torch.ones(2, 3).long(), h if pair else (h, h))
    with pytest.raises(ValueError, match=r"must be torch\.float32.*got torch\.float64"):
        model(torch.ones(2, 3).long(), (h.double(), h.double()) if pair else h.double())


@pytest.mark.parametrize("make", [cl.RNN, cl.LSTM, cl.GRU])
def test_bfloat16_autocast_takes_any_input(make):
    layer = make(V, H)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output, _ = layer(torch.randn(2, 3, V))
    assert output.isfinite().all()
    with pytest.raises(
        ValueError, match=r"x must be torch\.float32, as the weights are"
    ):
        layer(torch.randn(2, 3, V).double())


HEADED = [cl.RNN(D, H), nn.GRU(D, H, batch_first=True), cl.LSTM(D, H)]


@pytest.mark.parametrize("layer", HEADED, ids=str)
def test_many_to_one_is_the_head_on_the_last_step_and_every_step_on_each(layer):
    x = torch.randn(3, 7, D)
    one, each = cl.ManyToOne(layer, 4), cl.EveryStep(layer, 4)
    each.load_state_dict(one.state_dict())
    output, state = each(x)
    assert output.shape == (3, 7, 4)
    assert torch.allclose(one(x), output[:, -1], rtol=0, atol=1e-6)
    first, state = each(x[:, :4])
    second, _ = each(x[:, 4:], state)
    assert torch.allclose(torch.cat([first, second], 1), output, atol=1e-6)


@pytest.mark.parametrize("family", [cl.LSTM, nn.LSTM])
def test_many_to_one_both_ways_takes_the_last_h_of_each_direction(family):
    options = {} if family is cl.LSTM else {"batch_first": True}
    layer = family(D, H, num_layers=2, bidirectional=True, **options)
    model, x = cl.ManyToOne(layer, 2), torch.randn(3, 7, D)
    _, (h, _) = layer(x)
    last = torch.cat([h[-2], h[-1]], dim=-1)  # (B, 2H)
    assert torch.allclose(model(x), model.head(last), atol=1e-6)


@pytest.mark.parametrize("model", [cl.ManyToOne, cl.EveryStep])
def test_ids_are_read_as_one_hot_rows_by_ours_and_by_torchs(model):
    ours, theirs = model(cl.GRU(D, H), 2), model(nn.GRU(D, H, batch_first=True), 2)
    theirs.load_state_dict(ours.state_dict())
    ids = torch.randint(D, (3, 7))
    for x in (ids, cl.one_hot(ids, D)):
        assert torch.allclose(answer(ours, x), answer(theirs, x), atol=1e-6)


@pytest.mark.parametrize("model", [cl.ManyToOne, cl.EveryStep])
def test_heads_drop_out_in_training_only_and_say_what_they_expected(model):
    layer = nn.RNN(D, H, batch_first=True)
    with pytest.raises(TypeError, match="recurrent layer .*got Linear"):
        model(nn.Linear(D, H), 2)
    with pytest.raises(ValueError, match="must have batch_first=True"):
        model(nn.RNN(D, H), 2)
    with pytest.raises(ValueError, match="output_size must be at least 1, got 0"):
        model(layer, 0)
    with pytest.raises(ValueError, match=rf"x must be \(B, T, {D}\) floats"):
        model(layer, 2)(torch.rand(3, 7, D + 1))
    with pytest.raises(TypeError, match=r"x must be a torch.Tensor, got list"):
        model(layer, 2)([[1, 2]])
    dropped, x = model(layer, 2, dropout=0.5), torch.randn(3, 7, D)
    assert not torch.equal(answer(dropped, x), answer(dropped, x))
    dropped.eval()
    assert torch.equal(answer(dropped, x), answer(dropped, x))


def answer(model, x):
    """Return what a model says, without the state that it may give too."""
    output = model(x)
    return output[0] if isinstance(output, tuple) else output


MODELS = {
    "CharLM": (lambda: cl.CharLM(cl.GRU(V, H), V), torch.ones(2, 3).long()),
    "of torch's": (lambda: cl.CharLM(nn.GRU(V, H, batch_first=True), V), None),
    "Attending": (lambda: cl.Attending(D, H, 2), torch.rand(2, 3, D)),
    "ManyToOne": (lambda: cl.ManyToOne(cl.MinGRU(D, H), 2), torch.rand(2, 3, D)),
    "EveryStep": (lambda: cl.EveryStep(nn.RNN(D, H, batch_first=True), 2), None),
}


@pytest.mark.parametrize(("make", "x"), MODELS.values(), ids=MODELS)
def test_what_lies_elsewhere_or_is_one_sequence_is_refused(make, x):
    model = make()
    if x is None:
        x = (
            torch.ones(2, 3).long()
            if isinstance(model, cl.CharLM)
            else torch.rand(2, 3, D)
        )
    with pytest.raises(
        ValueError, match="must be on cpu, as the weights are, got meta"
    ):
        model(x.to("meta"))
    with pytest.raises(ValueError, match=r"must be \(B, T"):
        model(x[0])
    if x.is_floating_point():
        with pytest.raises(
            ValueError, match="must be torch.float32, as the weights are"
        ):
            model(x.double())


@pytest.mark.parametrize("dropout", [True, "0.5", torch.tensor(0.5)])
@pytest.mark.parametrize("model", [cl.CharLM, cl.ManyToOne, cl.EveryStep])
def test_dropout_is_a_number(model, dropout):
    with pytest.raises(TypeError, match=r"dropout must be a number in 0 \.\. 1, got"):
        model(cl.GRU(V, H), V, dropout)
    with pytest.raises(ValueError, match=r"dropout must be in 0 \.\. 1, got 1.5"):
        model(cl.GRU(V, H), V, dropout=1.5)


@pytest.mark.parametrize("layer", [cl.LSTM(V, H), nn.LSTM(V, H, batch_first=True)])
def test_a_state_may_be_a_list(layer):
    model, ids = cl.CharLM(layer, V), torch.randint(V, (2, 3))
    _, state = model(ids)
    assert torch.equal(model(ids, list(state))[0], model(ids, state)[0])
