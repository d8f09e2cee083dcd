"""The `plan:` section of params.yaml, replaced as text so that no other byte of a person's file changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from resyn.errors import ConfigError

_BOM = b"\xef\xbb\xbf"
_HEADER = re.compile(rb"""(plan|"plan"|'plan')[ \t]*:""")
_BARE_HEADER = re.compile(rb"""(plan|"plan"|'plan')[ \t]*:[ \t]*(#.*)?""")
_MARKER = re.compile(rb"<{7}( |$)|\|{7}( |$)|={7}$|>{7}( |$)")
_FRESH_HEADER = b"plan:  # written by `resyn plan`"


def read_fingerprint(file: Path) -> str:
    """Return the identity that the plan section of params.yaml names.

    Raises:
        ConfigError: it names none.
    """
    try:
        found = yaml.safe_load(file.read_bytes())["plan"]["fingerprint"]
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError) as error:
        raise ConfigError("there is no plan.fingerprint", file=file, hint="run `resyn plan`") from error
    return str(found)


def read_section(file: Path) -> tuple[str, int]:
    """Return the identity and the version of its scheme that the plan section of params.yaml names; ("", 0) where there is none."""
    try:
        section = yaml.safe_load(file.read_bytes())["plan"]
        return str(section["fingerprint"]), int(section["fingerprint_version"])
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError):
        return "", 0


def replace_section(text: bytes, values: dict[str, str | int], file: Path) -> bytes:
    """Return params.yaml with `values` as its plan section; every byte outside the section is kept.

    A section that git left in conflict is replaced whole. One that holds `values` already is left as it is written.

    Raises:
        ConfigError: the file is written in a way that a section cannot be replaced in or added to, such as one flow mapping.
    """
    lines = text.removeprefix(_BOM).splitlines(keepends=True)
    first, last = _find(lines)
    section = lines[first:last]
    if _load(b"".join(section)) == {"plan": values}:
        return text
    newline = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    before = lines[:first]
    if before and not before[-1].endswith((b"\n", b"\r")):
        before[-1] += newline
    bom = _BOM if text.startswith(_BOM) else b""
    edited = bom + b"".join([*before, _section(section, values, newline), *lines[last:]])
    _check(text, edited, values, file, conflicted=any(map(_is_marker, section)))
    return edited


def _find(lines: list[bytes]) -> tuple[int, int]:
    """Return the half-open lines of the section; where there is none, an empty range at the end."""
    first = next((number for number, line in enumerate(lines) if _HEADER.match(line)), len(lines))
    last = first
    for number, line in enumerate(lines[first:], first):
        if (line.startswith((b" ", b"\t")) and line.strip()) or _HEADER.match(line) or _is_marker(line):
            last = number + 1
        elif line.strip() and not line.startswith(b"#"):
            break
    while 0 < first < len(lines) and _is_marker(lines[first - 1]):
        first -= 1
    return first, last


def _section(old: list[bytes], values: dict[str, str | int], newline: bytes) -> bytes:
    header = old[0].rstrip(b"\r\n") if old else _FRESH_HEADER
    if not _BARE_HEADER.fullmatch(header):
        header = _FRESH_HEADER
    text = newline.join([header, *(f"  {name}: {value}".encode() for name, value in values.items())])
    ended = not old or old[-1].endswith((b"\n", b"\r"))
    return text + newline if ended else text


def _is_marker(line: bytes) -> bool:
    return _MARKER.match(line.rstrip(b"\r\n")) is not None


def _check(text: bytes, edited: bytes, values: dict[str, str | int], file: Path, *, conflicted: bool) -> None:
    """Make sure that the edit changed what it was meant to, however unusual the file."""
    after, before = _load(edited), _load(text)
    meant = isinstance(after, dict) and after.get("plan") == values
    if meant and (conflicted or after == (before or {}) | {"plan": values}):
        return
    example = "".join(f"\n    {name}: {value}" for name, value in values.items())
    raise ConfigError("the plan section cannot be written here", file=file, hint=f"write it by hand, at the margin:\n  plan:{example}")


def _load(text: bytes) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None
