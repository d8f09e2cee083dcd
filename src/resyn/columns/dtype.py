"""What a plugin's values are: `str`, `int`, `float`, `bool`, `list[…]`, `{name: …, …}`, written or as annotations → Arrow types."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

_SCALARS = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
_PYTHON = {str: "str", int: "int", float: "float", bool: "bool"}
_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|[\[\]{}:,])")


def arrow_type_of(dtype: str) -> pa.DataType:
    """Return the Arrow type of a written dtype.

    Raises:
        ValueError: it is none.
    """
    tokens = _TOKEN.findall(dtype)
    if "".join(tokens) != re.sub(r"\s", "", dtype):
        raise ValueError(f"'{dtype}' is no type: write str, int, float, bool, list[…] or {{name: …}}")
    kind, rest = _parse(tokens, dtype)
    if rest:
        raise ValueError(f"'{dtype}' goes on after a whole type, with '{rest[0]}'")
    return kind


def written(value: Any) -> str:
    """Return a dtype as text, from text, from a mapping of names, or from a list of one.

    Raises:
        ValueError: it is none of them.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list) and len(value) == 1:
        return f"list[{written(value[0])}]"
    raise ValueError("write str, int, float, bool, list[…] or {name: …}")


def dtype_of(annotation: Any) -> str:
    """Return the dtype that an annotation stands for, "" where it stands for none (`dict`, `Any`)."""
    if annotation in _PYTHON:
        return _PYTHON[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        kept = [item for item in inner if item is not type(None)]
        return dtype_of(kept[0]) if len(kept) == 1 else ""
    if origin in (list, tuple) and inner and (item := dtype_of(inner[0])):
        return f"list[{item}]"
    if isinstance(annotation, type) and (typing.is_typeddict(annotation) or dataclasses.is_dataclass(annotation) or _is_model(annotation)):
        members = {name: dtype_of(hint) for name, hint in typing.get_type_hints(annotation).items() if name != "model_config"}
        return written(members) if members and all(members.values()) else ""
    return ""


def fitted(value: Any, kind: pa.DataType, at: str = "", *, strict: bool = True) -> Any:
    """Return a plugin's value as what Arrow gives back for its type, in containers of its own; `strict` refuses unknown members.

    Raises:
        ValueError: it does not fit; says where and how.
    """
    if value is None:
        return None
    if hasattr(value, "item") and not isinstance(value, str) and getattr(value, "shape", None) == ():  # a scalar of NumPy
        value = value.item()
    if pa.types.is_struct(kind):
        return _struct(value, kind, at, strict=strict)
    if pa.types.is_list(kind):
        if not isinstance(value, list | tuple) and not hasattr(value, "tolist"):
            raise ValueError(_unfit(value, "a list", at))
        items = value.tolist() if hasattr(value, "tolist") else value
        return [fitted(item, kind.value_type, f"{at}[{index}]", strict=strict) for index, item in enumerate(items)]
    return _scalar(value, kind, at)


def _scalar(value: Any, kind: pa.DataType, at: str) -> Any:
    match value:
        case bool() if pa.types.is_boolean(kind):
            return value
        case int() if pa.types.is_int64(kind) and not isinstance(value, bool):
            if -(2**63) <= value < 2**63:
                return int(value)
            raise ValueError(f"{at and at + ': '}{value} does not fit 64 bits")
        case int() | float() if pa.types.is_float64(kind) and not isinstance(value, bool):
            return float(value)
        case str() if pa.types.is_string(kind):
            value.encode()  # a lone surrogate is no text
            return str(value)
    names = {str(arrow): name for name, arrow in _SCALARS.items()}
    raise ValueError(_unfit(value, names.get(str(kind), str(kind)), at))


def _struct(value: Any, kind: pa.DataType, at: str, *, strict: bool) -> dict[str, Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    elif _is_model(type(value)):
        value = value.model_dump()
    if not isinstance(value, Mapping):
        raise ValueError(_unfit(value, "keys and values", at))
    names = [item.name for item in kind]
    if strict and (unknown := [str(name) for name in value if name not in names]):
        raise ValueError(f"{at and at + ': '}'{unknown[0]}' is no member of {{{', '.join(names)}}}")
    return {item.name: fitted(value.get(item.name), item.type, f"{at}.{item.name}" if at else item.name, strict=strict) for item in kind}


def _parse(tokens: list[str], dtype: str) -> tuple[pa.DataType, list[str]]:
    match tokens:
        case [name, *rest] if name in _SCALARS:
            return _SCALARS[name], rest
        case ["list", "[", *rest]:
            inner, rest = _parse(rest, dtype)
            if rest[:1] == ["]"]:
                return pa.list_(inner), rest[1:]
        case ["{", *rest]:
            return _parse_struct(rest, dtype)
    raise ValueError(f"'{dtype}' is no type: write str, int, float, bool, list[…] or {{name: …}}")


def _parse_struct(tokens: list[str], dtype: str) -> tuple[pa.DataType, list[str]]:
    fields: list[tuple[str, pa.DataType]] = []
    while len(tokens) > 2 and tokens[1] == ":":
        kind, rest = _parse(tokens[2:], dtype)
        fields.append((tokens[0], kind))
        if rest[:1] == ["}"]:
            return pa.struct(fields), rest[1:]
        tokens = rest[1:] if rest[:1] == [","] else []
    raise ValueError(f"'{dtype}' is no type: write str, int, float, bool, list[…] or {{name: …}}")


def _is_model(kind: type) -> bool:
    return hasattr(kind, "model_dump") and hasattr(kind, "model_fields")


def _unfit(value: Any, wanted: str, at: str) -> str:
    shown = repr(value)
    return f"{at and at + ': '}{shown if len(shown) <= 60 else shown[:60] + '…'} ({type(value).__name__}) where {wanted} belongs"
