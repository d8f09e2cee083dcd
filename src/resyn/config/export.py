"""`export`: the files a dataset becomes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resyn.config.written import Written


class ExportConfig(Written):
    """The files that export writes."""

    formats: list[Literal["parquet", "jsonl", "csv"]] = Field(default=["parquet"], min_length=1)
    """One file a split in each of these formats."""
    embed_media: bool = False
    """Put pictures into the rows, as data: addresses, in place of the names of their files."""
