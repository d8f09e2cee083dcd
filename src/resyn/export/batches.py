"""Whether every planned batch is finished and is what the plan says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from resyn.errors import MissingRows, ResynError
from resyn.project import Project
from resyn.spec import Program
from resyn.spec.files import read_ranges
from resyn.store.batches import FORMAT, read_identity

_NAMED = 5
"""How many batches or runs of rows a message names before it only counts the others."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Hold the files of a dataset's batches, in row order, and the rows the plan has and they do not."""

    files: Mapping[str, Path]
    planned: int
    missing: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Return the number of rows in the files."""
        return self.planned - len(self.missing)


def finished_batches(project: Project, program: Program, fingerprint: str) -> Finished:
    """Return the planned batches; nothing is globbed for.

    Reads each file's metadata and its `__row` column (8 bytes a row of one batch at a time).

    Raises:
        ConfigError: there is no plan.
        ResynError: a batch is absent, unreadable or not as planned; the message names it and how it differs.
        MissingRows: more rows are missing than the config's `max_missing_share` of the whole dataset.
    """
    ranges = read_ranges(project.ranges)
    expected = _Expected(fingerprint, ("__row", *program.outputs))
    missing: list[int] = []
    problems: dict[str, str] = {}
    for key, rows in ranges.items():
        try:
            missing.extend(expected.missing_rows(project.batch(key), rows))
        except _NotAsPlanned as problem:
            problems[key] = f"{key}: {problem}"
    if problems:
        raise _not_as_planned(project, problems)
    planned = sum(map(len, ranges.values()))
    if len(missing) > program.max_missing_share * planned:
        raise _too_many_missing(missing, planned, program.max_missing_share)
    return Finished({key: project.batch(key) for key in ranges}, planned, tuple(missing))


class _NotAsPlanned(Exception):
    """How one batch differs from the plan, as a clause."""


@dataclass(slots=True)
class _Expected:
    fingerprint: str
    columns: tuple[str, ...]
    schema: pa.Schema | None = None
    """The types of the first batch; the others must have the same."""

    def missing_rows(self, path: Path, planned: range) -> Sequence[int]:
        """Return the planned rows that a batch file does not have."""
        if not path.is_file():
            raise _NotAsPlanned(f"{path} is not there")
        self._check_identity(path, planned)
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                self._check_columns(file.schema_arrow)
                rows = file.read(columns=["__row"]).column(0).to_numpy()
        except (pa.ArrowException, OSError) as error:
            raise _NotAsPlanned(f"{path} cannot be read: {error}") from error
        wanted = np.arange(planned.start, planned.stop)
        if np.array_equal(rows, wanted):  # as nearly always; looking rows up takes several times their memory
            return []
        if not np.isin(rows, wanted).all() or (np.diff(rows) <= 0).any():
            raise _NotAsPlanned(f"{path} has rows twice, out of order or outside {planned.start}-{planned.stop}")
        return [int(row) for row in np.setdiff1d(wanted, rows, assume_unique=True)]

    def _check_identity(self, path: Path, planned: range) -> None:
        identity = read_identity(path)
        if identity is None:
            raise _NotAsPlanned(f"{path} is torn, or no batch of resyn")
        if identity.version != FORMAT:
            raise _NotAsPlanned(f"{path} has layout {identity.version}, this resyn reads {FORMAT}")
        if identity.fingerprint != self.fingerprint:
            raise _NotAsPlanned(f"{path} was made by {identity.fingerprint}, the plan is {self.fingerprint}")
        if identity.rows != planned:
            raise _NotAsPlanned(f"{path} holds rows {identity.rows.start}-{identity.rows.stop}, planned {planned.start}-{planned.stop}")

    def _check_columns(self, schema: pa.Schema) -> None:
        if tuple(schema.names) != self.columns:
            raise _NotAsPlanned(f"has the columns {', '.join(schema.names)}, the plan says {', '.join(self.columns)}")
        self.schema = self.schema or schema
        if schema != self.schema:
            raise _NotAsPlanned("has columns of other types than the batches before it")


def _not_as_planned(project: Project, problems: Mapping[str, str]) -> ResynError:
    return ResynError(
        "\n  ".join(["not every batch is as planned:", *_some(list(problems.values()), "batches")]),
        hint=f"Run `dvc repro`; for a batch that DVC takes for finished, `dvc repro -f -s {project.stage(next(iter(problems)))}`.",
    )


def _too_many_missing(missing: Sequence[int], planned: int, share: float) -> MissingRows:
    runs = ", ".join(_some(list(_runs(missing)), "runs of rows"))
    return MissingRows(
        f"{len(missing)} of {planned} rows could not be made, and the config allows {share:.4g} of them (max_missing_share): rows {runs}",
        hint="Raise `max_missing_share` or mend the columns that fail in the config, then run `dvc repro`.",
    )


def _runs(rows: Sequence[int]) -> Iterator[str]:
    cuts = np.flatnonzero(np.diff(rows) > 1) + 1
    for run in np.split(np.asarray(rows), cuts):
        yield str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"


def _some(items: list[str], what: str) -> list[str]:
    more = len(items) - _NAMED
    return items if more <= 0 else [*items[:_NAMED], f"and {more} more {what}"]
