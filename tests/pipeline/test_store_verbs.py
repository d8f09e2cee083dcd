"""`resyn store` on real projects: what is kept, what goes, and what another machine can take."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from resyn.errors import ConfigError, ResynError
from resyn.models.request import Answer, Status
from resyn.pipeline import Pipeline
from resyn.store.locks import hold, locks_dir
from resyn.store.responses import Responses
from support.dvc_project import DVCProject


def put(project: DVCProject, *numbers: int) -> None:
    """Store answers that no row of the project asks for."""
    with closing(Responses(project.root / ".resyn/responses.sqlite")) as responses:
        responses.put_many(Answer(key=bytes([number]) * 32, status=Status.ANSWERED, body=b"x" * 1000) for number in numbers)


def test_gc_frees_what_nobody_can_use_and_says_so(finished: DVCProject) -> None:
    """Answers of no row, a staged batch that was not adopted, rows of another seed file, a damaged store, an old picture; a dry run keeps all."""
    put(finished, 1, 2, 3)
    state = finished.root / ".resyn"
    staged = state / "staged" / ("0" * 64) / "0-4"
    staged.mkdir(parents=True)
    (staged / "rows.parquet").write_bytes(b"y" * 500)
    (state / "responses.sqlite.corrupt-20260101T000000.000000Z").write_bytes(b"z" * 100)
    old, new = state / "media/pic/old.png", state / "media/pic/new.png"
    old.parent.mkdir(parents=True)
    for path in (old, new):
        path.write_bytes(b"p" * 200)
    os.utime(old, (0, 0))
    (state / "seeds").mkdir(exist_ok=True)
    (state / "seeds" / f"{'0' * 64}.arrow").write_bytes(b"s" * 50)
    would = Pipeline(finished.root).gc(dry_run=True)
    assert (would.answers.freed, would.answers.kept, would.media, would.bytes) == (3, 24, (old,), 3850)
    assert staged.exists()
    said = finished.resyn("store", "gc").stdout
    assert "3 gone" in said
    assert "24 kept" in said
    assert str(staged.relative_to(finished.root)) in said
    assert not staged.parent.exists()
    assert (old.exists(), new.exists()) == (False, True)
    again = Pipeline(finished.root).gc()
    assert (again.answers.freed, again.answers.kept, again.bytes) == (0, 24, 0)


def test_gc_keeps_what_a_commit_made_that_is_not_checked_out(finished: DVCProject) -> None:
    """The answers behind its traces, from DVC's cache; without them it refuses and names the command that fetches them."""
    for trace in (finished.root / "data/traces").iterdir():
        trace.unlink()
    finished.set(seed=8)
    Pipeline(finished.root).plan()
    put(finished, 1)
    freed = Pipeline(finished.root).gc()
    assert (freed.answers.freed, freed.answers.kept) == (1, 24)
    (finished.root / ".dvc/cache").rename(finished.root / ".dvc/elsewhere")
    with pytest.raises(ConfigError, match="3 traces that are not in DVC's cache here") as refused:
        Pipeline(finished.root).gc()
    assert "dvc fetch --all-commits" in str(refused.value)
    freed = Pipeline(finished.root).gc(skip_missing=True)
    assert (freed.answers.freed, freed.answers.kept) == (24, 0)


def test_gc_waits_for_no_run_and_frees_nothing_under_one(finished: DVCProject) -> None:
    """It names the process that runs here."""
    with (
        hold(locks_dir(finished.root / ".resyn", finished.root) / "run.lock", wait=0),
        pytest.raises(ResynError, match="process"),
    ):
        Pipeline(finished.root).gc()


def test_gc_frees_nothing_while_an_experiment_makes_a_batch(finished: DVCProject) -> None:
    """Its answers are in no commit yet; the note of a holder that is gone holds nothing up."""
    put(finished, 1)
    lock = locks_dir(finished.root / ".resyn", finished.root / ".dvc/tmp/exps/tmpa") / "b00000.lock"
    with hold(lock, wait=0), pytest.raises(ResynError, match=rf"process \d+ has held .*{lock.name}"):
        Pipeline(finished.root).gc()
    lock.write_text('{"pid": 4194999, "since": "2026-01-01"}')
    assert Pipeline(finished.root).gc().answers.freed == 1


def test_another_machine_takes_an_export_and_asks_nothing(finished: DVCProject, planned_template: DVCProject, tmp_path: Path) -> None:
    """A project without any answer makes its first batch from those of the other."""
    archive, project = tmp_path / "answers.parquet", planned_template.copy(tmp_path / "another")
    assert "24 answers" in finished.resyn("store", "export", str(archive)).stdout
    assert "24 answers are new" in project.resyn("store", "import", str(archive)).stdout
    assert Pipeline(project.root).import_answers(finished.root / "data/traces/b00000.parquet") == 0
    report = Pipeline(project.root).generate("b00001")
    assert (report.answers, report.asked, project.requests) == (8, 0, 0)
    archive.write_bytes(archive.read_bytes()[:-50])
    assert project.resyn("store", "import", str(archive), check=False).returncode == 2


def test_a_damaged_store_is_found_and_stays_as_it_is(finished: DVCProject) -> None:
    """`resyn store verify` only looks; the figures of `stats` are those of the traces."""
    assert Pipeline(finished.root).check_store() == ()
    stats = json.loads(finished.resyn("store", "stats", "--json").stdout)
    assert (stats["answers"], stats["refused"], stats["set_aside"]) == (24, 0, [])
    assert stats["store_bytes"] > 4096
    path = finished.root / ".resyn/responses.sqlite"
    content = bytearray(path.read_bytes())
    content[content.index(b'"choices"') + 20] ^= 1
    path.write_bytes(content)
    done = finished.resyn("store", "verify", check=False)
    assert done.returncode == 1
    assert "an answer is not what was stored" in done.stdout
    assert "resyn doctor --fix" in done.stdout
    assert path.read_bytes() == content


def test_forgotten_refusals_of_finished_batches_come_with_the_command_that_asks_again(project: DVCProject) -> None:
    """The stage of the batch that was made with one; the next plan, which stores what traces hold, does not bring them back."""
    project.server.configure(fault_rate=0.4, faults=["400"])
    project.edit("configs/reviews.yaml", "name: reviews", "name: reviews\nmax_missing_share: 0.9")
    Pipeline(project.root).plan()
    for number in range(3):
        Pipeline(project.root).generate(f"b0000{number}")
    said = project.resyn("store", "forget", "--failed").stdout
    assert "dvc repro -f -s batches/000/dvc.yaml:batch@b0000" in said
    Pipeline(project.root).plan()
    assert Pipeline(project.root).store_stats().refused == 0


def test_a_folder_that_is_no_project_gets_no_store(tmp_path: Path, planned_template: DVCProject) -> None:
    """Each verb says so with 2."""
    nowhere = DVCProject(tmp_path, planned_template.server)
    for words in (("stats",), ("verify",), ("gc",), ("export", "a.parquet"), ("forget", "--failed")):
        done = nowhere.resyn("store", *words, check=False)
        assert (done.returncode, "params.yaml" in done.stdout, "Traceback" in done.stdout) == (2, True, False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_answers_is_refused_with_what_would_do(finished: DVCProject) -> None:
    """None, no Parquet, and a batch, which is one file of the two."""
    for file, said in (
        ("none.parquet", "there is no such file"),
        ("params.yaml", ""),
        ("data/batches/b00000.parquet", "it holds no answers"),
    ):
        done = finished.resyn("store", "import", file, check=False)
        assert done.returncode == 2
        assert f"error: {file}: " in done.stdout
        assert said in done.stdout
        assert "name a file that `resyn store export` wrote, or a trace" in done.stdout
