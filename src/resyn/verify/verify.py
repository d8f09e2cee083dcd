"""`resyn verify`: make everything again from the config and the traces, and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from resyn.dvc.locks import is_recorded, md5_of, recorded_hashes
from resyn.engine.batch import generate
from resyn.errors import AnswersMissing, ResynError
from resyn.export import export
from resyn.plan.plan import compare
from resyn.plan.section import read_section
from resyn.project import Project
from resyn.spec.files import read_program, read_ranges
from resyn.store.batches import FORMAT, read_identity
from resyn.verify.differences import folder_differences, table_differences
from resyn.verify.replica import replica

_NAMED = 5
"""Batches that are named before the rest is only counted."""
_TURN = ("__row", "column", "attempt", "restart", "turn")


def verify(project: Project, notice: Callable[[str], None]) -> tuple[str, ...]:
    """Return what is wrong with a project's plan, batches, traces and dataset, a sentence each; writes nothing there, asks no model.

    Each batch is made again in a temporary folder, from the plan and the answers of the traces, and compared cell by cell with the
    one that is here; then the dataset is exported again from those, and compared byte for byte.

    Raises:
        ConfigError: there is no plan to compare with, or what a person wrote cannot be used.
    """
    return tuple(_problems(project, notice))


def _problems(project: Project, notice: Callable[[str], None]) -> Iterator[str]:
    _, fingerprint = read_program(project.generation)
    ranges = read_ranges(project.ranges)
    absent = frozenset(key for key in ranges if not (project.batch(key).exists() or project.trace(key).exists()))
    yield from _plan_problems(project, fingerprint)
    yield from _absence(project, fingerprint, {key: rows for key, rows in ranges.items() if key in absent})
    with replica(project) as (copy, torn):
        yield from (f"{path.relative_to(project.root)}: is torn, or no trace" for path in torn)
        remade = 0
        for key, rows in ranges.items():
            if key in absent:
                continue
            notice(f"{key}  rows {rows.start}-{rows.stop}")
            yield from _file_problems(project, key, rows, fingerprint)
            try:
                generate(copy, key, fingerprint=fingerprint, recorded=True)
            except ResynError as error:
                why = "an answer is missing there" if isinstance(error, AnswersMissing) else error.message
                yield f"{key}: cannot be made again from its trace: {why}"
                continue
            remade += 1
            yield from _made_differences(project, copy, key, rows)
        if remade < len(ranges):
            yield f"data/dataset: not compared, since {len(ranges) - remade} of {len(ranges)} batches cannot be made again"
            return
        try:
            export(copy)
        except ResynError as error:
            yield f"data/dataset: cannot be exported again: {error.message}"
            return
        yield from (f"data/dataset: {what}" for what in folder_differences(project.dataset, copy.dataset))


def _plan_problems(project: Project, fingerprint: str) -> Iterator[str]:
    plan, changes, _ = compare(project)
    named = read_section(project.params)[0] or "none"
    if named != fingerprint:
        yield f"plan: params.yaml names {named}, plan/generation.json is {fingerprint}"
    if plan.fingerprint != fingerprint:
        yield f"plan: what is written (config, seed, draw, …) makes {plan.fingerprint}, the plan is {fingerprint}"
    elif stale := [str(step.path.relative_to(project.root)) for step in changes.steps]:
        yield f"plan: {', '.join(stale)} not as `resyn plan` writes it"


def _absence(project: Project, fingerprint: str, absent: Mapping[str, range]) -> Iterator[str]:
    """Yield what there is to say of batches of which no file is here: recorded ones may be fetched, others have to be made."""
    recorded = [key for key, rows in absent.items() if is_recorded(project, key, fingerprint, rows)]
    if recorded:
        yield f"{_listed(recorded)}: not here; `dvc pull` fetches what DVC recorded"
    if unmade := [key for key in absent if key not in set(recorded)]:
        yield f"{_listed(unmade)}: not made yet"


def _listed(keys: list[str]) -> str:
    more = len(keys) - _NAMED
    return ", ".join(keys[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _file_problems(project: Project, key: str, rows: range, fingerprint: str) -> Iterator[str]:
    if not is_recorded(project, key, fingerprint, rows):
        yield f"{key}: DVC has not recorded it under this identity with these rows"
    hashes = recorded_hashes(project.shard(key) / "dvc.lock", key)
    for path, made_by in ((project.batch(key), fingerprint), (project.trace(key), "")):
        name = path.relative_to(project.root).as_posix()
        identity = read_identity(path)
        if identity is None:
            yield f"{name}: {'is torn, or not one of ours' if path.exists() else 'is not here'}"
            continue
        if identity.fingerprint != made_by:
            yield f"{name}: is of another config: it was made by {identity.fingerprint}, the plan is {fingerprint}"
        if identity.rows != rows:
            yield f"{name}: holds rows {identity.rows.start}-{identity.rows.stop}, planned are {rows.start}-{rows.stop}"
        if identity.version != FORMAT:
            yield f"{name}: has layout {identity.version}, this resyn reads {FORMAT}"
        if (recorded := hashes.get(name)) and recorded != md5_of(path):
            yield f"{name}: is not the file that DVC recorded"


def _made_differences(project: Project, copy: Project, key: str, rows: range) -> Iterator[str]:
    for path, again, keys in ((project.batch(key), copy.batch(key), ("__row",)), (project.trace(key), copy.trace(key), _TURN)):
        if path.is_file() and _has_rows(path, rows):
            yield from (f"{path.relative_to(project.root)}: {what}" for what in table_differences(path, again, keys))
    if copy.media(key).is_dir():
        folder = project.media(key)
        name = folder.relative_to(project.root)
        differences = folder_differences(folder, copy.media(key)) if folder.is_dir() else ["is not here"]
        yield from (f"{name}: {what}" for what in differences)


def _has_rows(path: Path, rows: range) -> bool:
    identity = read_identity(path)
    return identity is not None and identity.rows == rows
