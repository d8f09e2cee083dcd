"""The `drop_columns` processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field

from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Name
from resyn.spec.processors.drop_columns import DropColumns


class DropColumnsProcessorConfig(ProcessorConfig):
    """Leaves columns out of the dataset, and away from the processors after it; batches keep them."""

    processor_type: Literal["drop_columns"] = "drop_columns"
    column_names: Annotated[list[Name], Field(min_length=1)]
    """Names of columns; `*`, `?` and `[…]` stand for what they do in file names."""

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield names and patterns that no column has; and nothing left."""
        for index, pattern in enumerate(self.column_names):
            if not any(fnmatchcase(name, pattern) for name in columns):
                message = f"processor '{self.called}': no column is called '{pattern}' at this point{did_you_mean(pattern, columns)}"
                yield Problem(loc=("column_names", index), message=message)
        if not self.left(columns):
            yield Problem(loc=("column_names",), message=f"processor '{self.called}' would drop every column that is left")

    def left(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that no pattern fits."""
        return tuple(name for name in columns if not any(fnmatchcase(name, pattern) for pattern in self.column_names))

    def compile(self, columns: Sequence[str]) -> DropColumns:
        """Return the processor as export reads it."""
        left = self.left(columns)
        return DropColumns(name=self.called, columns=tuple(name for name in columns if name not in left))
