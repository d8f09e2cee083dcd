"""The `expression` column: a Jinja text over other columns, never a row dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from resyn.columns.prompt import Text
from resyn.columns.protocol import Block, Cell
from resyn.errors import ResynError
from resyn.spec import Program
from resyn.spec.columns.expression import Expression

_ARROW = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no"}


class ExpressionColumn:
    """Render one template a row; works on blocks of rows and, where it reads a model's answer, cell by cell."""

    def __init__(self, spec: Expression) -> None:
        self.arrow_type = _ARROW[spec.dtype]
        self._spec = spec
        self._text = Text(spec.name, "expr", spec.expr)
        self._read = _READERS[spec.dtype]

    def compute(self, block: Block) -> pa.Array:
        """Return the rendered values of a block.

        Raises:
            ResynError: a value cannot be computed; names column, row and line.
        """
        columns = {name: block.columns[name].to_pylist() for name in self._text.names}
        rows = (
            (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
            if columns
            else ({} for _ in block.rows)
        )
        return pa.array([self._value(row, values) for row, values in zip(block.rows, rows, strict=True)], self.arrow_type)

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:  # noqa: ARG002 - the protocol's signature
        """Return a cell that asks nothing."""
        return self._value(row, values)
        yield  # a generator like every cell

    def _value(self, row: int, values: Mapping[str, Any]) -> Any:
        text = self._text.render(row, values)
        try:
            return self._read(text)
        except ValueError as error:
            raise ResynError(
                f"column '{self._spec.name}', row {row}: the expression gave {text[:80]!r}, which is no {self._spec.dtype}",
                hint="change `expr` or `dtype`",
            ) from error


def build(column: Expression, program: Program) -> ExpressionColumn:  # noqa: ARG001 - every column type is built alike
    """Return the code of an expression column."""
    return ExpressionColumn(column)


def _read_int(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        as_float = float(text)
        if not as_float.is_integer():
            raise
        number = int(as_float)
    if not -(2**63) <= number < 2**63:
        raise ValueError("does not fit 64 bits")
    return number


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


_READERS: dict[str, Callable[[str], Any]] = {"str": str, "int": _read_int, "float": float, "bool": _read_bool}
