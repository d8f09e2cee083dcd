"""What the verbs that DVC runs as stages have in common."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec

import click

from resyn.cli.failure import failure_of
from resyn.errors import ResynError

P = ParamSpec("P")
_PATIENCE_SECONDS = 3


def stage(function: Callable[P, None]) -> Callable[P, None]:
    """Make a verb end when the `dvc` that runs it is killed, and leave a note when it fails under one."""

    @functools.wraps(function)
    def verb(*args: P.args, **kwargs: P.kwargs) -> None:
        from resyn.store.orphan import guard

        guard(_end)
        try:
            function(*args, **kwargs)
        except BaseException as error:
            if os.environ.get("DVC_STAGE"):
                with suppress(ResynError, OSError):  # a full disk: the error itself says more
                    _leave_note(error)
            raise

    return verb


def _end() -> None:
    # Python handles SIGTERM only once its main thread is back from C code; the kernel's alarm waits for nothing.
    signal.alarm(_PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _leave_note(error: BaseException) -> None:
    from resyn.dvc.last_exit import LastExit, write_last_exit
    from resyn.store.location import state_dir

    context, failure = click.get_current_context(), failure_of(error)
    name = " ".join([str(context.info_name), *map(str, context.params.values())])
    note = LastExit(code=failure.code, stage=name, message=failure.message, next_command=failure.hint, project=str(Path.cwd()))
    write_last_exit(state_dir(Path()), note)
