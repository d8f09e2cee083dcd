"""Whether plan, config and the files of batches fit each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from resyn.doctor.finding import Finding, aside
from resyn.dvc.locks import md5_of, recorded_hashes
from resyn.dvc.misrecorded import find_misrecorded, take_back
from resyn.errors import ConfigError
from resyn.plan.keep import keep_answers
from resyn.plan.plan import compare, plan
from resyn.project import Project
from resyn.spec.files import read_program, read_ranges
from resyn.store.batches import read_identity


def planned(project: Project, notice: Callable[[str], None]) -> Iterator[Finding]:
    """Find a config that cannot be read, and a plan that is not the one it makes."""
    try:
        _, changes, _ = compare(project)
    except ConfigError as error:
        yield Finding(what=error.message, remedy=error.hint or "mend it, then run `resyn doctor` again")
        return
    if changes.steps:
        names = ", ".join(sorted({str(step.path.relative_to(project.root)) for step in changes.steps}))
        same = "the same rows" if changes.fingerprint == changes.earlier_fingerprint else "other rows"
        yield Finding(
            what=f"the plan fits no config: {names}; the config describes {same}",
            remedy="planned again",
            mend=partial(_plan, project, notice),
        )


def batch_files(project: Project, notice: Callable[[str], None]) -> Iterator[Finding]:
    """Find files among the batches and traces that no plan and no lock of DVC knows."""
    try:
        _, fingerprint = read_program(project.generation)
        ranges = read_ranges(project.ranges)
    except ConfigError:
        return  # `planned` tells
    for key in find_misrecorded(project, fingerprint, ranges):
        yield Finding(
            what=f"{key}: made under another plan than the one DVC recorded, which changed meanwhile",
            remedy="the record is taken back; the next `dvc repro` makes the batch",
            mend=partial(take_back, project, project.generation.read_bytes(), fingerprint, {key: ranges[key]}),
        )
    for path in _listed(project):
        key = path.stem
        if key not in ranges or path.suffix != ".parquet":
            yield _foreign(project, path, "is no file of the plan", notice)
        elif not _is_recorded(project, key, path) and (
            problem := _misfit(path, ranges, "" if path.parent == project.traces else fingerprint)
        ):
            yield _foreign(project, path, problem, notice)


def _is_recorded(project: Project, key: str, path: Path) -> bool:
    recorded = recorded_hashes(project.shard(key) / "dvc.lock", key)
    return recorded.get(path.relative_to(project.root).as_posix()) == md5_of(path)


def _misfit(path: Path, ranges: Mapping[str, range], fingerprint: str) -> str:
    """Return how a file that DVC did not record differs from the plan; "" where it could be adopted."""
    identity = read_identity(path)
    if identity is None:
        return "is torn"
    if identity.fingerprint != fingerprint:
        return "is of another config"
    if identity.rows != ranges[path.stem]:
        return f"holds rows {identity.rows.start}-{identity.rows.stop}, not those of its name"
    return ""


def _foreign(project: Project, path: Path, problem: str, notice: Callable[[str], None]) -> Finding:
    def mend() -> None:
        if path.parent == project.traces:
            keep_answers(project, {}, notice)  # it may be all that holds them
        aside(project, path)

    name = path.relative_to(project.root)
    return Finding(what=f"{name} {problem}, and stages depend on all that is in its folder", remedy="moved aside", mend=mend)


def _listed(project: Project) -> list[Path]:
    folders = (project.batches, project.traces)
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]


def _plan(project: Project, notice: Callable[[str], None]) -> None:
    plan(project, notice)
