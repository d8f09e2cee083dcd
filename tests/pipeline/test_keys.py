"""A key leaves the environment on its way to the endpoint, and no other way."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from resyn.store.responses import Responses
from support.dvc_project import DVCProject
from support.processes import answered, kill_tree, typed, wait_until

KEY = "sk-canary-4f1d8b"
RESYN = (sys.executable, "-c", "from resyn.cli import main; main()")


def test_a_key_is_in_no_file_and_in_no_line(project: DVCProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through runs that are killed, that fail, crash, that an endpoint turns away and that succeed; an endpoint may even repeat the key."""
    monkeypatch.setenv("LAB_KEY", KEY)
    project.edit("providers.yaml", "provider_type: openai", "provider_type: openai, api_key: LAB_KEY")
    project.edit("configs/reviews.yaml", "name: reviews\n", "name: reviews\nmax_redraws: 0\n")
    said = [_killed(project)]
    echo = f"Your key is {KEY}, or backwards {KEY[::-1]}."
    project.server.configure(latency_ms=0, replies=[{"match": "", "reply": echo}])
    said.append(_ends(project, 1, "run", "--log-format", "json"))
    event = json.loads(next(line for line in said[-1].splitlines() if '"event": "error"' in line))
    assert (event["code"], "could not be made" in event["message"]) == (1, True)
    rejects = [line for path in (project.root / ".resyn/rejects").rglob("*.jsonl") for line in path.read_text().splitlines()]
    assert rejects
    assert KEY[::-1] in rejects[0]  # what the endpoint said is there, the key struck out
    for status in (400, 401):
        project.set(seed=status)
        project.server.configure(replies=[{"match": "", "reply": echo, "status": status}])
        said.append(_ends(project, 1, "run"))
    said.append(_down(project, echo))
    said.append(_crashes(project))
    said += [_ends(project, 0, "run"), _ends(project, 0, "status"), _ends(project, 0, "verify"), _ends(project, 0, "doctor")]
    project.commit()
    objects = subprocess.run(["git", "cat-file", "--batch-all-objects", "--batch"], cwd=project.root, check=True, capture_output=True)
    assert KEY.encode() not in objects.stdout
    assert KEY[::-1] in str(project.rows())
    assert not [line for text in said for line in text.splitlines() if KEY in line]
    assert not [where for where, text in _texts(project.root) if KEY.encode() in text]


def _ends(project: DVCProject, code: int, *words: str) -> str:
    done = project.resyn(*words, check=False)
    assert done.returncode == code, done.stdout
    return done.stdout


def _down(project: DVCProject, echo: str) -> str:
    """Run while the endpoint serves nothing, and has the key in what it says instead; a plugin's row fails of a library that quotes it."""
    config = (project.root / "configs/reviews.yaml").read_text()
    (project.root / "plugins/scores.py").write_text(PLUGIN)
    column = '  - {name: score, column_type: custom, generator_function: "plugins.scores:score"}\nexport:'
    project.edit("configs/reviews.yaml", "export:", column)
    project.edit("configs/reviews.yaml", "  - {alias: writer,", "  - {alias: writer, limits: {max_wait: 0.2},")
    project.server.configure(replies=[{"match": "", "reply": KEY, "status": 503}])
    said = _ends(project, 1, "run")
    assert "served nothing for 0.2 s: 503 Service Unavailable: ***" in said
    project.server.configure(replies=[{"match": "TEXT", "reply": echo}])
    said += _ends(project, 1, "run")
    assert "GET /?key=***" in said
    (project.root / "configs/reviews.yaml").write_text(config)
    return said


PLUGIN = """\
import os
from resyn import RowFailed, custom_column_generator

@custom_column_generator(required_columns=["text"])
def score(row) -> int:
    raise RowFailed("GET /?key=" + os.environ["LAB_KEY"])
"""


def _crashes(project: DVCProject) -> str:
    """Run into a defect whose traceback has the key in it."""
    code = (
        "import os\nfrom resyn.pipeline import Pipeline\ndef run(*_, **__):\n    raise LookupError(os.environ['LAB_KEY'])\n"
        "Pipeline.run = run\nfrom resyn.cli import main\nmain()"
    )
    done = project.sh(sys.executable, "-c", code, "run", check=False)
    assert "error: unexpected LookupError: ***" in done.stdout
    assert list((project.root / ".resyn").glob("crash-*.txt"))
    return done.stdout


def _killed(project: DVCProject) -> str:
    """Kill a run under way; return what it said, and what it told Prometheus."""
    project.server.configure(api_key=KEY, latency_ms=600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with typed(project, *RESYN, "run", "--log-format", "json", "--metrics-port", str(port)) as run:
        wait_until(answered(project, 9), run)  # the second of three waves: the third is more than half a second away
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
            told = str(response.read().decode())
        kill_tree(run)
        assert run.stdout is not None
        said = run.stdout.read()
    assert 'resyn_answered_total{model="writer"}' in told
    assert '"event": "progress"' in said
    return said + told


def _texts(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file below a folder, what is compressed in it unpacked."""
    for path in root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield path, content
            if content[:4] == b"PAR1":
                file = pq.ParquetFile(path)
                yield path, f"{file.read().to_pylist()} {file.schema_arrow.metadata} {file.metadata.metadata}".encode()
            elif content.startswith(b"SQLite format 3"):
                with closing(sqlite3.connect(path)) as database:
                    yield path, "\n".join(database.iterdump()).encode(errors="replace")
    with closing(Responses(root / ".resyn/responses.sqlite", notify=pytest.fail)) as responses:
        for answer in responses.all():
            yield root / ".resyn/responses.sqlite", answer.body
