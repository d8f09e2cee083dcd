"""Write the dataset: its rows through the processors into every format asked for, and its card."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.export.batches import finished_batches
from resyn.export.card import card
from resyn.export.counts import Counts, Removed, write_counts
from resyn.export.files import DatasetFiles
from resyn.export.formats import find_writer
from resyn.export.media import copy_media, embedded
from resyn.export.processing import Step, process
from resyn.export.processors import find
from resyn.export.rows import read_groups, read_schema
from resyn.export.spill import spill_folder
from resyn.export.stream import ROW, Stream
from resyn.project import Project
from resyn.spec import Export, Program
from resyn.spec.files import read_export, read_program
from resyn.spec.processors.drop_columns import DropColumns
from resyn.spec.processors.split import Split
from resyn.store import atomic

CARD = "README.md"
OTHERS = "processors-files"
"""The folder of the datasets that schema transforms write, as Data Designer calls it."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Say what was written: rows, names of columns, files; and the rows that processors took away, by their names."""

    rows: int
    columns: tuple[str, ...]
    files: tuple[Path, ...]
    removed: dict[str, int]


def export(project: Project) -> ExportResult:
    """Merge the planned batches into data/dataset: rows in row order, columns in config order, changed by the processors.

    The bytes depend on the rows alone, not on how they were cut into batches. Memory holds some row groups. Whatever else is in the
    folder goes: it is an out that DVC empties, too.

    Raises:
        ConfigError: there is no plan, a format does not exist, no column is left, or no row.
        ResynError: a batch is not as planned, a processor fails for a row, or a file cannot be written.
        MissingRows: more rows are missing than the config allows.
    """
    program, fingerprint = read_program(project.generation)
    options = read_export(project.export)
    for name in options.formats:
        find_writer(name)
    columns = _needed(program, options, project)
    batches = finished_batches(project, program, fingerprint)
    main, others, steps = _write(project, tuple(batches.files.values()), columns, options)
    counts = Counts(
        rows=sum(main.rows.values()),
        splits=main.rows,
        processors=tuple(Removed(name=s.processor.name, processor_type=s.processor.processor_type, removed=s.removed) for s in steps),
        datasets={name: other.rows for name, other in others.items()},
    )
    atomic.write(project.dataset / CARD, card(program, fingerprint, main, others, counts, project.dataset))
    files = tuple(path for one in (main, *others.values()) for paths in one.files.values() for path in paths)
    written = (*files, project.dataset / CARD, write_counts(project.dataset, counts))
    media = copy_media(project, batches.files, [name for name in program.media if name in main.columns and name not in options.embed_media])
    _remove_all_but((*written, *media), project.dataset)
    return ExportResult(counts.rows, main.columns, written, counts.removed)


def _needed(program: Program, options: Export, project: Project) -> tuple[str, ...]:
    """Return the columns that have to be read: those that are left in the end, and those that processors read."""
    dropped = {name for one in options.processors if isinstance(one, DropColumns) for name in one.columns} | set(options.drop)
    names = tuple(program.outputs)
    if dropped.issuperset(names):
        hint = "Take `drop: true` off a column in the config, then run `dvc repro`."
        raise ConfigError("export drops every column", file=project.export, hint=hint)
    read = {name for processor in options.processors for name in find(processor).reads(processor)}
    return tuple(name for name in names if name in read or name not in dropped)


def _write(
    project: Project, files: Sequence[Path], columns: Sequence[str], options: Export
) -> tuple[DatasetFiles, dict[str, DatasetFiles], tuple[Step, ...]]:
    """Write the main dataset and those of schema transforms in one pass; they appear when all of them are whole."""
    splits = [share.name for processor in options.processors if isinstance(processor, Split) for share in processor.shares]
    others: dict[str, DatasetFiles] = {}
    with spill_folder(project) as spill, ExitStack() as appearing:

        def other(name: str, schema: pa.Schema) -> DatasetFiles:
            folder = project.dataset / OTHERS / name
            others[name] = appearing.enter_context(DatasetFiles(folder, options.formats, splits, schema))
            return others[name]

        names = (ROW, *columns)
        rows = Stream(read_schema(files[0], names), read_groups(files, names))
        rows, steps = process(rows, options.processors, spill, other)
        main = appearing.enter_context(DatasetFiles(project.dataset, options.formats, splits, rows.schema, options.drop))
        for table in embedded(rows, project, options.embed_media).tables:
            main.write(table)
    return main, others, steps


def _remove_all_but(written: Collection[Path], folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path in file.parents for file in written):
                path.rmdir()
        elif path not in written:
            path.unlink()
