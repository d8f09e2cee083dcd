"""The `subcategory` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.columns.samplers.category import ARROW_TYPES
from resyn.errors import ResynError
from resyn.rng import Stream
from resyn.rng.stream import below
from resyn.spec import Program
from resyn.spec.samplers.subcategory import Subcategory


def build(params: Subcategory, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are those listed under the value, as text, of the parent column."""
    del program
    arrow_type = ARROW_TYPES[params.dtype]
    values = pa.array([value for listed in params.values.values() for value in listed], arrow_type)
    return _Subcategories(arrow_type, params, values, stream_of(""))


@dataclass(frozen=True, slots=True)
class _Subcategories:
    arrow_type: pa.DataType
    params: Subcategory
    values: pa.Array
    """The lists of all parent values, one after the other."""
    stream: Stream

    def compute(self, block: Block) -> pa.Array:
        parents = self._parents(block)
        sizes = np.array([len(listed) for listed in self.params.values.values()])
        starts = np.cumsum(sizes) - sizes
        drawn = below(self.stream.word(block.rows, block.attempt, block.redraw), sizes[parents].astype(np.uint64))
        return self.values.take(pa.array(starts[parents] + drawn))

    def _parents(self, block: Block) -> npt.NDArray[np.int64]:
        """Return which of the lists each row draws from."""
        encoded = block.columns[self.params.category].dictionary_encode(null_encoding="encode")
        number = {text: position for position, text in enumerate(self.params.values)}
        lists = np.array([number.get(str(value), -1) for value in encoded.dictionary.to_pylist()], dtype=np.int64)
        parents: npt.NDArray[np.int64] = lists[encoded.indices.to_numpy()]
        if (unlisted := np.flatnonzero(parents < 0)).size:
            row = int(unlisted[0])
            raise ResynError(
                f"row {block.rows[row]}: {self.params.category} is {encoded[row].as_py()!r}, under which no values are listed",
                hint=f"list values for it, next to those for {', '.join(list(self.params.values)[:5])}",
            )
        return parents
