"""The seed that is sent to a model with each request."""

from __future__ import annotations

import functools
import hashlib
import json
import struct

from resyn.spec import Program


def request_seed(program: Program, column: str, row: int, attempt: int, restart: int) -> int:
    """Return the seed of one request, in [0, 2^31): what every provider's integer holds. Costs 1.5 µs.

    `column` is the column's random name. A keyed BLAKE2b rather than a `Stream`: cells ask one at a time, and building a Philox
    generator costs 9 µs.
    """
    key = _key(program.name, program.seed, program.draw, column)
    digest = hashlib.blake2b(struct.pack("<QQQ", row, attempt, restart), key=key, digest_size=4).digest()
    return int.from_bytes(digest, "little") >> 1


@functools.lru_cache(maxsize=1024)
def _key(name: str, seed: int, draw: int, column: str) -> bytes:
    return hashlib.sha256(json.dumps(["request", name, seed, draw, column]).encode()).digest()
