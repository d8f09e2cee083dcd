"""Strike keys out of what an endpoint, a tool or a defect says: a secret never leaves the environment."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

SHORTEST = 12
"""A key as short as a word (`none`, for a server that wants any) is no secret, and may stand in an answer."""
_HOLDS_A_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH(?!OR)")
_STRUCK = "***"


def strike(content: bytes, key: str) -> bytes:
    """Return `content` without the key, also as JSON, HTML or an address write it."""
    for form in _forms(key):
        if form.encode() in content:
            content = content.replace(form.encode(), _STRUCK.encode())
    return content


def strike_text(text: str, keys: Iterable[str]) -> str:
    """Return `text` without any of the keys."""
    for key in keys:
        for form in _forms(key):
            text = text.replace(form, _STRUCK)
    return text


def secrets(environment: Mapping[str, str], named: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the values of variables that are `named` as holding keys, or called as if they did; the longest first."""
    names = {name for name in environment if _HOLDS_A_SECRET.search(name)} | set(named)
    return tuple(sorted({environment.get(name, "").strip() for name in names}, key=lambda value: (-len(value), value)))


@functools.lru_cache(maxsize=64)
def _forms(key: str) -> tuple[str, ...]:
    if len(key) < SHORTEST:
        return ()
    in_json = json.dumps(key)[1:-1]
    return tuple(dict.fromkeys((key, in_json, in_json.replace("/", r"\/"), html.escape(key), quote(key, safe=""))))
