"""One file per processor, named after it, holding `reads(processor)` and `apply(processor, rows, surroundings)`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Protocol, cast

from resyn.export.stream import Stream, Surroundings
from resyn.spec.processors import Processor


class Code(Protocol):
    """Hold the code of one processor type: a module."""

    def reads(self, processor: Processor) -> Iterable[str]:
        """Return the columns whose values it needs."""

    def apply(self, processor: Processor, rows: Stream, surroundings: Surroundings) -> Stream:
        """Return the rows it leaves, in their new order; nothing is read before the first of them is asked for."""


def find(processor: Processor) -> Code:
    """Return the file named after a processor's type."""
    return cast("Code", importlib.import_module(f"{__name__}.{processor.processor_type}"))
