"""`drop: true` on a column of every type, under DVC."""

from __future__ import annotations

import hashlib
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import get_args

import pytest

from resyn.config import columns
from resyn.config.columns.column import SingleColumnConfig
from support.dvc_project import DVCProject

COLUMNS = """\
name: kinds
seed_config: {source: {path: seeds/cities.csv}}
model_configs:
  - {alias: writer, model: fake, provider: lab}
  - {alias: vectors, model: embed, provider: lab, inference_parameters: {generation_type: embedding}}
  - {alias: painter, model: dall-e-3, provider: lab, inference_parameters: {generation_type: image}}
columns:
  - {name: kept, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: city, column_type: seed-dataset}
  - {name: topic, column_type: sampler, sampler_type: category, params: {values: [tent, lamp]}}
  - {name: label, column_type: expression, expr: "{{ city }} {{ topic }}"}
  - {name: size, column_type: custom, generator_function: plugins.sizes:size, dtype: int}
  - {name: text, column_type: llm-text, model_alias: writer, prompt: "On {{ label }}", with_trace: last_message, extract_reasoning_content: true}
  - {name: code, column_type: llm-code, model_alias: writer, prompt: "Code {{ label }}", code_lang: python}
  - {name: record, column_type: llm-structured, model_alias: writer, prompt: "Record {{ label }}", output_format: {type: object, properties: {a: {type: string}}}}
  - {name: verdict, column_type: llm-judge, model_alias: writer, prompt: "Judge {{ text }}", scores: [{name: tone, description: how, options: {1: bad, 2: good}}]}
  - {name: vector, column_type: embedding, model_alias: vectors, target_column: text}
  - {name: picture, column_type: image, model_alias: painter, prompt: "Paint {{ label }}"}
  - {name: check, column_type: validation, target_columns: [code], validator_type: code, validator_params: {code_lang: python}}
"""
PLUGIN = """\
from resyn import custom_column_generator


@custom_column_generator(required_columns=["city"], side_effect_columns={"initial": "str"})
def size(row):
    return {**row, "size": len(row["city"]), "initial": row["city"][0]}
"""
SIDE_OUTPUTS = ["initial", "text__trace", "text__reasoning_content"]


def batches(project: DVCProject) -> dict[str, str]:
    """Return the hashes of all files of the batches."""
    files = sorted(path for path in (project.root / "data").rglob("*") if path.is_file() and "dataset" not in path.parts)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_dropping_a_column_of_any_type_runs_export_and_report_alone(project: DVCProject) -> None:
    """All at once: no batch runs, no model is asked, the rows are those of before; what a column makes beside itself stays."""
    (project.root / "seeds/cities.csv").write_text("city\nOslo\nLima\n")
    (project.root / "plugins/sizes.py").write_text(PLUGIN)
    (project.root / "configs/reviews.yaml").write_text(COLUMNS)
    project.set(num_records=2, batch_size=2)
    project.resyn("plan")
    project.repro()
    before, identity, made = project.rows(), project.fingerprint, batches(project)
    names = re.findall(r"^  - \{name: (\w+),", COLUMNS, re.MULTILINE)
    assert set(before[0]) == {*names, *SIDE_OUTPUTS}
    project.server.reset()
    (project.root / "configs/reviews.yaml").write_text(re.sub(r"(?m)^  - \{name: (?!kept)(\w+),", r"  - {name: \1, drop: true,", COLUMNS))
    assert project.stages_run(project.repro()) == ["plan", "export", "report"]
    assert (project.requests, project.fingerprint, batches(project)) == (0, identity, made)
    assert project.rows() == [{name: row[name] for name in ("kept", *SIDE_OUTPUTS)} for row in before]


def test_every_column_type_is_dropped_here() -> None:
    """A new one fails here until it is in the config above."""
    assert set(re.findall(r"column_type: ([\w-]+)", COLUMNS)) == set(_types())


def _types() -> Iterator[str]:
    for module in pkgutil.iter_modules(columns.__path__):
        for kind in vars(import_module(f"{columns.__name__}.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, SingleColumnConfig) and "column_type" in kind.model_fields:
                yield from get_args(kind.model_fields["column_type"].annotation)
