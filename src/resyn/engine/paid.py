"""Rows that models are paid for: asked through the stores, counted, bounded by the budget, watched."""

from __future__ import annotations

from contextlib import closing

from resyn.engine.asking import Terms
from resyn.engine.cells import Job, make_cells, open_desk
from resyn.engine.making import Making, Orders
from resyn.engine.meter import SpendMeter
from resyn.engine.order import Sink
from resyn.engine.progress import Progress, watched
from resyn.project import Project
from resyn.spec.files import read_runtime
from resyn.store.spend import Ledger


def ask(project: Project, making: Making, sink: Sink, progress: Progress, orders: Orders) -> int:
    """Hand every row to the sink; return how many requests reached a model.

    Raises:
        Stopped: the budget is spent, or the time is over; every answer is kept.
        Interrupted: SIGINT or SIGTERM came; every answer that arrived is kept.
        ResynError: a model cannot be asked, or a template fails.
    """
    runtime = read_runtime(project.runtime)
    ledger = Ledger(making.state / "spend.sqlite", making.program.name)
    with closing(SpendMeter(ledger, runtime.budget, runtime.prices)) as meter:
        progress.meter = meter
        job = Job(making.compiled, making.program, runtime, making.ranges, progress)
        terms = Terms(meter, orders.clock())
        with open_desk(project, runtime, making.program, orders.notify, terms) as desk, watched(progress, orders.watch):
            return make_cells(job, desk, sink, orders.engine)
