"""The layers, against torch's own: outputs, states, all gradients, state dicts."""

import pytest
import torch
from states import assert_equal, outcome, parts, random_state

import course_lib as cl

PAIRS = [(cl.RNN, torch.nn.RNN), (cl.LSTM, torch.nn.LSTM), (cl.GRU, torch.nn.GRU)]
B, D, H = 3, 4, 5


def pair(ours, theirs, **options):
    """Return our layer and torch's in float64 with one set of weights."""
    torch.manual_seed(2)
    mine = ours(D, H, **options)
    other = theirs(D, H, batch_first=True, **options)
    other.load_state_dict(mine.state_dict())
    return mine.double(), other.double()


@pytest.mark.parametrize("given", [False, True], ids=["zeros", "given"])
@pytest.mark.parametrize("T", [1, 2, 9])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_parity(ours, theirs, bias, num_layers, bidirectional, T, given):
    options = {"bias": bias, "num_layers": num_layers, "bidirectional": bidirectional}
    layers = pair(ours, theirs, **options)
    x = torch.randn(B, T, D, dtype=torch.float64)
    runs = num_layers * (2 if bidirectional else 1)
    start = random_state(layers[0].cell, runs, B, H) if given else None
    assert_equal([outcome(layer, x, start) for layer in layers])


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_weights_and_state_dicts_are_torchs(ours, theirs, bias, bidirectional):
    options = {"num_layers": 2, "bias": bias, "bidirectional": bidirectional}
    torch.manual_seed(7)
    mine = ours(D, H, **options)
    torch.manual_seed(7)
    other = theirs(D, H, batch_first=True, **options)
    assert list(mine.state_dict()) == list(other.state_dict())
    for p, q in zip(mine.parameters(), other.parameters(), strict=True):
        assert torch.equal(p, q)
    mine.load_state_dict(theirs(D, H, **options).state_dict())
    other.load_state_dict(mine.state_dict())


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dtype", [torch.int64, torch.int32])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_token_ids_are_one_hot_rows(ours, theirs, dtype, bidirectional):
    layer = ours(D, H, num_layers=2, bidirectional=bidirectional).double()
    ids = torch.randint(D, (B, 7), dtype=dtype)
    results = []
    for x in (ids, cl.one_hot(ids, D).double()):
        output, state = layer(x)
        total = (output**2).sum() + sum(part.sum() for part in parts(state))
        gradients = torch.autograd.grad(total, list(layer.parameters()))
        results.append((output, *parts(state), *gradients))
    assert_equal(results)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_gradcheck(ours, theirs):
    layer = ours(2, 3, num_layers=2, bidirectional=True).double()
    x = torch.randn(2, 3, 2, dtype=torch.float64, requires_grad=True)
    start = parts(random_state(layer.cell, 4, 2, 3))

    def call(x, *rest):
        state = rest[: len(start)]
        output, end = layer(x, state if len(state) > 1 else state[0])
        return output, *parts(end)

    assert torch.autograd.gradcheck(call, (x, *start, *layer.parameters()))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_layer_is_its_cell_over_time(ours, theirs):
    layer = ours(D, H).double()
    cell = layer.cell(D, H).double()
    state_dict = layer.state_dict()
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in state_dict.items()})
    x, state, states = torch.randn(B, 6, D).double(), None, []
    for t in range(6):
        step = cell.step(x[:, t], state)
        state = step.state if len(step.state) > 1 else step.h
        states.append(step.h)
    assert torch.allclose(layer(x)[0], torch.stack(states, 1), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_dropout_lies_between_layers_and_only_in_training(ours, theirs):
    x = torch.randn(B, 6, D)
    with pytest.warns(UserWarning, match="dropout=0.5 does nothing with num_layers=1"):
        single = ours(D, H, dropout=0.5)
    assert torch.equal(single(x)[0], single(x)[0])
    double = ours(D, H, num_layers=2, dropout=0.5)
    assert not torch.equal(double(x)[0], double(x)[0])
    double.eval()
    assert torch.equal(double(x)[0], double(x)[0])
    everything = ours(D, H, num_layers=2, dropout=1.0)
    x_other = torch.randn(B, 6, D)
    assert torch.equal(everything(x)[0], everything(x_other)[0])


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_inputs_need_not_be_contiguous(ours, theirs):
    layer = ours(D, H)
    x = torch.randn(6, D, B).permute(2, 0, 1)
    assert torch.equal(layer(x)[0], layer(x.contiguous())[0])


@pytest.mark.parametrize(
    ("x", "state", "error", "message"),
    [
        (
            torch.ones(2, 3, 9),
            None,
            ValueError,
            r"\(B, T, 4\) floats or \(B, T\) token ",
        ),
        (torch.ones(2, 3), None, ValueError, r"got \(2, 3\) of float32"),
        (torch.ones(2, 3, 4).long(), None, ValueError, r"got \(2, 3, 4\) of int64"),
        (torch.ones(2, 0, 4), None, ValueError, r"T at least 1, got \(2, 0, 4\)"),
        (torch.tensor([[0, 4]]), None, ValueError, r"0 \.\. 3 .*got 4 at \(0, 1\)"),
        (
            torch.ones(2, 3, 4),
            torch.ones(1, 3, 5),
            ValueError,
            r"\(1, 2, 5\) floats, got",
        ),
        (
            torch.ones(2, 3, 4),
            torch.ones(2, 5),
            ValueError,
            r"\(1, 2, 5\) .*got \(2, 5\)",
        ),
        ([[[1.0]]], None, TypeError, "x must be a torch.Tensor, got list"),
        (torch.ones(2, 3, 4), 0, TypeError, "state h must be a torch.Tensor, got int"),
    ],
)
def test_a_layer_says_what_it_expected(x, state, error, message):
    with pytest.raises(error, match=message):
        cl.RNN(D, H)(x, state)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_layers": 0}, "num_layers must be at least 1, got 0"),
        ({"dropout": 1.5}, r"dropout must be in 0 \.\. 1, got 1.5"),
        ({"batch_first": False}, r"batch_first must be True, got False: .*transpose"),
        ({"nonlinearity": "relu"}, "must be 'tanh', got 'relu': torch.nn.RNN has"),
        ({"proj_size": 3}, "proj_size must be 0, got 3: torch.nn.LSTM has projections"),
        ({"dtype": torch.int64}, "dtype must be a type of floats, got torch.int64"),
        (
            {"backward": "magic"},
            "must be one of auto, compiled, hand, autograd, got 'magic'",
        ),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        cl.RNN(D, H, **options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((4, 5, 1, "relu"), "bias must be True or False, got 'relu'"),
        ((4, 5, 2, True, 0.5), "batch_first must be True or False, got 0.5"),
        (
            (4, 5, 2, True, True, True),
            r"dropout must be a number in 0 \.\. 1, got True",
        ),
        ((4, 5, 2, True, True, 0.5, 1), "bidirectional must be True or False, got 1"),
    ],
)
def test_no_positional_argument_is_taken_for_another(arguments, message):
    with pytest.raises(TypeError, match=message):
        cl.RNN(*arguments)


@pytest.mark.parametrize("backward", ["hand", "autograd"])
@pytest.mark.parametrize("name", ["weight_hh_l0", "bias_ih_l0", "bias_hh_l1_reverse"])
def test_a_weight_that_was_taken_away_is_missed(name, backward):
    layer = cl.LSTM(D, H, 2, bidirectional=True, backward=backward)
    delattr(layer, name)
    with pytest.raises(ValueError, match=f"both biases or none, got no {name}"):
        layer(torch.ones(2, 3, D))


def test_a_weight_that_does_not_fit_is_named():
    layer = cl.GRU(D, H)
    layer.weight_hh_l0 = torch.nn.Parameter(layer.weight_hh_l0.detach().double())
    with pytest.raises(ValueError, match=r"weight_hh of a layer must be .*float64"):
        layer(torch.ones(2, 3, D))


@pytest.mark.parametrize("kind", [cl.LSTM, cl.LSTMCell, cl.MinGRU])
def test_torchs_quantisation_says_what_it_passes_by(kind):
    with pytest.warns(UserWarning, match=f"passes by course_lib's {kind.__name__}"):
        kind(D, H).qconfig = None
    with pytest.raises(TypeError, match="which stays in floats"):
        kind(D, H).qconfig = object()
    assert not hasattr(kind(D, H), "qconfig")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_quantize_dynamic_does_not_leave_a_layer_as_it_is_without_a_word():
    quantize = torch.ao.quantization.quantize_dynamic
    model = cl.CharLM(cl.LSTM(D, H), D)
    with pytest.warns(UserWarning, match="load its state dict into torch.nn.LSTM"):
        quantize(model)
    torchs = cl.CharLM(torch.nn.LSTM(D, H, batch_first=True), D)
    torchs.load_state_dict(model.state_dict())
    small, ids = quantize(torchs), torch.randint(D, (2, 6))
    first, state = small(ids[:, :3])
    second, _ = small(ids[:, 3:], state)
    whole, _ = model(ids)
    assert torch.allclose(torch.cat([first, second], 1), whole, atol=0.02)


def test_its_repr_names_what_is_unusual():
    layer = cl.RNN(4, 5, num_layers=2, bidirectional=True)
    assert repr(layer) == "RNN(4, 5, num_layers=2, bidirectional=True)"
    assert repr(cl.GRU(4, 5, backward="autograd")) == "GRU(4, 5, backward='autograd')"


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no CUDA device here"
)
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_parity_on_cuda(ours, theirs):
    layers = [layer.cuda() for layer in pair(ours, theirs, num_layers=2)]
    x = torch.randn(B, 9, D, dtype=torch.float64, device="cuda")
    assert_equal([outcome(layer, x, None) for layer in layers])
