"""Put a config that was built in Python into a project."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from resyn.config import DataDesignerConfig
from resyn.config.dump import as_written, to_yaml
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.store import atomic

_KEYS = ("config", "num_records", "batch_size", "seed", "draw", "reference_date")


def use(project: Project, config: DataDesignerConfig, **params: Any) -> Path:
    """Write a config to configs/<its name>.yaml and let params.yaml name it, with `params` as what else a person sets there.

    All other bytes of params.yaml stay. Returns the config's file.

    Raises:
        ConfigError: there is no params.yaml, or `params` names no parameter.
    """
    if unknown := sorted(set(params) - set(_KEYS[1:])):
        raise ConfigError(f"there is no parameter '{unknown[0]}'", hint=f"parameters that exist: {', '.join(_KEYS[1:])}")
    try:
        text = project.params.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError("there is no params.yaml here", file=project.params, hint="run `resyn init`") from error
    path = project.root / "configs" / (re.sub(r"[^\w.-]+", "_", config.name) + ".yaml")
    for name, value in {"config": path.relative_to(project.root).as_posix(), **params}.items():
        text = _with(name, str(value) if name == "reference_date" else value, text)
    yaml.safe_load(text)
    atomic.write_if_changed(path, to_yaml(as_written(config)).encode())
    atomic.write_if_changed(project.params, text.encode())
    return path


def _with(name: str, value: Any, text: str) -> str:
    """Return the text of params.yaml with another value in the line of a key; its comment stays."""
    written = json.dumps(value) if name == "reference_date" else str(value)
    line = re.compile(rf"(?m)^({name}:[ \t]+)([^#\n]*?)([ \t]*(?:#.*)?)$")
    if line.search(text):
        return line.sub(lambda found: f"{found[1]}{written}{found[3]}", text, count=1)
    return f"{name}: {written}\n{text}"
