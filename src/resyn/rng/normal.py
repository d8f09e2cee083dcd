"""The normal distribution by inverse transform, in operations that every CPU rounds alike.

`numpy.log` and SciPy's `ndtri` change last bits between AVX-512, AVX2 and others; + - * / and the square root are exact to the bit
by IEEE 754, and NumPy runs each as a loop of its own, so that nothing is fused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resyn.rng.stream import Words

Floats = npt.NDArray[np.float64]

# fmt: off
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)
_TAIL = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)
_FAR_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)
# fmt: on
"""Numerator and denominator of PPND16, highest power first (Wichura, "Algorithm AS 241", Applied Statistics 37, 1988)."""

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG_EVEN = (1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01)
_LOG_ODD = (1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01, 6.666666666666735130e-01)


def standard_normal(words: Words) -> Floats:
    """Return one standard normal value a word, within ±8.3: the quantile of the middle of one of 2^52 equal intervals."""
    return quantile(((words >> np.uint64(12)) + np.float64(0.5)) * 2.0**-52)


def quantile(probability: Floats) -> Floats:
    """Return the standard normal quantile of probabilities inside (0, 1), within 2e-15 of the true value, relative (AS 241)."""
    from_middle = probability - 0.5
    value = from_middle * _ratio(_CENTRE, 0.180625 - from_middle * from_middle)
    outer = np.abs(from_middle) > 0.425
    if outer.any():
        side = from_middle[outer]
        nearer = np.where(side < 0, probability[outer], 1.0 - probability[outer])
        root = np.sqrt(-log(nearer))
        value[outer] = np.copysign(np.where(root <= 5.0, _ratio(_TAIL, root - 1.6), _ratio(_FAR_TAIL, root - 5.0)), side)
    return value


def log(x: Floats) -> Floats:
    """Return the natural logarithm of positive finite numbers to within 1 ulp (fdlibm's `e_log.c`, Sun Microsystems, 1993)."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < np.sqrt(0.5)
    k = exponent - low
    f = np.where(low, mantissa * 2.0, mantissa) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    half_square = 0.5 * f * f
    rest = w * _horner(_LOG_EVEN, w) + z * _horner(_LOG_ODD, w)
    log_x: Floats = k * _LN2_HIGH - ((half_square - (s * (half_square + rest) + k * _LN2_LOW)) - f)
    return log_x


def _ratio(polynomials: tuple[Sequence[float], Sequence[float]], x: Floats) -> Floats:
    return _horner(polynomials[0], x) / _horner(polynomials[1], x)


def _horner(coefficients: Sequence[float], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value
