/* The arithmetic of training in plain JavaScript: the reference, and what a browser without
   WebAssembly SIMD runs. The same functions stand in kernels/*.c, where each is explained.

   f: all numbers, a Float32Array; ids: the same memory as whole numbers. Every other
   argument that is a place counts numbers from the beginning of f. */

const sigmoidOf = (x) => 1 / (1 + Math.exp(-x));
const tanhOf = (x) => 1 - 2 / (1 + Math.exp(2 * x));  // three times as fast as Math.tanh

/* Functions of their own, each with one hot loop, as a compiler in the browser likes them. */
export function plainKernels(f, ids) {
  return { ...products(f), ...cells(f), ...rowWise(f, ids), ...learning(f) };
}

function products(f) {
  function gemm(a, am, ak, b, bk, c, cm, M, N, K, add) {
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n += 4) {
        const out = c + m * cm + n;
        let s0 = add ? f[out] : 0, s1 = add ? f[out + 1] : 0;
        let s2 = add ? f[out + 2] : 0, s3 = add ? f[out + 3] : 0;
        for (let k = 0, p = a + m * am, q = b + n; k < K; k++, p += ak, q += bk) {
          const x = f[p];
          s0 += x * f[q];
          s1 += x * f[q + 1];
          s2 += x * f[q + 2];
          s3 += x * f[q + 3];
        }
        f[out] = s0;
        f[out + 1] = s1;
        f[out + 2] = s2;
        f[out + 3] = s3;
      }
    }
  }
  return { gemm };
}

function cells(f) {
  function rnnForward(g, h, n) {
    for (let k = 0; k < n; k++) f[h + k] = tanhOf(f[g + k]);
  }
  function rnnBack(h, e, d, n) {
    for (let k = 0; k < n; k++) f[e + k] = f[d + k] * (1 - f[h + k] * f[h + k]);
  }
  return { rnnForward, rnnBack, ...lstm(f), ...gru(f) };
}

function lstm(f) {
  function lstmForward(gates, cPrev, c, y, h, B, H) {
    for (let b = 0, k = 0; b < B; b++) {
      for (let p = gates + 4 * b * H, end = p + H; p < end; p++, k++) {
        const i = f[p] = sigmoidOf(f[p]);
        const forget = f[p + H] = sigmoidOf(f[p + H]);
        const g = f[p + 2 * H] = tanhOf(f[p + 2 * H]);
        const o = f[p + 3 * H] = sigmoidOf(f[p + 3 * H]);
        f[c + k] = forget * f[cPrev + k] + i * g;
        f[y + k] = tanhOf(f[c + k]);
        f[h + k] = o * f[y + k];
      }
    }
  }
  function lstmBack(gates, e, d, dc, y, cPrev, B, H) {
    for (let b = 0, k = 0; b < B; b++) {
      const shift = e - gates;
      for (let p = gates + 4 * b * H, end = p + H; p < end; p++, k++) {
        const i = f[p], forget = f[p + H], g = f[p + 2 * H], o = f[p + 3 * H];
        const out = f[y + k], dh = f[d + k];
        const dm = f[dc + k] + dh * o * (1 - out * out);
        f[p + shift] = dm * g * i * (1 - i);
        f[p + shift + H] = dm * f[cPrev + k] * forget * (1 - forget);
        f[p + shift + 2 * H] = dm * i * (1 - g * g);
        f[p + shift + 3 * H] = dh * out * o * (1 - o);
        f[dc + k] = dm * forget;
      }
    }
  }
  return { lstmForward, lstmBack };
}

function gru(f) {
  function gruForward(gates, s, hPrev, h, B, H) {
    for (let b = 0, k = 0; b < B; b++) {
      for (let p = gates + 3 * b * H, q = s + 3 * b * H, end = p + H; p < end; p++, q++, k++) {
        const r = f[p] = sigmoidOf(f[p] + f[q]);
        const z = f[p + H] = sigmoidOf(f[p + H] + f[q + H]);
        const n = f[p + 2 * H] = tanhOf(f[p + 2 * H] + r * f[q + 2 * H]);
        f[h + k] = (1 - z) * n + z * f[hPrev + k];
      }
    }
  }
  function gruBack(gates, s, ex, es, d, dPrev, hPrev, B, H) {
    for (let b = 0, k = 0; b < B; b++) {
      for (let j = 3 * b * H, end = j + H; j < end; j++, k++) {
        const p = gates + j, r = f[p], z = f[p + H], n = f[p + 2 * H], dh = f[d + k];
        const dn = dh * (1 - z) * (1 - n * n);
        const dr = dn * f[s + j + 2 * H] * r * (1 - r);
        const dz = dh * (f[hPrev + k] - n) * z * (1 - z);
        f[ex + j] = f[es + j] = dr;
        f[ex + j + H] = f[es + j + H] = dz;
        f[ex + j + 2 * H] = dn;
        f[es + j + 2 * H] = dn * r;
        f[dPrev + k] += dh * z;
      }
    }
  }
  return { gruForward, gruBack };
}

function rowWise(f, ids) {
  function look(x, N, table, bias, to, n) {
    for (let r = 0; r < N; r++) {
      const row = table + ids[x + r] * n, out = to + r * n;
      for (let k = 0; k < n; k++) f[out + k] = f[row + k] + f[bias + k];
    }
  }
  function scatter(x, N, from, table, n) {
    for (let r = 0; r < N; r++) {
      const row = table + ids[x + r] * n, at = from + r * n;
      for (let k = 0; k < n; k++) f[row + k] += f[at + k];
    }
  }
  function repeatRow(row, to, N, n) {
    for (let r = 0; r < N; r++) f.copyWithin(to + r * n, row, row + n);
  }
  function sumRows(from, N, stride, to, n) {
    for (let r = 0; r < N; r++) {
      for (let k = 0, at = from + r * stride; k < n; k++) f[to + k] += f[at + k];
    }
  }
  function transpose(from, rows, columns, to, stride) {
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < columns; k++) f[to + k * stride + r] = f[from + r * columns + k];
    }
  }
  return { look, scatter, repeatRow, sumRows, transpose, ...softmaxes(f, ids) };
}

function softmaxes(f, ids) {
  function softmax(logits, N, V, Vp, y, logs) {
    for (let r = 0, p = logits; r < N; r++, p += Vp) {
      const target = ids[y + r];
      let highest = -Infinity, total = 0;
      for (let k = p; k < p + V; k++) if (f[k] > highest) highest = f[k];
      f[logs + 2 * r] = target < 0 ? 0 : f[p + target] - highest;
      for (let k = p; k < p + V; k++) total += f[k] = Math.exp(f[k] - highest);
      for (let k = p; k < p + V; k++) f[k] /= total;
      f.fill(0, p + V, p + Vp);
      f[logs + 2 * r + 1] = target < 0 ? 1 : total;
    }
  }
  function softmaxBack(p, N, Vp, y, over) {
    for (let r = 0; r < N; r++) {
      const target = ids[y + r], row = p + r * Vp, by = target < 0 ? 0 : over;
      for (let k = row; k < row + Vp; k++) f[k] *= by;
      if (target >= 0) f[row + target] -= over;
    }
  }
  return { softmax, softmaxBack };
}

function learning(f) {
  function sumSquares(from, n) {
    let sum = 0;
    for (let k = from; k < from + n; k++) sum += f[k] * f[k];
    return sum;
  }
  function scale(from, n, by) {
    for (let k = from; k < from + n; k++) f[k] *= by;
  }
  function adam(w, g, m, v, n, step, root) {
    for (let k = 0; k < n; k++) {
      const d = f[g + k];
      const mean = f[m + k] = 0.9 * f[m + k] + 0.1 * d;
      const square = f[v + k] = 0.999 * f[v + k] + 0.001 * d * d;
      f[w + k] -= step * mean / (Math.sqrt(square) * root + 1e-8);
    }
  }
  return { sumSquares, scale, adam };
}
