"""The whole path with a real model: what it promises, never its wording."""

import importlib.util
import json
from pathlib import Path

import jsonschema_rs
import pyarrow.parquet as pq
import pytest

from resyn.models import weights
from support.dvc_project import DVCProject

TRIAGE = {
    "type": "object",
    "properties": {"mood": {"enum": ["angry", "calm", "worried"]}, "urgency": {"type": "integer", "minimum": 1, "maximum": 5}},
    "required": ["mood", "urgency"],
    "additionalProperties": False,
}
CONFIG = f"""\
name: tickets
model_configs:
  - {{alias: writer, model: smollm2-135m, provider: embedded, inference_parameters: {{temperature: 0.8, max_tokens: 24}}}}
columns:
  - {{name: product, column_type: sampler, sampler_type: category, params: {{values: [laptop, phone, router]}}}}
  - {{name: reply, column_type: llm-text, model_alias: writer, prompt: "How do I fix a {{{{ product }}}}?"}}
  - name: triage
    column_type: llm-structured
    model_alias: writer
    prompt: "How does a customer feel whose {{{{ product }}}} is broken?"
    output_format: {json.dumps(TRIAGE)}
export: {{formats: [parquet, jsonl, csv]}}
"""
ROWS = 3
MOST_ANSWERS = 15

pytestmark = pytest.mark.skipif(
    weights.find() is None or importlib.util.find_spec("xllamacpp") is None,
    reason="the embedded model is not installed: `resyn models fetch`",
)


def make(planned: DVCProject, folder: Path) -> DVCProject:
    """Return a project with nothing stored or cached, after its first `dvc repro`."""
    project = planned.copy(folder)
    (project.root / "configs/reviews.yaml").write_text(CONFIG)
    (project.root / "providers.yaml").write_text("providers: [{name: embedded, provider_type: local}]\n")
    project.set(num_records=ROWS, batch_size=ROWS)
    project.resyn("plan")
    assert not (project.root / ".resyn/responses.sqlite").exists()
    assert not (project.root / ".dvc/cache").exists()
    project.repro()
    return project


def test_rows_fit_their_schema_and_a_second_project_has_the_same(planned_template: DVCProject, tmp_path: Path) -> None:
    """Made from nothing twice: the same seeds, the same answers, the same bytes."""
    first, second = (make(planned_template, tmp_path / name) for name in ("first", "second"))
    fits = jsonschema_rs.validator_for(TRIAGE).is_valid
    assert len(first.rows()) == ROWS
    assert all(row["reply"] and fits(row["triage"]) for row in first.rows())
    assert ROWS * 2 <= pq.read_metadata(first.root / "data/traces/b00000.parquet").num_rows <= MOST_ANSWERS
    assert first.dataset() == second.dataset()
    assert first.fingerprint == second.fingerprint
