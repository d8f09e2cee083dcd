"""The guard that ends a stage whose `dvc` was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from resyn.store import process
from resyn.store.orphan import Ancestor, program, to_watch

PYTHON = "/venv/bin/python3.11"
DVC = (PYTHON, "/venv/bin/dvc", "repro")
RESYN = (PYTHON, "-m", "resyn", "grow")
SHELL = ("/bin/sh", "-c", "resyn generate b00000")
PERSON = ("-zsh",)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (DVC, "dvc"),
        (RESYN, "resyn"),
        ((PYTHON, "-X", "importtime", "-m", "dvc.cli", "repro"), "dvc"),
        ((PYTHON, "/lib/site-packages/dvc/__main__.py", "exp", "queue-worker"), "dvc"),
        (("/usr/bin/dvc", "repro"), "dvc"),
        (SHELL, "sh"),
        (PERSON, "zsh"),
        ((PYTHON, "-c", "import dvc"), "python3.11"),
        ((PYTHON, "train.py", "dvc"), "train"),
        ((PYTHON,), "python3.11"),
        ((), ""),
    ],
)
def test_a_process_is_known_by_what_it_runs(command: tuple[str, ...], name: str) -> None:
    """The script or module of an interpreter counts, not its arguments."""
    assert program(command) == name


@pytest.mark.parametrize(
    ("commands", "watched"),
    [
        ([SHELL, DVC, PERSON, ("sshd",)], 2),  # the person's own shell may end: nohup, a closed terminal
        ([DVC, PERSON], 1),  # a shell that replaced itself with the stage
        ([("nice", "resyn"), SHELL, DVC, PERSON], 3),  # a wrapper in the stage's command
        ([SHELL, DVC, SHELL, RESYN, SHELL, DVC, PERSON], 6),  # grow, under the user's dvc
        ([SHELL, DVC, RESYN, PERSON, ("tmux",), DVC], 3),  # resyn run; what the terminal runs in is not ours
        ([SHELL, DVC, ("make",), SHELL], 2),
        ([(PYTHON, "notebook.py"), PERSON], 1),  # dvc called as a library
    ],
)
def test_the_processes_it_works_for_are_watched(commands: list[tuple[str, ...]], watched: int) -> None:
    """From the parent up to the outermost `dvc` or `resyn` that shells alone lead to."""
    ancestors = [Ancestor(100 - at, 1.0, command) for at, command in enumerate(commands)]
    assert to_watch(ancestors) == ancestors[:watched]


@pytest.mark.parametrize("chain", [[], [Ancestor(1, 0.0, ("/docker-entry",))], [Ancestor(700, 5.0, ("/lib/systemd/systemd", "--user"))]])
def test_a_stage_that_init_adopted_is_an_orphan_already(chain: list[Ancestor]) -> None:
    """A `dvc` killed before the guard began is noticed too."""
    assert to_watch(chain) is None


_STAGE = """
import os, sys, time
from pathlib import Path
from resyn.store.orphan import guard
def end():
    with Path(sys.argv[1], "orphaned").open("a") as said:
        said.write("once ")
    time.sleep(0.6)
    os._exit(0)
guard(end)
Path(sys.argv[1], "stage.pid.tmp").write_text(str(os.getpid()))
Path(sys.argv[1], "stage.pid.tmp").rename(Path(sys.argv[1], "stage.pid"))
time.sleep(600)
"""
_STARTER = """
import subprocess, sys
depth, folder = int(sys.argv[1]), sys.argv[2]
below = f'{sys.executable} {folder}/dvc {depth - 1} {folder}' if depth else f'{sys.executable} {folder}/stage.py {folder}'
subprocess.run(below + '; true', shell=True)
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a folder with scripts named `dvc` and `stage.py`."""
    (tmp_path / "dvc").write_text(_STARTER)
    (tmp_path / "stage.py").write_text(_STAGE)
    return tmp_path


def wait_for(path: Path) -> str:
    """Return the content of a file once it is there."""
    deadline = time.monotonic() + 30
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.02)
    return path.read_text()


@contextmanager
def started(world: Path, depth: int, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """Start the outermost `dvc`, wait until its stage is guarded, yield both, and end all that is left of them."""
    inherited = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
    command = [sys.executable, str(world / "dvc"), str(depth), str(world)]
    with subprocess.Popen(command, env=inherited | environment, start_new_session=True) as outer:
        try:
            yield outer, psutil.Process(int(wait_for(world / "stage.pid")))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(outer.pid, signal.SIGKILL)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_stage_ends_when_its_dvc_is_killed(world: Path, depth: int) -> None:
    """SIGKILL of `dvc` alone, also of one above another, ends the stage below the shells between, and says so once."""
    with started(world, depth, DVC_STAGE="batch@b00000") as (outer, stage):
        outer.send_signal(signal.SIGKILL)  # not collected yet: a dead process that still has its number counts as gone
        wait_for(world / "orphaned")
        stage.wait(30)
        assert (world / "orphaned").read_text() == "once "


def test_outside_a_stage_nothing_is_watched(world: Path) -> None:
    """A person who runs `resyn generate` by hand may close the shell above it."""
    with started(world, 0) as (outer, stage):
        outer.kill()
        outer.wait()
        time.sleep(0.6)  # more than two polls
        assert stage.is_running()
        assert not (world / "orphaned").exists()


def test_a_stage_ends_when_what_started_its_dvc_is_killed(world: Path) -> None:
    """Killed between two stages of its `dvc`, it is no ancestor of the second one; the environment names it."""
    with subprocess.Popen(["sleep", "600"]) as starter:
        named = {"RESYN_STARTED_BY": f"{starter.pid} {process.started(starter.pid)}"}
        with started(world, 0, DVC_STAGE="batch@b00001", **named) as (outer, stage):
            starter.kill()
            wait_for(world / "orphaned")
            stage.wait(30)
            outer.wait(30)
