"""The files of a seed dataset and the hash of what they hold."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from resyn.spec import Source
from resyn.store import atomic

LAYOUT = 1
"""How files are turned into rows; another number makes every seed dataset another."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which a file's time stamps tell that it has not changed since it was hashed."""


def find_files(root: Path, source: Source) -> tuple[Path, ...]:
    """Return the files of a source, in the order of their names; those that begin with a dot belong to other tools."""
    path = root / source.path
    if source.seed_type == "local":
        if "*" not in source.path:
            return (path,) if path.is_file() else ()
        found = root.glob(source.path)
    else:
        found = path.rglob("*") if source.recursive else path.glob("*")
        found = (file for file in found if fnmatch.fnmatchcase(file.name, source.file_pattern or "*"))
    return tuple(sorted((file for file in found if file.is_file() and not file.name.startswith(".")), key=Path.as_posix))


def content_of(root: Path, source: Source, files: Sequence[Path], state: Path) -> str:
    """Return sha256:… of the names and contents of files; what has been hashed before and has not changed since is not read.

    Raises:
        OSError: a file cannot be read.
    """
    named = [[file.relative_to(root).as_posix(), digest] for file, digest in zip(files, hashes_of(files, state), strict=True)]
    identity = json.dumps([LAYOUT, source.seed_type, source.path, source.encoding, named])
    return "sha256:" + hashlib.sha256(identity.encode()).hexdigest()


def hashes_of(files: Sequence[Path], state: Path) -> list[str]:
    """Return the SHA-256 of each file's content, in hexadecimal; what has not changed since it was hashed is not read.

    Raises:
        OSError: a file cannot be read.
    """
    hashes = _Hashes(state / "seeds" / "hashes.json")
    found = [hashes.of(file) for file in files]
    hashes.keep()
    return found


class _Hashes:
    """Remember the hashes of files as long as size, inode and both time stamps stay.

    A time stamp is trusted once it is older than the hash: a file that is written while it is hashed may keep it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[int | str]] = {}
        with suppress(OSError, ValueError):
            self._known = json.loads(path.read_bytes())
        self._changed = False

    def of(self, file: Path) -> str:
        stat = file.stat()
        stamp: list[int | str] = [stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns]
        name = file.resolve().as_posix()
        if (known := self._known.get(name)) and known[:4] == stamp:
            return str(known[4])
        began = time.time_ns()
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if max(stat.st_mtime_ns, stat.st_ctime_ns) + _SETTLED < began:
            self._known[name] = [*stamp, digest]
            self._changed = True
        return digest

    def keep(self) -> None:
        if self._changed:
            atomic.write(self._path, json.dumps(self._known).encode())
