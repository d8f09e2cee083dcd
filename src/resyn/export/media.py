"""The files that rows name, put where a row's names lead from the dataset's folder."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from resyn.errors import ResynError
from resyn.export.stream import Stream
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


def embedded(rows: Stream, project: Project, columns: Sequence[str]) -> Stream:
    """Return the rows with `data:` addresses, which hold the bytes, in place of the names of files in `columns`."""
    names = [name for name in columns if name in rows.schema.names]
    return Stream(rows.schema, (_embed(table, project, names) for table in rows.tables)) if names else rows


def _embed(table: pa.Table, project: Project, columns: Sequence[str]) -> pa.Table:
    for column in columns:
        values = [None if value is None else [_address(project, name) for name in value] for value in table[column].to_pylist()]
        at = table.schema.get_field_index(column)
        table = table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))
    return table


def _address(project: Project, name: str) -> str:
    found = next((path for path in project.media("").glob(f"b*/{name}")), None)
    if found is None:
        raise ResynError(f"{name}, which a row names, is in no batch of data/media", hint="run `dvc repro`, or `dvc pull`")
    kind = "jpeg" if found.suffix == ".jpg" else found.suffix[1:]
    return f"data:image/{kind};base64,{base64.b64encode(found.read_bytes()).decode()}"
