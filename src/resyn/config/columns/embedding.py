"""The `embedding` column: vectors of the texts in another column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.written import Name
from resyn.spec import Column
from resyn.spec.columns.embedding import Embedding


class EmbeddingColumnConfig(SingleColumnConfig):
    """Vectors of the texts in another column."""

    asks: ClassVar[tuple[str, ...]] = ("embedding",)

    column_type: Literal["embedding"] = "embedding"
    target_column: Name
    """The column of texts: one each row, or a list."""
    model_alias: Name
    """Which of `model_configs` is asked; its `generation_type` is embedding."""

    @property
    def model_aliases(self) -> tuple[str, ...]:
        """Return the one model."""
        return (self.model_alias,)

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield that the column of texts does not exist."""
        outputs = [output for column in columns.values() for output in column.outputs]
        if self.target_column not in outputs:
            guess = did_you_mean(self.target_column, outputs)
            message = f"column '{self.name}' embeds '{self.target_column}', and there is no such column{guess}"
            yield Problem(loc=("target_column",), message=message)

    def compile(self) -> Embedding:
        """Return the column as the engine reads it."""
        return Embedding(name=self.name, rng_name=self.rng_name, target_column=self.target_column, model_alias=self.model_alias)
