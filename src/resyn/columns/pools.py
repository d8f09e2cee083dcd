"""What values come from beyond the config, such as data that a package brings with it: part of a dataset's identity."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

from resyn.columns.code import code_of, installed_pools
from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler


def pools_of(columns: Iterable[Column], root: Path = Path()) -> dict[str, str]:
    """Return pool name → what tells its content: sha256:…, or a version.

    Asks the function `pools(params)` of a sampler's file, `pools_in(params, root)` of one that reads files of the project, and `pools(column, root)` of another column type's; `root` is the project's folder.
    """
    found: dict[str, str] = {}
    for column in columns:
        if isinstance(column, Sampler):
            module = importlib.import_module(f"resyn.columns.samplers.{column.params.sampler_type}")
            for params in column.every_params:
                if hasattr(module, "pools"):
                    found |= module.pools(params)
                elif hasattr(module, "pools_in"):
                    found |= module.pools_in(params, root)
        else:
            module = code_of(column.column_type)
            found |= installed_pools(column.column_type)
            if hasattr(module, "pools"):
                found |= module.pools(column, root)
    return found
