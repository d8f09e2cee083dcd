"""Finished ranges of rows that wait for the stage that DVC records them under. Standard library only: adopting one loads nothing heavy."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from resyn.store.atomic import explained, replacing, sync
from resyn.store.killpoint import reached
from resyn.store.process import started

ROWS, TRACES, _NOTE = "rows.parquet", "traces.parquet", "staged.json"
_CHUNK = 1 << 20


class Staged(NamedTuple):
    """A range whose files passed their check."""

    folder: Path
    missing: int
    """Rows that could not be made and may be missing."""
    answers: int
    """Model answers behind the rows."""

    @property
    def rows(self) -> Path:
        """Return the batch file."""
        return self.folder / ROWS

    @property
    def traces(self) -> Path:
        """Return the trace file."""
        return self.folder / TRACES


class NotWhole(ValueError):
    """A staged range cannot be used; the message says why in one clause."""


def staged_dir(state: Path, fingerprint: str, rows: range) -> Path:
    """Return the folder of a range: `staged/<64 hex>/<start>-<end>`."""
    return state / "staged" / fingerprint.removeprefix("sha256:") / f"{rows.start}-{rows.stop}"


@contextmanager
def staging(state: Path, fingerprint: str, rows: range) -> Iterator[Path]:
    """Yield a folder to write both files in; where `publish` was called when the block ends, it has become the staged range.

    What killed processes left of the same range is removed first.
    """
    target = staged_dir(state, fingerprint, rows)
    work = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with explained(target):
        for leftover in target.parent.glob(f".{target.name}.*.tmp"):
            if leftover == work or started(int(leftover.name.split(".")[2])) is None:
                shutil.rmtree(leftover, ignore_errors=True)
        work.mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(work: Path, fingerprint: str, rows: range, *, missing: int, answers: int) -> Path:
    """Make the two files in a folder of `staging` a staged range, whole and durable; one that was there before is replaced.

    Raises:
        Unwritable: the disk is full, read-only or forbidden.
    """
    target = work.with_name(f"{rows.start}-{rows.stop}")
    with explained(target):
        files = {name: _measure(work / name) for name in (ROWS, TRACES)}
        note = {"fingerprint": fingerprint, "range": [rows.start, rows.stop], "missing": missing, "answers": answers, "files": files}
        (work / _NOTE).write_text(json.dumps(note, indent=1))
        for path in (work / ROWS, work / TRACES, work / _NOTE, work):
            sync(path)
        shutil.rmtree(target, ignore_errors=True)
        try:
            reached("before-rename", target.name)
            work.rename(target)
            reached("after-rename", target.name)
        except OSError as error:  # another run of the same dataset, in an experiment's folder, was faster
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        sync(target.parent)
    return target


def find(state: Path, fingerprint: str, rows: range) -> Staged | None:
    """Return a staged range whose identity, rows and checksums are right, or None where none is staged.

    Raises:
        NotWhole: there is one, and it is damaged or of something else.
    """
    folder = staged_dir(state, fingerprint, rows)
    try:
        note = json.loads((folder / _NOTE).read_bytes())
    except FileNotFoundError:
        if folder.is_dir():
            raise NotWhole(f"it has no {_NOTE}") from None
        return None
    except (OSError, ValueError) as error:
        raise NotWhole(f"{_NOTE} cannot be read") from error
    _check(note, folder, fingerprint, rows)
    return Staged(folder, note["missing"], note["answers"])


def is_staged(state: Path, fingerprint: str, rows: range) -> bool:
    """Say whether a range is staged and whole."""
    with suppress(NotWhole):
        return find(state, fingerprint, rows) is not None
    return False


def remove(state: Path, fingerprint: str, rows: range) -> None:
    """Remove a staged range, if there is one."""
    folder = staged_dir(state, fingerprint, rows)
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def place(staged: Path, target: Path) -> None:
    """Make `target` the same file as `staged`: a hard link, or a copy where the file system has none. It appears at once.

    Raises:
        Unwritable: as `atomic.replacing`.
    """
    with replacing(target) as temp:
        try:
            os.link(staged, temp)
        except OSError:
            shutil.copyfile(staged, temp)


def _check(note: Any, folder: Path, fingerprint: str, rows: range) -> None:
    try:
        if (note["fingerprint"], note["range"]) != (fingerprint, [rows.start, rows.stop]):
            raise NotWhole("it is of another identity or range")
        files: Mapping[str, Any] = note["files"]
        for name in (ROWS, TRACES):
            if _measure(folder / name) != files[name]:
                raise NotWhole(f"{name} is not what was written")
        _ = note["missing"] + note["answers"]
    except (OSError, KeyError, TypeError) as error:
        raise NotWhole(f"{_NOTE} does not describe what is there") from error


def _measure(path: Path) -> dict[str, int | str]:
    sha256, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
            size += len(chunk)
    return {"bytes": size, "sha256": sha256.hexdigest()}
