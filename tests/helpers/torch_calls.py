"""Calls that torch's layers and ours answer differently, and the table of them.

`python tests/helpers/torch_calls.py` prints the table, made by running both.
"""

import warnings

import torch
from states import parts
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import course_lib as cl

FLOATS, IDS = torch.ones(2, 3, 4), torch.tensor([[3, 1, 2], [0, 0, 1]])  # D = 4
# the call, with x of (2, 3, 4), ids of (2, 3) and layer = LSTM(4, 5, batch_first=True),
# and what to do where the other answer is wanted
CALLS = [
    (
        "LSTM(4, 5)(x)",
        "torch reads (T, B, D) unless told: say `batch_first=True` there",
    ),
    ("LSTM(4, 5, batch_first=False)", "give `x.transpose(0, 1)`"),
    (
        "LSTM(4, 5, proj_size=3)",
        "take torch's layer, which the models here read with, too",
    ),
    (
        'RNN(4, 5, nonlinearity="relu")',
        "take torch's layer, which the models here read with, too",
    ),
    ('RNN(4, 5, 1, "tanh")', "name the arguments after `num_layers`"),
    ("LSTM(4, 5, True)", "give an int"),
    ("LSTM(4, 5, dtype=torch.complex64)", "take torch's layer"),
    ('GRU(4, 5, nonlinearity="tanh", proj_size=0)', "leave them out for torch's"),
    ("layer(input=x)", "give x by its place; the state may be called `hx`"),
    ("layer(pack_sequence([x[0], x[1, :2]]))", "take torch's layer"),
    ("layer(ids)", "give torch's `one_hot(ids, 4)`"),
    ("layer(ids[0])", "give torch's `one_hot(ids[0], 4)`"),
    (
        'delattr(layer, "bias_ih_l0") or layer(x)',
        "fill it with zeros: torch goes on with what was deleted",
    ),
    (
        "torch.func.jacrev(lambda x: layer(x)[0])(x)",
        'make ours with `backward="autograd"`',
    ),
    (
        "torch.autograd.functional.hessian(lambda x: layer(x)[0].sum(), x)",
        'make ours with `backward="autograd"`',
    ),
    (
        "quantize_dynamic(nn.Sequential(layer))[0]",
        "load the state dict into torch's layer, and quantise that",
    ),
    ("torch.jit.script(layer)", "`torch.jit.trace` or `torch.export`"),
    ("torch.fx.symbolic_trace(nn.Sequential(layer))", "`torch.export`"),
    ("isinstance(layer, nn.RNNBase)", "ask for `course_lib.nn.layers.RecurrentLayer`"),
    ("layer.all_weights", "`dict(layer.named_parameters())`"),
]


def answer(library, call: str):
    """Return what a call of one library's layers gives: values, or the error's name."""
    names = {kind: getattr(library, kind) for kind in ("RNN", "LSTM", "GRU")}
    torch.manual_seed(0)
    layer = names["LSTM"](4, 5, batch_first=True)
    quantize_dynamic = torch.ao.quantization.quantize_dynamic
    given = {"layer": layer, "x": FLOATS.clone(), "ids": IDS, "nn": nn, "torch": torch}
    own = (pack_sequence, quantize_dynamic)
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", "torch's quantisation")
        try:
            return eval(call, names | given | {each.__name__: each for each in own})
        except Exception as error:
            return type(error).__name__


def in_words(value) -> str:
    """Say what came out: shapes, a kind, or an error."""
    if isinstance(value, str | bool):
        return f"`{value}`"
    if isinstance(value, tuple):
        output, state = value[0], parts(value[1])
        if not isinstance(output, torch.Tensor):
            return f"output a `{type(output).__name__}`"
        return f"output {tuple(output.shape)}, h {tuple(state[0].shape)}"
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)}"
    kind = getattr(value, "_get_name", lambda: type(value).__name__)()
    return f"{'an' if kind in ('RNN', 'LSTM') else 'a'} `{kind}`"


def table() -> str:
    """Return the table in Markdown, from running every call by both."""
    version = ".".join(torch.__version__.split(".")[:2])
    rows = [f"Made by running both, with PyTorch {version}:", ""]
    rows += ["| call | `torch.nn` | `course_lib` | what to do |", "| --- " * 4 + "|"]
    for call, instead in CALLS:
        answers = [in_words(answer(library, call)) for library in (nn, cl)]
        rows.append(f"| `{call}` | {' | '.join(answers)} | {instead} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
