"""What the values of each column look like, fields of structs among them; counted by DuckDB, out of memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File

import pyarrow as pa

from resyn.export.rows import read_schema
from resyn.export.sql import Database, database, field_of, literal, name
from resyn.report.spread import Spread, spread

MOST_VALUES = 50
"""A column with more different values than this is not a choice among a few, and its values are not counted one by one."""

Path = tuple[str, ...]
"""A column's name, then the names of the fields below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Describe one column, or one field of a struct."""

    type: pa.DataType
    nulls: int
    distinct: int
    """Counted by 64-bit hashes: two of a million values share one with probability 3e-8."""
    values: tuple[tuple[str, int], ...] = ()
    """Each value and its rows, most frequent first; only where few values repeat."""
    spread: Spread | None = None
    """Where numbers and moments lie, or how long texts and lists are."""


def profile(files: Sequence[File], columns: Sequence[str], folder: File) -> dict[Path, Profile]:
    """Return the profile of every column of Parquet files, each followed by its fields; `folder` takes what does not fit into memory."""
    leaves = [leaf for field in read_schema(files[0], columns) for leaf in _below((field.name,), name(field.name), field.type)]
    with database(folder) as rows:
        rows.view("rows", f"read_parquet([{', '.join(map(literal, files))}])")
        return {leaf.path: _profile(rows, leaf) for leaf in leaves}


@dataclass(frozen=True, slots=True)
class _Leaf:
    path: Path
    term: str
    """What SQL calls it."""
    type: pa.DataType


def _below(path: Path, term: str, kind: pa.DataType) -> Iterator[_Leaf]:
    yield _Leaf(path, term, kind)
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _below((*path, field.name), field_of(term, field.name), field.type)


def _profile(rows: Database, leaf: _Leaf) -> Profile:
    ((total, present, distinct),) = rows.all(
        "SELECT sum(number), coalesce(sum(number) FILTER (found), 0), count(*) FILTER (found) "
        "FROM (SELECT {term} IS NOT NULL AS found, hash({term}) AS hashed, count(*) AS number FROM rows GROUP BY ALL)",
        term=leaf.term,
    )
    values: list[tuple[str, int]] = []
    if _may_be_choice(leaf.type) and distinct <= min(MOST_VALUES, present / 2):
        counted = rows.all("SELECT {term}, count(*) FROM rows WHERE {term} IS NOT NULL GROUP BY ALL", term=leaf.term)
        values = sorted(((_label(value), number) for value, number in counted), key=lambda item: (-item[1], item[0]))
    return Profile(
        type=leaf.type,
        nulls=(total or 0) - present,
        distinct=distinct,
        values=tuple(values),
        spread=spread(rows, leaf.term, leaf.type) if present else None,
    )


def _may_be_choice(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind))


def _label(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
