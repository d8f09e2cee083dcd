"""Local work of waiting cells, in worker threads or awaited, some items at a time."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from resyn.columns.protocol import Do, Work
from resyn.engine.steps import Waiting

_AT_ONCE = max(2, os.cpu_count() or 1)
"""Batches of one kind of work under way at once; what comes meanwhile waits, and goes together."""


class Crew:
    """Do work over an event loop."""

    def __init__(self, news: asyncio.Event) -> None:
        self._news, self._loop = news, asyncio.get_running_loop()
        # All mutable state: results that came, for the driver; work that waits and batches under way, by what is to be done.
        self.came: deque[tuple[Waiting, Any]] = deque()
        self._waiting: dict[Do, deque[tuple[Waiting, Work]]] = {}
        self._under_way: dict[Do, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, waiting: Iterable[Waiting]) -> None:
        """Have the work done that these cells wait for."""
        for one in waiting:
            assert one.work is not None  # noqa: S101 - for the type checker: they wait for it
            self._waiting.setdefault(one.work.do, deque()).append((one, one.work))
        for do in list(self._waiting):
            self._start(do)

    async def close(self) -> None:
        """Cancel what is awaited; what runs in threads is left alone, and its result is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, do: Do) -> None:
        queue = self._waiting[do]
        while queue and self._under_way.get(do, 0) < _AT_ONCE:
            batch = [queue.popleft() for _ in range(min(len(queue), queue[0][1].at_most))]
            self._under_way[do] = self._under_way.get(do, 0) + 1
            if inspect.iscoroutinefunction(do):
                task = self._loop.create_task(self._await(do, batch))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                # A thread of its own, as a daemon: the executors of the standard library wait for theirs when the process ends.
                threading.Thread(target=self._run, args=(do, batch), name="resyn-work", daemon=True).start()

    def _run(self, do: Do, batch: Sequence[tuple[Waiting, Work]]) -> None:
        results = results_of(do, [work.item for _, work in batch])
        try:
            self._loop.call_soon_threadsafe(self._done, do, batch, results)
        except RuntimeError:  # the loop has ended, and nobody waits for them
            return

    async def _await(self, do: Do, batch: Sequence[tuple[Waiting, Work]]) -> None:
        self._done(do, batch, await awaited_results_of(do, [work.item for _, work in batch]))

    def _done(self, do: Do, batch: Sequence[tuple[Waiting, Work]], results: Sequence[Any]) -> None:
        self.came.extend((waiting, result) for (waiting, _), result in zip(batch, results, strict=True))
        self._under_way[do] -= 1
        self._start(do)
        self._news.set()


def results_of(do: Do, items: Sequence[Any]) -> Sequence[Any]:
    """Return one result an item; what `do` raises is the result of every one of them."""
    try:
        return _counted(do, items, do(items))  # type: ignore[arg-type] # no coroutine function
    except Exception as error:  # noqa: BLE001 - it is thrown into the cells that wait
        return [error] * len(items)


async def awaited_results_of(do: Do, items: Sequence[Any]) -> Sequence[Any]:
    """Return the same of a coroutine function."""
    try:
        return _counted(do, items, await do(items))  # type: ignore[misc] # a coroutine function
    except Exception as error:  # noqa: BLE001 - it is thrown into the cells that wait
        return [error] * len(items)


def _counted(do: Do, items: Sequence[Any], results: Sequence[Any]) -> Sequence[Any]:
    if len(results) != len(items):
        raise ValueError(f"{getattr(do, '__qualname__', do)} returned {len(results)} results for {len(items)} items")
    return results
