"""Where the state is that experiments of one project share."""

from __future__ import annotations

import os
from pathlib import Path


def state_dir(project_root: Path) -> Path:
    """Return the `.resyn` folder of a project, made or not.

    Experiments in temporary folders share that of the repository they came from: in the folder of a stage DVC names it in `DVC_ROOT`,
    elsewhere the path tells. `DVC_ROOT` never says which project this is.
    """
    root = project_root.resolve()
    if os.environ.get("DVC_STAGE") and (outer := os.environ.get("DVC_ROOT")) and root == Path.cwd():
        return Path(outer) / ".resyn"
    for folder in root.parents:
        if folder.parts[-3:] == (".dvc", "tmp", "exps"):
            return folder.parents[2] / ".resyn"
    return root / ".resyn"
