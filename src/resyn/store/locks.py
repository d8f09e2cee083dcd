"""Kernel file locks: one writer of a batch, one run of a folder."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from resyn.errors import ResynError
from resyn.store.atomic import explained
from resyn.store.process import started

_POLL_SECONDS = 0.05


def locks_dir(state: Path, project_root: Path) -> Path:
    """Return the folder of a workspace's locks; workspaces that share a state folder have one each."""
    workspace = hashlib.sha256(os.fsencode(project_root.resolve())).hexdigest()[:16]
    return state / "locks" / workspace


@contextmanager
def hold(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a file for the block, waiting up to `wait` seconds for it.

    The kernel frees the lock when its holder dies, however it dies; the file stays, since a lock on a removed file excludes nobody.

    Raises:
        ResynError: another process held it all that time; the message names its pid, since when, and how to end it.
        Unwritable: the disk is full, read-only or forbidden.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _acquire(descriptor, time.monotonic() + wait):
            raise _held(path, os.pread(descriptor, 4096, 0))
        note = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        with explained(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(note).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def require_idle(state: Path, project_root: Path) -> None:
    """Make sure that no batch is being made and nothing runs in any workspace that shares a state folder; what this one runs is ours.

    Raises:
        ResynError: a process holds a lock; the message names it.
    """
    ours = locks_dir(state, project_root) / "run.lock"
    for path in sorted((state / "locks").glob("*/*.lock")):
        # A lock is only tried where its holder seems to live: to try it is to hold it for a moment.
        if path != ours and _is_noted(path.read_bytes()):
            with hold(path, wait=0):
                pass


def _is_noted(note: bytes) -> bool:
    try:
        return started(int(json.loads(note)["pid"])) is not None
    except (KeyError, TypeError, ValueError):  # empty, since a process is about to write it, or was killed then
        return True


def _acquire(descriptor: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True


def _held(path: Path, note: bytes) -> ResynError:
    try:
        holder = json.loads(note)
        pid, since = int(holder["pid"]), holder["since"]
    except (KeyError, TypeError, ValueError):  # read between the holder's truncate and write
        return ResynError(f"another process holds {path}", hint="Wait for it, or find it with `fuser` and end it.")
    return ResynError(f"process {pid} has held {path} since {since}", hint=f"Wait for it, or end it: `kill {pid}`.")
