"""Kernel locks: one holder, who can be named, and who frees them by dying."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resyn.errors import ResynError
from resyn.store.locks import hold, locks_dir

_HOLD = """
import sys, time
from pathlib import Path
from resyn.store.locks import hold
with hold(Path(sys.argv[1]), 0):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a lock nobody holds, in a folder that is not there yet."""
    return tmp_path / "locks" / "b00000.lock"


def try_to_hold(path: Path) -> None:
    """Take a lock and give it back, without waiting."""
    with hold(path, 0):
        pass


def test_a_lock_has_one_holder(path: Path) -> None:
    """A second holder is refused while the first holds, and welcome afterwards; the file stays."""
    with hold(path, 0), pytest.raises(ResynError, match="has held"):
        try_to_hold(path)
    try_to_hold(path)
    assert path.exists()


def test_the_holder_is_named_and_frees_the_lock_by_dying(path: Path) -> None:
    """The error says which process holds the lock, since when, and how to end it; SIGKILL is enough."""
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ResynError, match=rf"process {holder.pid} has held .*b00000\.lock since \d{{4}}-.*Z|\+00:00") as caught:
            try_to_hold(path)
        assert f"`kill {holder.pid}`" in caught.value.hint
        holder.kill()
        with hold(path, 30):
            pass


def test_a_holder_that_left_no_name_is_still_an_error(path: Path) -> None:
    """A file that does not say who holds it does not hide that somebody does."""
    with hold(path, 0):
        path.write_bytes(b"")
        with pytest.raises(ResynError, match="another process holds"):
            try_to_hold(path)


def test_workspaces_that_share_a_state_folder_have_locks_of_their_own(tmp_path: Path) -> None:
    """Two experiments may write their batch 0 at once; a workspace reached through a link is the same one."""
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    state = tmp_path / ".resyn"
    assert locks_dir(state, tmp_path / "one") == locks_dir(state, tmp_path / "link")
    assert locks_dir(state, tmp_path / "one") != locks_dir(state, tmp_path / "two")
    assert locks_dir(state, tmp_path / "one").parent == state / "locks"
