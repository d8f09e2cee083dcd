"""Texts of a column filled in with a row or a block of them, and the messages made of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.rng import template_draw
from resyn.spec import Program
from resyn.templates import BlockTemplate, compiled, references
from resyn.templates.environment import FAILURES
from resyn.templates.filters import DRAW
from resyn.templates.pieces import draws

_MEND = "mend the template, then run `dvc repro`"


class Text:
    """Render one template of a column; `field` is where the config holds it, `program` what its random numbers depend on."""

    def __init__(self, column: str, field: str, source: str, program: Program | None = None) -> None:
        self.names = tuple(sorted(references(source)))
        self._source, self._where = source, f"column '{column}', `{field}`"
        self._render = compiled(source)
        self._draw = functools.partial(template_draw, program, _random_name(column, program), field) if draws(source) else None

    def render(self, row: int, values: Mapping[str, Any], attempt: int = 0, redraw: int = 0) -> str:
        """Return the text for a row.

        Raises:
            ResynError: the template fails on these values; names column, field, line, row and what it met.
        """
        try:
            return self._render(values if self._draw is None else {**values, DRAW: self._draw((row, attempt, redraw))})
        except FAILURES as error:
            raise ResynError(f"{self._where} line {_line(error)}, row {row}: {error}", hint=_MEND) from error

    def block(self, block: Block) -> pa.StringArray | None:
        """Return the texts for a block, those of `render`; None where some row's fails, or depends on the row's number."""
        try:
            return None if self._draw else self._whole.render(block.columns, len(block.rows))
        except (*FAILURES, pa.ArrowException):
            return None

    @functools.cached_property
    def _whole(self) -> BlockTemplate:
        return BlockTemplate(self._source)


class Prompt:
    """Make the messages of a column's first turn."""

    def __init__(self, column: str, prompt: str, system_prompt: str, program: Program | None = None, instructions: str = "") -> None:
        """Prepare the texts of a column; `instructions`, which are no template, stand below its prompt."""
        self._instructions = f"\n\n{instructions}" if instructions else ""
        self._system = Text(column, "system_prompt", system_prompt, program) if system_prompt else None
        self._user = Text(column, "prompt", prompt, program)

    def messages(self, row: int, values: Mapping[str, Any], attempt: int = 0) -> tuple[Mapping[str, str], ...]:
        """Return the system message, where there is one, and the user's.

        Raises:
            ResynError: a template fails on these values.
        """
        user = {"role": "user", "content": self._user.render(row, values, attempt) + self._instructions}
        return (user,) if self._system is None else ({"role": "system", "content": self._system.render(row, values, attempt)}, user)


def rows_of(block: Block, names: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """Return the values of a block's columns row by row."""
    lists = [block.columns[name].to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)] if names else [{}] * len(block.rows)


def _random_name(column: str, program: Program | None) -> str:
    return next((spec.random_name for spec in program.columns if spec.name == column), column) if program else column


def _line(error: BaseException) -> int:
    """Return the line of the template that failed, from Jinja's traceback."""
    line, trace = 1, error.__traceback__
    while trace:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<template>" else line
        trace = trace.tb_next
    return line
