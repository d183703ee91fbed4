/* The matrix product, in blocks that stay in registers. */

#include "vectors.h"

/* A loop that is written out, so that `sum` stays in registers. */
#define EACH(k, end) _Pragma("clang loop unroll(full)") for (int k = 0; k < end; k++)

/* R rows by W vectors of C (+)= A B, over all K. */
INLINE void block(const float *a, int am, int ak, const float *b, int bk, float *c, int cm,
                  int K, int add, const int R, const int W) {
  v4 sum[2][8];
  EACH(r, R) EACH(w, W) sum[r][w] = add ? load(c + r * cm + 4 * w) : all(0);
  for (int k = 0; k < K; k++, a += ak, b += bk)
    EACH(r, R) {
      v4 x = all(a[r * am]);
      EACH(w, W) sum[r][w] += x * load(b + 4 * w);
    }
  EACH(r, R) EACH(w, W) store(c + r * cm + 4 * w, sum[r][w]);
}

/* R rows of C, from left to right: WIDE vectors at once, then one. */
INLINE void rows(const float *a, int am, int ak, const float *b, int bk, float *c, int cm,
                 int N, int K, int add, const int R, const int WIDE) {
  int n = 0;
  for (; n + 4 * WIDE <= N; n += 4 * WIDE)
    block(a, am, ak, b + n, bk, c + n, cm, K, add, R, WIDE);
  for (; n < N; n += 4) block(a, am, ak, b + n, bk, c + n, cm, K, add, R, 1);
}

/* C (M, N) = A B, or C += A B. A's number (m, k) lies at a + m am + k ak, so that a
   transposed A costs nothing; rows of B are bk apart, of C cm. N is a multiple of 4. */
EXPORTED(gemm)
void gemm(int a, int am, int ak, int b, int bk, int c, int cm, int M, int N, int K, int add) {
  int m = 0;
  for (; m + 2 <= M; m += 2)
    rows(at(a + m * am), am, ak, at(b), bk, at(c + m * cm), cm, N, K, add, 2, 4);
  for (; m < M; m++)
    rows(at(a + m * am), am, ak, at(b), bk, at(c + m * cm), cm, N, K, add, 1, 8);
}
