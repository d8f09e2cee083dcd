"""Rows that models are asked for: as far as stored answers go first, then with one of the two drivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from resyn.engine.asking import Desk, Recorded, Terms
from resyn.engine.compiled import Compiled
from resyn.engine.garbage import collected_rarely
from resyn.engine.heap import give_large_blocks_back
from resyn.engine.interrupt import raised_by_signals
from resyn.engine.making import Engine
from resyn.engine.order import InOrder, Sink
from resyn.engine.progress import Progress
from resyn.engine.steps import Steps
from resyn.engine.stored import replay
from resyn.engine.window import Window
from resyn.project import Project
from resyn.spec import Limits, Program, Runtime
from resyn.store.claims import Claims
from resyn.store.location import state_dir
from resyn.store.responses import Responses

_LEAST_ROWS = 256
_ROWS_PER_SLOT = 16
"""Rows open for each request in flight: fewer, and one slow row idles the endpoint (measured 1.5 times the ideal duration against 1.2)."""


@dataclass(frozen=True, slots=True)
class Job:
    """Say which rows to make, of what, and where models are."""

    compiled: Compiled
    program: Program
    runtime: Runtime
    ranges: Mapping[str, range]
    progress: Progress | None = None


@contextmanager
def open_desk(
    project: Project, runtime: Runtime, program: Program, notify: Callable[[str], None], terms: Terms | None = None
) -> Iterator[Desk]:
    """Yield what answers the requests of a project.

    Raises:
        ResynError: the stores cannot be opened.
    """
    state = state_dir(project.root)
    with (
        closing(Claims(state / "claims.sqlite")) as claims,
        closing(Responses(state / "responses.sqlite", notify=notify, on_stored=claims.release)) as responses,
    ):
        desk = Desk(runtime, responses, claims, _models(program), terms or Terms())
        try:
            yield desk
        finally:
            desk.note_paces()


@contextmanager
def open_recorded(project: Project, key: str, notify: Callable[[str], None]) -> Iterator[Recorded]:
    """Yield the answers of a batch for which no model may be asked.

    Raises:
        ResynError: the store cannot be opened.
    """
    with closing(Responses(state_dir(project.root) / "responses.sqlite", notify=notify)) as responses:
        yield Recorded(responses, key)


def make_cells(job: Job, desk: Desk | Recorded, sink: Sink, engine: Engine = "async") -> int:
    """Hand every row of the ranges to the sink; return how many requests reached a model.

    Raises:
        Interrupted: SIGINT or SIGTERM came; every answer that arrived is kept.
        ResynError: a model cannot be asked, or a template fails.
    """
    slots = sum(job.runtime.limits.get(alias, Limits()).max_parallel_requests for alias in job.program.models)
    window = Window(job.compiled.cells, max(_LEAST_ROWS, slots * _ROWS_PER_SLOT), job.program.max_redraws, job.compiled.accept)
    give_large_blocks_back()
    with collected_rarely(), closing(InOrder(job.ranges, sink)) as leaving:
        steps = Steps(job.compiled, window, job.ranges, leaving)
        if job.progress is not None and isinstance(desk, Desk):
            job.progress.begin(window, desk, _asks(job.program))
        with raised_by_signals() as signals:
            missing = replay(steps, desk)
            if steps.is_done:
                return desk.asked
            if job.progress is not None:
                job.progress.asking()
            if isinstance(desk, Recorded) or engine == "sync":
                from resyn.engine import serial

                serial.drive(steps, desk, missing, signals)
                return desk.asked
        from resyn.engine import driver  # an event loop takes 50 ms to import, and what is all stored needs none

        driver.drive(steps, desk, missing)
        return desk.asked


def _asks(program: Program) -> dict[str, str]:
    """Return the model alias of each column that names one."""
    return {column.name: alias for column in program.columns if (alias := getattr(column, "model_alias", None))}


def _models(program: Program) -> dict[str, frozenset[str]]:
    """Return the models in use of each provider."""
    providers = {model.provider for model in program.models.values()}
    return {name: frozenset(model.model for model in program.models.values() if model.provider == name) for name in providers}
