"""Ctrl-C and SIGTERM: the first ends a run in order, what is in flight first; the second at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from resyn.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 130
DRAIN_SECONDS = 1.25
"""How long answers in flight, which are paid for, are waited for: a command that is told to end does so within two seconds, DVC's own half included."""


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Call `stop` at the first signal and cancel the running task if that has not ended it in time; leave the process at the second.

    Yields what calls the cancellation off. Only a main thread has signals.
    """
    import asyncio

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    timers: list[asyncio.TimerHandle] = []
    if task is None or threading.current_thread() is not threading.main_thread():
        yield timers.clear
        return

    def interrupt() -> None:
        if timers:
            os._exit(INTERRUPTED)
        timers.append(loop.call_later(DRAIN_SECONDS, task.cancel))
        stop()

    def call_off() -> None:
        for timer in timers:
            timer.cancel()

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        loop.add_signal_handler(number, interrupt)
    try:
        yield call_off
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
