"""Refuse to work on stages that are not those of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from resyn.errors import ConfigError
from resyn.plan.present import read_present
from resyn.plan.shards import shard_texts
from resyn.project import Project
from resyn.spec.files import read_program


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
