"""Keep the rows for which a condition is true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
import pyarrow as pa

from resyn.columns.condition import Condition
from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.export.stream import ROW, Stream, Surroundings
from resyn.spec.processors.filter import Filter
from resyn.templates import references


def reads(processor: Filter) -> Iterable[str]:
    """Return the columns of the condition."""
    return references(f"{{{{ {processor.condition} }}}}")


def apply(processor: Filter, rows: Stream, surroundings: Surroundings) -> Stream:  # noqa: ARG001 - every processor is called alike
    """Return the rows that are kept, in their order."""
    return Stream(rows.schema, _kept(processor, rows))


def _kept(processor: Filter, rows: Stream) -> Iterator[pa.Table]:
    condition = Condition(processor.condition)
    for table in rows.tables:
        columns = {name: table.column(name).combine_chunks() for name in rows.columns}
        indices = cast("range", table.column(ROW).to_numpy())  # a block of rows that need not follow one another
        try:
            holds = condition.holds(Block(rows=indices, columns=columns), np.arange(table.num_rows))
        except ResynError as error:
            message, hint = f"processor '{processor.name}': {error.message}", "mend the condition, then run `dvc repro`"
            raise ResynError(message, hint=hint) from error
        yield table.filter(pa.array(holds))
