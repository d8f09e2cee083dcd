"""`seed_config`: the rows that a person brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from resyn.config.families import Family
from resyn.config.names import SamplingStrategy, Word
from resyn.config.seeds.source import SeedSource
from resyn.config.written import Whole, Written, refusal

_WAYS_OUT = {
    "hf": "download the files into seeds/ (`huggingface-cli download … --local-dir seeds`, `dvc import-url`), and name them with seed_type: local",
    "df": "write the table into seeds/ (`LocalFileSeedSource.from_dataframe(df, 'seeds/rows.parquet')`, or df.to_parquet), and name it with seed_type: local",
    "agent_rollout": "write the rollouts into seeds/ as JSON Lines, and name them with seed_type: local",
}
"""Sources of Data Designer that are not in the project, and how they get there."""

SOURCES = Family("resyn.config.seeds", SeedSource, "seed_type")


def _in_the_project(source: Any) -> Any:
    if isinstance(source, Mapping) and (name := source.get("seed_type", "local")) in _WAYS_OUT:
        raise refusal(f"is '{name}', which is outside of the project: DVC would not see it change", "seed_type", hint=_WAYS_OUT[name])
    return {"seed_type": "local", **source} if isinstance(source, Mapping) else source


if TYPE_CHECKING:
    AnySource = SeedSource
else:
    AnySource = Annotated[SOURCES.union, BeforeValidator(_in_the_project)]


class IndexRange(Written):
    """The seed rows from one to another, both included."""

    start: Whole = Field(ge=0)
    """The first row, counted from 0."""
    end: Whole = Field(ge=0)
    """The last row."""

    @model_validator(mode="after")
    def _in_order(self) -> IndexRange:
        if self.end < self.start:
            raise refusal(f"ends with {self.end}, before it starts with {self.start}")
        return self

    def rows(self, rows: int) -> range:
        """Return the rows of a seed dataset of so many; shorter than written where the dataset ends."""
        return range(self.start, min(self.end + 1, rows))


class PartitionBlock(Written):
    """One of several equal parts of the seed rows; the last one has what is left over, too."""

    index: Whole = Field(default=0, ge=0)
    """Which part, counted from 0."""
    num_partitions: Whole = Field(default=1, ge=1)
    """How many parts there are."""

    @model_validator(mode="after")
    def _exists(self) -> PartitionBlock:
        if self.index >= self.num_partitions:
            raise refusal(f"is part {self.index} of {self.num_partitions}, counted from 0")
        return self

    def rows(self, rows: int) -> range:
        """Return the rows of a seed dataset of so many."""
        size = rows // self.num_partitions
        return range(self.index * size, rows if self.index == self.num_partitions - 1 else (self.index + 1) * size)


def _kind(selection: Any) -> str:
    given = selection if isinstance(selection, Mapping) else getattr(selection, "__dict__", {})
    return "part" if {"index", "num_partitions"} & set(given) else "range"


class SeedConfig(Written):
    """Rows that a person brings: each row of the dataset gets one of them."""

    source: AnySource
    """Where they are."""
    sampling_strategy: Word[SamplingStrategy] = "ordered"
    """In their order, or shuffled: every one once, then all of them again in another order."""
    selection_strategy: (
        Annotated[Annotated[IndexRange, Tag("range")] | Annotated[PartitionBlock, Tag("part")], Discriminator(_kind)] | None
    ) = None
    """Which of them are used: `start` and `end` (included), or `index` and `num_partitions`."""
    records_per_row: Whole = Field(default=1, ge=1)
    """How many rows are made of each of them, one after the other."""
