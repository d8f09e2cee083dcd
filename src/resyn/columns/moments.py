"""The way back from a date format to the moment it was written from: the same on every platform, which strptime is not."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

FIELDS = "YmdHMS"
"""Year, month, day, hour, minute and second, by their directives."""
_WIDTHS = {"Y": 4} | dict.fromkeys(FIELDS[1:], 2)
_WRITTEN_OUT = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%R": "%H:%M", "%f": "000000"}
_UNTOLD = {"Y": "1970", "m": "01", "d": "01", "H": "00", "M": "00", "S": "00"}


def places(format_: str) -> dict[str, tuple[int, int]]:
    """Return where each of `FIELDS` begins and ends in what a date format writes, as far as its place is always the same."""
    found: dict[str, tuple[int, int]] = {}
    written_out = re.sub("%[FTRf]", lambda short: _WRITTEN_OUT[short[0]], format_)
    end = 0
    for piece in re.findall("%.|[^%]", written_out, re.DOTALL):
        if len(piece) == 1 or piece == "%%":
            end += 1
        elif width := _WIDTHS.get(piece[1]):
            found.setdefault(piece[1], (end, end + width))
            end += width
        else:
            break
    return found


def moments(texts: pa.Array, format_: str) -> pa.Array:
    """Return the moments that texts say, as timestamps in seconds; "" is the format ISO-8601. What a format leaves out is its least."""
    if not format_:
        return texts.cast(pa.timestamp("s"))
    found = places(format_)
    told = {name: pc.utf8_slice_codeunits(texts, *found[name]) if name in found else least for name, least in _UNTOLD.items()}
    date, time = (pc.binary_join_element_wise(*map(told.get, names), sign) for names, sign in (("Ymd", "-"), ("HMS", ":")))
    return pc.binary_join_element_wise(date, time, "T").cast(pa.timestamp("s"))
