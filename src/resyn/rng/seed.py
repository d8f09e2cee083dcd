"""Random numbers asked for one at a time: the seed that is sent to a model with each request, and those of a template."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import struct
from collections.abc import Callable

from resyn.spec import Program


def request_seed(program: Program, column: str, row: int, attempt: int, restart: int) -> int:
    """Return the seed of one request, in [0, 2^31): what every provider's integer holds. Costs 1.5 µs.

    `column` is the column's random name. A keyed BLAKE2b rather than a `Stream`: cells ask one at a time, and building a Philox
    generator costs 9 µs.
    """
    key = _key("request", program.name, program.seed, program.draw, column)
    digest = hashlib.blake2b(struct.pack("<QQQ", row, attempt, restart), key=key, digest_size=4).digest()
    return int.from_bytes(digest, "little") >> 1


def request_share(program: Program, column: str, field: str, of: tuple[int, int, int]) -> float:
    """Return a number in [0, 1), a multiple of 2^-53, for `field` of one request; `of` is its row, attempt and restart."""
    key = _key("parameter", program.name, program.seed, program.draw, column, field)
    digest = hashlib.blake2b(struct.pack("<QQQ", *of), key=key, digest_size=8).digest()
    return float(int.from_bytes(digest, "little") >> 11) * 2.0**-53


def template_draw(program: Program | None, column: str, field: str, of: tuple[int, int, int]) -> Callable[[int], int]:
    """Return what draws for one rendering of one template: size → an index below it, another one at each call.

    `of` is the row, its attempt and its redraw.
    """
    dataset = (program.name, program.seed, program.draw) if program else ()
    row, attempt, redraw = of
    key = _key("template", *dataset, column, field, *((redraw,) if redraw else ()))
    calls = itertools.count()

    def draw(size: int) -> int:
        digest = hashlib.blake2b(struct.pack("<QQQ", row, attempt, next(calls)), key=key, digest_size=8).digest()
        return int.from_bytes(digest, "little") * size >> 64

    return draw


@functools.lru_cache(maxsize=1024)
def _key(*parts: str | int) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).digest()
