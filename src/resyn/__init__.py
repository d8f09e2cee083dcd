"""Synthetic datasets as a DVC pipeline that can be stopped anywhere and never pays for the same answer twice."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resyn.pipeline import Pipeline

__all__ = ["Pipeline"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Pipeline":  # on demand: every verb of the command line begins with this import
        from resyn.pipeline import Pipeline

        return Pipeline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
