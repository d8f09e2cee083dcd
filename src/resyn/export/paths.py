"""Columns and their fields, named by paths such as `customer.email`."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from resyn.errors import ConfigError


def column_of(path: str) -> str:
    """Return the column that a path begins with."""
    return path.partition(".")[0]


def values(path: str, table: pa.Table) -> pa.Array:
    """Return the values that a path leads to; null where what holds them is null.

    Raises:
        ConfigError: there is no such field; names those there are.
    """
    kind_of(path, table.schema)
    found = table.column(column_of(path)).combine_chunks()
    for field in path.split(".")[1:]:
        found = pc.struct_field(found, field)
    return found


def kind_of(path: str, schema: pa.Schema) -> pa.DataType:
    """Return the type of the values that a path leads to.

    Raises:
        ConfigError: there is no such field; names those there are.
    """
    name, *fields = path.split(".")
    kind = schema.field(name).type
    for field in fields:
        there = [item.name for item in kind] if pa.types.is_struct(kind) else []
        if field not in there:
            hint = f"its fields are {', '.join(there)}" if there else f"{kind} has no fields"
            raise ConfigError(f"a processor names '{path}', and there is no field '{field}'", hint=f"{hint}; mend `processors`")
        kind = kind.field(field).type
    return kind
