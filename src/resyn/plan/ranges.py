"""The rows of each batch."""

from __future__ import annotations

from resyn.project import batch_key


def cut(num_records: int, batch_size: int) -> dict[str, range]:
    """Cut a dataset into batches: return batch key → rows, in order; the last batch may be shorter."""
    starts = range(0, num_records, batch_size)
    return {batch_key(number): range(start, min(start + batch_size, num_records)) for number, start in enumerate(starts)}
