"""One file of plugins, as its syntax tells: what it defines, what happens when it is imported, which siblings it uses."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from resyn.errors import ConfigError
from resyn.plugins.syntax import is_remark

PACKAGE = "plugins"
WHOLE = "*"
"""In place of a name: all of a module."""
_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__annotations__", "__class__"}
_OUT_OF_SIGHT = frozenset({"globals", "locals", "vars", "eval", "exec", "__import__", "importlib", "__builtins__"})
"""What reaches names that the syntax does not show."""
_OUT_OF_SIGHT_ATTRIBUTES = frozenset({"modules", "__dict__", "__globals__"})

Reference = tuple[str, str]
"""A sibling module and a name in it, or `WHOLE`."""


@dataclass(frozen=True)
class Module:
    """Hold the statements of a file, texts that stand alone left out."""

    name: str
    path: Path
    statements: tuple[ast.stmt, ...]

    @cached_property
    def definitions(self) -> dict[str, list[int]]:
        """Return each name that statements bind → their positions."""
        found: dict[str, list[int]] = {}
        for position, statement in enumerate(self.statements):
            for name in _bound(statement):
                found.setdefault(name, []).append(position)
        return found

    @cached_property
    def imports(self) -> dict[str, list[Reference]]:
        """Return each name that imports of siblings bind at the top → what it stands for; `import plugins.a, plugins.b` bind the same."""
        found: dict[str, list[Reference]] = {}
        for name, target in (pair for statement in self.statements if _is_import(statement) for pair in siblings(statement)):
            found.setdefault(name, []).append(target)
        return found

    @cached_property
    def effects(self) -> frozenset[int]:
        """Return the statements that do something when the file is imported, beside giving a name to something."""
        return frozenset(position for position, statement in enumerate(self.statements) if self._has_effect(statement))

    def mentions(self, position: int) -> Iterator[Reference]:
        """Yield what a statement refers to: here and in siblings; all of a module where the syntax does not tell."""
        statement = self.statements[position]
        stored = {*_bound(statement), *_stored(statement)}
        as_attributes = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute):
                yield from self._attribute(node)
            elif isinstance(node, ast.Name):
                yield from self._name(node.id, stored, is_owner=id(node) in as_attributes)
        if not _is_import(statement):
            yield from (target for _, target in siblings(statement))

    def _name(self, name: str, stored: set[str], *, is_owner: bool) -> Iterator[Reference]:
        if name in _OUT_OF_SIGHT:
            yield self.name, WHOLE
        elif name in self.definitions:
            yield self.name, name
            yield from (target for target in self.imports.get(name, ()) if target[1] != WHOLE or not is_owner or name == PACKAGE)
        elif name not in stored and name not in _BUILTINS:
            yield self.name, WHOLE

    def _attribute(self, node: ast.Attribute) -> Iterator[Reference]:
        if node.attr in _OUT_OF_SIGHT_ATTRIBUTES:
            yield self.name, WHOLE
        if isinstance(node.value, ast.Name) and node.value.id != PACKAGE:
            yield from ((module, node.attr) for module, member in self.imports.get(node.value.id, ()) if member == WHOLE)

    def _has_effect(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass():
                return False
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return any(map(self._is_own, statement.decorator_list))
            case ast.ClassDef():
                return any(map(self._is_own, (*statement.decorator_list, *statement.bases, *(word.value for word in statement.keywords))))
            case ast.Assign() | ast.AnnAssign() if all(map(_is_plain, _targets(statement))):
                return any(self._is_own(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call))
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                return False
        return type(statement).__name__ != "TypeAlias"

    def _is_own(self, expression: ast.expr) -> bool:
        """Return whether an expression names something that the plugins define: what calling it does may show elsewhere."""
        names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
        return any(name in self.imports or self._is_defined(name) for name in names)

    def _is_defined(self, name: str) -> bool:
        return any(not _is_import(self.statements[position]) for position in self.definitions.get(name, ()))


def read_module(folder: Path, name: str) -> Module:
    """Return the module in a file of the folder `plugins`.

    Raises:
        ConfigError: there is no such file, or it is no Python.
    """
    path = folder / f"{name}.py"
    where = f"{PACKAGE}/{path.name}"
    try:
        tree = ast.parse(path.read_bytes(), where)
    except FileNotFoundError as error:
        here = ", ".join(file.name for file in sorted(folder.glob("*.py"))) or "no .py file"
        raise ConfigError("there is no such file", file=where, hint=f"in {PACKAGE}/: {here}") from error
    except (SyntaxError, ValueError) as error:
        raise ConfigError(f"no Python: {getattr(error, 'msg', error)}", file=where, line=getattr(error, "lineno", None)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=where) from error
    return Module(name, path, tuple(item for item in tree.body if not is_remark(item)))


def siblings(statement: ast.stmt) -> Iterator[tuple[str, Reference]]:
    """Yield the names that imports of sibling modules bind, anywhere in a statement, and what each stands for."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            for item in node.names:
                if item.name.startswith(f"{PACKAGE}."):
                    yield item.asname or PACKAGE, (item.name.split(".")[1], WHOLE)
        elif isinstance(node, ast.ImportFrom) and (module := _from(node)) is not None:
            for item in node.names:
                yield item.asname or item.name, ((module, item.name) if module else (item.name, WHOLE))


def _from(node: ast.ImportFrom) -> str | None:
    """Return the sibling that names are imported from, "" for the package itself, None for any other module."""
    named = (node.module or "").split(".")
    if node.level:
        return named[0]
    return (named[1] if len(named) > 1 else "") if named[0] == PACKAGE else None


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds in its module, as far as nested blocks go, not the bodies of functions and classes."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            yield from ((item.asname or item.name).split(".")[0] for item in statement.names)
        case _:
            yield from _stored(statement)


def _stored(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that are given a value anywhere in a statement."""
    for node in ast.walk(statement):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id
            case ast.arg():
                yield node.arg
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from ((item.asname or item.name).split(".")[0] for item in node.names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.Global():
                yield from node.names
            case _ if type(node).__name__ in {"TypeVar", "ParamSpec", "TypeVarTuple"}:  # syntax of Python 3.12
                yield node.name  # type: ignore[attr-defined]


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _is_plain(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_plain, target.elts))
    return isinstance(target, ast.Name | ast.Starred)
