"""Refuse to work on stages and batches that are not those of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from resyn.dvc.misrecorded import find_misrecorded, take_back
from resyn.errors import ConfigError, Stopped
from resyn.plan.present import read_present
from resyn.plan.section import read_fingerprint
from resyn.plan.shards import shard_texts
from resyn.project import Project
from resyn.spec.files import read_program, read_ranges


def check_stages(project: Project, keys: Iterable[str]) -> None:
    """Make sure that the batch stages DVC knows are those of the planned batch keys, in order.

    Raises:
        ConfigError: a shard's dvc.yaml is missing, edited, or of no planned batch.
    """
    present, program = read_present(project), read_program(project.generation)[0]
    texts = shard_texts(keys, has_media=bool(program.media))
    planned = {project.root / "batches" / name: text.encode() for name, text in texts.items()}
    for shard in sorted({*planned, *present.shards}):
        found, wanted = present.files.get(shard / "dvc.yaml"), planned.get(shard)
        if found != wanted:
            what = "is missing" if found is None else "is of no planned batch" if wanted is None else "is not as `resyn plan` wrote it"
            raise ConfigError(
                f"this file of batch stages {what}", file=shard.relative_to(project.root) / "dvc.yaml", hint="run `resyn plan`"
            )


def check_unchanged(project: Project, key: str, fingerprint: str, rows: range) -> None:
    """Make sure that the plan a batch was made under is still there: DVC reads it now, to record the batch.

    Raises:
        Stopped: it is another one.
        ConfigError: there is none that can be read.
    """
    found = read_program(project.generation)[1], read_fingerprint(project.params), read_ranges(project.ranges).get(key)
    if found != (fingerprint, fingerprint, rows):
        raise Stopped(f"the plan changed while {key} was made; every answer is kept", hint="run `dvc repro` again")


def check_records(project: Project) -> None:
    """Take back the records of batches that were made under another plan than DVC recorded.

    Raises:
        Stopped: there were some; the next `dvc repro` makes them.
    """
    fingerprint, ranges = read_fingerprint(project.params), read_ranges(project.ranges)
    if keys := find_misrecorded(project, fingerprint, ranges):
        take_back(project, project.generation.read_bytes(), fingerprint, {key: ranges[key] for key in keys})
        raise Stopped(
            f"{', '.join(keys)}: made under another plan than the one DVC recorded, which changed meanwhile; the record is taken back",
            hint="run `dvc repro` again",
        )
