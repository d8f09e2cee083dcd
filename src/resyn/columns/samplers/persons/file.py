"""A Parquet file of persons, whose rows are taken by number: what is in memory does not grow with the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.seeds.files import hashes_of
from resyn.seeds.rows import Rows, write_rows
from resyn.store.location import state_dir

_LAYOUT = "persons 1"
"""How a file's rows are written to be taken by number; part of the name of what is written."""
_BATCH = 16_384

TYPES = {"string": pa.string(), "int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_(), "list<string>": pa.list_(pa.string())}
"""What a field of a person can be, by name."""


def digest(root: Path, path: str) -> str:
    """Return sha256:… of a file's content; one that has not changed since it was hashed is not read.

    Raises:
        OSError: it cannot be read.
    """
    (found,) = hashes_of([root / path], state_dir(root))
    return f"sha256:{found}"


def types_of(path: Path) -> dict[str, str]:
    """Return the columns of a file and the names of their types, "" for one that no field of a person can have.

    Raises:
        OSError: it cannot be read.
        pa.ArrowException: it is no Parquet.
    """
    return {field.name: _name(field.type) for field in pq.read_schema(path)}


def _name(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _name(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return "list<string>" if _name(kind.value_type) == "string" else ""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "string"
    tests = {"int64": pa.types.is_integer, "double": pa.types.is_floating, "bool": pa.types.is_boolean}
    return next((name for name, is_of in tests.items() if is_of(kind)), "")


def matching(path: Path, ages: tuple[int, int], allowed: Mapping[str, Sequence[str]]) -> npt.NDArray[np.uint32]:
    """Return the numbers of the rows with an age in a range, both ends included, and one of the allowed values in each column."""
    found: list[npt.NDArray[np.uint32]] = []
    first = 0
    with pq.ParquetFile(path) as file:
        for table in (file.read_row_group(group, columns=["age", *allowed]) for group in range(file.num_row_groups)):
            fits = pc.and_(pc.greater_equal(table["age"], ages[0]), pc.less_equal(table["age"], ages[1]))
            for name, values in allowed.items():
                fits = pc.and_(fits, pc.is_in(table[name].cast(pa.string()), value_set=pa.array(values, pa.string())))
            found.append((np.flatnonzero(pc.fill_null(fits, False).to_numpy()) + first).astype(np.uint32))
            first += table.num_rows
    return np.concatenate(found) if found else np.array([], dtype=np.uint32)


def rows_by_number(root: Path, path: str, fields: Sequence[tuple[str, str]]) -> Rows:
    """Return the fields of a file's rows, ready to be taken by number: written once beside the project's other state.

    Raises:
        Unwritable: the disk is full or read-only.
    """
    derived = derived_file(root, path, fields)
    if not derived.exists():
        schema = pa.schema([(name, TYPES[kind]) for name, kind in fields])
        with pq.ParquetFile(root / path) as file:
            batches = (batch.select(schema.names) for batch in file.iter_batches(_BATCH, columns=schema.names))
            write_rows(derived, schema, (_cast(batch, schema) for batch in batches))
    return Rows(derived)


def derived_file(root: Path, path: str, fields: Sequence[tuple[str, str]]) -> Path:
    """Return the file that rows are taken from: it can be deleted at any time.

    Raises:
        OSError: the file of persons cannot be read.
    """
    key = hashlib.sha256(json.dumps([_LAYOUT, digest(root, path), *fields]).encode()).hexdigest()
    return state_dir(root) / "seeds" / f"{key}.arrow"


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch([values.cast(field.type) for values, field in zip(batch.columns, schema, strict=True)], schema=schema)
