"""Ctrl-C and SIGTERM: the first ends a run in order, the second at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from resyn.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130


@contextmanager
def cancelled_by_signals() -> Iterator[None]:
    """Cancel the running task at the first signal and leave the process at the second; only a main thread has signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    import asyncio

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


@contextmanager
def raised_by_signals() -> Iterator[None]:
    """Raise at the first signal, where no event loop runs, and leave the process at the second; only a main thread has signals.

    Raises:
        Interrupted: SIGINT or SIGTERM came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came = 0

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python hands to a handler
        nonlocal came
        came += 1
        if came > 1:
            os._exit(INTERRUPTED)
        raise interrupted()

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupted() -> Interrupted:
    """Return the error of a run that a signal ended."""
    return Interrupted("interrupted: every answer that arrived is kept", hint="run the same command again to go on")
