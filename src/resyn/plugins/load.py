"""Import a function of a plugin, fresh whenever its files changed, and only from the project at hand."""

from __future__ import annotations

import hashlib
import importlib
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from resyn.errors import ConfigError
from resyn.plugins.identity import split
from resyn.plugins.module import PACKAGE

_LOADING = threading.Lock()
_STATE = "__resyn_state__"


class _FreshLoader(SourceFileLoader):
    """Compile from source each time: cached bytecode is known by time and size alone, and an edit can leave both as they were."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of a module."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def load(root: Path, reference: str) -> Callable[..., Any]:
    """Return the function `plugins.module:function` of the project in folder `root`.

    Raises:
        ConfigError: it cannot be imported, or is not there; names file and line.
    """
    name, function = split(reference)
    folder = (root / PACKAGE).resolve()
    with _LOADING:
        _prepare(folder)
        try:
            module = importlib.import_module(f"{PACKAGE}.{name}")
        except Exception as error:
            raise _unimportable(error, folder, name) from error
    found = getattr(module, function, None)
    if not callable(found):
        what = "is no function" if found is not None else "does not exist"
        raise ConfigError(f"'{function}' {what}", file=f"{PACKAGE}/{name}.py", hint=f"`{reference}` names it")
    return found  # type: ignore[no-any-return] # any callable is


def where(error: BaseException, folder: Path) -> tuple[str, int] | None:
    """Return the file and line of the plugins where an error was raised, the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return (f"{PACKAGE}/{Path(inside[-1].filename).relative_to(folder)}", inside[-1].lineno or 0) if inside else None


def _prepare(folder: Path) -> None:
    """Make `plugins` stand for this folder as it is now; modules of another one, or of earlier texts, are forgotten."""
    state = str(folder), _digest(folder)
    if getattr(sys.modules.get(PACKAGE), _STATE, None) == state:
        return
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    package = ModuleType(PACKAGE, "The plugins of a project.")
    package.__path__ = [str(folder)]
    setattr(package, _STATE, state)
    sys.path_importer_cache[str(folder)] = FileFinder(str(folder), (_FreshLoader, [".py"]))
    sys.modules[PACKAGE] = package
    if (file := folder / "__init__.py").exists():
        package.__file__ = str(file)
        exec(compile(file.read_bytes(), file, "exec"), package.__dict__)  # noqa: S102 - it is what importing does


def _digest(folder: Path) -> str:
    texts = ((path.name, path.read_bytes()) for path in sorted(folder.glob("*.py")))
    return hashlib.sha256(repr(list(texts)).encode()).hexdigest()


def _unimportable(error: Exception, folder: Path, name: str) -> ConfigError:
    file, line = where(error, folder) or (f"{PACKAGE}/{name}.py", getattr(error, "lineno", None))
    hint = ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        hint = f"install the package that has {error.name.partition('.')[0]!r}, or take the import out"
    return ConfigError(f"cannot be imported: {type(error).__name__}: {error}", file=file, line=line, hint=hint)
