"""The `expression` column: a Jinja text over other columns, never a row dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from resyn.columns.prompt import Text, rows_of
from resyn.columns.protocol import Block, Cell
from resyn.errors import ResynError
from resyn.spec import Program
from resyn.spec.columns.expression import Expression

_ARROW = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no"}


class ExpressionColumn:
    """Render one template a row; works on blocks of rows and, where it reads a model's answer, cell by cell."""

    def __init__(self, spec: Expression, program: Program | None = None) -> None:
        self.arrow_type = _ARROW[spec.dtype]
        self._spec = spec
        self._text = Text(spec.name, "expr", spec.expr, program)
        self._read = _READERS[spec.dtype]

    def compute(self, block: Block) -> pa.Array:
        """Return the rendered values of a block.

        Raises:
            ResynError: a value cannot be computed; names column, row and line.
        """
        texts = self._text.block(block)
        if texts is None:
            rows = zip(block.rows, rows_of(block, self._text.names), strict=True)
            return pa.array([self._value(row, values, block.attempt, block.redraw) for row, values in rows], self.arrow_type)
        return texts if self._spec.dtype == "str" else self._values(texts, block)

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return a cell that asks nothing."""
        return self._value(row, values, attempt)
        yield  # a generator like every cell

    def _values(self, texts: pa.StringArray, block: Block) -> pa.Array:
        """Read each different text once; the dictionary has them in the order of the rows they come first in."""
        different = texts.dictionary_encode()
        read: list[Any] = []
        for number, text in enumerate(different.dictionary.to_pylist()):
            try:
                read.append(self._read(text))
            except ValueError as error:
                self._refuse(block.rows[different.indices.index(number).as_py()], text, error)
                read.append(None)
        return pa.array(read, self.arrow_type).take(different.indices)

    def _value(self, row: int, values: Mapping[str, Any], attempt: int, redraw: int = 0) -> Any:
        try:
            text = self._text.render(row, values, attempt, redraw)
        except ResynError:
            if self._spec.on_error == "null":
                return None
            raise
        try:
            return self._read(text)
        except ValueError as error:
            self._refuse(row, text, error)
            return None

    def _refuse(self, row: int, text: str, error: ValueError) -> None:
        """Raise the error about a text that cannot be read, but where the config says that a null stands for it."""
        if self._spec.on_error == "null":
            return
        raise ResynError(
            f"column '{self._spec.name}', `expr`, row {row}: the expression gave {text[:80]!r}, which is no {self._spec.dtype}",
            hint="change `expr` or `dtype`, or let such rows be empty with `on_error: null`",
        ) from error


def build(column: Expression, program: Program) -> ExpressionColumn:
    """Return the code of an expression column."""
    return ExpressionColumn(column, program)


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
