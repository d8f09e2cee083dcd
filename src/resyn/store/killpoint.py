"""Points at which a test can have this process killed, as a power cut or the kernel would; they cost a comparison otherwise."""

from __future__ import annotations

import os
import signal

VARIABLE = "RESYN_KILL_AT"
_NAMED, _, _TIMES = os.environ.get(VARIABLE, "").partition("#")
_left = int(_TIMES or 1)


def reached(point: str, of: str = "") -> None:
    """Kill this process with SIGKILL where the variable names this point: `point`, `point:of`, or either with `#n` for the n-th time."""
    global _left  # noqa: PLW0603 - a process is killed once
    if _NAMED and _NAMED in {point, f"{point}:{of}"}:
        _left -= 1
        if not _left:
            os.kill(os.getpid(), signal.SIGKILL)
