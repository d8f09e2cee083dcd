"""What cannot be used: one clear message, exit code 2, and nothing written."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from resyn.errors import ConfigError
from resyn.pipeline import Pipeline
from support.disk import small_disk
from support.dvc_project import DVCProject

CONFIG, PARAMS, PROVIDERS = "configs/reviews.yaml", "params.yaml", "providers.yaml"
CONFLICT = "<<<<<<< HEAD\nseed: 7\n=======\nseed: 8\n>>>>>>> other"


class Bad(NamedTuple):
    """One edit of a project that can be planned, and what is said about it."""

    file: str
    old: str
    new: str
    said: str


BAD = {
    "not YAML": Bad(CONFIG, '"TEXT about', '"TEXT" about', f"{CONFIG}:6: not YAML: "),
    "unknown key": Bad(CONFIG, 'prompt: "TEXT', 'promt: "TEXT', f"{CONFIG}:6: unknown key 'promt' in column 'text' (did you mean 'prompt'?)"),
    "unknown column type": Bad(CONFIG, "llm-text", "llm-txt", f"{CONFIG}:6: column 'text': 'column_type' is 'llm-txt', which does not exist (did you mean 'llm-text'?)"),
    "two columns of one name": Bad(CONFIG, "name: text", "name: topic", f"{CONFIG}:6: two columns are called 'topic' (the first one is on line 5)"),
    "no such column": Bad(CONFIG, "of {{ text }}", "of {{ txt }}", f"{CONFIG}:10: column 'record': 'prompt' names 'txt', and there is no such column"),
    "a cycle": Bad(CONFIG, "about a {{ topic }}", "about a {{ label }}", f"{CONFIG}:15: columns need each other: label → record → text → label"),
    "unknown alias": Bad(CONFIG, "model_alias: writer, prompt", "model_alias: writr, prompt", f"{CONFIG}:6: column 'text': there is no model 'writr' in 'model_configs'"),
    "unknown provider": Bad(PROVIDERS, "name: lab", "name: labor", f"{CONFIG}:3: model 'writer': there is no provider 'lab' in providers.yaml"),
    "wrong parameter": Bad(CONFIG, "{values:", "{value:", f"{CONFIG}:5: unknown key 'value' in 'params' of column 'topic' (did you mean 'values'?)"),
    "weights that do not fit": Bad(CONFIG, "kettle]", "kettle], weights: [1, 2]", f"{CONFIG}:5: column 'topic': 'params.weights' must be one a value: there are 2 weights and 3 values"),
    "no records": Bad(PARAMS, "num_records: 12", "num_records: 0", f"{PARAMS}:2: 'num_records' must be at least 1, not 0"),
    "fewer than none": Bad(PARAMS, "num_records: 12", "num_records: -1", f"{PARAMS}:2: 'num_records' must be at least 1, not -1"),
    "a million million records": Bad(PARAMS, "num_records: 12", "num_records: 1000000000000", f"{PARAMS}:2: 'num_records' must be at most 10,000,000,000"),
    "an exponent": Bad(PARAMS, "num_records: 12", "num_records: 1e12", f"{PARAMS}:2: 'num_records' must be a whole number, not '1e12'"),
    "a word": Bad(PARAMS, "num_records: 12", "num_records: ten", f"{PARAMS}:2: 'num_records' must be a whole number, not 'ten'"),
    "batches of nothing": Bad(PARAMS, "batch_size: 4", "batch_size: 0", f"{PARAMS}:3: 'batch_size' must be at least 1, not 0"),
    "a conflict": Bad(PARAMS, "seed: 7", CONFLICT, f"{PARAMS}:4: a merge conflict that is not settled"),
    "a folder": Bad(PARAMS, CONFIG, "configs", f"{PARAMS}:1: 'config' names configs, which is a folder"),
}  # fmt: skip
TYPED = ("not YAML", "unknown key", "a conflict", "unknown provider")
"""Those shown through the command itself, which takes a second each."""


def everything(root: Path) -> dict[str, object]:
    """Return every file and folder, git's and DVC's too: what it holds and when it was written."""
    found = {path: path.lstat() for path in root.rglob("*")}
    return {str(path): (stat.st_mtime_ns, path.read_bytes() if path.is_file() else None) for path, stat in found.items()}


def refused(project: DVCProject, *, verb: str = "plan", **env: str) -> str:
    """Return what a verb says that must end with 2, one message and no trace of it."""
    before = everything(project.root)
    done = project.resyn(verb, check=False, **env)
    assert done.returncode == 2, done.stdout
    assert done.stdout.count("error: ") == 1
    assert "Traceback" not in done.stdout
    assert everything(project.root) == before
    return done.stdout


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_mistake_is_refused_and_nothing_is_written(bad: Bad, project: DVCProject) -> None:
    """The message names the file and the line."""
    project.edit(bad.file, bad.old, bad.new)
    before = everything(project.root)
    with pytest.raises(ConfigError) as raised:
        Pipeline(project.root).plan()
    assert raised.value.message.startswith(bad.said), raised.value.message
    assert everything(project.root) == before


@pytest.mark.parametrize("name", TYPED)
def test_the_command_ends_with_2_and_one_message(name: str, project: DVCProject) -> None:
    """As a person meets it."""
    project.edit(*BAD[name][:3])
    assert refused(project).startswith(f"error: {BAD[name].said}")


def test_a_run_refuses_a_mistake_before_dvc_starts(project: DVCProject) -> None:
    """`resyn run` plans first: the same message, and no stage of DVC."""
    project.edit(*BAD["unknown column type"][:3])
    done = project.resyn("run", check=False)
    assert (done.returncode, done.stdout.partition("\n")[0]) == (2, f"error: {BAD['unknown column type'].said}")


def test_a_conflict_in_the_plan_section_alone_is_settled(project: DVCProject) -> None:
    """Two branches that each planned: plan writes the section anew and keeps the rest."""
    text = (project.root / PARAMS).read_text()
    mine = text[text.index("  fingerprint: ") :].splitlines()[0]
    conflict = f"<<<<<<< HEAD\n{mine}\n=======\n  fingerprint: sha256:{'0' * 64}\n>>>>>>> other"
    project.edit(PARAMS, mine, conflict)
    project.resyn("plan")
    assert (project.root / PARAMS).read_text() == text


@pytest.mark.parametrize(("folder", "kind"), [(".dvc", "DVC"), (".git", "git")])
def test_without_a_repository_it_names_the_command_that_makes_one(project: DVCProject, folder: str, kind: str) -> None:
    """Neither is made behind a person's back."""
    shutil.rmtree(project.root / folder)
    said = f"error: .: there is no {kind} repository here\n  run `resyn init DIR` for a new project, or here `"
    assert refused(project).startswith(said)
    assert refused(project, verb="run").startswith(said)


@pytest.mark.parametrize("verb", ["plan", "run", "doctor"])
def test_a_repository_that_is_no_project_is_left_as_it_is(project: DVCProject, verb: str) -> None:
    """Somebody else's folder, or a typing error before `cd`."""
    (project.root / "params.yaml").unlink()
    project.sh("rm", "-rf", ".resyn")
    done = project.resyn(verb, check=False)
    assert done.returncode == 2
    assert "params.yaml: there is no params.yaml here\n  run `resyn init`, or go to the project's folder" in done.stdout
    assert not (project.root / ".resyn").exists()


def test_without_git_itself_nothing_is_written(project: DVCProject) -> None:
    """It is missed before the plan changes, not after."""
    project.set(num_records=40)
    said = refused(project, PATH=str(Path(sys.executable).parent))
    assert said.startswith("error: git is not installed\n  install git")


def test_a_read_only_folder_is_refused(project: DVCProject, read_only: Callable[[Path], Path]) -> None:
    """Before anything is read; `resyn run` says so too, with the same code."""
    project.set(num_records=40)
    locked = DVCProject(read_only(project.root), project.server)
    assert refused(locked).startswith("error: .: this folder is read-only")
    assert locked.resyn("run", check=False).returncode == 2


def test_an_unset_key_is_missed_when_something_will_be_asked(finished: DVCProject) -> None:
    """A batch whose answers are stored needs no key; new draws do: the message names the variable, and the earlier batch stays."""
    finished.edit(PROVIDERS, "provider_type: openai", "provider_type: openai, api_key: NO_SUCH_KEY")
    finished.resyn("plan")
    finished.resyn("generate", "b00000")
    finished.set(draw=1)
    finished.resyn("plan")
    before = {path: path.is_file() and path.read_bytes() for path in (finished.root / "data").rglob("*")}
    done = finished.resyn("generate", "b00000", check=False)
    assert done.returncode == 2
    assert done.stdout.startswith("error: provider 'lab': environment variable NO_SUCH_KEY is not set\n  export NO_SUCH_KEY=")
    assert "Traceback" not in done.stdout
    assert {path: path.is_file() and path.read_bytes() for path in (finished.root / "data").rglob("*")} == before
    assert finished.requests == 0


def test_a_full_disk_keeps_what_is_finished_and_goes_on_once_there_is_room(finished: DVCProject, tmp_path: Path) -> None:
    """Answers of 120 KB and room for a few of them: exit code 2, three batches as they were, no answer asked for twice but the last ones."""
    with small_disk(tmp_path / "disk", "64m") as disk:
        project = finished.copy(disk.path / "project")
        batches = {path: path.read_bytes() for path in (project.root / "data/batches").glob("*.parquet")}
        project.set(num_records=20)
        project.server.configure(words=20_000)
        disk.remount(f"size={shutil.disk_usage(disk.path).used + 900_000}")
        full = project.resyn("run", check=False)
        assert full.returncode == 2, full.stdout
        assert "the disk is full" in full.stdout.splitlines()[-2]
        assert "run the same command again" in full.stdout.splitlines()[-1]
        assert "Traceback" not in full.stdout
        assert {path: path.read_bytes() for path in batches} == batches
        assert project.data_in_git_status() == []
        disk.remount("size=64m")
        project.repro()
        assert [row["topic"] for row in project.rows()[:12]] == [row["topic"] for row in finished.rows()]
        assert len(project.rows()) == 20
        stats = project.server.stats()
        assert stats["distinct"] == 2 * 8
        assert stats["repeated"] <= 8


@pytest.mark.parametrize("room", [0, 150_000, 1_500_000])
def test_whatever_finds_no_room_first_is_named(project: DVCProject, tmp_path: Path, room: int) -> None:
    """A lock, a database, the export or what DuckDB spills: exit code 2, a path on that disk, no traceback; with room it goes on."""
    with small_disk(tmp_path / "disk", "64m") as disk:
        project = project.copy(disk.path / "project")
        project.server.configure(words=2_000)
        disk.remount(f"size={(shutil.disk_usage(disk.path).used + room) // 4096 * 4096}")
        full = project.resyn("run", check=False)
        assert full.returncode == 2, full.stdout
        message = full.stdout.splitlines()[-2]
        assert re.match(rf"error: .*({disk.path}|data/dataset|report\.html|plots/)", message), message
        assert "Traceback" not in full.stdout
        disk.remount("size=64m")
        project.resyn("run")
        assert len(project.rows()) == 12
        assert project.server.stats()["repeated"] <= 8


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[[Path], Path]]:
    """Return what makes a folder read-only; root may write where others may not, so for root it is put on a disk."""
    if os.geteuid() == 0:
        with small_disk(tmp_path / "disk", "64m") as disk:

            def on_a_disk(folder: Path) -> Path:
                copy = shutil.copytree(folder, disk.path / folder.name, symlinks=True)
                disk.remount("ro")
                return copy

            yield on_a_disk
        return
    locked: list[Path] = []

    def without_permission(folder: Path) -> Path:
        folder.chmod(0o555)
        locked.append(folder)
        return folder

    yield without_permission
    for folder in locked:
        folder.chmod(0o755)
