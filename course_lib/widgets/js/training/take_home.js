/* Taking a trained network home as a file, bringing one, and the same in the library. */

import { wordsButton } from "../controls.js";
import { el, say } from "../dom.js";
import { BadFile, checkSize, readModel, writeModel } from "./model_file.js";
import { KINDS } from "./settings.js";

/* The program that trains such a network with the library. */
export function program({ python, network, windows, cut, steps, file }) {
  const { rate, clip, seed } = network;
  const epochs = Math.max(1, Math.round(steps / windows));
  return [
    "import torch", "import course_lib as cl", "", ...python,
    `torch.manual_seed(${seed})`, ...file ? fromFile(file) : fromNothing(network),
    "train, fresh = cl.split(vocab.encode(text), (0.9, 0.1))",
    `adam = torch.optim.Adam(model.parameters(), lr=${rate})`,
    `data = cl.windows(train, batch_size=${cut.B}, num_steps=${cut.T})`,
    `cl.fit(model, data, epochs=${epochs}, optimizer=adam, clip=${clip > 1e9 ? "None" : clip})`,
    `score = cl.windows(fresh, batch_size=${cut.fresh.B}, num_steps=${cut.fresh.T})`,
    "print(cl.perplexity(model, score))",
  ].join("\n");
}

/* A model with weights that are drawn. */
function fromNothing({ kind, H, forgetBias }) {
  const bias = kind === "lstm" && forgetBias !== null;
  return [
    "vocab = cl.Vocab(text)",
    `model = cl.CharLM(cl.${KINDS[kind]}(len(vocab), ${H}), len(vocab))`,
    ...bias ? [`cl.forget_bias(model.layer, ${forgetBias})`] : [],
  ];
}

/* A model out of a file, and what it knows of the text. */
const fromFile = (file) => [
  `saved = cl.load(${JSON.stringify(file)})`,
  "vocab, model = saved.vocab, saved.model",
  'text = "".join(c for c in text if c in vocab.tokens)',
];

export class TakeHome {
  /* acts: save(n) gives what writeModel takes, or null; open(model, name) takes over one that was
     read; program() gives the lines of the library. */
  constructor(acts) {
    this.acts = acts;
    this.saves = el("span", { class: "buttons" });
    this.file = el("input", { type: "file", accept: ".safetensors" });
    this.file.addEventListener("change", () => this.read());
    this.note = el("p", { class: "note", role: "status" });
    this.code = el("pre", { tabindex: "0", "aria-label": "The same in Python" });
    this.details = el("details", {}, el("summary", {}, "The same with course_lib, in Python"),
      this.code);
    this.details.addEventListener("toggle", () => this.write());
    this.box = el("div", { class: "home" }, this.saves,
      el("label", {}, "Open a model file ", this.file), this.note, this.details);
  }

  /* A button for each network. */
  build(names) {
    this.saves.replaceChildren(...names.map((name, n) =>
      wordsButton(`Save the ${name}`, () => this.save(n))));
  }

  write() {
    if (this.details.open) say(this.code, this.acts.program());
  }

  async save(n) {
    const saved = await this.acts.save(n);
    if (!saved) return;
    const { name, model } = saved;
    const bytes = writeModel(model);
    const address = URL.createObjectURL(new Blob([bytes]));
    const link = el("a", { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say(this.note, `Saved as ${name}, which cl.load("${name}") reads.`);
  }

  async read() {
    const [file] = this.file.files;
    if (!file) return;
    try {
      checkSize(file.size);
      const model = readModel(new Uint8Array(await file.arrayBuffer()));
      say(this.note, "");
      this.acts.open(model, file.name);
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      say(this.note, `${error.message} Nothing was changed.`);
    }
    this.file.value = "";
  }
}
