"""Cells that have local work done, under both drivers."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.protocol import Cell, CellFailed, Do, Work
from resyn.engine.cells import Job, make_cells, open_desk
from resyn.engine.compiled import CellNode, Compiled
from resyn.engine.making import Engine
from resyn.engine.roots import Roots
from resyn.engine.window import Finished
from resyn.project import Project
from resyn.spec import Program, Runtime


class Worked:
    """A column whose cells have `do` done with their row's index."""

    arrow_type = pa.int64()

    def __init__(self, do: Do, at_most: int = 64) -> None:
        self._do, self._at_most = do, at_most

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:  # noqa: ARG002 - the protocol's signature
        """Return a cell that passes an odd failure on as its own."""
        try:
            result = yield Work(self._do, row, self._at_most)
        except ValueError as error:
            raise CellFailed(str(error)) from error
        return result


class Rows:
    """A sink that keeps rows."""

    def __init__(self) -> None:
        self.rows: list[Finished] = []

    def put(self, key: str, row: Finished) -> None:  # noqa: ARG002 - the protocol's signature
        """Take a row."""
        self.rows.append(row)

    def done(self, key: str) -> None:
        """Take the end."""


Make = Callable[..., list[Finished]]


@pytest.fixture(params=["async", "sync"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what makes rows with one column of local work."""
    engine: Engine = request.param

    def run(do: Do, rows: int, at_most: int = 64) -> list[Finished]:
        compiled = Compiled(Roots(()), (CellNode("n", Worked(do, at_most), frozenset(), frozenset()),), pa.schema([("n", pa.int64())]))
        program = Program(name="d", seed=1, draw=0, reference_date="2026-01-01", columns=(), models={}, max_redraws=0)
        sink = Rows()
        with open_desk(Project(tmp_path), Runtime(), program, lambda _: None) as desk:
            assert make_cells(Job(compiled, program, Runtime(), {"b": range(rows)}), desk, sink, engine) == 0
        return sink.rows

    return run


def test_each_cell_gets_the_result_of_its_own_item(make: Make) -> None:
    """Items go together, at most so many at once, off the main thread where there is an event loop to keep free."""
    sizes, threads = [], set()

    def double(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        threads.add(threading.current_thread() is threading.main_thread())
        return [2 * item for item in items]

    assert [row.values for row in make(double, 50, at_most=20)] == [{"n": 2 * n} for n in range(50)]
    assert sum(sizes) == 50
    assert max(sizes) in (20, 1)
    assert threads == {max(sizes) == 1}


def test_a_coroutine_function_is_awaited(make: Make) -> None:
    """Work that waits for something holds no thread."""

    async def double(items: Sequence[int]) -> list[int]:
        await asyncio.sleep(0)
        return [2 * item for item in items]

    assert [row.values for row in make(double, 10)] == [{"n": 2 * n} for n in range(10)]


def test_an_exception_among_the_results_is_thrown_into_its_own_cell(make: Make) -> None:
    """The others have their results."""

    def odd(items: Sequence[int]) -> list[Any]:
        return [ValueError(f"{item} is odd") if item % 2 else item for item in items]

    rows = make(odd, 4)
    assert [row.values for row in rows] == [{"n": 0}, None, {"n": 2}, None]
    assert rows[1].failures == {"n": "1 is odd"}


def test_an_exception_that_work_raises_is_thrown_into_every_cell(make: Make) -> None:
    """A linter that cannot run fails the rows, not the process."""

    def broken(_: Sequence[int]) -> list[int]:
        raise ValueError("no linter")

    assert [row.failures for row in make(broken, 3)] == [{"n": "no linter"}] * 3


def test_results_that_do_not_match_the_items_are_refused(make: Make) -> None:
    """A function that drops an item would give a row another row's value."""
    with_one_less = make(lambda items: list(items)[1:], 2)
    assert all(
        "returned 0 results for 1 items" in row.failures["n"] or "returned 1 results for 2" in row.failures["n"] for row in with_one_less
    )


def test_an_error_that_a_cell_does_not_expect_ends_the_run(make: Make) -> None:
    """It is a mistake in a column's code, with its traceback."""

    def broken(_: Sequence[int]) -> list[int]:
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        make(broken, 3)
