"""JSON Lines, and JSON files that hold one list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.seeds.formats.duck import rows_of

_QUERY = """SELECT * FROM read_json(
    $files, format = $form, records = 'true', sample_size = -1, maximum_depth = -1, union_by_name = true
)"""
_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "keys and values"}


def read(files: Sequence[Path], root: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the schema and the rows.

    Raises:
        ConfigError: a file cannot be read, a key holds values of two kinds, or two keys differ in case alone.
    """
    lines = all(file.suffix == ".jsonl" for file in files)
    form = "newline_delimited" if lines else "auto"
    columns, schema, batches = rows_of(_QUERY, files, root, form=form)
    if any("JSON" in kind for _, kind in columns):
        _refuse_mixed(files, root)
    for name, _ in columns:
        stem, _, number = name.rpartition("_")
        if number.isdigit() and stem.lower() in {other.lower() for other, _ in columns} and not _has_key(files, root, name):
            raise ConfigError(f"two keys differ in case alone: '{stem}'", file=files[0], line=1)
    return schema, batches


def _refuse_mixed(files: Sequence[Path], root: Path) -> None:
    """Raise the error about the first value that is of another kind than one before it under the same key."""
    kinds: dict[str, tuple[str, Path, int]] = {}
    for file in files:
        for line, record in _records(root / file):
            for path, kind in _kinds("", record):
                before = kinds.setdefault(path, (kind, file, line))
                if before[0] != kind:
                    where = f"on line {before[2]}" if before[1] == file else f"in {before[1]}"
                    raise ConfigError(f"'{path}' holds {kind} here and {before[0]} {where}", file=file, line=line)


def _kinds(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if path and value is not None:
        yield path, _KINDS[type(value)]
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _kinds(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _kinds(f"{path}[]", item)


def _records(file: Path) -> Iterator[tuple[int, Any]]:
    if file.suffix == ".jsonl":
        with file.open(encoding="utf-8") as stream:
            yield from ((number, json.loads(line)) for number, line in enumerate(stream, 1) if line.strip())
        return
    text = file.read_text(encoding="utf-8")
    decoder, at = json.JSONDecoder(), 0
    while (at := next((place for place in range(at, len(text)) if text[place] not in " \t\r\n,[]"), len(text))) < len(text):
        value, end = decoder.raw_decode(text, at)
        yield text.count("\n", 0, at) + 1, value
        at = end


def _has_key(files: Sequence[Path], root: Path, key: str) -> bool:
    return any(key in record for file in files for _, record in _records(root / file))
