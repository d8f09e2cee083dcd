"""Seed rows by row number, in any order, without reading what lies between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.errors import ConfigError
from resyn.rng import Permutation, Stream
from resyn.seeds.prepared import restore
from resyn.seeds.rows import Rows
from resyn.spec import Program, Seed

_RANDOM_NAME = "__seed"
"""What the shuffle is keyed by: no column can be called so."""


def open_seed(program: Program, root: Path) -> SeedReader:
    """Return the reader of a program's seed dataset.

    Raises:
        ConfigError: its files are gone or have changed since the plan, or are read otherwise than when they were planned.
    """
    if program.seed_dataset is None:
        raise ConfigError("columns take values of a seed dataset, and there is none", hint="run `resyn plan`")
    return SeedReader(
        program.seed_dataset, Stream.of(program, _RANDOM_NAME), restore(root, program.seed_dataset.source, program.seed_dataset.content)
    )


class SeedReader:
    """Read the seed rows that belong to rows of the dataset."""

    def __init__(self, seed: Seed, stream: Stream, path: Path) -> None:
        self._seed, self._stream = seed, stream
        self._rows = Rows(path)
        self.schema = self._rows.schema
        found = {field.name: str(field.type) for field in self.schema}
        if found != dict(seed.types):
            raise ConfigError("the seed dataset is read otherwise than it was planned", file=seed.source.path, hint="run `resyn plan`")
        # The rows that were read last, which every seed column asks for.
        self._last: tuple[range, pa.RecordBatch] | None = None

    def column(self, name: str, rows: range) -> pa.Array:
        """Return one column's values for rows of the dataset."""
        last = self._last
        if last is None or last[0] != rows:
            last = self._last = rows, self._rows.take(seed_rows(self._seed, self._stream, rows))
        return last[1].column(name)


def seed_rows(seed: Seed, stream: Stream, rows: range) -> npt.NDArray[np.int64]:
    """Return the seed row of each row.

    Every seed row comes once before one comes again; each pass over a shuffled seed dataset has a permutation of its own.
    """
    size = seed.stop - seed.start
    records = np.arange(rows.start, rows.stop, dtype=np.int64) // seed.records_per_row
    passes, positions = records // size, records % size
    if seed.sampling_strategy == "shuffle":
        for number in np.unique(passes):
            here = passes == number
            shuffled: Any = Permutation.of(stream, size, int(number))(positions[here].astype(np.uint64))
            positions[here] = shuffled.astype(np.int64)
    return positions + seed.start
