"""One batch from start to finish: checked, locked, made, written."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

from resyn.engine.asking import Asker, Replay, StoreThenModel
from resyn.engine.compiled import Compiled, compile_program
from resyn.engine.driver import Driver
from resyn.engine.interrupt import cancelled_by_signals
from resyn.engine.sink import BatchSink
from resyn.engine.window import Window
from resyn.errors import ConfigError, Interrupted
from resyn.project import Project
from resyn.spec import Limits, Program, Runtime
from resyn.spec.files import read_program, read_ranges, read_runtime
from resyn.store.claims import Claims
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir
from resyn.store.responses import Responses

_LOCK_WAIT = 30.0
"""Seconds that the process of a killed `dvc` may take to end itself."""
_LEAST_ROWS = 64
_ROWS_PER_SLOT = 16
"""Rows open for each request in flight: fewer, and one slow row idles the endpoint (measured 1.5 times the ideal duration against 1.2)."""
_BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """Say what making a batch took."""

    key: str
    rows: range
    missing: int
    answers: int
    """Answers behind the batch, asked now or before."""
    asked: int
    """Requests that reached a model in this run."""
    seconds: float


def generate(
    project: Project, key: str, *, fingerprint: str, recorded: bool = False, notify: Callable[[str], None] = lambda _: None
) -> BatchReport:
    """Make one batch of the plan: its rows and the model answers behind them, as two files that appear whole or not at all.

    Args:
        project: whose plan it is.
        key: the batch, as `plan/ranges.json` names it.
        fingerprint: what params.yaml says the plan's identity is.
        recorded: whether DVC's lock has this batch already, so that asking a model would pay twice.
        notify: is told in one sentence what the store had to mend.

    Raises:
        ConfigError: the plan is missing, does not fit `fingerprint`, or does not name the batch.
        MissingRows: rows could not be made; every answer is kept.
        Interrupted: SIGINT or SIGTERM came; every answer that arrived is kept.
        ResynError: a model cannot be asked, a template fails, or another process writes this batch.
    """
    began = time.monotonic()
    program, rows = _planned(project, key, fingerprint)
    state = state_dir(project.root)
    with ExitStack() as stack:
        stack.enter_context(hold(locks_dir(state, project.root) / f"{key}.lock", _LOCK_WAIT))
        claims = stack.enter_context(closing(Claims(state / "claims.sqlite")))
        responses = stack.enter_context(closing(Responses(state / "responses.sqlite", notify=notify, on_stored=claims.release)))
        sink = stack.enter_context(BatchSink(project, key, rows, program, fingerprint, compiled := compile_program(program)))
        if not compiled.cells:
            _compute(compiled, rows, sink)
            asked = 0
        elif recorded and os.environ.get("RESYN_REGENERATE") != "1":
            asked = asyncio.run(_drive(compiled, program, Runtime(), Replay(responses, key), {key: rows}, sink))
        else:
            runtime = read_runtime(project.runtime)
            asker = StoreThenModel(runtime, responses, claims, _models(program))
            asked = asyncio.run(_drive(compiled, program, runtime, asker, {key: rows}, sink))
        sink.judge()
    return BatchReport(key=key, rows=rows, missing=len(sink.missing), answers=sink.answers, asked=asked, seconds=time.monotonic() - began)


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


def _compute(compiled: Compiled, rows: range, sink: BatchSink) -> None:
    """Write a batch in which no model is asked, block by block."""
    for start in range(rows.start, rows.stop, _BLOCK):
        block = range(start, min(start + _BLOCK, rows.stop))
        sink.put_block(block, compiled.root_block(block, attempt=0))


async def _drive(compiled: Compiled, program: Program, runtime: Runtime, asker: Asker, ranges: Mapping[str, range], sink: BatchSink) -> int:
    """Make rows until all have left; return how many requests reached a model."""
    slots = sum(runtime.limits.get(alias, Limits()).max_parallel_requests for alias in program.models)
    window = Window(compiled.cells, max(_LEAST_ROWS, slots * _ROWS_PER_SLOT), program.max_redraws)
    try:
        with cancelled_by_signals():
            try:
                await Driver(compiled, window, asker).run(ranges, sink)
            finally:
                await asker.close()
    except asyncio.CancelledError as error:
        raise Interrupted("interrupted: every answer that arrived is kept", hint="run `dvc repro` to go on") from error
    return asker.asked


def _models(program: Program) -> dict[str, frozenset[str]]:
    """Return the models in use of each provider."""
    providers = {model.provider for model in program.models.values()}
    return {name: frozenset(model.model for model in program.models.values() if model.provider == name) for name in providers}
