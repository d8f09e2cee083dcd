"""params.yaml: what a person changes between runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, Strict, ValidationInfo, field_validator

from resyn.config.conflict import without_plan_conflict
from resyn.config.document import Document, compose_mapping, document, read_text
from resyn.config.messages import validated
from resyn.config.nearest import nearest
from resyn.config.written import Name, Written, refusal
from resyn.errors import ConfigError
from resyn.project import MAX_BATCHES, Project

StrictWhole = Annotated[int, Strict()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Hold the parameters of a run; `config` counts from the project's root."""

    config: Path
    num_records: int
    batch_size: int
    seed: int
    draw: int
    reference_date: str


class ParamsFile(Written):
    """The keys of params.yaml that are resyn's."""

    config: Name
    num_records: StrictWhole = Field(ge=1, le=10_000_000_000)
    batch_size: StrictWhole = Field(ge=1)
    seed: StrictWhole = Field(ge=0, lt=2**53)
    draw: StrictWhole = Field(default=0, ge=0)
    reference_date: str | None = None

    @field_validator("batch_size")
    @classmethod
    def _not_too_many_batches(cls, size: int, info: ValidationInfo) -> int:
        rows = info.data.get("num_records", 0)
        if (batches := -(-rows // size)) > MAX_BATCHES:
            least = -(-rows // MAX_BATCHES)
            raise refusal(
                f"of {size:,} makes {batches:,} batches of {rows:,} records; at most {MAX_BATCHES:,}", hint=f"use {least:,} or more"
            )
        return size

    @field_validator("reference_date")
    @classmethod
    def _is_a_date(cls, text: str | None) -> str | None:
        try:
            return text and dt.date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise refusal(f"must be a date such as 2026-01-31, not '{text}'") from error


def read_params(project: Project) -> tuple[Params, Document]:
    """Return the parameters and the document they come from; other keys of the file are their owner's.

    Raises:
        ConfigError: the file is missing or cannot be used.
    """
    file = project.params.name
    if not project.params.exists():
        raise ConfigError("there is no params.yaml here", file=file, hint="run `resyn init`, or go to the project's folder")
    source = document(_ours(compose_mapping(without_plan_conflict(read_text(project.params, file)), file), file), file)
    written = validated(ParamsFile, source)
    if written.reference_date is None:
        raise ConfigError(
            "'reference_date' is missing: ages must not depend on today", file=file, hint='add `reference_date: "2026-01-01"`'
        )
    return Params(**{**dict(written), "config": Path(written.config), "reference_date": written.reference_date}), source


def _ours(root: yaml.MappingNode, file: str) -> yaml.MappingNode:
    """Return the node with our keys alone.

    Raises:
        ConfigError: another key is nearly one of ours that is missing.
    """
    ours = list(ParamsFile.model_fields)
    given = [key.value for key, _ in root.value]
    for key, _ in root.value:
        guess = nearest(str(key.value), [name for name in ours if name not in given], cutoff=0.8)
        if guess and key.value not in ours:
            raise ConfigError(f"unknown key '{key.value}' (did you mean '{guess}'?)", file=file, line=key.start_mark.line + 1)
    pairs = [pair for pair in root.value if pair[0].value in ours]
    return yaml.MappingNode(root.tag, pairs, root.start_mark, root.end_mark)
