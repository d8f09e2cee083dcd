"""Editors and the loader agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from resyn.config import schema

DATA = Path(__file__).parent / "data"


def _config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / "tickets.yaml").read_text())
    loaded["columns"][3]["params"] = {"start": "2026-01-01", "end": "2026-02-01"}
    return loaded


def _is_valid(instance: Any) -> bool:
    return bool(jsonschema_rs.Draft202012Validator(schema()).is_valid(instance))


def test_it_is_a_json_schema() -> None:
    """Draft 2020-12, and every key has a description."""
    jsonschema_rs.meta.validate(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for name, definition in schema()["$defs"].items():
        for key, value in definition["properties"].items():
            assert key.endswith("_type") or key == "data_designer" or value.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_config_that_loads_fits(wrapped: bool) -> None:
    """Bare or wrapped, with our keys inside or beside."""
    bare = _config()
    assert _is_valid({"data_designer": bare, "library_version": "0.9.6"} if wrapped else bare)


def test_a_file_of_data_designers_fits() -> None:
    """What its `write_config` wrote."""
    assert _is_valid(yaml.safe_load((DATA / "the-basics.yaml").read_text()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("columns", 0, "colum_type"), "sampler"),
        (("columns", 0, "sampler_type"), "guid"),
        (("columns", 1, "params"), {"low": 0, "high": 1}),
        (("columns", 5, "params", "low"), "little"),
        (("columns", 5, "conditional_params"), {"load > 0": {"low": "little"}}),
        (("columns", 10, "column_type"), "llm-judge"),
        (("columns", 10, "skip"), {"if": "{{ id }}"}),
        (("export", "formats"), ["xml"]),
        (("processors",), [{}]),
        (("data_designer",), {"columns": []}),
    ],
)
def test_a_config_that_does_not_load_does_not_fit(path: tuple[str | int, ...], value: Any) -> None:
    """The editor says so while it is typed; `sampler_type` beside `params` decides what they hold."""
    changed: Any = _config()
    node = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    assert not _is_valid(changed)
