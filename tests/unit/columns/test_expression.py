"""Values computed from other columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.expression import ExpressionColumn
from resyn.columns.prompt import Prompt
from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.spec import Program
from resyn.spec.columns.expression import Expression


def block(rows: range = range(40, 44), **columns: list[Any]) -> Block:
    """Return a block of some columns."""
    return Block(rows=rows, columns={name: pa.array(values) for name, values in columns.items()})


def made(expr: str, block: Block, **more: Any) -> list[Any]:
    """Return the values of an expression."""
    column = Expression(name="x", expr=expr, **more)
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=(column,))
    values = ExpressionColumn(column, program).compute(block)
    assert values.type == ExpressionColumn(column).arrow_type
    return values.to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("expr", "dtype", "values"),
    [
        ("{{ n }}", "int", [1, 0, 3, 4]),
        ("{{ n / 2 }}", "float", [0.5, 0.0, 1.5, 2.0]),
        ("{{ n }}.0", "int", [1, 0, 3, 4]),
        ("{{ n > 1 }}", "bool", [False, False, True, True]),
        ("{{ '' }}", "str", ["", "", "", ""]),
        ("{{ 9007199254740993 }}", "int", [9007199254740993] * 4),
    ],
)
def test_the_text_is_read_as_the_dtype(expr: str, dtype: str, values: list[Any]) -> None:
    """Row for row; an empty text is a text."""
    assert made(expr, block(n=[1, 0, 3, 4]), dtype=dtype) == values


@pytest.mark.parametrize(
    ("expr", "dtype", "message"),
    [
        ("{{ 1 }}\n{{ 6 // n }}", "str", "column 'x', `expr` line 2, row 41: .*division"),
        ("{{ s.a }}", "str", "column 'x', `expr` line 1, row 42: .*no attribute 'a'"),
        ("{{ t }}", "int", "column 'x', `expr`, row 41: the expression gave 'many', which is no int"),
        ("{{ t }}{% if n == 0 %}{{ 1 // n }}{% endif %}", "float", "row 41: .*division"),
        ("{{ '9' }}" * 30, "int", "row 40: the expression gave '9{30}', which is no int"),
        ("{{ t | center(9000) }}" * 60, "str", "row 40: the text has more than 512,000 characters"),
    ],
)
def test_no_row_is_dropped(expr: str, dtype: str, message: str) -> None:
    """What cannot be computed is an error that names column, line and row: the first such row, by its index in the dataset."""
    rows = block(n=[1, 0, 3, 0], s=[{"a": 1}, {"a": 2}, None, None], t=["1", "many", "2", "more"])
    with pytest.raises(ResynError, match=message):
        made(expr, rows, dtype=dtype)


def test_a_row_that_cannot_be_computed_can_be_empty() -> None:
    """With `on_error: null`, that row alone; the others are what they would be without it."""
    rows = block(n=[1, 0, 3, 0], t=["1", "many", None, "2"])
    assert made("{{ 6 // n }}", rows, dtype="int", on_error="null") == [6, None, 2, None]
    assert made("{{ t }}", rows, dtype="float", on_error="null") == [1.0, None, None, 2.0]
    assert made("{{ t }}", rows, on_error="null") == ["1", "many", "None", "2"]


def test_random_is_the_same_whenever_a_row_is_made() -> None:
    """It depends on dataset, column, row and attempt, not on the block or the process; each call draws again."""
    expr = "{{ ['a', 'b', 'c', 'd'] | random }}{{ ['a', 'b', 'c', 'd'] | random }}"
    whole = made(expr, block(range(200)))
    assert made(expr, block(range(50, 60))) == whole[50:60]
    assert len(set(whole)) == 16
    assert made(expr, Block(rows=range(200), attempt=1)) != whole
    assert whole[:4] == ["ad", "ad", "dd", "dd"]


def test_a_prompt_draws_for_each_row_and_attempt() -> None:
    """So that a row that is drawn again asks something else."""
    prompt = Prompt("x", "{{ [1, 2, 3, 4, 5, 6, 7, 8, 9] | random }}", "", None)
    asked = [prompt.messages(row, {}, attempt)[0]["content"] for row in range(30) for attempt in (0, 1)]
    assert set(asked) == set("123456789")
    assert asked == [prompt.messages(row, {}, attempt)[0]["content"] for row in range(30) for attempt in (0, 1)]
