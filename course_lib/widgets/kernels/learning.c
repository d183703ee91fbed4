/* A step of learning: the gradient's norm, its clipping, and Adam. */

#include "vectors.h"

EXPORTED(sumSquares)
double sumSquares(int from, int n) {
  double sum = 0;
  for (int k = 0; k < n; k++) sum += (double)at(from)[k] * at(from)[k];
  return sum;
}

EXPORTED(scale)
void scale(int from, int n, float by) {
  for (int k = 0; k < n; k += 4) store(at(from + k), load(at(from + k)) * all(by));
}

/* n weights w by their gradients g; m and v are the running means of g and of g squared.
   step and root hold the corrections of the means: lr / (1 - beta1^t) and
   1 / sqrt(1 - beta2^t). Kingma & Ba 2015, as torch.optim.Adam computes it. */
EXPORTED(adam)
void adam(int w, int g, int m, int v, int n, float step, float root) {
  const v4 beta1 = all(0.9f), rest1 = all(0.1f), beta2 = all(0.999f), rest2 = all(0.001f);
  for (int k = 0; k < n; k += 4) {
    v4 d = load(at(g + k));
    v4 mean = beta1 * load(at(m + k)) + rest1 * d;
    v4 square = beta2 * load(at(v + k)) + rest2 * d * d;
    store(at(m + k), mean), store(at(v + k), square);
    v4 size = __builtin_elementwise_sqrt(square) * all(root) + all(1e-8f);
    store(at(w + k), load(at(w + k)) - all(step) * mean / size);
  }
}
