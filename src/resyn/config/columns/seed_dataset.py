"""The `seed-dataset` column: values of the seed dataset."""

from __future__ import annotations

from typing import ClassVar, Literal

from resyn.config.columns.column import SingleColumnConfig
from resyn.spec.columns.seed_dataset import SeedDataset


class SeedDatasetColumnConfig(SingleColumnConfig):
    """The column of the same name of the seed dataset; there without being written down, too."""

    can_skip: ClassVar[bool] = False

    column_type: Literal["seed-dataset"] = "seed-dataset"

    def compile(self) -> SeedDataset:
        """Return the column as the engine reads it."""
        return SeedDataset(name=self.name, rng_name=self.rng_name)
