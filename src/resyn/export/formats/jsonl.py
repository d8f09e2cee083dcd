"""JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson
import pyarrow as pa


def write(path: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> None:  # noqa: ARG001 - the tables name their columns
    """Write one JSON object a line in UTF-8: nested values as JSON, dates and times as ISO 8601, null as null."""
    with path.open("wb") as file:
        for group in groups:
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in group.to_pylist())
