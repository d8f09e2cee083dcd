"""What a plugin's code is: a hash of all that a function refers to, in its file and in the files beside it."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from resyn.errors import ConfigError
from resyn.plugins.module import PACKAGE, WHOLE, Module, Reference, read_module
from resyn.plugins.syntax import meaning


def identity(root: Path, reference: str) -> str:
    """Return `sha256:` and the hash of the code behind `plugins.module:function`, in the project in folder `root`.

    It covers the function and every helper, class, constant and import that it refers to, near or far, and what those files do when they
    are imported; comments, docstrings, layout and whatever it does not refer to are no part of it. Of a file whose names the
    syntax does not tell (`globals()`, `eval`, `from … import *`), all counts; of one that speaks of `__file__`, also the data beside it.

    Raises:
        ConfigError: a file is not there or is no Python, or the function is not in it.
    """
    name, function = split(reference)
    code = _Code(root / PACKAGE)
    if function not in code.module(name).definitions:
        raise ConfigError(f"there is no function '{function}'", file=f"{PACKAGE}/{name}.py", hint=_functions(code.module(name)))
    code.follow(name, function)
    if (root / PACKAGE / "__init__.py").exists():
        code.follow("__init__", WHOLE)
    return "sha256:" + hashlib.sha256(json.dumps(code.parts(), ensure_ascii=True).encode()).hexdigest()


def split(reference: str) -> Reference:
    """Return the module and the function of `plugins.module:function`.

    Raises:
        ConfigError: it is no such text.
    """
    package, _, rest = reference.partition(".")
    module, _, function = rest.partition(":")
    if package != PACKAGE or not module.isidentifier() or not function.isidentifier():
        raise ConfigError(f"'{reference}' names no function of a plugin", hint=f"write {PACKAGE}.<file without .py>:<function>")
    return module, function


class _Code:
    """Gather the statements that a function depends on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # All mutable state: files that were read, and the statements of each that count.
        self._modules: dict[str, Module] = {}
        self._counted: dict[str, set[int]] = {}

    def module(self, name: str) -> Module:
        """Return a file's module, read once."""
        if name not in self._modules:
            self._modules[name] = read_module(self._folder, name)
        return self._modules[name]

    def follow(self, name: str, member: str) -> None:
        """Count what a name refers to, and what that refers to, and so on."""
        waiting: list[Reference] = [(name, member)]
        while waiting:
            name, member = waiting.pop()
            if name not in self._counted:
                waiting.extend(self._imported(name))
            waiting.extend(reference for module, position in self._new(name, member) for reference in module.mentions(position))

    def _imported(self, name: str) -> Iterator[Reference]:
        """Yield the files that importing a file imports: what they do counts, whether or not a name of theirs is used."""
        for bound, targets in self.module(name).imports.items():
            yield from ((module, WHOLE if bound == WHOLE else "") for module, _ in targets)

    def _new(self, name: str, member: str) -> Iterator[tuple[Module, int]]:
        """Yield the statements behind a name that did not count before, and those that run when its file is imported."""
        module = self.module(name)
        counted = self._counted.setdefault(name, set())
        positions = range(len(module.statements)) if member == WHOLE else module.definitions.get(member, ())
        for position in sorted({*positions, *module.effects} - counted):
            counted.add(position)
            yield module, position

    def parts(self) -> list[list[str]]:
        """Return what counts, file by file: its name, and the meaning of each statement in order."""
        parts = []
        reads_data = False
        for name, counted in sorted(self._counted.items()):
            statements = [self._modules[name].statements[position] for position in sorted(counted)]
            parts.append([name, *map(meaning, statements)])
            reads_data |= any(isinstance(node, ast.Name) and node.id == "__file__" for item in statements for node in ast.walk(item))
        return [*parts, *(self._data() if reads_data else ())]

    def _data(self) -> Iterator[list[str]]:
        for path in sorted(self._folder.rglob("*")):
            below = path.relative_to(self._folder)
            if path.is_file() and path.suffix not in (".py", ".pyc") and not any(part.startswith(".") for part in below.parts):
                yield [below.as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]


def _functions(module: Module) -> str:
    names = [item.name for item in module.statements if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    return f"functions there: {', '.join(names) or 'none'}"
