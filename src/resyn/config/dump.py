"""A config as the text of a file that loads as the same config."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo


def as_written(value: Any) -> Any:
    """Return what a person would write: JSON values, no defaults, but each type by its name."""
    match value:
        case BaseModel():
            fields = ((name, field, getattr(value, name)) for name, field in type(value).model_fields.items())
            return {name: as_written(given) for name, field, given in fields if _is_tag(field) or given != _default(field)}
        case Mapping():
            return {str(key): as_written(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_written(item) for item in value]
        case _:
            return _scalar(value)


def _scalar(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case dt.date():
            return value.isoformat()
        case PurePath():
            return value.as_posix()
        case _:
            return value


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def _is_tag(field: FieldInfo) -> bool:
    """Say whether a field has one value only, which says what the rest is."""
    return get_origin(field.annotation) is Literal and get_args(field.annotation) == (field.default,)


def to_yaml(value: Any) -> str:
    """Return JSON values as YAML, texts of several lines as blocks."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def to_json(value: Any, indent: int | None = 2) -> str:
    """Return JSON values as JSON."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


class _Dumper(yaml.SafeDumper):
    """Write no aliases: a person would not."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature of PyYAML's
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
