"""`resyn doctor` on real repositories: each thing found, said and mended; nothing lost, nothing asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.doctor.dvc_files import versions
from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject, environment


def found(project: DVCProject, *, fix: bool = False) -> list[str]:
    """Return what is found, a sentence each."""
    return [finding.what for finding in Pipeline(project.root).doctor(fix=fix)]


def mended(project: DVCProject) -> None:
    """Mend everything: a second look finds nothing, and nothing was asked."""
    found(project, fix=True)
    assert found(project) == []
    assert project.requests == 0


def test_a_healthy_project_has_nothing_wrong(finished: DVCProject) -> None:
    """And the command says so with 0."""
    assert "nothing is wrong" in finished.resyn("doctor").stdout


def test_a_torn_lock_that_is_good_yaml_is_found_and_all_comes_back(finished: DVCProject) -> None:
    """Cut within an entry: DVC's schema tells, not YAML; DVC skips nothing it cannot restore, and no model is asked."""
    original = finished.dataset()
    lock = finished.root / "batches/000/dvc.lock"
    text = lock.read_text()
    lock.write_text(text[: text.index("outs:")] + "outs:\n")
    done = finished.resyn("doctor", check=False)
    assert done.returncode == 1
    assert "batches/000/dvc.lock is torn: DVC cannot read it\n  with --fix: moved aside" in done.stdout
    assert "run `resyn doctor --fix`" in done.stdout
    assert "1 findings, all mended" in finished.resyn("doctor", "--fix").stdout
    (kept,) = (finished.root / ".resyn/aside").glob("*/batches/000/dvc.lock")
    assert kept.read_text().startswith(text[:40])
    finished.repro()
    assert (finished.requests, finished.dataset()) == (0, original)


def torn(_: DVCProject) -> str:
    """Return half a file."""
    return '{"write": {"/x": {"pid": 1'


def of_a_dead_process(_: DVCProject) -> str:
    """Return a lock of a number that nothing has any more."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return json.dumps({"write": {"/x": {"pid": gone.pid, "cmd": "dvc repro"}}})


def of_a_reused_number(project: DVCProject) -> str:
    """Return a lock of a number that another program has now: this one."""
    everything = {str(project.root / "data"): [{"pid": os.getpid(), "cmd": "dvc repro"}]}
    return json.dumps(
        {"write": {str(project.root / "plan/generation.json"): everything[str(project.root / "data")][0]}, "read": everything}
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [(torn, "rwlock is torn"), (of_a_dead_process, "no DVC command any more"), (of_a_reused_number, "no DVC command any more")],
)
def test_a_stale_rwlock_is_moved_aside(finished: DVCProject, content: Callable[[DVCProject], str], said: str) -> None:
    """Torn, of a dead process, or of a process that was given the number of one."""
    lock = finished.root / ".dvc/tmp/rwlock"
    lock.parent.mkdir(exist_ok=True)
    lock.write_text(content(finished))
    assert said in found(finished)[0]
    mended(finished)
    assert not lock.exists()


def test_a_reused_number_blocks_dvc_until_the_doctor_came(finished: DVCProject) -> None:
    """DVC takes it for a command that runs; after it, `dvc repro` works."""
    (finished.root / ".dvc/tmp/rwlock").write_text(of_a_reused_number(finished))
    finished.set(num_records=11)
    assert finished.repro(check=False).returncode != 0
    found(finished, fix=True)
    finished.repro()
    assert (len(finished.rows()), finished.requests) == (11, 0)


def test_nothing_is_taken_for_torn_while_dvc_writes_it(finished: DVCProject) -> None:
    """Beside a `dvc repro` it ends with the number of that process and touches nothing; DVC's lock is what is half written."""
    finished.edit("dvc.yaml", "cmd: resyn plan", "cmd: touch .resyn/begun && sleep 10")
    lock = finished.root / "dvc.lock"
    with subprocess.Popen([sys.executable, "-m", "dvc", "repro"], cwd=finished.root, env=environment()) as dvc:
        while not (finished.root / ".resyn/begun").exists():
            time.sleep(0.02)
        lock.write_text("schema: '2.0'\nstages:\n  plan:\n    outs:\n")
        done = finished.resyn("doctor", "--fix", check=False)
        dvc.kill()
    assert (done.returncode, f"process {dvc.pid}, a command of DVC, is at work here" in done.stdout) == (1, True)
    assert lock.exists()
    found(finished, fix=True)
    assert not lock.exists()


def test_a_hard_link_lock_of_a_dead_process_is_moved_aside(finished: DVCProject) -> None:
    """With `core.hardlink_lock` the file itself is the lock, for a year."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = finished.root / ".dvc/tmp/lock"
    lock.write_text(f"{lock}|{os.uname().nodename}|{gone.pid}|123")
    assert found(finished) == [f".dvc/tmp/lock is held by process {gone.pid}, which is gone"]
    mended(finished)


def test_a_damaged_store_is_made_anew_from_itself_and_the_traces(finished: DVCProject) -> None:
    """The damaged file is kept, every answer is back."""
    path = finished.root / ".resyn/responses.sqlite"
    content = bytearray(path.read_bytes())
    content[content.index(b'"choices"') + 20] ^= 1
    path.write_bytes(content)
    assert "the response store is damaged" in found(finished)[0]
    mended(finished)
    assert Pipeline(finished.root).store_stats().answers == 24
    assert len(list((finished.root / ".resyn").glob("responses.sqlite.corrupt-*Z"))) == 1


def test_leftovers_go_and_what_is_in_use_stays(finished: DVCProject) -> None:
    """A staged batch without its note, a temporary file of a dead process; not one of this process."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    staged = finished.root / ".resyn/staged" / ("a" * 64) / "0-4"
    staged.mkdir(parents=True)
    left = finished.root / f"data/batches/.b00000.parquet.{gone.pid}.tmp"
    used = finished.root / f"data/traces/.b00000.parquet.{os.getpid()}.tmp"
    for path in (left, used):
        path.write_bytes(b"PAR1")
    assert len(found(finished)) == 2
    mended(finished)
    assert (staged.exists(), left.exists(), used.exists()) == (False, False, True)


def test_files_that_fit_no_plan_are_moved_aside(finished: DVCProject) -> None:
    """A note, a copy, a batch beyond the end, a batch of other rows; the recorded ones stay."""
    folder = finished.root / "data/batches"
    (folder / "notes.txt").write_text("mine")
    for name in ("batch_00000_extra.parquet", "b00007.parquet"):
        shutil.copy(folder / "b00000.parquet", folder / name)
    swapped = folder / "b00002.parquet"
    swapped.unlink()
    shutil.copy(folder / "b00000.parquet", swapped)
    assert [sentence.split(",")[0] for sentence in found(finished) if "is no file" in sentence or "holds" in sentence] == [
        "data/batches/b00002.parquet holds rows 0-4",
        "data/batches/b00007.parquet is no file of the plan",
        "data/batches/batch_00000_extra.parquet is no file of the plan",
        "data/batches/notes.txt is no file of the plan",
    ]
    mended(finished)
    kept = {path.name for path in (finished.root / ".resyn/aside").rglob("*") if path.is_file()}
    assert kept == {"notes.txt", "batch_00000_extra.parquet", "b00007.parquet", "b00002.parquet"}


def test_answers_of_a_trace_that_is_moved_aside_are_stored_first(finished: DVCProject) -> None:
    """A clone that checked out a re-cut plan beside the data it had pulled: the batches are made of the answers that it has."""
    original = finished.dataset()
    finished.set(batch_size=3)
    finished.resyn("plan")
    shutil.rmtree(finished.root / ".resyn")
    for lock in (finished.root / "batches").glob("*/dvc.lock"):
        lock.unlink()
    mended(finished)
    assert not list((finished.root / "data/traces").glob("*.parquet"))
    finished.repro()
    assert (finished.requests, finished.dataset()) == (0, original)


def test_a_plan_that_fits_no_config_is_made_again(finished: DVCProject) -> None:
    """Edited by hand; and a config that cannot be read is named, with nothing a machine could mend."""
    path = finished.root / "plan/generation.json"
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8'))
    assert "the plan fits no config: plan/generation.json" in found(finished)[0]
    mended(finished)
    finished.edit("configs/reviews.yaml", "column_type: expression", "column_type: expresion")
    done = finished.resyn("doctor", "--fix", check=False)
    assert done.returncode == 1
    assert "configs/reviews.yaml:" in done.stdout
    assert done.stdout.splitlines()[-1] == "error: 1 of 1 findings are left to mend"
    assert "--fix" not in finished.resyn("doctor", check=False).stdout  # which would not mend it


def test_what_a_mended_plan_brings_to_light_is_mended_with_it(finished: DVCProject) -> None:
    """A plan that cannot be read says nothing of batch files: once it is made again, they are looked at in the same `--fix`."""
    (finished.root / "plan/generation.json").write_text("{")
    shutil.copy(finished.root / "data/batches/b00000.parquet", finished.root / "data/batches/b00007x.parquet")
    assert len(found(finished)) == 1
    mended(finished)


def test_batches_recorded_under_a_plan_that_did_not_make_them_lose_their_records(finished: DVCProject) -> None:
    """As when the plan changed while DVC recorded them: the run cache lets go of them too, and `dvc repro` makes what the plan says."""
    finished.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    finished.resyn("plan")
    finished.dvc("commit", "--force", *(f"batches/000/dvc.yaml:batch@b0000{number}" for number in (0, 2)))
    assert [sentence.partition(":")[0] for sentence in found(finished)] == ["b00000", "b00002"]
    found(finished, fix=True)
    finished.repro()
    assert (found(finished), finished.resyn("verify").returncode) == ([], 0)
    assert (finished.requests, finished.asked("NEW RECORD")) == (12, 12)


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({"dvc": "3.64.0", "pathspec": "1.1.1"}, "known to break"),
        ({"dvc": "3.64.0", "pathspec": "0.12.1"}, "resyn is tested with 3.67.1"),
        ({"dvc": "3.67.1", "pathspec": "1.1.1"}, ""),
    ],
)
def test_versions_that_break_are_named(installed: dict[str, str], said: str) -> None:
    """With the command that installs others."""
    findings = list(versions(installed))
    assert [said in finding.what and "pip install" in finding.remedy for finding in findings] == [True] * bool(said)


def test_a_folder_that_is_no_project_is_said_to_be_none(tmp_path: Path) -> None:
    """Nothing is written into it."""
    done = subprocess.run([Path(sys.executable).parent / "resyn", "doctor"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
