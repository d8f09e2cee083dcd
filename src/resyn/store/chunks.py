"""Cut any iterable into lists of a size, without reading ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last one shorter (`itertools.batched` begins with Python 3.12)."""
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
