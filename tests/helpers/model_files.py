"""Model files for the training bench: made by the library, and read or written by the page."""

import base64
import zlib

import torch
from torch import nn

import course_lib as cl
from course_lib.files import format
from course_lib.pretrained.kinds import describe, vars_of
from course_lib.pretrained.state import state_of
from course_lib.version import VERSION

TEXT = 'Gate by gate.\n\t"\\\0 é e\u0301 灯 🙂 אב'
VOCAB = cl.Vocab(TEXT)
V, H = len(VOCAB), 12
NAMES = {
    "W_ih": "layer.weight_ih_l0",
    "W_hh": "layer.weight_hh_l0",
    "b_ih": "layer.bias_ih_l0",
    "b_hh": "layer.bias_hh_l0",
    "W_out": "head.weight",
    "b_out": "head.bias",
}
OURS = {"rnn": cl.RNN, "lstm": cl.LSTM, "gru": cl.GRU}
TORCHS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
WRITE = """async ([model, texts]) => {
  const { writeModel } = await import("/training/model_file.js");
  const { decode } = await import("/numerics.js");
  const weights = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, decode(text, "float32")]));
  const bytes = writeModel({ ...model, weights });
  return btoa(String.fromCharCode(...bytes));
}"""
COPY = "take another copy of it."
UNFIT = f"Expected a whole file, got one whose header does not fit it: {COPY}"
CUT = f"Expected a whole file, got one that is cut short: {COPY}"
DAMAGED = f"Expected a whole file, got one that is damaged: {COPY}"
READ = """async (files) => {
  const { BadFile, readModel } = await import("/training/model_file.js");
  const bytesOf = async (file) => (await fetch(`data:;base64,${file}`)).arrayBuffer();
  const all = await Promise.all(files.map(bytesOf));
  return all.map((bytes) => {
    try {
      const { weights, ...model } = readModel(new Uint8Array(bytes));
      return { ...model, weights: Object.fromEntries(Object.entries(weights).map(
        ([name, numbers]) => [name, [numbers.constructor.name, ...numbers]])) };
    } catch (error) {
      return [error instanceof BadFile ? "BadFile" : String(error), error.message];
    }
  });
}"""


def packed(numbers):
    """Return a tensor's numbers as base64 of float32."""
    return base64.b64encode(numbers.detach().float().numpy().tobytes()).decode()


def written(tab, model, kind, vocab=VOCAB):
    """Return the file that the page writes of a model."""
    state = model.state_dict()
    said = {
        "kind": kind,
        "H": model.layer.hidden_size,
        "vocab": list(vocab.tokens),
        "versions": {"course_lib": VERSION, "torch": torch.__version__},
    }
    texts = {ours: packed(state[name]) for ours, name in NAMES.items()}
    return base64.b64decode(tab.evaluate(WRITE, [said, texts]))


def read(tab, *files):
    """Return what the page reads in files: a model, or ["BadFile", its message]."""
    return tab.evaluate(READ, [base64.b64encode(file).decode() for file in files])


def saved(path, model, vocab=VOCAB, **beside):
    """Return the file that the library writes of a model."""
    cl.save(path, model, vocab, **beside)
    return path.read_bytes()


def char_lm(kind, layers=OURS, **options):
    """Return an untrained model of one of the three kinds, ours or torch's."""
    more = {} if layers is OURS else {"batch_first": True}
    return cl.CharLM(layers[kind](V, H, **more, **options), V)


def forged(data):
    """Return bytes with the checksum that fits them."""
    start, stop = format.CRC32.start, format.CRC32.stop
    mark = f"{zlib.crc32(data[:start] + format.BLANK + data[stop:]):08x}"
    return data[:start] + mark.encode() + data[stop:]


def content_of(model, known=VOCAB):
    """Return what a file says of a model, as `cl.save` makes it."""
    said = {"model": describe(model), **state_of(model)}
    said["vocab"] = None if known is None else vars_of(known)
    return said | {"optimizer": None, "history": None, "random": {}}


def file_of(model, known=VOCAB, **changed):
    """Return the file of a model, some of whose content is changed."""
    return format.to_bytes("model", content_of(model, known) | changed)
