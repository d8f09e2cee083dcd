"""The `seed-dataset` column: values of the seed dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDataset(Column):
    """Take the column of the same name of the program's seed dataset."""

    column_type: ClassVar[str] = "seed-dataset"
