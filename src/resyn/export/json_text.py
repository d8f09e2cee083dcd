"""Arrow columns as JSON texts, a column at a time: up to twenty times as fast as a row at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

_MOST_BYTES = 2**26
"""Above this a table is cut in two: the texts of a column must stay below 2 GiB, and an escape is six bytes."""
_ESCAPED = r'["\\\x00-\x1f]'
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def json_lines(table: pa.Table) -> Iterator[memoryview]:
    """Yield the rows of a table as JSON objects in UTF-8, a line each."""
    if not table.num_rows:
        return
    if table.nbytes > _MOST_BYTES and table.num_rows > 1:
        middle = table.num_rows // 2
        yield from json_lines(table.slice(0, middle))
        yield from json_lines(table.slice(middle))
        return
    columns = [column.combine_chunks() for column in table.columns]
    lines = _object(table.column_names, columns, table.num_rows, end="}\n")
    yield memoryview(lines.buffers()[2])


def json_texts(values: pa.Array) -> pa.Array:
    """Return the JSON text of each value as a string; "null" where it is null, or a number that JSON has not."""
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return pc.fill_null(values.cast(pa.string()), "null")
    if pa.types.is_floating(kind):
        return pc.if_else(pc.fill_null(pc.is_finite(values), fill_value=False), _float_texts(values), "null")
    if pa.types.is_string(kind):
        return _quoted(values)
    return _compound(values, kind)


def _compound(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_struct(kind):
        fields = [pc.struct_field(values, [index]) for index in range(kind.num_fields)]
        return _where(values, _object([field.name for field in kind], fields, len(values), end="}"))
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        return _where(values, _list(values))
    if pa.types.is_date32(kind) or kind == pa.timestamp("s"):
        return _quoted(pc.replace_substring(values.cast(pa.string()), " ", "T"))
    return pa.array([orjson.dumps(value).decode() for value in values.to_pylist()], pa.string())


def _where(values: pa.Array, texts: pa.Array) -> pa.Array:
    return pc.if_else(values.is_valid(), texts, "null") if values.null_count else texts


def _float_texts(values: pa.Array) -> pa.Array:
    """Return the shortest texts that are these numbers again; a whole one keeps its point, so that readers see a column of one type."""
    texts = values.cast(pa.string())
    return pc.if_else(pc.match_substring_regex(texts, r"^-?\d+$"), pc.binary_join_element_wise(texts, ".0", ""), texts)


def _quoted(values: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(values, _ESCAPED)).as_py():
        texts = values
        for plain, escaped in _SHORT_ESCAPES.items():
            texts = pc.replace_substring(texts, plain, escaped)
        if pc.any(pc.match_substring_regex(texts, r"[\x00-\x1f]")).as_py():
            return pa.array([orjson.dumps(value).decode() for value in values.to_pylist()], pa.string())
        values = texts
    return pc.fill_null(pc.binary_join_element_wise('"', values, '"', ""), "null")


def _object(names: Sequence[str], columns: Sequence[pa.Array], rows: int, *, end: str) -> pa.Array:
    pieces: list[pa.Array | str] = []
    for name, values in zip(names, columns, strict=True):
        pieces += [("," if pieces else "{") + orjson.dumps(name).decode() + ":", json_texts(values)]
    if not pieces:
        return pa.repeat("{" + end, rows)
    return pc.binary_join_element_wise(*pieces, end, "")


def _list(values: pa.Array) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy(zero_copy_only=False)
    ends = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    items = pa.ListArray.from_arrays(ends, json_texts(values.flatten()))
    return pc.binary_join_element_wise("[", pc.binary_join(items, ","), "]", "")
