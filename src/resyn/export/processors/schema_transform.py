"""Write a second dataset beside the main one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from resyn.errors import ResynError
from resyn.export.stream import ROW, SPLIT, Sink, Stream, Surroundings
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.templates import references
from resyn.templates.environment import FAILURES
from resyn.templates.json_values import with_json_values

_MAX_CHARACTERS = 512_000
"""Data Designer's bound on a rendered template."""


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
    template = _Template(processor)
    for table in rows.tables:
        made = template.fill(table.select(rows.columns), table.column(ROW).to_pylist())
        ours = {name: table.column(name) for name in (ROW, SPLIT) if name in types.names}
        sink.write(pa.table([ours[field.name] if field.name in ours else made[field.name] for field in types], schema=types))
        yield table


class _Template:
    """Fill in every text of a template, keep every other value as it is."""

    def __init__(self, processor: SchemaTransform) -> None:
        self._where = f"processor '{processor.name}'"
        self._columns = {name: (pa.array([value]).type, _compiled(value)) for name, value in json.loads(processor.template).items()}

    def fill(self, table: pa.Table, rows: list[int]) -> Mapping[str, pa.Array]:
        """Return the columns that the template makes of a table."""
        records = table.to_pylist()
        return {
            name: pa.array([self._one(value, record, row, name) for record, row in zip(records, rows, strict=True)], kind)
            for name, (kind, value) in self._columns.items()
        }

    def _one(self, value: Any, record: Mapping[str, Any], row: int, name: str) -> Any:
        try:
            return _filled(value, record)
        except FAILURES as error:
            message = f"{self._where}, template of '{name}', row {row}: {error}"
            raise ResynError(message, hint="mend the template, then run `dvc repro`") from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(child)


def _compiled(value: Any) -> Any:
    """Return the template with a function in place of each text."""
    match value:
        case str():
            return with_json_values(value)
        case dict():
            return {name: _compiled(item) for name, item in value.items()}
        case list():
            return [_compiled(item) for item in value]
        case _:
            return value


def _filled(value: Any, record: Mapping[str, Any]) -> Any:
    match value:
        case dict():
            return {name: _filled(item, record) for name, item in value.items()}
        case list():
            return [_filled(item, record) for item in value]
        case _ if callable(value):
            text = value(record)
            if len(text) > _MAX_CHARACTERS:
                raise ValueError(f"the text has {len(text):,} characters, more than {_MAX_CHARACTERS:,}")
            return text
        case _:
            return value
