"""Python's collector of cycles, kept from looking through thousands of open rows again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (20_000, 20, 20)
"""New objects before a look at the young ones (Python's own: 700), and looks before one at the older ones. Rows hold no cycles."""


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Collect garbage rarely while a block makes rows: measured, a quarter of the CPU time of a replay."""
    before = gc.get_threshold()
    gc.freeze()  # what is loaded stays
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
