"""How the finished rows become a dataset: the content of `plan/export.json`, no part of the identity."""

from __future__ import annotations

from dataclasses import dataclass

from resyn.spec.processors import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Choose what happens to the rows, the files that export writes and the columns it leaves out."""

    name: str
    formats: tuple[str, ...] = ("parquet",)
    drop: tuple[str, ...] = ()
    """Columns that processors can read and no file of the dataset holds."""
    processors: tuple[Processor, ...] = ()
    """Carried out in this order."""
    embed_media: tuple[str, ...] = ()
    """Columns of names of files, in whose place the files' bytes stand."""
