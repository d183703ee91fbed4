"""Layers and models inside torch.export, torch.compile, jit.trace, meta and torch.func."""

import pytest
import torch
from states import assert_equal, parts
from torch._subclasses import FakeTensorMode

import course_lib as cl

# torch's own: jit.trace is deprecated, and forward-mode derivatives call jit.script
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
# Before, torch's compiler follows no property of a NamedTuple, such as a step's state.
follows = pytest.mark.skipif(
    tuple(map(int, torch.__version__.split(".")[:2])) < (2, 13),
    reason="torch.export and torch.compile of our layers have run from torch 2.13 on",
)

V, H, B, T = 6, 5, 3, 4
MAKE = {
    "RNN": lambda **options: cl.RNN(V, H, **options),
    "LSTM both ways": lambda **options: cl.LSTM(V, H, 2, bidirectional=True, **options),
    "GRU": lambda **options: cl.GRU(V, H, **options),
    "MinGRU": lambda **options: cl.MinGRU(V, H),
}
each = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
TRACED = {
    "export": lambda model, x: torch.export.export(model, (x,)).module(),
    "jit.trace": lambda model, x: torch.jit.trace(model, (x,)),
    "compile": lambda model, x: compiled(model),
}


def compiled(model):
    torch._dynamo.reset()
    return torch.compile(model, fullgraph=True, backend="aot_eager")


def values(result):
    return result[0], *parts(result[1])


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[] if name == "jit.trace" else follows, id=name)
        for name, way in TRACED.items()
    ],
)
@pytest.mark.parametrize("ids", [True, False], ids=["CharLM", "layer"])
@each
def test_a_traced_call_gives_what_the_call_gives(make, ids, way):
    layer = make().double()
    model = cl.CharLM(layer, V).double() if ids else layer
    x = torch.randint(V, (B, T)) if ids else torch.randn(B, T, V).double()
    traced = way(model, x)
    for given in (x, x.flip(0)):
        assert_equal([values(traced(given)), values(model(given))])


@follows
@each
def test_compiled_gradients_are_the_same(make):
    model = cl.CharLM(make(), V).double()
    ids, fast = torch.randint(V, (B, T)), compiled(model)
    assert_equal(
        torch.autograd.grad(m(ids)[0].sin().sum(), list(model.parameters()))
        for m in (fast, model)
    )


@follows
def test_any_number_of_sequences_fits_an_exported_model():
    model, ids = cl.CharLM(cl.GRU(V, H), V).double(), torch.randint(V, (B, T))
    free = {"ids": {0: torch.export.Dim("B")}}
    exported = torch.export.export(model, (ids,), dynamic_shapes=free)
    more = torch.randint(V, (7, T))
    assert_equal([values(exported.module()(more)), values(model(more))])


@each
def test_without_values_there_are_shapes(make):
    model = cl.CharLM(make(device="meta") if make is not MAKE["MinGRU"] else make(), V)
    output, _ = model.to("meta")(torch.empty(B, T, dtype=torch.long, device="meta"))
    assert output.shape == (B, T, V)
    with FakeTensorMode():
        model = cl.CharLM(make(), V)
        assert model(torch.ones(B, T).long())[0].shape == (B, T, V)


@each
def test_gradients_of_each_sequence(make):
    model = cl.CharLM(make(backward="autograd"), V).double()
    weights, ids = dict(model.named_parameters()), torch.randint(V, (B, T))

    def loss(weights, row):
        logits, _ = torch.func.functional_call(model, weights, (row[None],))
        return logits.square().mean()

    together = torch.func.vmap(torch.func.grad(loss), (None, 0))(weights, ids)
    alone = [torch.autograd.grad(loss(weights, row), weights.values()) for row in ids]
    by_row = [torch.stack(rows) for rows in zip(*alone, strict=True)]
    assert_equal([together.values(), by_row])


@each
def test_the_jacobian_by_torch_func(make):
    layer, x = make(backward="autograd").double(), torch.randn(2, V).double()
    found = torch.func.jacrev(lambda x: layer(x)[0])(x)
    wanted = torch.autograd.functional.jacobian(lambda x: layer(x)[0], x)
    forwards = torch.func.jacfwd(lambda x: layer(x)[0])(x)
    assert_equal([(found, forwards), (wanted, wanted)])


def dual(layer, x):
    with torch.autograd.forward_ad.dual_level():
        return layer(torch.autograd.forward_ad.make_dual(x, x))


@pytest.mark.parametrize(
    "transform",
    [
        lambda layer, x: torch.func.vmap(layer)(x),
        lambda layer, x: torch.func.jacrev(lambda x: layer(x)[0])(x),
        lambda layer, x: torch.func.jacfwd(lambda x: layer(x)[0])(x),
        lambda layer, x: torch.autograd.functional.jacobian(
            lambda x: layer(x)[0], x, vectorize=True
        ),
        dual,
    ],
    ids=["vmap", "jacrev", "jacfwd", "vectorized", "dual numbers"],
)
@pytest.mark.parametrize("kind", [cl.RNN, cl.LSTM, cl.GRU])
def test_by_hand_it_says_what_to_do_instead(kind, transform):
    layer, x = kind(V, H), torch.randn(B, T, V)
    with pytest.raises(RuntimeError, match='expected a layer made with backward="auto'):
        transform(layer, x)
    layer.backward = "autograd"
    transform(layer, x)
    transform(cl.MinGRU(V, H), x)
