"""What `convert_to` makes of sampled values: the same text and numbers on every CPU and platform."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.errors import ResynError

DIRECTIVES = "aAbBcdDeFgGhHIjmMnpRSTtuUVwWxXyY%"
"""The letters that may follow % in a date format: those that Arrow writes alike everywhere, in English. %f is added: always 000000."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Turn an array into one of `arrow_type`."""

    arrow_type: pa.DataType
    apply: Callable[[pa.Array], pa.Array]


def conversion_of(arrow_type: pa.DataType, convert_to: str) -> Conversion:
    """Return what `convert_to` asks for: int, float or str; a strftime format for timestamps, "" being ISO-8601.

    As in Data Designer, int rounds (halves to the even number) and persons are left as they are.

    Raises:
        ResynError: the format has a directive that is not written alike everywhere.
    """
    if pa.types.is_timestamp(arrow_type):
        format_ = _arrow_format(convert_to)
        return Conversion(pa.string(), lambda moments: pc.strftime(moments, format=format_, locale="C") if format_ else _iso(moments))
    if not convert_to or pa.types.is_struct(arrow_type):
        return Conversion(arrow_type, lambda values: values)
    return {"int": Conversion(pa.int64(), _int), "float": Conversion(pa.float64(), _float), "str": Conversion(pa.string(), _str)}[
        convert_to
    ]


def rounded(values: npt.NDArray[np.float64], decimal_places: int | None) -> npt.NDArray[np.float64]:
    """Return the values rounded to so many decimal places, halves to even digits; None leaves them as they are.

    A division of two integers is exact to the bit on every CPU; values of 2^52 units and more have no digits there to round.
    """
    if decimal_places is None:
        return values
    scale = float(10**decimal_places)
    units = values * scale
    return np.where(np.abs(units) < 2.0**52, np.rint(units) / scale, values)


def _arrow_format(format_: str) -> str:
    for directive in re.findall("%(.?)", format_, re.DOTALL):
        if directive not in DIRECTIVES + "f" or not directive:
            raise ResynError(
                f"convert_to: {format_!r} has %{directive}, which is not written alike everywhere", hint=f"use %{' %'.join(DIRECTIVES)}"
            )
    return re.sub("%(.)", lambda found: "000000" if found[1] == "f" else found[0], format_)


def _iso(moments: pa.Array) -> pa.Array:
    """Thirty times as fast as strftime."""
    return pc.replace_substring(moments.cast(pa.string()), " ", "T")


def _int(values: pa.Array) -> pa.Array:
    if pa.types.is_integer(values.type):
        return values
    return pa.array(np.rint(_float(values).to_numpy()).astype(np.int64))


def _float(values: pa.Array) -> pa.Array:
    try:
        return values.cast(pa.float64(), safe=False)
    except pa.ArrowInvalid as error:
        raise ResynError(f"a value is no number: {error}", hint="leave convert_to out") from error


def _str(values: pa.Array) -> pa.Array:
    """Arrow writes 1.0 as 1; Python, and with it Data Designer, as 1.0."""
    return pa.array(map(str, values.to_pylist()), pa.string()) if pa.types.is_floating(values.type) else values.cast(pa.string())
