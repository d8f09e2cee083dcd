"""Which batches a run makes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resyn.errors import ConfigError
from resyn.project import batch_number

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_COUNT = re.compile(r"\d+")
_KEY = re.compile(r"b\d{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bound a run: nothing set is all of it."""

    count: int | None = None
    """So many batches."""
    keys: tuple[str, ...] = ()
    """These batches."""
    rows: int | None = None
    """Until so many rows of the dataset are finished, whole batches."""
    seconds: float | None = None
    """Until so much time has passed; what is in flight then is kept."""

    @property
    def is_set(self) -> bool:
        """Return whether the run may leave batches to a later one."""
        return self != Bounds()


def parse_bounds(batches: str | int | None, until: str | int | None) -> Bounds:
    """Return what `--batches` (a number or keys) and `--until` (rows, or a time such as 90s, 10m, 2h) say.

    Raises:
        ConfigError: one of them says nothing.
    """
    count, keys = (None, ()) if batches is None else _batches(str(batches))
    if until is None:
        return Bounds(count=count, keys=keys)
    until = str(until)
    if _COUNT.fullmatch(until):
        return Bounds(count=count, keys=keys, rows=int(until))
    if not re.fullmatch(rf"(?:{_TIME.pattern})+", until):
        raise ConfigError(f"--until is {until!r}", hint="give rows (`--until 500`) or a time (`--until 90s`, `10m`, `1h30m`)")
    return Bounds(count=count, keys=keys, seconds=sum(float(number) * _UNITS[unit] for number, unit in _TIME.findall(until)))


def choose(stale: Iterable[str], ranges: Mapping[str, range], bounds: Bounds) -> tuple[str, ...]:
    """Return those of the stale batches that a run makes, in order.

    Raises:
        ConfigError: `bounds` names a batch that is not planned.
    """
    if unknown := sorted(set(bounds.keys) - ranges.keys()):
        raise ConfigError(f"there is no batch {unknown[0]!r} in the plan of {len(ranges)} batches", hint="`resyn status` names those to do")
    stale = tuple(stale)
    chosen = [key for key in stale if not bounds.keys or key in bounds.keys]
    if bounds.rows is not None:
        finished = sum(map(len, ranges.values())) - sum(len(ranges[key]) for key in stale)
        chosen = _up_to(chosen, ranges, bounds.rows - finished)
    return tuple(chosen if bounds.count is None else chosen[: bounds.count])


def _up_to(stale: Iterable[str], ranges: Mapping[str, range], rows: int) -> list[str]:
    """Return as many batches as it takes for so many rows more."""
    chosen = []
    for key in stale:
        if rows <= 0:
            break
        chosen.append(key)
        rows -= len(ranges[key])
    return chosen


def _batches(text: str) -> tuple[int | None, tuple[str, ...]]:
    if _COUNT.fullmatch(text):
        return int(text), ()
    keys = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    if bad := [key for key in keys if not _KEY.fullmatch(key)]:
        raise ConfigError(f"--batches names {bad[0]!r}", hint="give a number (`--batches 3`) or keys (`--batches b00004,b00007`)")
    return None, tuple(sorted(keys, key=batch_number))
