"""The `seed-dataset` column: values of the seed dataset, one reader for all of its columns."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.columns.protocol import Block
from resyn.errors import ConfigError
from resyn.seeds import SeedReader, open_seed
from resyn.spec import Program
from resyn.spec.columns.seed_dataset import SeedDataset


@dataclass(frozen=True, slots=True)
class SeedDatasetColumn:
    """Take one column of the seed rows; attempts and redraws keep the seed row."""

    name: str
    reader: SeedReader
    arrow_type: pa.DataType

    def compute(self, block: Block) -> pa.Array:
        """Return the values of a block."""
        return self.reader.column(self.name, block.rows)


def build_in(column: SeedDataset, program: Program, root: Path) -> SeedDatasetColumn:
    """Return the code of a seed column.

    Raises:
        ConfigError: the seed dataset is not there as it was planned, or has no such column.
    """
    reader = _reader(_Identified(program), root)
    if column.name not in reader.schema.names:
        raise ConfigError(f"the seed dataset has no column '{column.name}'", hint="run `resyn plan`")
    return SeedDatasetColumn(column.name, reader, reader.schema.field(column.name).type)


class _Identified:
    """Stand for a program as a key: two of the same object are equal."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identified) and other.program is self.program

    def __hash__(self) -> int:
        return id(self.program)


@functools.lru_cache(maxsize=1)
def _reader(identified: _Identified, root: Path) -> SeedReader:
    return open_seed(identified.program, root)
