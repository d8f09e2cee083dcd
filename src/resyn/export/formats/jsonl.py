"""JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from resyn.export.json_text import json_lines


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:  # noqa: ARG001 - the tables name their columns
    """Write one JSON object a line in UTF-8: nested values as JSON, dates and times as ISO 8601, null as null."""
    with path.open("wb") as file:
        yield lambda table: _append(file.write, table)


def _append(write: Callable[[memoryview], object], table: pa.Table) -> None:
    for lines in json_lines(table):
        write(lines)
