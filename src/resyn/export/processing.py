"""Carry out the processors, one after the other, and count what each of them takes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.errors import ConfigError
from resyn.export.processors import find
from resyn.export.stream import Sink, Stream, Surroundings
from resyn.spec.processors import Processor


@dataclass(slots=True)
class Step:
    """Count the rows that went into a processor and came out, while they are read."""

    processor: Processor
    rows_in: int = 0
    rows_out: int = 0

    @property
    def removed(self) -> int:
        """Return how many rows the processor took away."""
        return self.rows_in - self.rows_out


def process(
    rows: Stream, processors: Sequence[Processor], spill: Path, dataset: Callable[[str, pa.Schema], Sink]
) -> tuple[Stream, tuple[Step, ...]]:
    """Return the rows after all processors, to be read once, and the counts, which are right when they have been read.

    Raises, while the rows are read:
        ConfigError: a processor left no row, or names a field that is not there.
        ResynError: a condition or a template fails for a row.
    """
    steps = []
    for number, processor in enumerate(processors):
        step = Step(processor)
        folder = spill / str(number)
        folder.mkdir()
        before = Stream(rows.schema, _counted_in(rows.tables, step))
        after = find(processor).apply(processor, before, Surroundings(folder, dataset))
        rows = Stream(after.schema, _counted_out(after.tables, step))
        steps.append(step)
    return rows, tuple(steps)


def _counted_in(tables: Iterator[pa.Table], step: Step) -> Iterator[pa.Table]:
    for table in tables:
        step.rows_in += table.num_rows
        yield table


def _counted_out(tables: Iterator[pa.Table], step: Step) -> Iterator[pa.Table]:
    for table in tables:
        step.rows_out += table.num_rows
        yield table
    if step.rows_in and not step.rows_out:
        name = step.processor.name
        raise ConfigError(f"processor '{name}' left none of {step.rows_in:,} rows", hint="Mend it in the config, then run `dvc repro`.")
