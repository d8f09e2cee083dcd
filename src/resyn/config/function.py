"""A function of a plugin, by its name or, in a config written in Python, as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from resyn.config.written import Name, refusal


def _by_name(given: Any) -> Any:
    if not callable(given):
        return given
    module, name = getattr(given, "__module__", ""), getattr(given, "__qualname__", "")
    if not module.startswith("plugins.") or not name.isidentifier():
        hint = f'move it to plugins/mine.py and write "plugins.mine:{name.rpartition(".")[2].strip("<>")}"'
        raise refusal("is a function of the script, and stages that run later have to find it", hint=hint)
    return f"{module}:{name}"


if TYPE_CHECKING:
    FunctionName = str | Callable[..., Any]
else:
    FunctionName = Annotated[Name, BeforeValidator(_by_name)]
