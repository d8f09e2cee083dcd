"""Run `dvc repro`, and say why it failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from resyn.dvc.command import run_dvc
from resyn.dvc.last_exit import clear_last_exit, read_last_exit
from resyn.errors import ResynError
from resyn.store.location import state_dir

_WAITS_SECONDS = (1, 2, 4, 8, 15, 30, 30)


def repro(root: Path, targets: Sequence[str] = (), *, single: bool = False, show: Callable[[str], None]) -> None:
    """Run `dvc repro` on `targets`, or on all that the project's own dvc.yaml asks for; `single` leaves their inputs alone.

    While another DVC command holds DVC's lock, it is tried again for up to a minute and a half.

    Raises:
        ResynError: it failed, with the code and message of the stage that did, where the stage is one of ours.
    """
    state = state_dir(root)
    for wait in (*_WAITS_SECONDS, 0):
        clear_last_exit(state)
        ended = run_dvc(root, ["repro", *(["--single-item"] if single else []), *targets], show)
        if not ended.code:
            return
        if not ended.was_busy:
            note = read_last_exit(state, root)
            raise note.error() if note else ResynError("`dvc repro` failed", hint="DVC's message above says where.")
        if wait:
            show(f"another DVC command is running here: trying again in {wait} s")
            time.sleep(wait)
    raise ResynError("another DVC command has held DVC's lock all the time", hint="Wait for it or end it, then run the same command again.")
