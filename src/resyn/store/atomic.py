"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resyn.errors import ResynError, Unwritable
from resyn.store.killpoint import reached

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
}


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that becomes `target` when the block ends, and is removed when it raises.

    The name begins with a dot, so that `.dvcignore` can keep a leftover of a killed process out of a folder's hash.

    Raises:
        Unwritable: the file cannot be written (disk full, read-only, no permission); what `target` held before is still there.
    """
    temp = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temp
            sync(temp)
            reached("before-rename", target.name)
            temp.replace(target)
            reached("after-rename", target.name)
        except BaseException:
            with suppress(OSError):
                temp.unlink(missing_ok=True)
            raise
        sync(target.parent)


def remove_leftovers(target: Path) -> None:
    """Remove what killed processes left beside `target`; for the one process that may write it now."""
    for temp in target.parent.glob(f".{target.name}.*.tmp"):
        temp.unlink(missing_ok=True)


def write(target: Path, data: bytes) -> None:
    """Make `target` hold `data`, durably and at once.

    Raises:
        Unwritable: as `replacing`.
    """
    with replacing(target) as temp:
        temp.write_bytes(data)


def write_if_changed(target: Path, data: bytes) -> bool:
    """Make `target` hold `data` and say whether it did not already; an equal file is left alone, its time stamp included.

    Raises:
        Unwritable: as `replacing`.
    """
    with suppress(FileNotFoundError):
        if target.read_bytes() == data:
            return False
    write(target, data)
    return True


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn a full, read-only or forbidden disk into an error that names `target` and what is kept.

    Raises:
        Unwritable: the block could not write, as above; any other failure passes as it is.
    """
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0)
        if reason is None or not _concerns(error, target):
            raise
        raise Unwritable(
            f"cannot write {target}: {reason}",
            hint="What was there before, finished batches and stored answers are kept. Mend that, then run the same command again.",
        ) from error


@contextmanager
def removal_explained(folder: Path) -> Iterator[None]:
    """Turn what happens when a folder is removed that the block writes to into an error that says so.

    Raises:
        ResynError: it was; any other failure passes as it is.
    """
    try:
        yield
    except FileNotFoundError as error:
        if str(folder) not in str(error):
            raise
        raise ResynError(f"{folder} was removed while this ran, and what waited there", hint="run the same command again") from error


def _concerns(error: OSError, target: Path) -> bool:
    # A long block may fail on a file of its own, which must not be reported as this one; a failed write() names no file.
    if error.filename is None:
        return True
    culprit = Path(error.filename)
    return culprit.parent == target.parent or culprit in target.parents


def sync(path: Path) -> None:
    """Make what is written to a file, or the names in a folder, survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
