"""Write the dataset: every format asked for, and its card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resyn.errors import ConfigError
from resyn.export.batches import finished_batches
from resyn.export.card import card
from resyn.export.formats import find_writer
from resyn.export.rows import read_groups, read_schema
from resyn.project import Project
from resyn.spec.files import read_export, read_program
from resyn.store import atomic

_SPLIT = "train"
_CARD = "README.md"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Say what was written: rows, names of columns, files."""

    rows: int
    columns: tuple[str, ...]
    files: tuple[Path, ...]


def export(project: Project) -> ExportResult:
    """Merge the planned batches into data/dataset: rows in row order, columns in config order less those to drop.

    The bytes depend on the rows alone, not on how they were cut into batches. Memory holds one row group. Whatever else is in the
    folder goes: it is an out that DVC empties, too.

    Raises:
        ConfigError: there is no plan, a format does not exist, or no column is left.
        ResynError: a batch is not as planned, or a file cannot be written.
        MissingRows: more rows are missing than the config allows.
    """
    program, fingerprint = read_program(project.generation)
    options = read_export(project.export)
    writers = {f"{_SPLIT}.{name}": find_writer(name) for name in options.formats}
    columns = tuple(name for name in program.outputs if name not in options.drop)
    if not columns:
        raise ConfigError(
            "export drops every column", file=project.export, hint="Shorten `export: drop:` in the config, then run `dvc repro`."
        )
    batches = finished_batches(project, program, fingerprint)
    files = tuple(batches.files.values())
    schema = read_schema(files[0], columns)
    for name, write in writers.items():
        with atomic.replacing(project.dataset / name) as temp:
            write(temp, schema, read_groups(files, columns))
    atomic.write(project.dataset / _CARD, card(program, fingerprint, schema, batches.rows, tuple(writers)))
    written = tuple(project.dataset / name for name in (*writers, _CARD))
    for path in project.dataset.iterdir():
        if path.is_file() and path not in written:
            path.unlink()
    return ExportResult(batches.rows, columns, written)
