"""The folder for what does not fit into memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from resyn.export.spill import spill_folder
from resyn.project import Project

HELD = """
import sys
from pathlib import Path
from resyn.export.spill import spill_folder
from resyn.project import Project
with spill_folder(Project(Path("."))) as folder:
    (folder / "rows").write_bytes(bytes(1000))
    print(folder, flush=True)
    sys.stdin.read()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    """Start a process that holds a folder until its input ends."""
    return subprocess.Popen([sys.executable, "-c", HELD], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_what_a_killed_export_left_goes_with_the_next_one(tmp_path: Path) -> None:
    """And what one that is still at work holds stays."""
    with holding(tmp_path) as killed, holding(tmp_path) as working:
        left, held = (tmp_path / pipe.readline().strip() for pipe in (killed.stdout, working.stdout) if pipe)
        killed.kill()
        killed.wait()
        assert (left / "rows").exists()
        with spill_folder(Project(tmp_path)) as folder:
            assert set(folder.parent.iterdir()) == {folder, held}
            assert (held / "rows").exists()
        working.communicate("")
    assert list((tmp_path / ".resyn/export").iterdir()) == []
