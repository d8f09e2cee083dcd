"""Which stored answers a program can still use: its rows made as far as they go, and thrown away."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from resyn.engine.compiled import Compiled, compile_program
from resyn.engine.crew import awaited_results_of, results_of
from resyn.engine.order import InOrder
from resyn.engine.steps import Steps
from resyn.engine.stored import replay
from resyn.engine.window import Finished, Window
from resyn.models.request import Answer
from resyn.spec import Program
from resyn.store.responses import Responses

_BLOCK = 1024
"""Rows walked together; as many without any answer end the walk."""


def reachable(program: Program, root: Path, rows: int, responses: Responses) -> Iterator[bytes]:
    """Yield the keys of the stored answers that rows of a program use, of the first `rows` and of those that were answered beyond them.

    A target that was lowered may be raised again, so the walk ends with the first block beyond it in which nothing was ever answered.
    """
    compiled = compile_program(program, root)
    if not compiled.cells:
        return
    start = 0
    while True:
        store = _Noting(responses)
        _walk(compiled, range(start, start + _BLOCK), program.max_redraws, store)
        yield from store.found
        start += _BLOCK
        if start >= rows and not store.found:
            return


def _walk(compiled: Compiled, rows: range, max_redraws: int, store: _Noting) -> None:
    ranges = {"": rows}
    with closing(InOrder(ranges, _Nowhere())) as leaving:
        steps = Steps(compiled, Window(compiled.cells, len(rows), max_redraws, compiled.accept), ranges, leaving)
        while True:
            replay(steps, store)
            work, steps.work = steps.work, []
            if not work:
                return
            for waiting in work:
                assert waiting.work is not None  # noqa: S101 - for the type checker: they wait for it
                steps.result(waiting, _done(waiting.work.do, waiting.work.item))


def _done(do: object, item: object) -> object:
    if inspect.iscoroutinefunction(do):
        import asyncio

        return asyncio.run(awaited_results_of(do, [item]))[0]
    return results_of(do, [item])[0]  # type: ignore[arg-type] # whatever a cell's work is


class _Noting:
    """A store that notes what was found in it."""

    def __init__(self, responses: Responses) -> None:
        self._responses = responses
        self.found: set[bytes] = set()

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return the answers that are there."""
        answers = self._responses.get_many(keys)
        self.found.update(answers)
        return answers


class _Nowhere:
    """A sink that drops rows."""

    def put(self, key: str, row: Finished) -> None:
        """Drop a row."""

    def done(self, key: str) -> None:
        """Do nothing."""
