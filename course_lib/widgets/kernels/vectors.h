/* Four numbers at once, and places: a place counts numbers from the memory's beginning.

   The page keeps all numbers of a network in one memory and names them by their place,
   here as in the plain JavaScript form (js/training/plain_kernels.js), which is also the
   reference: each function has the same name, arguments and result there. */

#pragma once

typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int i4 __attribute__((vector_size(16)));

#define EXPORTED(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))

INLINE float *at(int place) { return (float *)(4 * place); }
INLINE int *ids_at(int place) { return (int *)(4 * place); }
INLINE v4 load(const float *p) { return *(const v4 *)p; }
INLINE void store(float *p, v4 x) { *(v4 *)p = x; }
INLINE v4 all(float x) { return (v4){x, x, x, x}; }

/* The smaller and the larger of each two numbers; of NaN, the first. */
INLINE v4 least(v4 x, v4 y) { return __builtin_wasm_pmin_f32x4(x, y); }
INLINE v4 most(v4 x, v4 y) { return __builtin_wasm_pmax_f32x4(x, y); }

/* e^x, to about the last bit: 2^n times a polynomial of what is left of x.

   Between -87 and 88, where the result is a normal number. The coefficients are those
   of expf in Cephes (Moshier 1992). */
INLINE v4 exp4(v4 x) {
  x = least(most(x, all(-87)), all(88));  // NaN stays NaN
  v4 n = __builtin_elementwise_roundeven(x * all(1.44269504f));
  x = x - n * all(0.693359375f) - n * all(-2.12194440e-4f);
  v4 p = all(1.9875691500e-4f);
  p = p * x + all(1.3981999507e-3f);
  p = p * x + all(8.3334519073e-3f);
  p = p * x + all(4.1665795894e-2f);
  p = p * x + all(1.6666665459e-1f);
  p = p * x + all(5.0000001201e-1f);
  p = p * x * x + x + all(1);
  i4 power = (__builtin_convertvector(n, i4) + 127) << 23;
  return p * (v4)power;
}

INLINE v4 sigmoid4(v4 x) { return all(1) / (all(1) + exp4(-x)); }
INLINE v4 tanh4(v4 x) { return all(1) - all(2) / (all(1) + exp4(x + x)); }
