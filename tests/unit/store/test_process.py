"""Processes, and the time they run."""

from __future__ import annotations

import subprocess
import sys
import time

from resyn.store.process import age, alive, started


def test_a_process_is_as_old_as_the_time_since_it_was_started() -> None:
    """To what it takes to start one; a clock that jumps changes nothing on Linux."""
    before = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        time.sleep(0.3)
        seconds, start = age(process.pid), started(process.pid)
        assert seconds is not None
        assert 0.25 < seconds < time.monotonic() - before + 0.02
        assert start is not None
        assert alive(process.pid, start)
        process.communicate(b"\n")
    assert age(process.pid) is None
