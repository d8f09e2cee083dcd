"""What DVC makes of params.yaml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml


def find_dates(params: Path) -> dict[str, dt.date]:
    """Return the unquoted dates at the top of params.yaml: with one of them, DVC loads no dvc.yaml beside the file."""
    values = yaml.safe_load(params.read_bytes())
    return {name: value for name, value in values.items() if isinstance(value, dt.date)} if isinstance(values, dict) else {}
