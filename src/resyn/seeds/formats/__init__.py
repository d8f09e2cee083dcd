"""Files of every kind as Arrow record batches: one file a kind, each holding `read`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.spec import Source

NOTICES = b"resyn.notices"
"""Where a schema holds what a person should know about the files, as a JSON list of sentences."""
SUFFIXES = {".parquet": "parquet", ".csv": "csv", ".json": "json", ".jsonl": "json"}
"""How a file ends → the file here that reads it."""


def read(root: Path, source: Source, files: Sequence[Path]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the schema of a source's rows and the rows, in the order of the files.

    Raises:
        ConfigError: a file cannot be used, also while batches are taken; names file and line.
    """
    if source.seed_type != "local":
        from resyn.seeds.formats.folder import read_folder

        return read_folder(root, source, files)
    for file in files:
        _require_kind(file, root)
    module = importlib.import_module(f"resyn.seeds.formats.{SUFFIXES[files[0].suffix]}")
    schema, batches = module.read([file.relative_to(root) for file in files], root)
    return schema, batches


def _require_kind(file: Path, root: Path) -> None:
    """Refuse a file that is not what its ending says, as far as its first bytes tell."""
    name = file.relative_to(root)
    with file.open("rb") as stream:
        start = stream.read(4096)
    if not start:
        raise ConfigError("the seed file is empty (0 bytes)", file=name)
    is_parquet = start.startswith(b"PAR1")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    what = ""
    if is_parquet is not (file.suffix == ".parquet"):
        what = "Parquet" if is_parquet else ""
    elif file.suffix == ".csv" and text.startswith((b"{", b"[")):
        what = "JSON"
    elif not is_parquet and b"\0" in start:
        what = "no text"
    elif file.suffix in (".json", ".jsonl") and not text.startswith((b"{", b"[")):
        what = "not JSON objects"
    else:
        return
    raise ConfigError(
        f"the seed file is {what or 'no Parquet file'}, and its ending says {file.suffix}",
        file=name,
        line=1 if text and not is_parquet else None,
    )
