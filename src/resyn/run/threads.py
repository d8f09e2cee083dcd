"""A run beside an event loop that is running already, as in a notebook: on a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable

Work = Callable[[Callable[[], bool]], None]
"""What runs; it asks the function it is given whether it was cancelled."""


def in_its_own_loop(work: Work) -> None:
    """Run `work` here, or on a thread where an event loop runs here already."""
    if not _loop_runs():
        work(lambda: False)
        return
    cancelled = threading.Event()
    ended: list[BaseException | None] = []
    thread = threading.Thread(target=_carry_out, args=(work, cancelled, ended.append), name="resyn-run")
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        cancelled.set()
        thread.join()
        raise
    if ended[0] is not None:
        raise ended[0]


async def beside_the_loop(work: Work) -> None:
    """Run `work` on a thread; a cancellation is passed on, and it is waited for."""
    cancelled = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, cancelled.is_set))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.wait([running])
        running.exception()  # it was told to stop, and says so
        raise


def _loop_runs() -> bool:
    if "asyncio" not in sys.modules:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _carry_out(work: Work, cancelled: threading.Event, tell: Callable[[BaseException | None], None]) -> None:
    try:
        work(cancelled.is_set)
    except BaseException as error:  # noqa: BLE001 - it is raised where the thread is waited for
        tell(error)
    else:
        tell(None)
