"""The rows of many batches in one process and one window, each batch staged as soon as it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resyn.engine.batch_report import BatchReport
from resyn.engine.blocks import compute
from resyn.engine.compiled import compile_program
from resyn.engine.interrupt import raised_by_signals
from resyn.engine.making import Making, Orders
from resyn.engine.paid import ask
from resyn.engine.progress import Progress
from resyn.engine.staging import StagingSink
from resyn.errors import MissingRows, ResynError
from resyn.project import Project
from resyn.spec.files import read_program
from resyn.store.atomic import removal_explained
from resyn.store.location import state_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Say what became of the batches: those staged, and the error that kept others from it."""

    batches: tuple[BatchReport, ...] = ()
    asked: int = 0
    """Requests that reached a model."""
    error: ResynError | None = None


def stage(project: Project, ranges: Mapping[str, range], orders: Orders) -> Staged:
    """Make every row of `ranges` and stage each batch when its last row is there, in any order.

    An error of resyn's own is returned beside what was staged; what `on_batch` raises passes.
    """
    program, fingerprint = read_program(project.generation)
    compiled = compile_program(program, project.root)
    making = Making(state=state_dir(project.root), fingerprint=fingerprint, program=program, compiled=compiled, ranges=ranges)
    asked, error = 0, None
    progress = Progress(ranges)
    with StagingSink(making, progress, orders.on_batch) as sink:
        try:
            with removal_explained(making.state):
                asked = ask(project, making, sink, progress, orders) if compiled.cells else _compute(making, sink, orders)
        except ResynError as ended:
            error = ended
    return Staged(batches=tuple(sink.staged), asked=asked, error=error or _missing(sink.failed))


def _compute(making: Making, sink: StagingSink, orders: Orders) -> int:
    """Stage batches in which no model is asked, block by block.

    Raises:
        Stopped: the time is over, or the run was cancelled; what is staged is kept.
    """
    clock = orders.clock()
    with raised_by_signals():
        for key, rows in making.ranges.items():
            if (over := clock()) is not None:
                raise over
            compute(making.compiled, rows, sink.of(key))
            sink.done(key)
    return 0


def _missing(failed: list[MissingRows]) -> MissingRows | None:
    if not failed:
        return None
    if len(failed) == 1:
        return failed[0]
    return MissingRows("\n".join(error.message for error in failed), hint=failed[0].hint)
