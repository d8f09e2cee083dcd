"""A staged batch on its way into the data folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resyn.engine.adopt import adopt
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers.category import Category
from resyn.store.location import state_dir
from resyn.store.staged import publish, staged_dir, staging
from support.planned import Plan

ROWS = range(5)
KEY = "b00000"


@pytest.fixture
def staged(tmp_path: Path) -> Plan:
    """Return a project whose one batch is staged and not in its place."""
    plan = Plan(tmp_path, "http://127.0.0.1:9/v1")
    plan({KEY: ROWS}, columns=(Sampler(name="topic", params=Category(values=("tent", "lamp"))),), models={})
    identity = _identity(plan)
    plan.project.params.write_text(f"seed: 7\nplan:  # written by `resyn plan`\n  fingerprint: {identity}\n  fingerprint_version: 1\n")
    stages = plan.project.shard(KEY) / "dvc.yaml"
    stages.parent.mkdir(parents=True)
    stages.write_text("stages: {}\n")
    plan.generate(KEY)
    with staging(state_dir(tmp_path), identity, ROWS) as work:
        shutil.move(plan.project.batch(KEY), work / "rows.parquet")
        shutil.move(plan.project.trace(KEY), work / "traces.parquet")
        publish(work, identity, ROWS, missing=0, answers=0)
    return plan


def _identity(plan: Plan) -> str:
    return fingerprint(plan.project.generation.read_bytes())


def _folder(plan: Plan) -> Path:
    return staged_dir(state_dir(plan.project.root), _identity(plan), ROWS)


def test_a_staged_batch_is_put_in_its_place_and_stays_staged(staged: Plan) -> None:
    """Until DVC has recorded it, whatever kills the stage."""
    report = adopt(staged.project, KEY, pytest.fail)
    assert report is not None
    assert (report.rows, report.is_adopted) == (ROWS, True)
    assert [row["__row"] for row in staged.rows(KEY)] == list(ROWS)
    assert staged.project.trace(KEY).exists()
    assert adopt(staged.project, KEY, pytest.fail) is not None


def test_a_damaged_staged_batch_is_said_and_ignored(staged: Plan) -> None:
    """The stage makes the batch."""
    (_folder(staged) / "rows.parquet").write_bytes(b"no Parquet")
    said: list[str] = []
    assert adopt(staged.project, KEY, said.append) is None
    assert "is ignored: rows.parquet is not what was written" in said[0]
    assert not staged.project.batch(KEY).exists()


def test_a_plan_edited_by_hand_adopts_nothing(staged: Plan) -> None:
    """The file's hash, what params.yaml names and what was staged have to be one identity."""
    text = staged.project.generation.read_text()
    staged.project.generation.write_text(text.replace("tent", "boat"))
    assert adopt(staged.project, KEY, pytest.fail) is None


def test_another_range_adopts_nothing(staged: Plan) -> None:
    """A batch that was cut anew has other rows."""
    staged.write("ranges", {KEY: [0, 6]})
    assert adopt(staged.project, KEY, pytest.fail) is None
    assert adopt(staged.project, "b00001", pytest.fail) is None


def test_a_stage_that_adopts_loads_next_to_nothing(staged: Plan) -> None:
    """A thousand staged batches are a thousand processes: no Arrow, no NumPy, no event loop, no parser of YAML or command lines."""
    code = (
        "import atexit, os, sys; os._exit = sys.exit; sys.argv = ['resyn', 'generate', 'b00000'];"
        "atexit.register(lambda: print(*sys.modules)); from resyn.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=staged.project.root, check=True, capture_output=True, text=True)
    first, modules = done.stdout.splitlines()
    assert first == "b00000  rows 0-5, 0 answers, staged before"
    loaded = {name.partition(".")[0] for name in modules.split()}
    assert {"aiohttp", "asyncio", "click", "genai_prices", "numpy", "pyarrow", "pydantic", "psutil", "scipy", "yaml"} & loaded == set()
    assert len(staged.rows(KEY)) == 5


def test_the_verb_says_why_a_staged_batch_is_ignored_and_makes_it(staged: Plan) -> None:
    """What the short way cannot do, the long way does."""
    (_folder(staged) / "staged.json").unlink()
    done = subprocess.run(
        [sys.executable, "-c", "from resyn.cli import main; main()", "generate", KEY],
        cwd=staged.project.root,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "is ignored: it has no staged.json" in done.stderr
    assert "0 of them asked now" in done.stdout
    assert len(staged.rows(KEY)) == 5
