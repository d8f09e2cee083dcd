"""Text files through DuckDB, and what it says about those it cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from resyn.errors import ConfigError

_LINE = re.compile(r"(?:on Line:|in line|in record/value) (\d+)")
_FILE = re.compile(r"(?:file = |file \")([^\"\n]+)")
_BATCH = 16_384


def rows_of(
    query: str, files: Sequence[Path], root: Path, **options: str
) -> tuple[list[tuple[str, str]], pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns with DuckDB's types, their schema and the rows of a query over `$files` and options, streamed in the order of the files.

    Raises:
        ConfigError: a file cannot be read; names file and line.
    """
    connection = duckdb.connect(
        ":memory:",
        config={"threads": 2, "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "memory_limit": "1GB"},
    )
    with explained(files, root):
        relation = connection.sql(query, params={"files": [str(root / file) for file in files], **options})
        columns = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        reader = relation.to_arrow_reader(_BATCH)
    schema = pa.schema([pa.field(field.name, field.type) for field in reader.schema])

    def batches() -> Iterator[pa.RecordBatch]:
        with explained(files, root):
            for batch in reader:
                yield pa.record_batch(batch.columns, schema=schema)
        connection.close()

    return columns, schema, batches()


@contextmanager
def explained(files: Sequence[Path], root: Path) -> Iterator[None]:
    """Turn DuckDB's errors into one sentence with file and line."""
    try:
        yield
    except (duckdb.Error, OSError, pa.ArrowInvalid) as error:
        text = str(error)
        line, named = _LINE.search(text), _FILE.search(text)
        file = Path(named[1]) if named else files[0]
        raise ConfigError(
            f"the seed file cannot be read: {_reason(text)}",
            file=file.relative_to(root) if file.is_relative_to(root) else file,
            line=int(line[1]) if line else None,
        ) from error


def _reason(text: str) -> str:
    if "non-record JSON" in text:
        return "it holds values that are not keys and values in braces"
    lines = text.removeprefix("Invalid Input Error: ").splitlines()
    told = [line for line in lines if line.startswith(("Expected Number", "Invalid unicode", "Value with", "Missing", "Error when conv"))]
    sentence = told[0] if told else lines[0]
    sentence = re.sub(r" (in|sniffing) file \"[^\"]*\"", "", sentence)
    return re.sub(r",? ?(at byte \d+ )?in (line|record/value) \d+", "", sentence).rstrip(". ").strip()
