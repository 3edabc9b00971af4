"""exp, log, logistic, power and the normal quantile in float32, with the same bits on every CPU.

The C library's versions, and numpy's, differ between platforms and instruction sets in the last bit, and one
bit is enough to part two runs. These use only float32 `+ - * /`, square root, comparisons and integer
operations, which IEEE 754 fixes bit for bit, in a written order. They have no branches, so loops over them
vectorise.

Subnormal numbers (below 2**-126) are taken for 0 on the way in and never come out: some libraries switch the
CPU to that mode for the whole process, and the bits must not depend on it. NaN gives NaN, always the same
one.

The polynomials were fitted for this module (weighted minimax, in float64, then rounded). Errors were measured
against float64 over dense grids of the whole range; `tests/test_elementary.py` repeats that. A ulp is the
spacing of float32 there.

The scalar functions are for kernels; the `_array` forms take anything numpy can turn into float32 and keep
its shape.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.compiled import inlined, kernel

F32 = np.float32
I32 = np.int32

_NAN, _INF, _TINY = F32(np.nan), F32(np.inf), F32(2.0**-126)
_ZERO, _HALF, _ONE, _TWO, _FOUR = F32(0), F32(0.5), F32(1), F32(2), F32(4)

# ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact.
_LN2_HIGH, _LN2_LOW, _INV_LN2 = F32(0.693359375), F32(-2.12194440e-4), F32(1.4426950408889634)
_ROUND = F32(1.5 * 2**23)  # adding this leaves the nearest integer in the low bits
_ROUND_BITS = I32(0x4B400000)
_EXP_LOW, _EXP_HIGH = F32(-87.336543), F32(88.722832)  # the last arguments with a normal, finite result
_E0, _E1, _E2 = F32(0.4999999305), F32(0.1666651479), F32(0.04166845679)
_E3, _E4 = F32(0.008369418829), F32(0.001381314457)

_SQRT_HALF_BITS = I32(0x3F3504F3)
_L0, _L1, _L2 = F32(0.6666678322), F32(0.3997661232), F32(0.2989865504)

# Normal quantile. Centre: z = (1 - 2q) G(w - 2.5), w = -ln(4q(1-q)) <= 5. Tail: z = P(r)/Q(r), r = sqrt(-ln
# q).
_CENTRE, _CENTRE_MIDDLE = F32(0.0016874), F32(2.5)
_G0, _G1, _G2 = F32(2.123313567), F32(0.3488026599), F32(-0.005908170971)
_G3, _G4, _G5 = F32(-0.001773010154), F32(0.0003091502042), F32(-6.217993185e-06)
_G6, _G7, _G8 = F32(-4.990565583e-06), F32(4.861039755e-07), F32(4.03546661e-08)
_P0, _P1, _P2, _P3 = F32(-2.410612449), F32(0.2872338969), F32(2.69466385), F32(0.554396065)
_Q1, _Q2 = F32(1.916906075), F32(0.3918402209)


@inlined
def exp(x: Any) -> Any:
    """e**x. Error below 1.1 ulp. Above 88.722832 inf, below -87.336543 zero."""
    given = F32(x)
    low = _EXP_LOW if given < _EXP_LOW else given
    a = _EXP_HIGH if low > _EXP_HIGH else low
    rounded = a * _INV_LN2 + _ROUND
    n = I32(F32(rounded).view(I32) - _ROUND_BITS)
    whole = rounded - _ROUND
    r = (a - whole * _LN2_HIGH) - whole * _LN2_LOW
    q = _E0 + r * (_E1 + r * (_E2 + r * (_E3 + r * _E4)))
    fraction = _ONE + (r + r * r * q)
    half = I32(n >> 1)  # in two steps, because 2**128 is not a float32
    result = fraction * _power_of_two(half) * _power_of_two(I32(n - half))
    result = _ZERO if given < _EXP_LOW else result
    result = _INF if given > _EXP_HIGH else result
    return _NAN if given != given else result


@inlined
def log(x: Any) -> Any:
    """Natural logarithm. Error below 1.1 ulp. 0 (and subnormal) gives -inf, negative NaN, inf inf."""
    given = F32(x)
    bits = F32(given).view(I32)
    e = I32(I32(bits - _SQRT_HALF_BITS) >> 23)  # mantissa from sqrt(1/2) to sqrt(2)
    f = I32(bits - I32(e << 23)).view(F32) - _ONE
    s = f / (_TWO + f)
    z = s * s
    half_square = _HALF * f * f
    rest = half_square - s * (half_square + z * (_L0 + z * (_L1 + z * _L2)))
    exponent = F32(e)
    result = exponent * _LN2_HIGH + (f - (rest - exponent * _LN2_LOW))
    result = -_INF if given < _TINY else result
    result = _NAN if given <= -_TINY else result
    result = _INF if given == _INF else result
    return _NAN if given != given else result


@inlined
def logistic(x: Any) -> Any:
    """1 / (1 + e**-x). Error below 2.5 ulp, in both tails; below -87.336543 zero."""
    given = F32(x)
    e = exp(-abs(given))
    above = _ONE if given >= _ZERO else e
    result = above / (_ONE + e)
    return _NAN if given != given else result


@inlined
def power(x: Any, exponent: Any) -> Any:
    """x**exponent for x > 0, as exp(exponent * log x). Relative error below 1.3e-7 (1 + |exponent * ln x|).

    NaN for x < 0, and for 0**0 and inf**0 too. Saturates like `exp`.
    """
    return exp(F32(exponent) * log(x))


@inlined
def normal_quantile(p: Any) -> Any:
    """The z below which a standard normal falls with probability p. Relative error below 5e-7.

    -inf for p = 0 (and subnormal), inf for p = 1, NaN outside. float32 near 1 is coarse: the largest p < 1
    gives 5.29.
    """
    given = F32(p)
    upper = _ONE - given
    tail = upper if given > _HALF else given
    z = upper_quantile(tail)
    result = -z if given < _HALF else z
    result = _NAN if given <= -_TINY else result
    return _NAN if not given <= _ONE else result


@inlined
def upper_quantile(q: Any) -> Any:
    """The z >= 0 exceeded with probability q, for q in [0, 1/2]. Relative error below 5e-7."""
    given = F32(q)
    central = given > _CENTRE
    minus_log = -log(_FOUR * given * (_ONE - given) if central else given)
    u = minus_log - _CENTRE_MIDDLE
    g = _G3 + u * (_G4 + u * (_G5 + u * (_G6 + u * (_G7 + u * _G8))))
    centre = (_ONE - _TWO * given) * (_G0 + u * (_G1 + u * (_G2 + u * g)))
    r = F32(math.sqrt(minus_log))
    tail = (_P0 + r * (_P1 + r * (_P2 + r * _P3))) / (_ONE + r * (_Q1 + r * _Q2))
    result = centre if central else tail
    return _INF if given < _TINY else result


@inlined
def _power_of_two(n: Any) -> Any:
    return I32(I32(n + I32(127)) << 23).view(F32)


@kernel
def _exp_loop(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = exp(x[i])


@kernel
def _log_loop(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = log(x[i])


@kernel
def _logistic_loop(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = logistic(x[i])


@kernel
def _power_loop(x: Any, exponent: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = power(x[i], exponent[i])


@kernel
def _normal_quantile_loop(p: Any, out: Any) -> None:
    for i in range(p.size):
        out[i] = normal_quantile(p[i])


def exp_array(x: ArrayLike) -> NDArray[np.float32]:
    """`exp` of every element."""
    return _each(_exp_loop, x)


def log_array(x: ArrayLike) -> NDArray[np.float32]:
    """`log` of every element."""
    return _each(_log_loop, x)


def logistic_array(x: ArrayLike) -> NDArray[np.float32]:
    """`logistic` of every element."""
    return _each(_logistic_loop, x)


def power_array(x: ArrayLike, exponent: ArrayLike) -> NDArray[np.float32]:
    """`power` of every pair; the two shapes are broadcast."""
    return _each(_power_loop, *np.broadcast_arrays(np.asarray(x), np.asarray(exponent)))


def normal_quantile_array(p: ArrayLike) -> NDArray[np.float32]:
    """`normal_quantile` of every element."""
    return _each(_normal_quantile_loop, p)


def _each(loop: Any, *inputs: ArrayLike) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes inf, and saturates
        arrays = [np.asarray(values, dtype=F32) for values in inputs]
    out = np.empty(arrays[0].shape, F32)
    loop(*(np.ascontiguousarray(values).reshape(-1) for values in arrays), out.reshape(-1))
    return out
