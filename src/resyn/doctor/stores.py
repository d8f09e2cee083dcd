"""The state folder: a damaged store, staged batches that are not whole, what killed processes left."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from resyn.doctor.finding import Finding
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.store.filesystem import require_local
from resyn.store.inspect import check
from resyn.store.location import state_dir
from resyn.store.process import started
from resyn.store.responses import Responses
from resyn.store.staged import NotWhole, find
from resyn.store.traces import import_traces

_TEMPORARY = re.compile(r"\..+\.(\d+)\.tmp")
_RANGE = re.compile(r"(\d+)-(\d+)")


def response_store(project: Project, notice: Callable[[str], None]) -> Iterator[Finding]:
    """Find a store on a disk that cannot hold one, and a damaged one."""
    state = state_dir(project.root)
    path = state / "responses.sqlite"
    try:
        require_local(state)
    except ConfigError as error:
        yield Finding(what=error.message, remedy=error.hint)
        return
    if path.exists() and (problems := list(check(path))):
        yield Finding(
            what=f"the response store is damaged: {problems[0]}" + (f", and {len(problems) - 1} more" if problems[1:] else ""),
            remedy="set aside; a new one takes what can be read of it, and what the traces hold",
            mend=partial(_rebuild, project, path, notice),
        )


def leftovers(project: Project) -> Iterator[Finding]:
    """Find staged batches that are not whole, and temporary files whose process is gone."""
    state = state_dir(project.root)
    for folder in sorted((state / "staged").glob("*/*")):
        if (rows := _RANGE.fullmatch(folder.name)) is None:
            continue
        try:
            find(state, f"sha256:{folder.parent.name}", range(int(rows[1]), int(rows[2])))
        except NotWhole as error:
            remedy = "removed; the batch is made from the stored answers"
            yield Finding(what=f"{folder} cannot be adopted: {error}", remedy=remedy, mend=partial(shutil.rmtree, folder))
    folders = (project.root, project.root / "plan", project.batches, project.traces, project.dataset, state, *(state / "staged").glob("*"))
    for path in (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())):
        if (name := _TEMPORARY.fullmatch(path.name)) and started(int(name[1])) is None:
            yield Finding(what=f"{path} was left by a process that was killed", remedy="removed", mend=partial(_remove, path))


def _rebuild(project: Project, path: Path, notice: Callable[[str], None]) -> None:
    with closing(Responses(path, notify=notice)) as responses:
        responses.rebuild()
        import_traces(project.traces, responses)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
