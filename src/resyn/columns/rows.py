"""Rows as a function of a plugin takes them, and what it returns for them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def as_row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row to give away: what the function does to it shows nowhere else."""
    return {name: copy.deepcopy(value) if isinstance(value, dict | list) else value for name, value in values.items()}


def as_block(rows: Sequence[Mapping[str, Any]], annotation: Any) -> Any:
    """Return rows as what the annotation of a parameter asks for: lists by name (`dict`), a pandas frame, else an Arrow table."""
    columns = {name: [copy.deepcopy(row[name]) for row in rows] for name in (rows[0] if rows else ())}
    if _is(annotation, "dict"):
        return columns
    if _is(annotation, "DataFrame"):
        import pandas as pd

        return pd.DataFrame(columns)
    return pa.table(columns)


def block_rows(returned: Any, rows: int) -> list[Any]:
    """Return what a function made of a block, row by row: a table, a frame, lists by name, or a list of one value a row.

    Raises:
        ValueError: it is none of these, or has another number of rows.
    """
    if isinstance(returned, pa.Table | pa.Array | pa.ChunkedArray):
        returned = returned.to_pylist()
    elif hasattr(returned, "to_dict") and hasattr(returned, "columns"):
        returned = returned.to_dict(orient="records")
    elif isinstance(returned, Mapping):
        returned = _transposed(returned)
    elif hasattr(returned, "tolist"):
        returned = returned.tolist()
    if not isinstance(returned, list | tuple):
        raise ValueError(f"returned {type(returned).__name__}, and a table or a list of one value a row is needed")
    if len(returned) != rows:
        raise ValueError(f"returned {len(returned)} rows for {rows}")
    return list(returned)


def _transposed(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = {str(name): values.tolist() if hasattr(values, "tolist") else list(values) for name, values in columns.items()}
    if len({len(values) for values in lists.values()}) > 1:
        raise ValueError(f"returned lists of {', '.join(str(len(values)) for values in lists.values())} values")
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def _is(annotation: Any, name: str) -> bool:
    """Return whether an annotation, which may be a text, names a type."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return text.rpartition(".")[2].partition("[")[0] == name
