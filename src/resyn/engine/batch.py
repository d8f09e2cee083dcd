"""One batch from start to finish: checked, locked, made, written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from resyn.engine.adopt import LOCK_WAIT
from resyn.engine.batch_report import BatchReport
from resyn.engine.blocks import compute
from resyn.engine.compiled import compile_program
from resyn.engine.making import Engine, Making, Orders, parse_engine
from resyn.engine.sink import BatchSink
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Program
from resyn.spec.files import read_program, read_ranges, read_runtime
from resyn.store.atomic import removal_explained
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir
from resyn.store.rejects import write_rejects

if TYPE_CHECKING:
    from resyn.engine.progress import Snapshot


def generate(
    project: Project,
    key: str,
    *,
    fingerprint: str,
    recorded: bool = False,
    notify: Callable[[str], None] = lambda _: None,
    watch: Callable[[Snapshot], None] | None = None,
) -> BatchReport:
    """Make one batch of the plan: its rows and the model answers behind them, as two files that appear whole or not at all.

    Args:
        project: whose plan it is.
        key: the batch, as `plan/ranges.json` names it.
        fingerprint: what params.yaml says the plan's identity is.
        recorded: whether only stored answers may be used, since DVC's lock has this batch already and a model would be paid twice.
        notify: is told in one sentence what the store had to mend.
        watch: is told a few times a second how far it is, on a thread of its own, while models are asked.

    Raises:
        ConfigError: the plan is missing, does not fit `fingerprint`, or does not name the batch.
        MissingRows: rows could not be made; every answer is kept.
        Stopped: the budget is spent; every answer is kept.
        Interrupted: SIGINT or SIGTERM came; every answer that arrived is kept.
        ResynError: a model cannot be asked, a template fails, or another process writes this batch.
    """
    began = time.monotonic()
    program, rows = _planned(project, key, fingerprint)
    compiled = compile_program(program, project.root)
    asked = 0
    state = state_dir(project.root)
    lock = locks_dir(state, project.root) / f"{key}.lock"
    making = Making(state=state, fingerprint=fingerprint, program=program, compiled=compiled, ranges={key: rows})
    paths = project.batch(key), project.trace(key)
    with hold(lock, LOCK_WAIT):
        with removal_explained(paths[0].parent), BatchSink(paths, key, rows, program, fingerprint, compiled) as sink:
            if not compiled.cells:
                compute(compiled, rows, sink)
            elif recorded:
                _replay(project, making, sink, notify)
            else:
                asked = _ask(project, making, sink, Orders(engine=_engine(), watch=watch, notify=notify))
            write_rejects(state, fingerprint, rows, sink.rejected)
            sink.judge()
        if program.media:
            _gather(project, key, program)
    return BatchReport(key=key, rows=rows, missing=len(sink.missing), answers=sink.answers, asked=asked, seconds=time.monotonic() - began)


# Both import when they are called: stores and an event loop take 0.1 s, and no other batch needs them.
def _replay(project: Project, making: Making, sink: BatchSink, notify: Callable[[str], None]) -> None:
    """Make a batch from stored answers alone."""
    from resyn.engine.cells import Job, make_cells, open_recorded

    (key,) = making.ranges
    with open_recorded(project, key, notify) as answers:
        make_cells(Job(making.compiled, making.program, read_runtime(project.runtime), making.ranges), answers, sink, _engine())


def _ask(project: Project, making: Making, sink: BatchSink, orders: Orders) -> int:
    """Make a batch with the answers of models; return how many requests reached one."""
    from resyn.engine.paid import ask
    from resyn.engine.progress import Progress

    return ask(project, making, sink, Progress(making.ranges), orders)


def _gather(project: Project, key: str, program: Program) -> None:
    """Put the files that the rows name into the batch's own folder."""
    from resyn.store.media import gather

    gather(project.root, project.batch(key), program.media, project.media(key))


def _engine() -> Engine:
    """Return the driver that RESYN_ENGINE names: DVC's stages have no options, and no engine changes a value."""
    return parse_engine(os.environ.get("RESYN_ENGINE", "async"), "RESYN_ENGINE")


def _planned(project: Project, key: str, fingerprint: str) -> tuple[Program, range]:
    program, found = read_program(project.generation)
    if found != fingerprint:
        raise ConfigError(
            f"the plan is {found[:19]}… and params.yaml names {fingerprint[:19]}…: edited by hand, or merged",
            file=project.generation,
            hint="run `resyn plan`",
        )
    ranges = read_ranges(project.ranges)
    if key not in ranges:
        raise ConfigError(f"there is no batch {key!r} in the plan of {len(ranges)} batches", file=project.ranges, hint="run `resyn plan`")
    return program, ranges[key]
