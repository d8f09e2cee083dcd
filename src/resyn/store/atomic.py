"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resyn.errors import ResynError

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
        ResynError: the file cannot be written (disk full, read-only, no permission); what `target` held before is still there.
    """
    temp = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temp
        _sync(temp)
        temp.replace(target)
        _sync(target.parent)
    except BaseException as error:
        with suppress(OSError):
            temp.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _REASONS and _concerns(error, target, temp):
            raise _unwritable(target, _REASONS[error.errno]) from error
        raise


def write(target: Path, data: bytes) -> None:
    """Make `target` hold `data`, durably and at once.

    Raises:
        ResynError: as `replacing`.
    """
    with replacing(target) as temp:
        temp.write_bytes(data)


def write_if_changed(target: Path, data: bytes) -> bool:
    """Make `target` hold `data` and say whether it did not already; an equal file is left alone, its time stamp included.

    Raises:
        ResynError: as `replacing`.
    """
    with suppress(FileNotFoundError):
        if target.read_bytes() == data:
            return False
    write(target, data)
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _concerns(error: OSError, target: Path, temp: Path) -> bool:
    # A long block may fail on a file of its own, which must not be reported as this one; a failed write() names no file.
    return error.filename is None or Path(error.filename) in {temp, target, *target.parents}


def _unwritable(target: Path, reason: str) -> ResynError:
    return ResynError(
        f"cannot write {target}: {reason}",
        hint="The earlier version of the file, finished batches and stored answers are kept. Mend that, then run the same command again.",
    )
