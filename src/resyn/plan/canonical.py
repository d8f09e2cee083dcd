"""Canonical JSON: one text for one value, laid out so that a git diff shows what changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Return JSON values as canonical bytes.

    Key order and scalars are those of RFC 8785; unlike it, each member has a line of its own, indented by one space a level.

    Raises:
        ValueError: NaN, an infinity, a lone surrogate, an integer beyond 2**53, or a value that is no JSON.
    """
    return _lay_out(value, b"\n") + b"\n"


def _lay_out(value: Any, newline: bytes) -> bytes:
    if isinstance(value, dict) and value:
        members = (_scalar(key) + b": " + _lay_out(value[key], newline + b" ") for key in sorted(value, key=_utf16))
        return _enclose(b"{", members, b"}", newline)
    if isinstance(value, list | tuple) and value:
        return _enclose(b"[", (_lay_out(item, newline + b" ") for item in value), b"]", newline)
    return _scalar(value)


def _enclose(opening: bytes, members: Iterable[bytes], closing: bytes, newline: bytes) -> bytes:
    return opening + newline + b" " + (b"," + newline + b" ").join(members) + newline + closing


def _scalar(value: Any) -> bytes:
    return bytes(rfc8785.dumps(value))


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
