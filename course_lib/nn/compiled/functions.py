"""The sigmoid and the tanh inside a compiled loop, both from one exponential.

    σ(x) = 1 / (1 + e^-x)        tanh(x) = (e^2x - 1) / (e^2x + 1)

They are made of additions, multiplications and one division, so that the compiler can
take many numbers at once. Over all float32 numbers from -20 to 20 the result is at most
4 units in the last place from the exact one.
"""

import math

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic, overload

from .loop import FREEDOM

EXACT = FREEDOM - {"reassoc"}  # the order of the sums below is what makes them exact


@intrinsic
def power_of_two(context, n):
    """Return 2^n for a whole number n, given as a float: n goes into the exponent."""
    mantissa = 23 if n.bitwidth == 32 else 52
    bias = 2 ** (n.bitwidth - mantissa - 2) - 1  # 127, or 1023

    def generate(context, builder, signature, arguments):
        """Write the instructions."""
        whole = ir.IntType(n.bitwidth)
        exponent = builder.fptosi(arguments[0], whole)
        exponent = builder.add(exponent, ir.Constant(whole, bias))
        bits = builder.shl(exponent, ir.Constant(whole, mantissa))
        return builder.bitcast(bits, arguments[0].type)

    return n(n), generate


def make_exp_minus_1(dtype: type, terms: int, largest: float):
    """Return a compiled e^x - 1 for a type of float, by its Taylor series.

        x = n ln 2 + r,  |r| <= ln 2 / 2        e^x - 1 = 2^n (e^r - 1) + (2^n - 1)

    terms: of the series, so many that the next one is below the last place. largest:
    beyond ± this the result is the one at the end.
    """
    series = tuple(dtype(1 / math.factorial(k)) for k in range(terms, 0, -1))
    digits = 12 if dtype is np.float32 else 32
    high = math.floor(math.log(2) * 2**digits) / 2**digits  # n * high is exact
    high, low, per = dtype(high), dtype(math.log(2) - high), dtype(1 / math.log(2))
    end, one = dtype(largest), dtype(1)

    @numba.njit(fastmath=EXACT, error_model="numpy")
    def exp_minus_1(x):
        """Return e^x - 1."""
        if x < -end:  # so written, NaN stays NaN
            x = -end
        if x > end:
            x = end
        n = np.rint(x * per)
        r = (x - n * high) - n * low
        total = series[0]
        for k in range(1, terms):
            total = total * r + series[k]
        power = power_of_two(n)
        return power * (total * r) + (power - one)

    return exp_minus_1


LARGEST = {numba.float32: 87.0, numba.float64: 708.0}  # e^-x is a number up to there
EXP_MINUS_1 = {
    numba.float32: make_exp_minus_1(np.float32, 7, LARGEST[numba.float32]),
    numba.float64: make_exp_minus_1(np.float64, 13, LARGEST[numba.float64]),
}


def exp_minus_1(x):
    """Return e^x - 1, in a compiled loop, to a few units in the last place."""


@overload(exp_minus_1)
def _by_type(x):
    """Choose by the type of x."""
    function = EXP_MINUS_1[x]
    return lambda x: function(x)


def largest(x):
    """Return the largest x for which e^-x is taken, in a compiled loop."""


@overload(largest)
def _largest_by_type(x):
    """Choose by the type of x."""
    end = LARGEST[x]
    return lambda x: type(x)(end)


@numba.njit(fastmath=EXACT, error_model="numpy")
def sigmoid(x):
    """Return 1 / (1 + e^-x), and 0 where e^x is smaller than a float can be."""
    one = type(x)(1)
    if x < -largest(x):
        return type(x)(0)
    return one / (one + (one + exp_minus_1(-x)))


@numba.njit(fastmath=EXACT, error_model="numpy")
def tanh(x):
    """Return (e^2x - 1) / (e^2x + 1)."""
    e = exp_minus_1(x + x)
    return e / (e + type(x)(2))
