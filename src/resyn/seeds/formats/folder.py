"""Folders: a row a file, with or without its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.spec import Source

_METADATA = ("source_kind", "source_path", "relative_path", "file_name")


def read_folder(root: Path, source: Source, files: Sequence[Path]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of Data Designer and a row a file; paths count from the project, so that they are the same on every machine.

    Raises:
        ConfigError: while batches are taken: a text is not of the encoding; names the file.
    """
    content = ("content",) if source.seed_type == "file_contents" else ()
    schema = pa.schema([(name, pa.string()) for name in (*_METADATA, *content)])
    return schema, _rows(root, source, files, schema)


def _rows(root: Path, source: Source, files: Sequence[Path], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for file in files:
        name = file.relative_to(root)
        kind = "file_contents" if source.seed_type == "file_contents" else "directory_file"
        row = [kind, name.as_posix(), file.relative_to(root / source.path).as_posix(), file.name]
        if source.seed_type == "file_contents":
            row.append(_text(file, name, source.encoding or "utf-8"))
        yield pa.record_batch([pa.array([value], pa.string()) for value in row], schema=schema)


def _text(file: Path, name: Path, encoding: str) -> str:
    try:
        return file.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"not a text in {encoding}", file=name, line=line, hint="set `encoding`, or leave the file out with `file_pattern`"
        ) from error
