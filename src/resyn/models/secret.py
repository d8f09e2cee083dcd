"""Strike keys out of what an endpoint, a tool or a defect says: a secret never leaves the environment."""

from __future__ import annotations

import functools
import html
import os
import re
from collections.abc import Iterable, Mapping

from resyn.project import Project

SHORTEST = 12
"""A key as short as a word (`none`, for a server that wants any) is no secret, and may stand in an answer."""
_HOLDS_A_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH(?!OR)")
_API_KEY = re.compile(r'"api_key": *"(\w+)"')
_STRUCK = "***"
_PLAIN = re.compile(r"[A-Za-z0-9]+")
"""Characters that JSON, HTML and addresses write as they are."""


def strike(content: bytes, key: str) -> bytes:
    """Return `content` without the key, however JSON, HTML or an address write it, or one of them within another."""
    core, pattern = _echo(key)
    return re.sub(pattern.encode(), _STRUCK.encode(), content) if pattern and core.encode() in content else content


def strike_text(text: str, keys: Iterable[str]) -> str:
    """Return `text` without any of the keys."""
    for core, pattern in map(_echo, keys):
        if pattern and core in text:
            text = re.sub(pattern, _STRUCK, text)
    return text


def secrets(environment: Mapping[str, str], named: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the values of variables that are `named` as holding keys, or called as if they did; the longest first."""
    names = {name for name in environment if _HOLDS_A_SECRET.search(name)} | set(named)
    return tuple(sorted({environment.get(name, "").strip() for name in names}, key=lambda value: (-len(value), value)))


def secrets_of(project: Project) -> tuple[str, ...]:
    """Return the same of the variables that the providers of a project's plan name."""
    try:
        runtime = project.runtime.read_text()
    except (OSError, ValueError):
        runtime = ""
    return secrets(os.environ, _API_KEY.findall(runtime))


@functools.lru_cache(maxsize=64)
def _echo(key: str) -> tuple[str, str]:
    """Return the longest run of a key that nothing writes otherwise, and the pattern of all that it may be written as; "" for no secret."""
    if len(key) < SHORTEST:
        return "", ""
    return max(_PLAIN.findall(key), key=len, default=""), "".join(char if _PLAIN.match(char) else _written(char) for char in key)


def _written(char: str) -> str:
    """Return the pattern of what stands for one character."""
    code, two = ord(char), char.encode("utf-16-be", "surrogatepass")
    in_json = "".join(rf"\\+u(?i:{two[at : at + 2].hex()})" for at in range(0, len(two), 2))
    in_address = "".join(f"%(?:25)*(?i:{byte:02x})" for byte in char.encode(errors="surrogatepass"))
    in_html = rf"{re.escape(html.escape(char))}|&#(?:0*{code}|[xX]0*(?i:{code:x}));"
    return rf"(?:\\*{re.escape(char)}|{in_json}|{in_address}|{in_html})"
