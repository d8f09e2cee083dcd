"""A second copy of a project that holds what was written and what was planned, and none of what was made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from resyn.project import Project
from resyn.store.location import state_dir
from resyn.store.responses import Responses
from resyn.store.traces import import_traces

_MADE = {"data", ".resyn", ".git", ".dvc", "metrics.json", "plots", "report.html"}


@contextmanager
def replica(project: Project) -> Iterator[tuple[Project, tuple[Path, ...]]]:
    """Yield a project in a temporary folder, its store filled from the traces of `project` alone, and the traces that are torn.

    Batches made there come from the traces or not at all.
    """
    with tempfile.TemporaryDirectory(prefix="resyn-verify-") as folder:
        copy = Project(Path(folder))
        for path in project.root.resolve().iterdir():
            if path.name not in _MADE:
                (copy.root / path.name).symlink_to(path)
        (copy.root / ".resyn").mkdir()
        with closing(Responses(state_dir(copy.root) / "responses.sqlite")) as responses:
            imported = import_traces(project.traces, responses)
        yield copy, imported.torn
