"""What Arrow and NumPy can write of a block as Jinja would write it row by row; None where they cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.strip` takes off."""
_PLACES = 4
"""Digits behind the point: numbers with fewer than 10^-4 have an exponent in Python."""
_UNITS = 10**_PLACES
_MOST_UNITS = 1e15
"""Decimals of 15 digits are told apart by doubles, so that the shortest text of one is that decimal."""
_FRACTIONS = pa.array([("." + f"{unit:0{_PLACES}d}".rstrip("0")).ljust(2, "0") for unit in range(_UNITS)])

Kernel = Callable[..., pa.Array | None]


def text(values: pa.Array) -> pa.Array | None:
    """Return each value as `str` writes it."""
    kind = values.type
    if pa.types.is_string(kind):
        return values.fill_null("None")
    if pa.types.is_integer(kind):
        return values.cast(pa.string()).fill_null("None")
    if pa.types.is_boolean(kind):
        return pc.if_else(values, "True", "False").fill_null("None")
    if not pa.types.is_float64(kind):
        return None
    decimals = None if values.null_count else _short_decimals(values.to_numpy())
    return pa.array([str(value) for value in values.to_pylist()], pa.string()) if decimals is None else decimals


def _short_decimals(values: npt.NDArray[np.float64]) -> pa.Array | None:
    """Return the texts of numbers with at most `_PLACES` digits behind the point; None where a number has more."""
    with np.errstate(invalid="ignore", over="ignore"):
        units = np.rint(values * _UNITS)
        if not ((np.abs(units) < _MOST_UNITS) & (units / _UNITS == values)).all():
            return None
    whole, fraction = np.divmod(np.abs(units).astype(np.int64), _UNITS)
    sign = pa.array(["", "-"]).take(pa.array(np.signbit(values).astype(np.int8)))
    return pc.binary_join_element_wise(sign, pa.array(whole).cast(pa.string()), _FRACTIONS.take(pa.array(fraction)), "")


def _round(values: pa.Array, places: int = 0) -> pa.Array | None:
    """Round as Python does: to the nearest decimal of the exact value, halves to the even digit."""
    if not 0 <= places <= _PLACES:
        return None
    if pa.types.is_integer(values.type):
        return values
    if not pa.types.is_float64(values.type):
        return None
    numbers = values.to_numpy()
    scale = 10.0**places
    with np.errstate(invalid="ignore", over="ignore"):
        units = numbers * scale
        if not (np.abs(units) < 2.0**50).all():
            return None
    rounded = np.rint(units) / scale
    # The product is rounded itself: where it comes near a half, the exact value decides.
    near = np.abs(np.abs(units - np.trunc(units)) - 0.5) <= 2 * np.spacing(np.abs(units))
    rounded[near] = [round(number, places) for number in numbers[near].tolist()]
    return pa.array(rounded)


def _int(values: pa.Array) -> pa.Array | None:
    if pa.types.is_integer(values.type):
        return values
    if pa.types.is_boolean(values.type):
        return values.cast(pa.int64())
    if not pa.types.is_float64(values.type):
        return None
    numbers = values.to_numpy()
    return pa.array(np.trunc(numbers).astype(np.int64)) if (np.abs(numbers) < 2.0**63).all() else None


def _float(values: pa.Array) -> pa.Array | None:
    if pa.types.is_float64(values.type):
        return values
    return pa.array(values.to_numpy().astype(np.float64)) if pa.types.is_integer(values.type) else None


def _abs(values: pa.Array) -> pa.Array | None:
    if pa.types.is_float64(values.type):
        return pc.abs(values)
    if pa.types.is_int64(values.type) and not pc.any(pc.equal(values, -(2**63))).as_py():
        return pc.abs(values)
    return None


def _ascii(function: Callable[[pa.Array], pa.Array]) -> Kernel:
    """Return a kernel for texts of ASCII: beyond it Python's cases (ß becomes SS) are not Arrow's."""

    def kernel(values: pa.Array) -> pa.Array | None:
        written = text(values)
        return function(written) if written is not None and pc.all(pc.string_is_ascii(written), min_count=0).as_py() else None

    return kernel


def _trim(values: pa.Array) -> pa.Array | None:
    written = text(values)
    return None if written is None else pc.utf8_trim(written, characters=SPACES)


def _length(values: pa.Array) -> pa.Array | None:
    return pc.utf8_length(values).cast(pa.int64()) if pa.types.is_string(values.type) else None


def _replace(values: pa.Array, old: str, new: str) -> pa.Array | None:
    written = text(values)
    if written is None or not old or len(new) > len(old):
        return None
    return pc.replace_substring(written, pattern=old, replacement=new)


KERNELS: dict[str, Kernel] = {
    "abs": _abs,
    "count": _length,
    "float": _float,
    "int": _int,
    "length": _length,
    "lower": _ascii(pc.ascii_lower),
    "replace": _replace,
    "round": _round,
    "string": text,
    "trim": _trim,
    "upper": _ascii(pc.ascii_upper),
}
"""Filter → what it does to values without nulls; its constant arguments follow. Another filter, `title` for one, is Jinja's own."""


def applied(values: pa.Array, name: str, arguments: tuple[Any, ...]) -> pa.Array | None:
    """Return what a filter makes of values."""
    if values.null_count:
        return None
    try:
        return KERNELS[name](values, *arguments)
    except TypeError:  # arguments that the kernel does not take
        return None
