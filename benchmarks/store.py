"""What an answer costs to store and to find as the store grows, and how long the store takes to open.

Run `python benchmarks/store.py [ANSWERS]` (ten million by default: half an hour and 9 GB in a temporary folder on two cores). It prints
JSON, a line for each size on the way, and exits with 1 where a bound is missed. The bounds are ratios in one run and a time to open.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from resyn.models.request import Answer, Status
from resyn.store.responses import Responses

Item = TypeVar("Item")

SIZES = (10_000, 100_000, 1_000_000, 3_000_000, 10_000_000)
BODY = random.Random(0).randbytes(600)  # noqa: S311 - any bytes will do
PROBES = 4_000
GROUP = 64
MOST_OPENING_MS = 100.0
MOST_GROWTH = 3.0


def main() -> int:
    """Measure, print, and return the exit code."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    with tempfile.TemporaryDirectory() as folder:
        measured = [measure(Path(folder) / "responses.sqlite", low, high) for low, high in steps(most)]
    first, last = measured[0], measured[-1]
    growth = {what: round(last[what] / first[what], 2) for what in ("find_us", "find_many_us", "store_us")}
    print(json.dumps({"growth": growth, "bounds": {"growth": MOST_GROWTH, "open_ms": MOST_OPENING_MS}}))
    return int(max(growth.values()) > MOST_GROWTH or last["open_ms"] > MOST_OPENING_MS)


def steps(most: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes between which the store is filled."""
    sizes = [*(size for size in SIZES if size < most), most]
    return zip([0, *sizes], sizes, strict=False)


def measure(path: Path, low: int, high: int) -> dict[str, float]:
    """Fill a store up to a size and return medians of what it costs then; the first look-ups may find the file on disk, not in memory."""
    with closing(Responses(path)) as responses:
        responses.put_many(map(answer, range(low, high)))
    openings = [timed(lambda: Responses(path).close()) for _ in range(5)]
    chance = random.Random(high)  # noqa: S311 - which answers are looked up
    with closing(Responses(path)) as responses:
        some = [key(chance.randrange(high)) for _ in range(PROBES)]
        first = [timed(partial(responses.get, wanted)) for wanted in some]
        find = [timed(partial(responses.get, wanted)) for wanted in some]
        find_many = [timed(partial(responses.get_many, group)) / len(group) for group in groups(some, 500)]
        store = [timed(partial(put, responses, group)) / len(group) for group in groups(range(-PROBES, 0), GROUP)]
    figures = {
        "answers": high,
        "megabytes": round(path.stat().st_size / 1e6),
        "open_ms": round(statistics.median(openings) * 1e3, 1),
        "find_first_us": round(statistics.median(first) * 1e6, 1),
        "find_us": round(statistics.median(find) * 1e6, 1),
        "find_many_us": round(statistics.median(find_many) * 1e6, 1),
        "store_us": round(statistics.median(store) * 1e6, 1),
    }
    print(json.dumps(figures), flush=True)
    return figures


def put(responses: Responses, numbers: Iterable[int]) -> None:
    """Store a group of answers that are new at each call, as a run does."""
    moment = time.monotonic_ns()
    for future in [responses.put(answer(number * moment)) for number in numbers]:
        future.result()


def answer(number: int) -> Answer:
    """Return the answer of a number; 600 bytes, as a short completion has."""
    return Answer(key=key(number), status=Status.ANSWERED, body=BODY, input_tokens=100, output_tokens=60, answered_at=number)


def key(number: int) -> bytes:
    """Return the key of a number: as random as a request's."""
    return hashlib.sha256(str(number).encode()).digest()


def groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of a size."""
    everything = list(items)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def timed(action: Callable[[], object]) -> float:
    """Return the seconds an action took."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
