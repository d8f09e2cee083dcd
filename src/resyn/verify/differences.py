"""How a file that is there differs from the one made again, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_NAMED = 5
"""Differences of one kind in one file before the rest is only counted."""
_PIECE = 2**20
_SHOWN = 60
"""Characters of a value."""


def table_differences(found: Path, made: Path, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield how the rows of a Parquet file, told apart by the columns `keys`, differ from those it should have."""
    there, wanted = _read(found), _read(made)
    if there is None or wanted is None:
        yield "cannot be read"
        return
    if there.schema != wanted.schema:
        yield f"has the columns {_types(there.schema)}, not {_types(wanted.schema)}"
        return
    if there.equals(wanted):
        return
    mine, theirs = _by_key(there, keys), _by_key(wanted, keys)
    yield from _some([f"{_name(key)} is missing" for key in theirs if key not in mine])
    yield from _some([f"{_name(key)} should not be there" for key in mine if key not in theirs])
    changed = [
        f"{_name(key)}: '{column}' is {_show(row[column])}, not {_show(theirs[key][column])}"
        for key, row in mine.items()
        if key in theirs
        for column in there.column_names
        if repr(row[column]) != repr(theirs[key][column])
    ]
    yield from _some(changed)
    if mine == theirs and not changed:
        yield "has its rows twice or in another order"


def folder_differences(found: Path, made: Path) -> Iterator[str]:
    """Yield how the files in a folder differ from those made again, byte for byte."""
    mine, theirs = _files(found), _files(made)
    yield from (f"{name} is missing" for name in sorted(theirs.keys() - mine.keys()))
    yield from (f"{name} should not be there" for name in sorted(mine.keys() - theirs.keys()))
    for name in sorted(mine.keys() & theirs.keys()):
        if _is_same(mine[name], theirs[name]):
            continue
        there, wanted = _written_by(mine[name]), _written_by(theirs[name])
        yield f"{name} is not what the batches make" + ("" if there == wanted else f" (written by {there}; here is {wanted})")


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _is_same(one: Path, other: Path) -> bool:
    """Compare two files piece by piece: a dataset does not fit into memory twice."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while piece := left.read(_PIECE):
            if piece != right.read(_PIECE):
                return False
    return True


def _written_by(path: Path) -> str:
    if path.suffix != ".parquet":
        return ""
    try:
        return str(pq.read_metadata(path).created_by)
    except (pa.ArrowException, OSError):
        return "nobody: it is torn"


def _read(path: Path) -> pa.Table | None:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            return file.read().replace_schema_metadata(None)
    except (pa.ArrowException, OSError):
        return None


def _by_key(table: pa.Table, keys: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[key] for key in keys): row for row in table.to_pylist()}


def _types(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)


def _name(key: tuple[Any, ...]) -> str:
    row, *more = key
    return f"row {row}" + (f" ({', '.join(map(str, more))})" if more else "")


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _some(sentences: list[str]) -> Iterator[str]:
    yield from sentences[:_NAMED]
    if len(sentences) > _NAMED:
        yield f"and {len(sentences) - _NAMED} more like that"
