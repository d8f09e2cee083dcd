"""The text of a syntax tree that every Python writes alike, and that no comment, docstring or layout is in."""

from __future__ import annotations

import ast
import json
from typing import Any

_WITHOUT_MEANING = frozenset({"ctx", "type_comment", "type_ignores", "kind"})


def meaning(node: ast.AST) -> str:
    """Return a tree as JSON text: positions, docstrings and empty fields left out, so that Python 3.11, 3.12 and 3.13 agree."""
    return json.dumps(_plain(node), ensure_ascii=True, separators=(",", ":"))


def is_remark(node: object) -> bool:
    """Return whether a statement is a text that stands alone, such as a docstring."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, ast.Constant):
        return ["Constant", _constant(value.value)]
    if isinstance(value, ast.AST):
        return [type(value).__name__, {name: _plain(item) for name, item in _fields(value) if item not in (None, [])}]
    return [_plain(item) for item in value if not is_remark(item)] if isinstance(value, list) else value


def _fields(node: ast.AST) -> list[tuple[str, Any]]:
    fields = {name: getattr(node, name, None) for name in node._fields if name not in _WITHOUT_MEANING}
    if isinstance(node, ast.JoinedStr):
        fields["values"] = _merged(node.values)
    return sorted(fields.items())


def _merged(parts: list[ast.expr]) -> list[ast.expr]:
    """Join the texts of an f-string that stand side by side: where it is split is the parser's affair."""
    merged: list[ast.expr] = []
    for part in parts:
        match merged, part:
            case [*_, ast.Constant(value=str(before))], ast.Constant(value=str(text)):
                merged[-1] = ast.Constant(before + text)
            case _:
                merged.append(part)
    return [part for part in merged if not (isinstance(part, ast.Constant) and part.value == "")]


def _constant(value: Any) -> Any:
    """Return the type and the bits of a constant; `repr` of a text depends on the Unicode tables of the interpreter."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return ["int", hex(value)]
        case float():
            return ["float", value.hex()]
        case complex():
            return ["complex", value.real.hex(), value.imag.hex()]
        case bytes():
            return ["bytes", value.hex()]
    return type(value).__name__
