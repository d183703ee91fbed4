/* What is done row by row: looking up tokens, sums, the softmax and its loss. */

#include "vectors.h"

/* to[r] = table[id of r] + bias, rows of n numbers, n a multiple of 4. */
EXPORTED(look)
void look(int ids, int N, int table, int bias, int to, int n) {
  for (int r = 0; r < N; r++) {
    float *row = at(table + ids_at(ids)[r] * n), *out = at(to + r * n);
    for (int k = 0; k < n; k += 4) store(out + k, load(row + k) + load(at(bias + k)));
  }
}

/* table[id of r] += from[r], the derivative of `look`. */
EXPORTED(scatter)
void scatter(int ids, int N, int from, int table, int n) {
  for (int r = 0; r < N; r++) {
    float *row = at(table + ids_at(ids)[r] * n), *in = at(from + r * n);
    for (int k = 0; k < n; k += 4) store(row + k, load(row + k) + load(in + k));
  }
}

EXPORTED(repeatRow)
void repeatRow(int row, int to, int N, int n) {
  for (int r = 0; r < N; r++)
    for (int k = 0; k < n; k += 4) store(at(to + r * n + k), load(at(row + k)));
}

/* to += the sum of N rows, `stride` apart. */
EXPORTED(sumRows)
void sumRows(int from, int N, int stride, int to, int n) {
  for (int r = 0; r < N; r++)
    for (int k = 0; k < n; k += 4)
      store(at(to + k), load(at(to + k)) + load(at(from + r * stride + k)));
}

/* to (columns, rows) = from (rows, columns), rows of `to` stride apart. */
EXPORTED(transpose)
void transpose(int from, int rows, int columns, int to, int stride) {
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < columns; k++) at(to)[k * stride + r] = at(from)[r * columns + k];
}

/* The largest number of a vector, and the sum of all four. */
INLINE float highest_of(v4 x) {
  float a = x[0] > x[1] ? x[0] : x[1], b = x[2] > x[3] ? x[2] : x[3];
  return a > b ? a : b;
}
INLINE float sum_of(v4 x) { return (x[0] + x[1]) + (x[2] + x[3]); }

/* Rows of V logits, Vp apart, become probabilities; the Vp - V beyond, which must be far
   below all others, become 0.

   y: the id of each row's target, below 0 where none is judged. logs: for each row the
   target's logit, less the highest, and then the total; the loss is log total - logit. */
EXPORTED(softmax)
void softmax(int logits, int N, int V, int Vp, int y, int logs) {
  for (int r = 0; r < N; r++) {
    float *p = at(logits + r * Vp);
    v4 top = load(p), sum = all(0);
    for (int k = 4; k < Vp; k += 4) top = most(top, load(p + k));
    float highest = highest_of(top);
    int target = ids_at(y)[r];
    at(logs)[2 * r] = target < 0 ? 0 : p[target] - highest;
    for (int k = 0; k < Vp; k += 4) {
      v4 x = exp4(load(p + k) - all(highest));
      sum += x;
      store(p + k, x);
    }
    float total = sum_of(sum);
    at(logs)[2 * r + 1] = target < 0 ? 1 : total;
    for (int k = 0; k < Vp; k += 4) store(p + k, load(p + k) * all(1 / total));
    for (int k = V; k < Vp; k++) p[k] = 0;
  }
}

/* Probabilities become the derivatives of the mean loss by the logits; over: 1 / count. */
EXPORTED(softmaxBack)
void softmaxBack(int p, int N, int Vp, int y, float over) {
  for (int r = 0; r < N; r++) {
    int target = ids_at(y)[r];
    float *row = at(p + r * Vp), by = target < 0 ? 0 : over;
    for (int k = 0; k < Vp; k += 4) store(row + k, load(row + k) * all(by));
    if (target >= 0) row[target] -= over;
  }
}
