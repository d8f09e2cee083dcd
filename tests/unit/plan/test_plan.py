"""A plan on disk: what it changes, and that it can be interrupted anywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.errors import ConfigError, Stopped
from resyn.plan.changes import Changes, Remove
from resyn.plan.plan import compare, plan
from resyn.plan.write import write
from resyn.project import Project
from resyn.spec.files import fingerprint, read_ranges
from resyn.store.staged import staged_dir

Edit = Callable[[Project], None]


def silent(_: str) -> None:
    """Tell nobody."""


def planned(project: Project) -> Changes:
    """Return what a plan changed."""
    return plan(project, silent)


def set_params(project: Project, **values: int) -> None:
    """Edit params.yaml as a person would."""
    lines = project.params.read_text().splitlines(keepends=True)
    for name, value in values.items():
        lines = [f"{name}: {value}\n" if line.startswith(f"{name}:") else line for line in lines]
    project.params.write_text("".join(lines))


def tree(project: Project) -> dict[str, bytes]:
    """Return every file of a project, the state aside."""
    paths = (path.relative_to(project.root) for path in project.root.rglob("*") if path.is_file())
    return {str(path): (project.root / path).read_bytes() for path in paths if path.parts[0] not in {".git", ".resyn"}}


def make_batches(project: Project) -> None:
    """Put files where batches go, and a lock beside each shard."""
    for key in read_ranges(project.ranges):
        for path in (project.batch(key), project.trace(key), project.shard(key) / "dvc.lock"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"rows")


def test_two_datasets_of_the_same_second_share_no_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are named after what a dataset is, never after a time: inputs and staged batches of two runs cannot mix."""
    monkeypatch.setattr(time, "time", lambda: 1.8e9)
    monkeypatch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)
    state = project.root / ".resyn"
    found = []
    for seed in (1, 2, 1):
        set_params(project, seed=seed)
        identity = planned(project).fingerprint
        found.append((state / "plans" / identity, staged_dir(state, identity, range(20))))
    assert found[0] == found[2]
    assert not {*found[0]} & {*found[1]}
    assert sorted(path.name for path in (state / "plans").iterdir()) == sorted({inputs.name for inputs, _ in found})


def test_a_first_plan_writes_everything(project: Project) -> None:
    """The identity is the hash of the compiled program, and params.yaml names it."""
    changes = planned(project)
    assert changes.fingerprint == fingerprint(project.generation.read_bytes())
    assert project.params.read_text().endswith(
        f"plan:  # written by `resyn plan`\n  fingerprint: {changes.fingerprint}\n  fingerprint_version: 1\n"
    )
    assert json.loads(project.ranges.read_bytes()) == {"b00000": [0, 20], "b00001": [20, 40], "b00002": [40, 45]}
    assert (changes.added, changes.removed, changes.cut) == (("b00000", "b00001", "b00002"), (), ())
    assert (changes.batches, changes.earlier_batches, changes.earlier_fingerprint) == (3, 0, "")


def test_a_second_plan_changes_nothing(project: Project) -> None:
    """Not a byte, not a time stamp."""
    planned(project)
    before = {path: (project.root / path).stat().st_mtime_ns for path in tree(project)}
    assert planned(project).steps == ()
    assert {path: (project.root / path).stat().st_mtime_ns for path in tree(project)} == before


def test_more_rows_keep_the_identity(project: Project) -> None:
    """The shorter last batch is cut anew, the others are added; grow has to run."""
    first = planned(project)
    project.grown.write_text("[]")
    set_params(project, num_records=250)
    changes = planned(project)
    assert changes.fingerprint == first.fingerprint
    assert changes.cut == ("b00002",)
    assert changes.added == tuple(f"b{number:05d}" for number in range(3, 13))
    assert sorted(path.name for path in (project.root / "batches").iterdir()) == ["000", "001"]
    assert not project.grown.exists()


def test_fewer_rows_take_batches_beyond_the_end_away(project: Project) -> None:
    """A shard goes whole with its lock; one that keeps a batch keeps its lock; files of others stay."""
    set_params(project, num_records=250)
    planned(project)
    make_batches(project)
    (project.batches / "notes.txt").write_text("mine")
    (project.media("b00004") / "media/pic").mkdir(parents=True)
    set_params(project, num_records=50)
    told: list[str] = []
    changes = plan(project, told.append)
    assert (changes.batches, changes.earlier_batches, len(changes.removed), changes.cut) == (3, 13, 10, ("b00002",))
    assert sorted(str(path.relative_to(project.root)) for path in (project.root / "batches").rglob("*")) == [
        "batches/000",
        "batches/000/dvc.lock",
        "batches/000/dvc.yaml",
    ]
    assert sorted(path.name for path in project.batches.iterdir()) == ["b00000.parquet", "b00001.parquet", "b00002.parquet", "notes.txt"]
    assert sorted(path.name for path in project.traces.iterdir()) == ["b00000.parquet", "b00001.parquet", "b00002.parquet"]
    assert list(project.media("b00004").parent.iterdir()) == []
    assert "data/batches/notes.txt is no file of a plan" in " ".join(told)


def test_inside_dvc_a_batch_that_goes_stops_the_run(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is whole by then: the second run has nothing to stop for."""
    planned(project)
    set_params(project, num_records=20)
    monkeypatch.setenv("DVC_STAGE", "plan")
    monkeypatch.setenv("DVC_ROOT", str(project.root))
    with pytest.raises(Stopped, match=r"the plan now has 1 batches \(was 3\)\n  run `dvc repro` again") as stopped:
        planned(project)
    assert stopped.value.exit_code == 3
    assert planned(project).steps == ()


def test_a_shorter_last_batch_stops_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC reads its rows when it checks the stage."""
    planned(project)
    set_params(project, num_records=41)
    monkeypatch.setenv("DVC_STAGE", "plan")
    monkeypatch.setenv("DVC_ROOT", str(project.root))
    assert planned(project).cut == ("b00002",)


def extend(project: Project) -> None:
    """Raise the number of rows across shards."""
    set_params(project, num_records=250)


def shrink(project: Project) -> None:
    """Lower it so that a shard goes."""
    set_params(project, num_records=15)


def another_identity(project: Project) -> None:
    """Change what rows are."""
    set_params(project, seed=2, num_records=30)


def edit_a_shard(project: Project) -> None:
    """Change and delete what only a plan writes."""
    (project.root / "batches" / "000" / "dvc.yaml").write_text("stages: {}\n")
    shutil.rmtree(project.root / "batches" / "001")


@pytest.mark.parametrize("edit", [extend, shrink, another_identity, edit_a_shard])
def test_a_plan_stopped_between_any_two_writes_is_mended_by_the_next(project: Project, tmp_path: Path, edit: Edit) -> None:
    """Whatever was written when the process died, planning again ends with the same bytes, and grow knows that it has to run."""
    set_params(project, num_records=220)
    planned(project)
    make_batches(project)
    project.grown.write_text("[]")
    edit(project)
    before = tmp_path / "before"
    shutil.copytree(project.root, before)
    steps = planned(project).steps
    wanted = tree(project)
    assert len(steps) > 2
    for done in range(len(steps)):
        shutil.rmtree(project.root)
        shutil.copytree(before, project.root)
        write(steps[:done])
        planned(project)
        assert tree(project) == wanted, steps[:done]


def test_a_batch_cannot_start_between_the_two_halves_of_an_identity(project: Project) -> None:
    """The compiled program is written first, its fingerprint next: until both are there they contradict each other."""
    planned(project)
    set_params(project, seed=2)
    kinds = [step.path for step in compare(project)[1].steps]
    assert kinds[:2] == [project.generation, project.params]


def test_grow_is_told_before_stages_change(project: Project) -> None:
    """Its out goes first: a plan that died later cannot leave stages that nobody runs."""
    planned(project)
    project.grown.write_text("[]")
    extend(project)
    assert compare(project)[1].steps[0] == Remove(project.grown)


def test_what_was_read_is_kept_under_its_identity(project: Project) -> None:
    """A config that nobody committed is never lost."""
    folder = project.root / ".resyn" / "plans" / planned(project).fingerprint
    assert (folder / "configs" / "test.yaml").read_bytes() == (project.root / "configs" / "test.yaml").read_bytes()
    assert (folder / "params.yaml").is_file()


def test_a_conflict_in_the_plan_section_is_settled(project: Project) -> None:
    """Two branches that both changed the identity differ there, and only a plan knows the right one."""
    planned(project)
    wanted = project.params.read_text()
    ours = next(line for line in wanted.splitlines() if "fingerprint: " in line)
    conflict = f"<<<<<<< HEAD\n{ours}\n=======\n  fingerprint: sha256:{'0' * 64}\n>>>>>>> other"
    project.params.write_text(wanted.replace(ours, conflict))
    planned(project)
    assert project.params.read_text() == wanted


def test_new_files_are_named_until_git_knows_them(project: Project) -> None:
    """Outside DVC only: a stage's user has not asked."""
    told: list[str] = []
    plan(project, told.append)
    assert told == ["the plan has new files: run `git add batches plan` before you commit"]
    subprocess.run(["git", "add", "batches", "plan"], cwd=project.root, check=True)
    plan(project, told.append)
    assert len(told) == 1


def test_inside_an_experiment_the_plan_is_staged(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC leaves untracked files out of an experiment's commit; an ignored lock is no error."""
    for name, value in {"DVC_EXP_NAME": "exp", "DVC_STAGE": "plan", "DVC_ROOT": str(project.root)}.items():
        monkeypatch.setenv(name, value)
    (project.root / ".gitignore").write_text("dvc.lock\n")
    (project.root / "batches" / "000").mkdir(parents=True)
    (project.root / "batches" / "000" / "dvc.lock").touch()
    planned(project)
    staged = subprocess.run(["git", "diff", "--cached", "--name-only"], cwd=project.root, check=True, capture_output=True, text=True).stdout
    assert staged.split() == ["batches/000/dvc.yaml", *(f"plan/{name}.json" for name in ("export", "generation", "ranges", "runtime"))]


@pytest.mark.parametrize("marker", [".git", ".dvc"])
def test_without_a_repository_nothing_is_written(project: Project, marker: str) -> None:
    """The message names the command that makes one."""
    shutil.rmtree(project.root / marker)
    before = tree(project)
    with pytest.raises(ConfigError, match=r"there is no (git|DVC) repository here\n  run `resyn init DIR`"):
        planned(project)
    assert tree(project) == before
    assert not (project.root / ".resyn").exists()


def test_a_config_that_cannot_be_used_leaves_the_earlier_plan(project: Project) -> None:
    """Nothing is written before everything is read."""
    planned(project)
    (project.root / "configs" / "test.yaml").write_text("columns: [")
    before = tree(project)
    with pytest.raises(ConfigError):
        planned(project)
    assert tree(project) == before


def test_a_params_file_that_is_a_link_stays_one(project: Project, tmp_path: Path) -> None:
    """Its target is what a person keeps elsewhere."""
    target = tmp_path / "elsewhere.yaml"
    project.params.rename(target)
    project.params.symlink_to(target)
    changes = planned(project)
    assert project.params.is_symlink()
    assert changes.fingerprint in target.read_text()


def test_what_is_left_of_a_shard_that_was_being_removed_goes(project: Project) -> None:
    """A process killed in the middle of that leaves a lock without its dvc.yaml."""
    planned(project)
    rest = project.root / "batches" / "001"
    rest.mkdir()
    (rest / "dvc.lock").touch()
    planned(project)
    assert not rest.exists()


def test_a_date_that_dvc_cannot_read_is_told(project: Project) -> None:
    """Its own message for it is an unexpected error."""
    project.params.write_text(project.params.read_text().replace('"2026-01-01"', "2026-01-01"))
    told: list[str] = []
    plan(project, told.append)
    assert told[0] == 'params.yaml: DVC reads no dates: put reference_date in quotes, `reference_date: "2026-01-01"`'


def test_a_slow_distribution_is_pointed_out_and_its_versions_are_part_of_the_plan(project: Project) -> None:
    """The plan holds, and a person knows what to expect."""
    slow = "{name: x, column_type: sampler, sampler_type: scipy, params: {dist_name: vonmises, dist_params: {kappa: 2}}}"
    (project.root / "configs" / "test.yaml").write_text(f"columns:\n  - {slow}\n")
    notices: list[str] = []
    plan(project, notices.append)
    assert any(sentence.startswith("column 'x': SciPy solves an equation for each value of vonmises, about") for sentence in notices)
    assert json.loads(project.generation.read_bytes())["pools"].keys() == {"numpy", "scipy"}


EDITING = """\
from pathlib import Path

flag = Path(__file__).with_name(".edited")
if not flag.exists():
    flag.touch()
    file = Path(__file__).parent.parent / "{file}"
    file.write_text(file.read_text() + "# edited\\n")


def size(row: dict) -> int:
    return 1
"""


@pytest.mark.parametrize("file", ["params.yaml", "configs/test.yaml", "providers.yaml"])
def test_an_edit_saved_while_the_plan_is_made_is_kept_and_told(project: Project, file: str) -> None:
    """DVC reads a stage's inputs when its command is over: the edit would be recorded as planned. Here a plugin's import saves it."""
    (project.root / "plugins/editing.py").write_text(EDITING.format(file=file))
    config = project.root / "configs/test.yaml"
    config.write_text(
        f'{config.read_text()}  - {{name: size, column_type: custom, generator_function: "plugins.editing:size", dtype: int}}\n'
    )
    with pytest.raises(Stopped, match=rf"{file} was edited while") as stopped:
        planned(project)
    assert stopped.value.hint == "run `resyn plan` again"
    assert "# edited\n" in (project.root / file).read_text()
    planned(project)
    assert not compare(project)[1].steps
    assert "# edited\n" in (project.root / file).read_text()


def test_a_params_file_saved_in_the_last_moment_is_not_overwritten(project: Project) -> None:
    """Between the moment it was read and the one it is written."""
    _, changes, _ = compare(project)
    set_params(project, num_records=60)
    wanted = project.params.read_bytes()
    with pytest.raises(Stopped, match=r"params\.yaml was edited"):
        write(changes.steps)
    assert project.params.read_bytes() == wanted
    assert planned(project).batches == 3


def test_a_file_of_a_person_in_a_shard_that_goes_stays(project: Project) -> None:
    """Only what resyn and DVC put there is taken away; what remains is no shard."""
    set_params(project, num_records=300)
    planned(project)
    own = project.root / "batches/001/notes.md"
    own.write_text("mine")
    set_params(project, num_records=45)
    planned(project)
    assert [path.name for path in (project.root / "batches/001").iterdir()] == ["notes.md"]
    assert not compare(project)[1].steps


def test_files_that_only_look_like_ours_stop_no_plan(project: Project) -> None:
    """One that has the name of a shard, a link that leads to itself."""
    planned(project)
    (project.root / "batches/123").write_text("mine")
    (project.root / "configs/loop.yaml").symlink_to("loop.yaml")
    assert not planned(project).steps
    assert (project.root / "batches/123").read_text() == "mine"
