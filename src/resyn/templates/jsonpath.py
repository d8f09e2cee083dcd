"""The part of JSONPath (RFC 9535) that finds values by name, position and slice; no filter expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_STEP = re.compile(
    r"""(?P<down>\.\.)?(?:(?P<dot>\.)?(?P<name>\w+|\*)|\[\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<number>-?\d+)|"""
    r"""(?P<slice>-?\d*\s*:\s*-?\d*(?:\s*:\s*-?\d+)?)|(?P<all>\*))\s*\])"""
)


def jsonpath(data: Any, path: str) -> list[Any]:
    """Return all values that a path such as `$.orders[*].price` or `$..name` leads to, in the order they stand in.

    Raises:
        ValueError: it is no path, or has more than names, positions, slices, `*` and `..`.
    """
    if not path.startswith("$"):
        raise ValueError(f"the JSONPath {path!r} does not begin with $")
    found, place = [data], 1
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None or (step["name"] and not (step["dot"] or step["down"])):
            raise ValueError(f"the JSONPath {path!r} cannot be read from {path[place:]!r} on")
        above: Iterable[Any] = (below for item in found for below in _every(item)) if step["down"] else found
        found = [value for item in above for value in _chosen(item, step)]
        place = step.end()
    return found


def _every(item: Any) -> Iterator[Any]:
    yield item
    for below in _children(item):
        yield from _every(below)


def _children(item: Any) -> list[Any]:
    return list(item.values()) if isinstance(item, dict) else list(item) if isinstance(item, list) else []


def _chosen(item: Any, step: re.Match[str]) -> list[Any]:
    if step["all"] or step["name"] == "*":
        return _children(item)
    if step["number"] or step["slice"]:
        if not isinstance(item, list):
            return []
        if step["slice"]:
            return item[slice(*(int(part) if part.strip() else None for part in step["slice"].split(":")))]
        position = int(step["number"])
        return [item[position]] if -len(item) <= position < len(item) else []
    name = next(step[group] for group in ("name", "single", "double") if step[group] is not None)
    return [item[name]] if isinstance(item, dict) and name in item else []
