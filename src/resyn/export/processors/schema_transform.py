"""Write a second dataset beside the main one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from resyn.errors import ResynError
from resyn.export.stream import ROW, SPLIT, Sink, Stream, Surroundings
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.templates import BlockTemplate, references
from resyn.templates.environment import FAILURES
from resyn.templates.json_values import with_json_values

Columns = Mapping[str, pa.Array]


def reads(processor: SchemaTransform) -> Iterable[str]:
    """Return the columns of the template."""
    names: set[str] = set()
    return names.union(*map(references, _texts(json.loads(processor.template))))


def apply(processor: SchemaTransform, rows: Stream, surroundings: Surroundings) -> Stream:
    """Return the rows as they are; what the template makes of each goes to the dataset of the processor's name."""
    template = json.loads(processor.template)
    types = pa.schema([(ROW, pa.int64()), *((name, pa.array([value]).type) for name, value in template.items())])
    if SPLIT in rows.schema.names:
        types = types.append(rows.schema.field(SPLIT))
    return Stream(rows.schema, _passed_on(processor, rows, surroundings.dataset(processor.name, types), types))


def _passed_on(processor: SchemaTransform, rows: Stream, sink: Sink, types: pa.Schema) -> Iterator[pa.Table]:
    read = tuple(name for name in rows.columns if name in reads(processor))
    template = [_Column(processor.name, name, value) for name, value in json.loads(processor.template).items()]
    for table in rows.tables:
        made = {column.name: column.fill(table.select([ROW, *read])) for column in template}
        ours = {name: table.column(name) for name in (ROW, SPLIT) if name in types.names}
        sink.write(pa.table([ours[field.name] if field.name in ours else made[field.name] for field in types], schema=types))
        yield table


class _Column:
    """Fill in every text of a template's column, keep every other value as it is."""

    def __init__(self, processor: str, name: str, value: Any) -> None:
        self.name = name
        self._where = f"processor '{processor}', template of '{name}'"
        self._value, self._type = value, pa.array([value]).type
        self._make = _maker(value, self._type)

    def fill(self, table: pa.Table) -> pa.Array:
        """Return a value a row.

        Raises:
            ResynError: a text fails for a row; names the first.
        """
        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        try:
            return self._make(columns, table.num_rows)
        except (*FAILURES, pa.ArrowException):  # which row it is, only going through them can tell
            filled = _filler(self._value)
            return pa.array([self._one(filled, record) for record in table.to_pylist()], self._type)

    def _one(self, filled: Callable[[Mapping[str, Any]], Any], record: Mapping[str, Any]) -> Any:
        try:
            return filled(record)
        except FAILURES as error:
            raise ResynError(f"{self._where}, row {record[ROW]}: {error}", hint="mend the template, then run `dvc repro`") from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(child)


def _maker(value: Any, kind: pa.DataType) -> Callable[[Columns, int], pa.Array]:
    """Return what makes the values of a part of a template for a block of rows."""
    match value:
        case str():
            return BlockTemplate(value, json_values=True).render
        case dict():
            fields = [_maker(value[field.name], field.type) if field.name in value else _nulls(field.type) for field in kind]
            return lambda columns, rows: pa.StructArray.from_arrays([make(columns, rows) for make in fields], fields=list(kind))
        case list():
            return _list_maker([_maker(item, kind.value_type) for item in value], kind)
        case _:
            return lambda _, rows: pa.repeat(pa.scalar(value, kind), rows)


def _nulls(kind: pa.DataType) -> Callable[[Columns, int], pa.Array]:
    """Return what makes the field that another object of the same list has."""
    return lambda _, rows: pa.nulls(rows, kind)


def _list_maker(items: list[Callable[[Columns, int], pa.Array]], kind: pa.ListType) -> Callable[[Columns, int], pa.Array]:
    def make(columns: Columns, rows: int) -> pa.Array:
        one_after_the_other = pa.concat_arrays([item(columns, rows) for item in items])
        row_by_row = np.arange(len(items) * rows).reshape(len(items), rows).T.ravel()
        ends = pa.array(np.arange(rows + 1) * len(items), pa.int32())
        return pa.ListArray.from_arrays(ends, one_after_the_other.take(pa.array(row_by_row)), type=kind)

    return make


def _filler(value: Any) -> Callable[[Mapping[str, Any]], Any]:
    """Return what makes the value of a part of a template for one row."""
    match value:
        case str():
            return with_json_values(value)
        case dict():
            fields = {name: _filler(item) for name, item in value.items()}
            return lambda record: {name: fill(record) for name, fill in fields.items()}
        case list():
            items = [_filler(item) for item in value]
            return lambda record: [fill(record) for fill in items]
        case _:
            return lambda _: value
