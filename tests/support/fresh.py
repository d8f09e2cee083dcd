"""What a fresh clone makes of a project's config with the answers that the project has stored."""

from __future__ import annotations

import shutil
from pathlib import Path

from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject

WRITTEN = ("params.yaml", "providers.yaml", "configs/reviews.yaml")


def fresh_clone(template: DVCProject, project: DVCProject, folder: Path) -> dict[str, bytes]:
    """Return the dataset of a new folder that has what a person wrote and the stored answers, and nothing else; nothing is asked."""
    shutil.copytree(template.root, folder, ignore=shutil.ignore_patterns("data", "plan", ".resyn"))
    for name in WRITTEN:
        shutil.copy(project.root / name, folder / name)
    (folder / ".resyn").mkdir()
    archive = folder / ".resyn/answers.parquet"
    Pipeline(project.root).export_answers(archive)
    pipeline, before = Pipeline(folder), project.requests
    pipeline.import_answers(archive)
    pipeline.plan()
    for key in pipeline.status().to_do:
        pipeline.generate(key)
    pipeline.export()
    assert project.requests == before
    shutil.rmtree(folder / ".git")
    return DVCProject(folder, project.server).dataset()
