"""Seed rows in data files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import field_validator

from resyn.config.seeds.source import SeedSource
from resyn.config.written import refusal
from resyn.seeds.formats import SUFFIXES
from resyn.spec import Source
from resyn.store import atomic


class LocalFileSeedSource(SeedSource):
    """Rows of a Parquet, CSV, JSON or JSON Lines file, or of all that a pattern with * names."""

    seed_type: Literal["local"] = "local"

    @field_validator("path")
    @classmethod
    def _can_be_read(cls, path: str) -> str:
        if PurePosixPath(path).suffix not in SUFFIXES:
            raise refusal(f"is {path}: seed files end with {', '.join(SUFFIXES)}")
        return path

    @classmethod
    def from_dataframe(cls, df: Any, path: str) -> Self:
        """Return the source of a table of pandas, Polars or Arrow, written to `path`, a Parquet file below seeds/ in the current folder."""
        source = cls(path=path)
        table = pa.Table.from_pandas(df, preserve_index=False) if hasattr(df, "iloc") else pa.table(df)
        with atomic.replacing(Path(source.path)) as temp:
            pq.write_table(table, temp)
        return source

    def compile(self) -> Source:
        """Return the source as the engine reads it."""
        return Source(path=self.path)
