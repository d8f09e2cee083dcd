"""Parameters that depend on other columns."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns.graph import inputs
from resyn.engine.compiled import compile_program
from resyn.errors import ResynError
from resyn.spec import Program, decode, encode
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.uniform import Uniform

Draw = Callable[..., pa.Array]

PLAIN, GOLD, OLD = Uniform(low=0, high=1), Uniform(low=10, high=11), Uniform(low=20, high=21)
CONDITIONAL = (ConditionalParams(condition="tier == 'gold'", params=GOLD), ConditionalParams(condition="age > 64", params=OLD))


def columns(rows: range) -> dict[str, pa.Array]:
    """Return a tier and an age for each row."""
    return {"tier": pa.array([("gold", "tin")[row % 2] for row in rows]), "age": pa.array([row % 100 for row in rows], pa.int64())}


def test_the_first_condition_that_holds_chooses_the_parameters(draw: Draw) -> None:
    """Where none does, `params` count; each row has the value it would have if all rows were drawn that way."""
    rows = range(400)
    drawn = draw(PLAIN, rows, columns=columns(rows), conditional_params=CONDITIONAL)
    alone = {params: draw(params, rows) for params in (PLAIN, GOLD, OLD)}
    expected = [alone[GOLD if row % 2 == 0 else OLD if row % 100 > 64 else PLAIN][row] for row in rows]
    assert drawn.to_pylist() == [value.as_py() for value in expected]


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 2))
def test_blocks_of_any_size_hold_the_same_rows(draw: Draw, start: int, stop: int, attempt: int) -> None:
    """A block in which a condition never holds, and one without rows."""
    whole = draw(PLAIN, range(200), columns=columns(range(200)), conditional_params=CONDITIONAL, attempt=attempt)
    rows = range(start, max(start, stop))
    assert draw(PLAIN, rows, columns=columns(rows), conditional_params=CONDITIONAL, attempt=attempt) == whole[start : max(start, stop)]


def test_a_condition_is_not_asked_about_rows_that_are_decided(draw: Draw) -> None:
    """An earlier one can guard a later one."""
    ages = {"age": pa.array([0, 1, 2])}
    guarded = (ConditionalParams(condition="age == 0", params=GOLD), ConditionalParams(condition="1 / age == 1", params=OLD))
    assert [int(value) for value in draw(PLAIN, range(3), columns=ages, conditional_params=guarded).to_pylist()] == [10, 20, 0]
    with pytest.raises(ResynError, match="column value, row 0, condition '1 / age == 1': division by zero"):
        draw(PLAIN, range(3), columns=ages, conditional_params=guarded[1:])


def test_persons_and_converted_values_can_depend_on_others(draw: Draw) -> None:
    """Structs are chosen like numbers, and `convert_to` makes one type of two."""
    gold = (ConditionalParams(condition="tier == 'gold'", params=PersonFromFaker(locale="ja_JP")),)
    persons = draw(PersonFromFaker(), range(10), columns=columns(range(10)), conditional_params=gold)
    assert persons.field("locale").to_pylist() == ["ja_JP", "en_US"] * 5
    numbers = (ConditionalParams(condition="tier == 'gold'", params=Category(values=(1, 2), dtype="int")),)
    drawn = draw(Category(values=("a",)), range(4), columns=columns(range(4)), conditional_params=numbers, convert_to="str")
    assert set(drawn.to_pylist()) <= {"a", "1", "2"}
    assert drawn.type == pa.string()


def test_conditions_are_edges_of_the_graph_and_part_of_the_identity() -> None:
    """A column waits for those its conditions name; their order counts, so it is kept."""
    column = Sampler(name="price", params=PLAIN, conditional_params=CONDITIONAL)
    age, tier = Sampler(name="age", params=Gaussian(mean=60, stddev=9)), Sampler(name="tier", params=Category(values=("gold", "tin")))
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=(column, age, tier))
    assert inputs(column) == {"tier", "age"}
    assert decode(Program, encode(program)) == program
    drawn = compile_program(program).root_block(range(200), 0)
    expected = [
        10 if tier == "gold" else 20 if age > 64 else 0
        for tier, age in zip(drawn["tier"].to_pylist(), drawn["age"].to_pylist(), strict=True)
    ]
    assert [int(value) for value in drawn["price"].to_pylist()] == expected
    assert set(expected) == {0, 10, 20}
