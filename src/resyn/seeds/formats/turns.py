"""Columns of CSV files that begin as numbers or dates and do not go on so: texts, all of them, which may be a slip of the pen."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

_KINDS = {
    "a number": re.compile(r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"),
    "a date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*"),
    "true or false": re.compile(r"(?i)true|false"),
}
_MOST = 40
"""Characters of a value that are shown."""


def turns(files: Sequence[Path], root: Path, delimiter: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each of the columns that are read as `texts` and whose first value is of another kind than a later one.

    Reads no further than needed: columns of words are known by their first value.
    """
    begun: dict[str, tuple[str, str]] = {}
    unknown = list(texts)
    for where, record in _records(files, root, delimiter):
        for name in tuple(unknown):
            if not (value := record[name]):
                continue
            kind, first = begun.setdefault(name, (_kind(value), where))
            if kind and kind == _kind(value):
                continue
            unknown.remove(name)
            if kind:
                shown = value if len(value) <= _MOST else f"{value[:_MOST]}…"
                yield f"{where}: '{name}' holds {shown!r} here and {kind} in {first}: the whole column is text"
        if not unknown:
            return


def _records(files: Sequence[Path], root: Path, delimiter: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Yield the records and where they are, up to one that is none: what is wrong with it is told by who reads the rows."""
    for file in files:
        with (root / file).open(encoding="utf-8-sig", newline="") as stream, suppress(csv.Error, UnicodeDecodeError):
            reader = csv.DictReader(stream, delimiter=delimiter)
            for record in reader:
                yield f"{file}:{reader.line_num}", record


def _kind(value: str) -> str:
    return next((kind for kind, form in _KINDS.items() if form.fullmatch(value.strip())), "")
