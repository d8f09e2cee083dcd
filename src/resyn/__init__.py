"""Synthetic datasets as a DVC pipeline that can be stopped anywhere and never pays for the same answer twice."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resyn.pipeline import Pipeline
    from resyn.plugins.call import RowFailed
    from resyn.plugins.declared import custom_column_generator
    from resyn.resume import ResumeMode

__all__ = ["Pipeline", "ResumeMode", "RowFailed", "custom_column_generator"]
__version__ = "0.1.0"

_FOUND_IN = {"Pipeline": "pipeline", "ResumeMode": "resume", "RowFailed": "plugins.call", "custom_column_generator": "plugins.declared"}
"""On demand: every verb of the command line begins with this import."""


def __getattr__(name: str) -> Any:
    if name in _FOUND_IN:
        return getattr(importlib.import_module(f"{__name__}.{_FOUND_IN[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
