/* The library's file format 2 in the page: a model of characters, to bytes and back.

   What a file is, course_lib/files/format.py says: a safetensors file whose header holds
   a text, JSON again, and a checksum. H units, V tokens, G blocks of weights; a model is
   { kind: "rnn", "lstm" or "gru", H, vocab: [tokens], weights }, its weights Float32Arrays
   in torch's order: W_ih (G*H, V), W_hh (G*H, H), b_ih, b_hh (G*H), W_out (V, H), b_out (V). */

import { half } from "../half.js";

/* A file that is not read; its message is a sentence for the reader. */
export class BadFile extends Error {}

const BEGINNING = '{"__metadata__":{"course_lib":"{\\"crc32\\":\\"';
const DIGITS = 8 + BEGINNING.length;  // where the checksum's eight digits are
const GATES_OF = { RNN: 1, LSTM: 4, GRU: 3 };
const STORED = new Map([["F16", Uint16Array], ["F32", Float32Array], ["F64", Float64Array]]);
const MODEL = "a CharLM of one RNN, LSTM or GRU layer";
const WHOLE = "a whole file";
const COPY = "take another copy of it";
const VOCAB = "a model saved with its vocabulary of characters";

function refuseIf(isSo, expected, got, advice = "save such a model with cl.save") {
  if (!isSo) return;
  throw new BadFile(`Expected ${expected}, got ${String(got).slice(0, 60)}: ${advice}.`);
}

/* The weights of a model: their names here, those in a file, and their shapes. */
const layout = (G, H, V) => [
  ["W_ih", "layer.weight_ih_l0", [G * H, V]], ["W_hh", "layer.weight_hh_l0", [G * H, H]],
  ["b_ih", "layer.bias_ih_l0", [G * H]], ["b_hh", "layer.bias_hh_l0", [G * H]],
  ["W_out", "head.weight", [V, H]], ["b_out", "head.bias", [V]],
];

const CRC = Int32Array.from({ length: 256 }, (_, k) => {
  for (let bit = 0; bit < 8; bit++) k = (k >>> 1) ^ (k & 1 && 0xedb88320);
  return k;
});

/* The CRC-32 of a file, its own eight digits taken as zeros, in eight digits. */
function checksum(bytes) {
  let crc = -1;
  for (let k = 0; k < bytes.length; k++) {
    const byte = k >= DIGITS && k < DIGITS + 8 ? 48 : bytes[k];
    crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

const latin = (bytes, start, end) => String.fromCharCode(...bytes.subarray(start, end));

const encoded = (text) => new TextEncoder().encode(text);

/* What a file says of a model beside its numbers, as `cl.save` does: the sizes, and no state
   of random numbers, no optimizer and no history. */
function contentOf(name, H, vocab, parts) {
  const V = vocab.length;
  const sizes = { input_size: V, hidden_size: H, num_layers: 1, bias: true, bidirectional: false };
  const layer = { kind: `course_lib.${name}`, options: sizes };
  return {
    model: { kind: "CharLM", options: { layer, vocab_size: V } },
    weights: Object.fromEntries(parts.map(([, at]) => [at, { $tensor: at }])),
    evaluating: [], frozen: [], tied: [],
    vocab: { tokens: vocab, unit: "char", unknown: null },
    optimizer: null, history: null, random: null,
  };
}

/* The bytes of a file that `cl.load` reads; versions: { course_lib, torch }. */
export function writeModel({ kind, H, vocab, weights, versions }) {
  const name = kind.toUpperCase();
  const parts = layout(GATES_OF[name], H, vocab.length);
  const content = contentOf(name, H, vocab, parts);
  const said = { crc32: "00000000", format: 2, kind: "model", versions, content };
  const header = { __metadata__: { course_lib: JSON.stringify(said) } };
  let size = 0;
  for (const [ours, at, shape] of parts) {
    const data_offsets = [size, size += 4 * weights[ours].length];
    header[at] = { dtype: "F32", shape, data_offsets };
  }
  const text = encoded(JSON.stringify(header));
  const start = (text.length + 15) & -8;  // with spaces before it, a multiple of 8
  const bytes = new Uint8Array(start + size).fill(32, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  new Float32Array(bytes.buffer, start).set(parts.flatMap(([ours]) => [...weights[ours]]));
  bytes.set(encoded(checksum(bytes)), DIGITS);
  return bytes;
}

/* Throw a BadFile for too many bytes, before they are read. */
export function checkSize(size) {
  const got = `one of ${Math.ceil(size / 1e6)} MB`;
  refuseIf(size > 8e6, "a file of at most 8 MB", got, "save the model without its optimizer");
}

/* The model in a file's bytes, a Uint8Array; throws a BadFile, and nothing else. */
export function readModel(bytes) {
  checkSize(bytes.length);
  refuseIf(latin(bytes, 0, 4) === "PK\x03\x04", "a file of format 2",
    "a zip file, as version 0.1 wrote them", "read it with cl.load and write it with cl.save");
  const head = latin(bytes, 8, DIGITS);
  refuseIf(!head || !BEGINNING.startsWith(head), "a file that cl.save wrote",
    bytes.length ? "one of another program" : "an empty one", "choose another file");
  const fits = checksum(bytes) === latin(bytes, DIGITS, DIGITS + 8);
  try {
    return modelOf(opened(bytes, fits));
  } catch (error) {
    if (error instanceof BadFile) throw error;
    refuseIf(!fits, WHOLE, "one that is damaged", COPY);
    return refuseIf(true, WHOLE, "one whose header does not fit it", COPY);
  }
}

/* Throw an Error, of which readModel makes a sentence. */
function mustBe(isSo) {
  if (!isSo) throw new Error();
}

/* What a file says beside its tensors, those tensors' places, and their bytes. */
function opened(bytes, fits) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = 8 + Number(view.getBigUint64(0, true));
  const size = bytes.length - start;
  refuseIf(size < 0, WHOLE, "one that is cut short", COPY);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
  const { __metadata__: { course_lib: said }, ...places } = JSON.parse(text);
  const spans = Object.values(places).map((place) => place.data_offsets);
  spans.sort(([a, b], [c, d]) => a - c || b - d);
  let end = 0;
  for (const [a, b] of spans) {
    mustBe(a === end && b >= a);
    end = b;
  }
  refuseIf(end > size, WHOLE, "one that is cut short", COPY);
  mustBe(fits && end === size);
  return { said: JSON.parse(said), places, data: bytes.subarray(start) };
}

/* The model that a file says it holds, checked part by part. */
function modelOf({ said: { format, kind, content }, places, data }) {
  refuseIf(format !== 2, "a file of format 2", `format ${format}`, "open it in a newer page");
  refuseIf(kind === "run", "a model", "a checkpoint of a run", "save its model with cl.save");
  mustBe(kind === "model");
  const { model, vocab, weights } = content;
  refuseIf(model.kind !== "CharLM", MODEL, `a ${model.kind}`);
  const { layer } = model.options;
  const name = layerOf(layer);
  const { hidden_size: H, bias } = layer.options;
  checkVocab(vocab);
  const found = {};
  for (const [ours, at, shape] of layout(GATES_OF[name], H, vocab.tokens.length)) {
    const isLeftOut = !bias && at.startsWith("layer.bias");
    found[ours] = isLeftOut ? new Float32Array(shape[0])
      : numbersOf(at, shape, places[weights[at]?.$tensor], data);
  }
  mustBe(Object.keys(weights).length === (bias ? 6 : 4));
  return { kind: name.toLowerCase(), H, vocab: vocab.tokens, weights: found };
}

/* The name of a layer, ours or torch's, whose weights mean the same. */
function layerOf({ kind, options }) {
  const { num_layers, bidirectional, proj_size, nonlinearity, hidden_size: H } = options;
  const name = Object.keys(GATES_OF).find((each) => (
    kind === `course_lib.${each}` || kind === `torch.nn.${each}`));
  refuseIf(!name, MODEL, `a layer ${kind}`);
  refuseIf(num_layers !== 1, MODEL, `${num_layers} layers`);
  refuseIf(bidirectional, MODEL, "a bidirectional one");
  refuseIf(proj_size, MODEL, "one with projections");
  refuseIf(nonlinearity === "relu", MODEL, "one with ReLU");
  const nearest = Math.max(8, Math.min(128, H & -4));
  refuseIf(H !== nearest, "8, 12, 16, ... or 128 units", H);
  return name;
}

function checkVocab(vocab) {
  refuseIf(!vocab, VOCAB, "one without");
  const { tokens, unit, unknown } = vocab;
  refuseIf(unit !== "char", VOCAB, "one of words");
  refuseIf(unknown !== null, VOCAB, "one with an unknown token");
  const V = tokens.length;
  refuseIf(!(V > 1 && V <= 400), "a vocabulary of 2 to 400 characters", V);
  const odd = tokens.find((token) => !token.match(/^\P{Cs}$/u));
  refuseIf(odd !== undefined, VOCAB, `the token ${JSON.stringify(odd)}`);
  refuseIf(new Set(tokens).size !== V, VOCAB, "a token twice");
}

/* The numbers of one tensor, copied. */
function numbersOf(at, shape, place, data) {
  refuseIf(!place, `weights ${at}`, "a file without them");
  refuseIf(`${place.shape}` !== `${shape}`, `weights ${at} of shape ${shape}`, place.shape);
  const Stored = STORED.get(place.dtype);
  refuseIf(!Stored, "weights of type F16, F32 or F64", place.dtype);
  const stored = new Stored(data.slice(...place.data_offsets).buffer);
  mustBe(stored.length === shape.reduce((n, m) => n * m));
  const numbers = Float32Array.from(stored, Stored === Uint16Array ? half : Number);
  refuseIf(!numbers.every(Number.isFinite), "finite weights", "NaN or infinity");
  return numbers;
}
