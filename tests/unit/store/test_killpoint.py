"""A point at which a test has a process killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

CODE = (
    "from resyn.store.killpoint import reached\nfor at in range(3):\n    print(at, flush=True)\n    reached('before-rename', 'plan.json')"
)


@pytest.mark.parametrize(
    ("named", "printed"),
    [
        ("", 3),
        ("after-rename", 3),
        ("before-rename", 1),
        ("before-rename#3", 3),
        ("before-rename:plan.json#2", 2),
        ("before-rename:other", 3),
    ],
)
def test_a_named_point_ends_the_process_and_no_other_does(named: str, printed: int) -> None:
    """By name, by what it is about, by how often; without the variable nothing happens."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], env={**os.environ, "RESYN_KILL_AT": named}, capture_output=True, text=True, check=False
    )
    assert len(done.stdout.split()) == printed
    is_hit = bool(named) and (printed < 3 or named.endswith("#3"))
    assert done.returncode == (-signal.SIGKILL if is_hit else 0)
