"""Frozen dataclasses ↔ plain JSON values, driven by the field types."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from resyn.spec.installed import installed_column
from resyn.spec.processors.processor import Processor
from resyn.spec.program import Column
from resyn.spec.samplers.params import SamplerParams
from resyn.spec.validators.params import ValidatorParams

T = TypeVar("T")

_FAMILIES: dict[type, tuple[str, str]] = {
    Column: ("column_type", "resyn.spec.columns"),
    SamplerParams: ("sampler_type", "resyn.spec.samplers"),
    Processor: ("processor_type", "resyn.spec.processors"),
    ValidatorParams: ("validator_type", "resyn.spec.validators"),
}


def encode(value: Any) -> Any:
    """Return dataclass `value` as JSON values; None, "" and empty containers are left out: absent and empty are one."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out = {tag: getattr(value, tag) for family, (tag, _) in _FAMILIES.items() if isinstance(value, family)}
        fields = ((f.name, encode(getattr(value, f.name))) for f in dataclasses.fields(value))
        return out | {name: item for name, item in fields if item is not None and item not in ("", [], {})}
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode(cls: type[T], data: Any) -> T:
    """Return an instance of dataclass `cls` from what `encode` returned.

    Raises:
        ValueError: a member is unknown or missing, or names a type that does not exist.
    """
    target = _member_of_family(cls, data) if cls in _FAMILIES else cls
    known = _field_types(target)
    tags = {tag for tag, _ in _FAMILIES.values()}
    if unknown := set(data) - set(known) - tags:
        raise ValueError(f"{target.__name__} has no field {min(unknown)!r}")
    try:
        return typing.cast(T, target(**{name: _decode(known[name], item) for name, item in data.items() if name in known}))
    except TypeError as error:
        raise ValueError(f"{target.__name__}: {error}") from error


def find(family: type, name: str) -> type:
    """Return the class of column, sampler or processor type `name`, found in the file of that name, or in an installed package.

    Raises:
        ValueError: there is no such type.
        ConfigError: the installed package that has it cannot be used.
    """
    tag, package = _FAMILIES[family]
    found = installed_column(name) if family is Column else None
    try:
        module = found.module("spec") if found else importlib.import_module(f"{package}.{name.replace('-', '_')}")
        return next(
            item
            for item in vars(module).values()
            if isinstance(item, type) and issubclass(item, family) and getattr(item, tag, None) == name
        )
    except (ImportError, StopIteration) as error:
        raise ValueError(f"there is no {tag} {name!r}") from error


def _member_of_family(family: type, data: Mapping[str, Any]) -> type:
    return find(family, data[_FAMILIES[family][0]])


@functools.cache
def _field_types(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {f.name: hints[f.name] for f in dataclasses.fields(cls)}


def _decode(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return decode(hint, value)
    if origin is tuple:
        inner = typing.get_args(hint)
        return tuple(_decode(inner[0], item) for item in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = typing.get_args(hint)[1]
        return {key: _decode(inner, item) for key, item in value.items()}
    if origin is types.UnionType and type(None) in typing.get_args(hint) and value is not None:
        (inner,) = (item for item in typing.get_args(hint) if item is not type(None))
        return _decode(inner, value)
    return float(value) if hint is float else value
