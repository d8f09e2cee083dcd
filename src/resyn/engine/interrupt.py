"""Ctrl-C and SIGTERM while an event loop runs: the first ends it in order, the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130


@contextmanager
def cancelled_by_signals() -> Iterator[None]:
    """Cancel the running task at the first signal and leave the process at the second; only a main thread has signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    came = 0

    def interrupt() -> None:
        nonlocal came
        came += 1
        if came > 1 or task is None:
            os._exit(INTERRUPTED)
        task.cancel()

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
