"""Group commit: many small writes from many threads, one transaction and one fsync for a group of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from resyn.errors import ResynError
from resyn.store.killpoint import reached

Item = TypeVar("Item")

GROUP = 64
"""Items in a group at most."""
LINGER_SECONDS = 0.005
"""How long the first item of a group waits for others; longer than an fsync takes on an SSD, far shorter than a model's answer."""


Deliver = Callable[[Sequence[Item] | Exception], None]
"""Told what became of the items of one group that were put with it: what `commit` returned for them, or the error the group met."""


class GroupCommit(Generic[Item]):
    """Hand items to one function, in groups, on one thread that starts with the first of them."""

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Item]]) -> None:
        self._commit = commit
        self._queue: SimpleQueue[tuple[Item, Deliver[Item]] | None] = SimpleQueue()
        self._guard = threading.Lock()
        # Mutable state, behind the guard.
        self._thread: threading.Thread | None = None
        self._closed = False

    def put(self, item: Item) -> Future[Item]:
        """Return the future of what `commit` returns for this item, or of the error that its group met."""
        future: Future[Item] = Future()
        # A running future cannot be cancelled: an answer that has arrived is stored even if nobody waits for it any more.
        future.set_running_or_notify_cancel()
        self.add(item, partial(_resolve, future))
        return future

    def add(self, item: Item, deliver: Deliver[Item]) -> None:
        """Take an item; `deliver` is called once a group, on the thread of the commits: no future an item, no thread woken for each."""
        with self._guard:
            if self._closed:
                raise ResynError("the store is closed")
            self._queue.put((item, deliver))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="resyn-store", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Commit everything that was put; safe to call twice."""
        with self._guard:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            if self._queue.qsize() < GROUP:
                time.sleep(LINGER_SECONDS)
            group = [first, *self._drain()]
            reached("before-group")
            try:
                results: Sequence[Item] | Exception = self._commit([item for item, _ in group])
            except Exception as error:  # noqa: BLE001 - it belongs to whoever put the items
                results = error
            reached("after-group")
            by_receiver: dict[Deliver[Item], list[Item]] = {}
            for number, (item, deliver) in enumerate(group):
                by_receiver.setdefault(deliver, []).append(item if isinstance(results, Exception) else results[number])
            for deliver, mine in by_receiver.items():
                deliver(results if isinstance(results, Exception) else mine)

    def _drain(self) -> list[tuple[Item, Deliver[Item]]]:
        drained: list[tuple[Item, Deliver[Item]]] = []
        while len(drained) < GROUP - 1:
            try:
                put = self._queue.get_nowait()
            except Empty:
                break
            if put is None:
                self._queue.put(None)  # nothing follows it: it ends the work after this group
                break
            drained.append(put)
        return drained


def _resolve(future: Future[Item], results: Sequence[Item] | Exception) -> None:
    if isinstance(results, Exception):
        future.set_exception(results)
    else:
        future.set_result(results[0])
