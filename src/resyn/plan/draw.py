"""`draw` in params.yaml: the one key of a person's that resyn changes, and only to start fresh."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from resyn.errors import ConfigError
from resyn.store import atomic

_LINE = re.compile(rb"(?m)^(draw[ \t]*:[ \t]*)([0-9_]+)")


def next_draw(params: Path, plans: Path) -> tuple[int, int]:
    """Return the draw that params.yaml names, and the first one that neither it nor any earlier plan of this project used.

    `plans` is the folder of what earlier plans were compiled from.
    """
    now = _draw(params)
    used = [now, *(_draw(path) for path in plans.glob("*/params.yaml"))]
    return now, max(used) + 1


def set_draw(params: Path, draw: int) -> None:
    """Make params.yaml name another draw; every other byte is kept.

    Raises:
        ConfigError: the file is written in a way that the number cannot be replaced in.
        Unwritable: it cannot be written.
    """
    text = params.read_bytes()
    edited, count = _LINE.subn(rb"\g<1>%d" % draw, text)
    if not count:
        edited = b"draw: %d\n" % draw + text
    if count > 1 or _load(edited) != {**_load(text), "draw": draw}:
        raise ConfigError("`draw` cannot be replaced here", file=params, hint=f"write `draw: {draw}` by hand, then run `resyn run`")
    atomic.write(params.resolve(), edited)  # one that is a link stays one


def _draw(params: Path) -> int:
    draw = _load(params.read_bytes()).get("draw", 0)
    return draw if isinstance(draw, int) else 0


def _load(text: bytes) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}
