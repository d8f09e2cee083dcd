"""Run `dvc repro`, and say why it failed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from resyn.dvc.command import Ended, run_dvc
from resyn.dvc.last_exit import LastExit, clear_last_exit, read_last_exit
from resyn.dvc.locks import find_torn
from resyn.dvc.run_cache import cache_dir
from resyn.errors import ResynError, Unwritable
from resyn.store.location import state_dir

_WAITS_SECONDS = (1, 2, 4, 8, 15, 30, 30)


def repro(root: Path, targets: Sequence[str] = (), *, single: bool = False, show: Callable[[str], None]) -> None:
    """Run `dvc repro` on `targets`, or on all that the project's own dvc.yaml asks for; `single` leaves their inputs alone.

    While another DVC command holds DVC's lock, it is tried again for up to a minute and a half.

    Raises:
        Unwritable: DVC found no room on the disk.
        ResynError: it failed, with the code and message of the stage that did, where the stage is one of ours.
    """
    state = state_dir(root)
    for wait in (*_WAITS_SECONDS, 0):
        clear_last_exit(state)
        ended = run_dvc(root, ["repro", *(["--single-item"] if single else []), *targets], show)
        if not ended.code:
            return
        if not ended.was_busy:
            raise _why(root, ended, read_last_exit(state, root))
        if wait:
            show(f"another DVC command is running here: trying again in {wait} s")
            time.sleep(wait)
    raise ResynError("another DVC command has held DVC's lock all the time", hint="Wait for it or end it, then run the same command again.")


def _why(root: Path, ended: Ended, note: LastExit | None) -> ResynError:
    if note:
        return note.error()
    if ended.was_full:
        hint = "what is finished is kept: make room, then run the same command again"
        return Unwritable(f"cannot write below {_fullest(root)}: the disk is full, DVC says", hint=hint)
    if torn := [str(lock.relative_to(root)) for lock in find_torn(root)]:
        hint = f"delete it (`rm {' '.join(torn)}`) and run the same command again: DVC's cache brings everything back"
        return ResynError(f"DVC cannot read {', '.join(torn)}: a kill tore it", hint=hint)
    return ResynError("`dvc repro` failed", hint="DVC's message above says where.")


def _fullest(root: Path) -> Path:
    """Return the one of the folders DVC writes to whose disk has the least room: it does not always say which it was."""
    places = (root.resolve(), cache_dir(root), Path(tempfile.gettempdir()))
    return min(filter(Path.exists, places), key=lambda place: shutil.disk_usage(place).free)
