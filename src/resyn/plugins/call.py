"""Call functions of plugins: beside the main thread, bounded in time, each failure the caller's own."""

from __future__ import annotations

import asyncio
import copy
import inspect
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resyn.errors import ResynError
from resyn.plugins.load import where
from resyn.plugins.module import PACKAGE

DEFAULT_TIMEOUT = 300.0


class RowFailed(Exception):
    """Raise it in a plugin to say that this row cannot be made this way: it is drawn again."""


class PluginFailed(ResynError):
    """A plugin raised, hung, or made what it must not; the row is not drawn again, since code would do the same again."""


@dataclass(slots=True)
class _Calls:
    """Hold the calls of one hand-over: their results as they come, and the signal that all are there."""

    results: list[Any]
    returned: int = 0
    done: Future[None] = field(default_factory=Future)

    def settle(self, position: int, result: Any) -> None:
        self.results[position] = result
        self.returned += 1


@dataclass(frozen=True, slots=True)
class Function:
    """Call one function of a plugin, whether or not it is a coroutine function; `timeout` bounds each call, in seconds."""

    call: Callable[..., Any]
    name: str
    """What errors call it: `plugins/scores.py: score`."""
    folder: Path
    timeout: float = DEFAULT_TIMEOUT
    column: str = ""
    """Whose function it is, for errors about all of its rows."""

    @property
    def is_async(self) -> bool:
        """Return whether it is a coroutine function."""
        return inspect.iscoroutinefunction(inspect.unwrap(self.call))

    def each(self, items: Sequence[dict[str, Any]]) -> list[Any]:
        """Return what it returns for each set of arguments, or the exception it raised.

        Raises:
            PluginFailed: a call does not return.
        """
        calls = self._start(items)
        while True:
            before = calls.returned
            try:
                calls.done.result(self.timeout)
            except Late as error:
                if calls.returned == before:
                    raise self.hung() from error
            else:
                return calls.results

    async def each_async(self, items: Sequence[dict[str, Any]]) -> list[Any]:
        """Do the same without blocking an event loop."""
        calls = self._start(items)
        waiter = asyncio.wrap_future(calls.done)
        try:
            while True:
                before = calls.returned
                await asyncio.wait({waiter}, timeout=self.timeout)
                if waiter.done():
                    waiter.result()
                    return calls.results
                if calls.returned == before:
                    raise self.hung()
        finally:
            waiter.cancel()  # the loop may be closed by the time that they return

    def failure(self, error: BaseException, owner: str) -> ResynError:
        """Return the error about an exception that a call raised; `owner` says whose call it was."""
        file, line = where(error, self.folder) or (f"{PACKAGE}", 0)
        place = f"{file}:{line}" if line else self.name
        return PluginFailed(f"{owner}: {place}: {type(error).__name__}: {error}", hint="mend the plugin, then run `dvc repro`")

    def hung(self) -> PluginFailed:
        """Return the error about a call that does not return."""
        return PluginFailed(
            f"column '{self.column}': {self.name} did not return for {self.timeout:g} s",
            hint="mend the plugin, or raise `timeout` of its column, then run `dvc repro`",
        )

    def _start(self, items: Sequence[dict[str, Any]]) -> _Calls:
        calls = _Calls([None] * len(items))
        run = self._run_async if self.is_async else self._run
        # A daemon: a function that hangs must not keep the process from ending.
        threading.Thread(target=_to_the_end, args=(run, items, calls), daemon=True, name=self.name).start()
        return calls

    def _run(self, items: Sequence[dict[str, Any]], calls: _Calls) -> None:
        for position, arguments in enumerate(items):
            try:
                result = _own(self.call(**arguments))
            except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, and here nobody else does
                result = as_exception(error)
            calls.settle(position, result)

    def _run_async(self, items: Sequence[dict[str, Any]], calls: _Calls) -> None:
        async def one(position: int, arguments: dict[str, Any]) -> None:
            try:
                result = _own(await self.call(**arguments))
            except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, and here nobody else does
                result = as_exception(error)
            calls.settle(position, result)

        async def every() -> None:
            await asyncio.gather(*(one(position, arguments) for position, arguments in enumerate(items)))

        asyncio.run(every())


def _own(result: Any) -> Any:
    """Return a result that the function cannot change any more: it may return the same list each time."""
    return copy.deepcopy(result) if isinstance(result, dict | list) else result


def as_exception(error: BaseException) -> Exception:
    """Return an exception for what ends a process: in a plugin it ends the run, with the place where it was raised."""
    return error if isinstance(error, Exception) else RuntimeError(f"{type(error).__name__}: {error}").with_traceback(error.__traceback__)


def _to_the_end(run: Callable[[Sequence[dict[str, Any]], _Calls], None], items: Sequence[dict[str, Any]], calls: _Calls) -> None:
    failure: Exception | None = None
    try:
        run(items, calls)
    except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
        failure = as_exception(error)
    if not calls.done.set_running_or_notify_cancel():
        return
    if failure:
        calls.done.set_exception(failure)
    else:
        calls.done.set_result(None)
