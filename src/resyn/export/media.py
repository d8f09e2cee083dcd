"""The files that rows name, put where a row's names lead from the dataset's folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from resyn.errors import ResynError
from resyn.project import Project
from resyn.store.atomic import replacing


def copy_media(project: Project, keys: Iterable[str], columns: Sequence[str]) -> list[Path]:
    """Copy the files of `columns` out of the folders of batches; return where they are. Files are named after their content.

    Raises:
        ResynError: the folder of a batch is not there.
    """
    copied: dict[Path, None] = {}
    for source, target in _files(project, keys if columns else (), columns):
        if target not in copied and not (target.is_file() and target.stat().st_size == source.stat().st_size):
            with replacing(target) as temporary:
                shutil.copyfile(source, temporary)
        copied[target] = None
    return list(copied)


def _files(project: Project, keys: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[Path, Path]]:
    for key in keys:
        folder = project.media(key)
        if not folder.is_dir():
            raise ResynError(f"{folder} is not there, and rows of batch {key} name files in it", hint="run `dvc repro`, or `dvc pull`")
        for column in columns:
            for path in sorted((folder / "media" / column).glob("*")):
                yield path, project.dataset / path.relative_to(folder)
