"""How the finished rows become a dataset: the content of `plan/export.json`, no part of the identity."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Choose the files that export writes and the columns it leaves out."""

    name: str
    formats: tuple[str, ...] = ("parquet",)
    drop: tuple[str, ...] = ()
