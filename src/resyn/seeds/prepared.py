"""A seed dataset made readable by row number: an Arrow file beside the project's other state, named after its content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.seeds.files import content_of, find_files
from resyn.seeds.formats import NOTICES
from resyn.seeds.rows import write_rows
from resyn.spec import Source
from resyn.store.location import state_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Describe a seed dataset that is ready to be read."""

    files: tuple[Path, ...]
    content: str
    rows: int
    types: Mapping[str, str]
    """Column → Arrow type, in the order of the files."""
    notices: tuple[str, ...] = ()
    """What a person should know about the files."""


def prepare(root: Path, source: Source) -> Prepared:
    """Return what a source holds, with its rows ready to be read by number.

    Raises:
        ConfigError: a file cannot be used; names file and line.
        Unwritable: the disk is full or read-only.
    """
    files = find_files(root, source)
    content = _content(root, source, files)
    path = derived(root, content)
    if not path.exists():
        _write(path, root, source, files)
    with pa.memory_map(str(path)) as mapped:
        reader = pa.ipc.open_file(mapped)
        rows = sum(reader.get_batch(number).num_rows for number in range(reader.num_record_batches))
        types = {field.name: str(field.type) for field in reader.schema}
        notices = json.loads((reader.schema.metadata or {}).get(NOTICES, b"[]"))
    if not rows:
        raise ConfigError("the seed dataset has no rows", file=source.path)
    return Prepared(files=files, content=content, rows=rows, types=types, notices=tuple(notices))


def derived(root: Path, content: str) -> Path:
    """Return the file that holds the rows of a content: it can be deleted at any time."""
    return state_dir(root) / "seeds" / f"{content.removeprefix('sha256:')}.arrow"


def restore(root: Path, source: Source, content: str) -> Path:
    """Return the file of a planned content, made again where it is gone.

    Raises:
        ConfigError: the files of the source are gone, or are not those that were planned.
    """
    path = derived(root, content)
    if not path.exists():
        files = find_files(root, source)
        if not files or _content(root, source, files) != content:
            what = "has changed since it was planned" if files else "is gone"
            raise ConfigError(
                f"the seed dataset {what}",
                file=source.path,
                hint="run `resyn plan`, or bring the files back (`git checkout`, `dvc checkout`)",
            )
        _write(path, root, source, files)
    return path


def _content(root: Path, source: Source, files: Sequence[Path]) -> str:
    try:
        return content_of(root, source, files, state_dir(root))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=error.filename or source.path) from error


def _write(path: Path, root: Path, source: Source, files: Sequence[Path]) -> None:
    from resyn.seeds.formats import read

    schema, batches = read(root, source, files)
    write_rows(path, schema, batches)
