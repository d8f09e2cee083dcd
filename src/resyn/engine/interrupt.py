"""Ctrl-C, SIGTERM and a terminal that closes: the first ends a run in order, what is in flight first; the second at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from resyn.errors import Interrupted

INTERRUPTED = 130
DRAIN_SECONDS = 1.25
"""How long answers in flight, which are paid for, are waited for: a command that is told to end does so within two seconds, DVC's own half included."""
Result = TypeVar("Result")


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

    def begin() -> None:
        timers.append(loop.call_later(DRAIN_SECONDS, task.cancel))
        stop()

    def call_off() -> None:
        for timer in timers:
            timer.cancel()

    came = _first_and_second(begin)
    before = {number: signal.getsignal(number) for number in _heeded()}
    for number in before:
        loop.add_signal_handler(number, came, number)
    try:
        yield call_off
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


class Signals:
    """Raise at the first signal, but for what is paid for already: that is waited for a while, and stored.

    It is raised as KeyboardInterrupt, wherever the process happens to be: code that takes every Exception for a bad value must not take it
    for one.
    """

    def __init__(self) -> None:
        self._came = self._is_held = False
        self._cancel_later: Callable[[], object] | None = None

    def begin(self) -> None:
        """Take the first signal."""
        self._came = True
        if not self._is_held:
            raise KeyboardInterrupt
        if self._cancel_later is not None:
            self._cancel_later()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raise what comes only at the end of the block."""
        from asyncio import CancelledError

        self._is_held = True
        try:
            yield
        except CancelledError as error:
            raise interrupted() from error
        finally:
            self._is_held = False
        if self._came:
            raise interrupted()

    async def waited_for(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Return what a coroutine returns, which is cancelled if it takes too long after a signal."""
        import asyncio

        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker: this is a coroutine

        def cancel_later() -> None:
            loop.call_later(DRAIN_SECONDS, task.cancel)

        self._cancel_later = lambda: loop.call_soon_threadsafe(cancel_later)
        if self._came:  # just before
            self._cancel_later()
        try:
            return await coroutine
        finally:
            self._cancel_later = None


@contextmanager
def raised_by_signals() -> Iterator[Signals]:
    """Raise at the first signal, where no event loop runs, and leave the process at the second; only a main thread has signals.

    Raises:
        Interrupted: SIGINT, SIGTERM or SIGHUP came.
    """
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    came = _first_and_second(signals.begin)
    before = {number: signal.signal(number, lambda number, _: came(number)) for number in _heeded()}
    try:
        yield signals
    except KeyboardInterrupt as error:
        raise interrupted() from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupted() -> Interrupted:
    """Return the error of a run that a signal ended."""
    return Interrupted("interrupted: every answer that arrived is kept", hint="run the same command again to go on")


def _heeded() -> list[signal.Signals]:
    """Return the signals that end a run; `nohup` has a closing terminal ignored."""
    closed = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else []
    return [signal.SIGINT, signal.SIGTERM, *closed]


def _first_and_second(begin: Callable[[], None]) -> Callable[[int], None]:
    """Return what calls `begin` at the first signal and leaves the process at the second that somebody meant.

    A closing terminal is told of by shell and kernel, and DVC, which it ends, has its stage sent a SIGTERM.
    """
    has_begun, meant = False, 0

    def came(number: int) -> None:
        nonlocal has_begun, meant
        meant += number != signal.SIGHUP
        if meant > 1:
            os._exit(INTERRUPTED)
        if not has_begun:
            has_begun = True
            begin()

    return came
