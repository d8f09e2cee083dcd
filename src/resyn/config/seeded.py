"""The columns that a seed dataset brings, and what must hold between it and the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from resyn.config.columns.seed_dataset import SeedDatasetColumnConfig
from resyn.config.dataset import DataDesignerConfig
from resyn.config.document import Document
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.seed import SeedConfig
from resyn.config.seeds.source import FOLDER
from resyn.seeds import Prepared, prepare
from resyn.seeds.files import find_files
from resyn.spec import Seed

_SOURCE = ("seed_config", "source", "path")


class FoundSeedColumn(SeedDatasetColumnConfig):
    """A column that nobody wrote down."""

    is_written: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Seeded:
    """Hold a config with every seed column, and the seed dataset they come from."""

    config: DataDesignerConfig
    seed: Seed | None
    notices: tuple[str, ...] = ()
    """What a person should know about the files."""


def seeded(config: DataDesignerConfig, root: Path, source: Document) -> Seeded:
    """Return the config with the columns that its seed dataset has; those found follow those written, and are compiled before them.

    Raises:
        ConfigError: the seed dataset cannot be used; names file and line.
    """
    if (given := config.seed_config) is None:
        for index, column in enumerate(config.columns):
            if isinstance(column, SeedDatasetColumnConfig):
                message = f"column '{column.name}' takes values of a seed dataset, and there is no 'seed_config'"
                raise source.error(message, ("columns", index))
        return Seeded(config, None)
    files = find_files(root, given.source.compile())
    if any(not file.parent.resolve().is_relative_to((root / FOLDER).resolve()) for file in files):
        message = (
            f"'seed_config.source.path' is {given.source.path}, where a linked folder leads out of {FOLDER}/: DVC would not see it change"
        )
        raise source.error(message, _SOURCE, hint=f"copy the folder into {FOLDER}/; links to single files may stay")
    if not files:
        is_folder = given.source.compile().seed_type == "local" and (root / given.source.path).is_dir()
        what = (
            "is a folder"
            if is_folder
            else "names no file"
            if "*" in given.source.path or given.source.compile().seed_type != "local"
            else "does not exist"
        )
        raise source.error(f"'seed_config.source.path' is {given.source.path}, which {what}", _SOURCE)
    prepared = prepare(root, given.source.compile())
    for problem in _problems(config, given, prepared):
        raise problem.error(source)
    written = {column.name for column in config.columns}
    found = [FoundSeedColumn(name=name, column_type="seed-dataset") for name in prepared.types if name not in written]
    return Seeded(config.model_copy(update={"columns": [*config.columns, *found]}), _compiled(given, prepared), prepared.notices)


def _problems(config: DataDesignerConfig, given: SeedConfig, prepared: Prepared) -> Iterator[Problem]:
    for name in prepared.types:
        if not name or name.startswith("__"):
            yield Problem(loc=_SOURCE, message=f"the seed dataset has a column '{name}': names that begin with __ are resyn's own")
    for index, column in enumerate(config.columns):
        is_seed = isinstance(column, SeedDatasetColumnConfig)
        if is_seed and column.name not in prepared.types:
            message = f"column '{column.name}': the seed dataset has no such column{did_you_mean(column.name, prepared.types)}"
            yield Problem(loc=("columns", index, "name"), message=message)
        elif not is_seed and column.name in prepared.types:
            message = f"column '{column.name}' has the name of a column of the seed dataset"
            yield Problem(loc=("columns", index, "name"), message=message, hint="rename it here or in the seed dataset")
    if not _rows(given, prepared):
        message = f"'seed_config.selection_strategy' selects no row: the seed dataset has {prepared.rows:,}"
        yield Problem(loc=("seed_config", "selection_strategy"), message=message)


def _rows(given: SeedConfig, prepared: Prepared) -> range:
    return given.selection_strategy.rows(prepared.rows) if given.selection_strategy else range(prepared.rows)


def _compiled(given: SeedConfig, prepared: Prepared) -> Seed:
    rows = _rows(given, prepared)
    return Seed(
        source=given.source.compile(),
        content=prepared.content,
        types=prepared.types,
        start=rows.start,
        stop=rows.stop,
        sampling_strategy=given.sampling_strategy,
        records_per_row=given.records_per_row,
    )
