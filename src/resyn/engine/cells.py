"""Rows that models are asked for: an event loop over the stored answers and those to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

from resyn.engine.asking import Asker, Replay, StoreThenModel
from resyn.engine.compiled import Compiled
from resyn.engine.driver import Driver, Sink
from resyn.engine.interrupt import cancelled_by_signals
from resyn.engine.window import Window
from resyn.errors import Interrupted
from resyn.project import Project
from resyn.spec import Limits, Program, Runtime
from resyn.store.claims import Claims
from resyn.store.location import state_dir
from resyn.store.responses import Responses

_LEAST_ROWS = 64
_ROWS_PER_SLOT = 16
"""Rows open for each request in flight: fewer, and one slow row idles the endpoint (measured 1.5 times the ideal duration against 1.2)."""


@contextmanager
def open_asker(project: Project, runtime: Runtime, program: Program, replay: str, notify: Callable[[str], None]) -> Iterator[Asker]:
    """Yield what answers the requests of a project; `replay` names a batch for which no model may be asked, "" is any other.

    Raises:
        ResynError: the stores cannot be opened.
    """
    state = state_dir(project.root)
    with (
        closing(Claims(state / "claims.sqlite")) as claims,
        closing(Responses(state / "responses.sqlite", notify=notify, on_stored=claims.release)) as responses,
    ):
        yield Replay(responses, replay) if replay else StoreThenModel(runtime, responses, claims, _models(program))


def make_cells(compiled: Compiled, program: Program, runtime: Runtime, asker: Asker, ranges: Mapping[str, range], sink: Sink) -> int:
    """Hand every row of `ranges` to the sink; return how many requests reached a model.

    Raises:
        Interrupted: SIGINT or SIGTERM came; every answer that arrived is kept.
        ResynError: a model cannot be asked, or a template fails.
    """
    slots = sum(runtime.limits.get(alias, Limits()).max_parallel_requests for alias in program.models)
    window = Window(compiled.cells, max(_LEAST_ROWS, slots * _ROWS_PER_SLOT), program.max_redraws)
    asyncio.run(_drive(Driver(compiled, window, asker), asker, ranges, sink))
    return asker.asked


async def _drive(driver: Driver, asker: Asker, ranges: Mapping[str, range], sink: Sink) -> None:
    try:
        with cancelled_by_signals():
            try:
                await driver.run(ranges, sink)
            finally:
                await asker.close()
    except asyncio.CancelledError as error:
        raise Interrupted("interrupted: every answer that arrived is kept", hint="run `dvc repro` to go on") from error


def _models(program: Program) -> dict[str, frozenset[str]]:
    """Return the models in use of each provider."""
    providers = {model.provider for model in program.models.values()}
    return {name: frozenset(model.model for model in program.models.values() if model.provider == name) for name in providers}
