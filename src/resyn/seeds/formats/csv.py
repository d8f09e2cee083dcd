"""CSV files: names in the first line, types those of all values of all files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.seeds.formats import NOTICES
from resyn.seeds.formats.duck import rows_of
from resyn.seeds.formats.turns import turns

_DELIMITERS = ",;\t|"
_QUERY = """SELECT * FROM read_csv(
    $files, header = true, sample_size = -1, delim = $delimiter, quote = '"', escape = '"', comment = '', strict_mode = true
)"""


def read(files: Sequence[Path], root: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the schema, with its notices, and the rows.

    Raises:
        ConfigError: a file cannot be read, has two columns of one name, or other columns than the first one.
    """
    headers = [_header(file, root) for file in files]
    delimiter, names = headers[0]
    for file, header in zip(files, headers, strict=True):
        if header != headers[0]:
            raise ConfigError(
                f"its columns are not those of {files[0]}: {', '.join(header[1])}; there {', '.join(names)}", file=file, line=1
            )
    columns, schema, batches = rows_of(_QUERY, files, root, delimiter=delimiter)
    texts = [name for name, kind in columns if kind == "VARCHAR"]
    return schema.with_metadata({NOTICES: json.dumps([*turns(files, root, delimiter, texts)])}), batches


def _header(file: Path, root: Path) -> tuple[str, list[str]]:
    try:
        with (root / file).open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            stream.seek(0)
            names = next(csv.reader(stream, delimiter=delimiter), [])
    except UnicodeDecodeError as error:
        raise ConfigError("not a UTF-8 text", file=file, line=1) from error
    seen: dict[str, str] = {}
    for name in names:
        if not name.strip():
            raise ConfigError("a column has no name", file=file, line=1)
        if (before := seen.get(name.lower())) is not None:
            also = "" if before == name else f", which DuckDB does not tell from '{before}'"
            raise ConfigError(f"two columns are called '{name}'{also}", file=file, line=1)
        seen[name.lower()] = name
    return delimiter, names
