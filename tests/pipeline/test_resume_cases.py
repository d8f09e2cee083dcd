"""What else a run may find on disk: damage, foreign files, an empty folder, what another engine began.

With the table (test_resume_table.py) these are the cases that Data Designer's own tests of resuming have: an existing folder found
(`test_all_finished`), missing (`test_nothing`), empty (`test_an_empty_folder…`); partial results cleared (`test_what_a_killed_run_left…`);
counters right after a crash between file and record (crash/test_named_points.py compares metrics.json); a fresh start when nothing was
finished (`test_nothing`); fewer rows, as many, more (`test_a_smaller_target`, `test_all_finished`, `test_a_larger_target`); another
batch size (`test_another_batch_size`); only the missing batches (`test_some_batches_missing`); already complete, processors not run
again (`test_all_finished`); holes and foreign files (`test_foreign_files…`); a changed config under each mode (`test_another_identity`);
a first run under `if_possible` (`test_nothing`); errors that keep their cause (`test_an_error_keeps_its_cause`); unreadable state that
is said (`test_what_cannot_be_read_is_said`, `test_a_damaged_store`, `test_a_batch_file_torn_or_edited`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from resyn.errors import ConfigError
from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject
from support.resumed import forget_plan_and_locks, refused, run


def test_a_batch_file_with_a_damaged_page_is_not_adopted(finished: DVCProject) -> None:
    """What it says of itself is whole, a byte of its rows is not: made again from answers."""
    original = finished.dataset()
    forget_plan_and_locks(finished)
    path = finished.root / "data/batches/b00001.parquet"
    first = pq.read_metadata(path).row_group(0).column(0)
    content = bytearray(path.read_bytes())
    path.unlink()
    content[first.data_page_offset + first.total_compressed_size - 3] ^= 0xFF
    path.write_bytes(content)
    said = run(finished, "if_possible").text
    assert "b00000, b00002: made before, and not recorded; taken as they are" in said
    assert (finished.requests, finished.dataset()) == (0, original)


def test_foreign_files_beside_batches_are_no_batches(finished: DVCProject) -> None:
    """With a hole, too: the batch that is missing is made, from answers, and what is not ours stays."""
    original = finished.dataset()
    foreign = [finished.root / "data/batches" / name for name in ("b00000_extra.parquet", "notes.txt", "batch_00000.parquet")]
    for path in foreign:
        path.write_text("mine")
    (finished.root / "data/batches/b00001.parquet").unlink()
    run(finished, "if_possible")
    assert (finished.requests, finished.dataset()) == (0, original)
    assert all(path.exists() for path in foreign)


def test_an_empty_folder_is_as_none(project: DVCProject) -> None:
    """Nothing to resume, and something to start."""
    (project.root / "data/batches").mkdir(parents=True)
    (project.root / "data/traces").mkdir()
    assert "there is nothing to resume here" in refused(project, "always")
    assert sorted(run(project, "if_possible").made) == ["b00000", "b00001", "b00002"]


def test_what_a_killed_run_left_half_written_is_cleared(project: DVCProject) -> None:
    """Temporary files of a dead process and a staged batch without its note: gone, and the dataset is whole."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = [project.root / f"data/{folder}/.b00001.parquet.{gone.pid}.tmp" for folder in ("batches", "traces")]
    left.append(project.root / ".resyn/staged" / project.fingerprint.removeprefix("sha256:") / "4-8" / "rows.parquet")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"PAR1")
    assert sorted(run(project, "if_possible").made) == ["b00000", "b00001", "b00002"]
    assert [path for path in left if path.exists()] == []
    assert (len(project.rows()), project.requests) == (12, 24)


def test_what_cannot_be_read_is_said(finished: DVCProject) -> None:
    """A staged batch that is damaged, by its stage; a torn trace, by the plan that looks for answers in it."""
    staged = finished.root / ".resyn/staged" / finished.fingerprint.removeprefix("sha256:") / "0-4"
    staged.mkdir(parents=True)
    (staged / "staged.json").write_text("{")
    assert "0-4 is ignored: " in finished.resyn("generate", "b00000").stdout
    (finished.root / ".resyn/responses.sqlite").unlink()
    trace = finished.root / "data/traces/b00001.parquet"
    content = trace.read_bytes()
    trace.unlink()
    trace.write_bytes(content[:-20])
    finished.set(batch_size=6)
    said = run(finished, "if_possible").text
    assert "data/traces/b00001.parquet" in said
    assert (len(finished.rows()), finished.requests) == (12, 8)


def tear_the_plan(project: DVCProject) -> None:
    """Cut the file of the identity."""
    path = project.root / "plan/generation.json"
    path.write_text(path.read_text()[:200])


def break_the_config(project: DVCProject) -> None:
    """Write what is no YAML."""
    project.edit("configs/reviews.yaml", "name: reviews", "name: [reviews")


def fill_the_ranges(project: DVCProject) -> None:
    """Write what is no range."""
    (project.root / "plan/ranges.json").write_text('{"b00000": 4}')


@pytest.mark.parametrize(
    ("damage", "act", "cause"),
    [
        (tear_the_plan, lambda pipeline: pipeline.run(), json.JSONDecodeError),
        (break_the_config, lambda pipeline: pipeline.run(), yaml.YAMLError),
        (fill_the_ranges, lambda pipeline: pipeline.generate("b00000"), TypeError),
        (lambda _: None, lambda pipeline: pipeline.run(resume="sometimes"), ValueError),
        (lambda _: None, lambda pipeline: pipeline.import_answers("params.yaml"), pa.ArrowException),
    ],
    ids=["plan", "config", "ranges", "mode", "archive"],
)
def test_an_error_keeps_its_cause(
    project: DVCProject, damage: Callable[[DVCProject], None], act: Callable[[Pipeline], object], cause: type[Exception]
) -> None:
    """What a person reads is ours; what failed below it is behind it, for who debugs it."""
    damage(project)
    with pytest.raises(ConfigError) as raised:
        act(Pipeline(project.root))
    assert isinstance(raised.value.__cause__, cause)


@pytest.mark.parametrize("before", ["async", "sync"])
def test_a_run_stopped_under_one_engine_goes_on_under_the_other(
    holed_template: DVCProject, server: object, tmp_path: Path, before: str
) -> None:
    """The hole is filled by the other driver, and all of it made by either: the same bytes."""
    assert holed_template.server is server
    made = []
    for engine in ("async", "sync"):
        project = holed_template.copy(tmp_path / engine)
        project.server.reset()
        killed = project.resyn("run", "--engine", before, check=False, RESYN_KILL_AT="after-group")
        assert killed.returncode != 0
        project.resyn("run", "--engine", engine)
        assert project.server.stats()["repeated"] <= 8
        made.append(project.dataset())
    assert made[0] == made[1]
