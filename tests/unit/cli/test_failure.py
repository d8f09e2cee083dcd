"""How commands end."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from resyn.cli.failure import failure_of
from resyn.errors import ConfigError, Interrupted, MissingRows, ResynError, Stopped
from resyn.store.process import started

RESYN = (sys.executable, "-c", "from resyn.cli import main; main()")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DVC_")}


STAGE = {"DVC_STAGE": "under test"}
"""As DVC tells a command that it is a stage."""


def run(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one verb in a folder."""
    return subprocess.run([*RESYN, *words], cwd=root, check=False, capture_output=True, text=True, env=ENVIRONMENT | environment)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ResynError("no", hint="do this"), 1, "no\n  do this"),
        (MissingRows("rows 3-5"), 1, "rows 3-5"),
        (ConfigError("bad", file="params.yaml", line=3), 2, "params.yaml:3: bad"),
        (Stopped("later"), 3, "later"),
        (Interrupted("interrupted"), 130, "interrupted"),
        (KeyboardInterrupt(), 130, "interrupted: what is finished and every stored answer are kept"),
        (click.UsageError("no such option"), 2, "no such option\n  `resyn -h` shows how it is used"),
        (OSError(errno.ENOSPC, "full", "a.parquet"), 2, "a.parquet: No space left on device"),
        (PermissionError(errno.EACCES, "denied", "b"), 2, "b: Permission denied"),
    ],
)
def test_an_error_has_one_code_and_one_line(error: BaseException, code: int, words: str) -> None:
    """And the command that mends it, where there is one."""
    failure = failure_of(error)
    assert failure.code == code
    assert str(failure).startswith(words)
    assert not failure.unexpected


def test_a_defect_is_told_from_a_failure() -> None:
    """Only a defect leaves a traceback."""
    assert failure_of(ZeroDivisionError("division by zero")).unexpected


def test_a_defect_prints_one_line_and_keeps_its_traceback(tmp_path: Path) -> None:
    """For the report of it."""
    code = "import resyn.pipeline; resyn.pipeline.Pipeline.status = lambda self: 1 / 0; from resyn.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "status"], cwd=tmp_path, check=False, capture_output=True, text=True, env=ENVIRONMENT
    )
    assert done.returncode == 1
    assert "error: unexpected ZeroDivisionError: division by zero\n" in done.stderr
    assert "Traceback" not in done.stderr
    (crash,) = (tmp_path / ".resyn").glob("crash-*.txt")
    assert "Traceback" in crash.read_text()


@pytest.mark.parametrize("variable", ["LAB_KEY", "LAB"])
@pytest.mark.parametrize("error", ["ZeroDivisionError", "resyn.errors.ResynError"])
def test_a_key_in_an_error_is_struck_out(tmp_path: Path, variable: str, error: str) -> None:
    """Whoever put it there, a library or a plugin: it is in no line and in no file, whatever its variable is called."""
    key = "sk-canary-4f1d8b"
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan/runtime.json").write_text('{"providers": {"lab": {"api_key": "LAB"}}}')
    code = (
        "import os, resyn.errors, resyn.pipeline\ndef status(self):\n    try:\n        raise ValueError(KEY)\n"
        f"    except ValueError as error:\n        raise {error}(f'GET /?key={{KEY}}') from error\n"
        f"KEY = os.environ['{variable}']\nresyn.pipeline.Pipeline.status = status\nfrom resyn.cli import main; main()"
    )
    environment = ENVIRONMENT | {variable: key}
    done = subprocess.run(
        [sys.executable, "-c", code, "status"], cwd=tmp_path, check=False, capture_output=True, text=True, env=environment
    )
    assert "GET /?key=***" in done.stderr
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert ("Traceback" in kept) == (error == "ZeroDivisionError")
    assert key not in done.stdout + done.stderr + kept


@pytest.mark.parametrize("words", [("nonsense",), ("plan", "--nonsense"), ("generate",), ("models", "nonsense"), (), ("models",)])
def test_a_wrong_command_line_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    """And says how it is used."""
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "-h" in done.stderr


def test_outside_a_repository_a_plan_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    """A person reads the message."""
    done = run(tmp_path, "plan")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: .: there is no git repository here\n  run `resyn init DIR`")
    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_fails_leaves_a_note(tmp_path: Path) -> None:
    """`resyn run` reads it, since DVC turns every code into 255."""
    assert run(tmp_path, "plan", **STAGE).returncode == 2
    note = json.loads((tmp_path / ".resyn" / "last_exit.json").read_bytes())
    assert (note["code"], note["stage"], note["project"]) == (2, "plan", str(tmp_path))


def test_a_stage_is_named_with_its_batch(tmp_path: Path) -> None:
    """Of a hundred stages it is the one that failed."""
    assert run(tmp_path, "generate", "b00007", **STAGE).returncode == 2
    assert json.loads((tmp_path / ".resyn" / "last_exit.json").read_bytes())["stage"] == "generate b00007"


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`resyn schema | head -1` says nothing on standard error."""
    with subprocess.Popen([*RESYN, "schema"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as command:
        assert command.stdout is not None
        command.stdout.close()
        assert command.stderr is not None
        assert command.stderr.read() == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_verb_with_130(tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM is Ctrl-C."""
    code = """
import pathlib, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it starts in the background
import resyn.pipeline
def wait(self):
    pathlib.Path("began").touch()
    time.sleep(60)
resyn.pipeline.Pipeline.plan = wait
from resyn.cli import main
main()
"""
    with subprocess.Popen([sys.executable, "-c", code, "plan"], cwd=tmp_path, stderr=subprocess.PIPE, env=ENVIRONMENT | STAGE) as process:
        while not (tmp_path / "began").exists():
            time.sleep(0.02)
        process.send_signal(number)
        assert process.communicate()[1].lstrip() == b"error: interrupted: what is finished and every stored answer are kept\n"
    assert process.returncode == 130
    assert json.loads((tmp_path / ".resyn" / "last_exit.json").read_bytes())["code"] == 130


_STUCK = """
import pathlib, sqlite3
import resyn.pipeline
def wait(self):
    one, other = (sqlite3.connect("file", timeout=60) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    pathlib.Path("began").touch()
    other.execute("BEGIN IMMEDIATE")
resyn.pipeline.Pipeline.plan = wait
from resyn.cli import main
main()
"""


def test_an_orphan_that_is_stuck_in_c_code_ends_too(tmp_path: Path) -> None:
    """Python would handle SIGTERM after the minute that SQLite waits for a lock."""
    with subprocess.Popen(["sleep", "60"]) as starter:
        named = {"RESYN_STARTED_BY": f"{starter.pid} {started(starter.pid)}"}
        with subprocess.Popen([sys.executable, "-c", _STUCK, "plan"], cwd=tmp_path, env=ENVIRONMENT | STAGE | named) as process:
            while not (tmp_path / "began").exists():
                time.sleep(0.02)
            starter.kill()
            assert process.wait(30) == -signal.SIGALRM
