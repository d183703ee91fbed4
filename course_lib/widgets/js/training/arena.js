/* One memory for all numbers of a network, and the kernels that work in it: compiled from
   kernels/*.c to WebAssembly, or the same in plain JavaScript. Nothing is allocated later. */

import { plainKernels } from "./plain_kernels.js";
import KERNELS from "../../kernels/kernels.wasm";

const RESERVED = 1024;  // numbers at the beginning, which the compiled functions may need
const PAGE = 16384;     // numbers in a page of WebAssembly's memory

const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/* The compiled kernels, or null where the browser has no WebAssembly with SIMD. */
export function compiledKernels() {
  const bytes = bytesOf(KERNELS);
  const can = typeof WebAssembly === "object" && WebAssembly.validate(bytes);
  return can ? new WebAssembly.Module(bytes) : null;
}

/* Hands out places, and then the memory that holds them all. */
export class Arena {
  constructor() { this.end = RESERVED; }

  /* A place for n numbers, on a border of four. */
  place(n) {
    const at = this.end;
    this.end += 4 * Math.ceil(n / 4);
    return at;
  }

  /* compiled: what compiledKernels gave. Gives { f, ids, kernels }. */
  open(compiled) {
    const pages = Math.ceil(this.end / PAGE);
    const memory = compiled && new WebAssembly.Memory({ initial: pages });
    const buffer = memory ? memory.buffer : new ArrayBuffer(4 * PAGE * pages);
    const f = new Float32Array(buffer);
    const ids = new Int32Array(buffer);
    const kernels = memory
      ? new WebAssembly.Instance(compiled, { env: { memory } }).exports
      : plainKernels(f, ids);
    return { f, ids, kernels };
  }
}
