"""A planned project made of spec objects."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from resyn.engine.batch import generate
from resyn.engine.batch_report import BatchReport
from resyn.project import Project
from resyn.spec import Column, Limits, Model, Program, Provider, Runtime, encode
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers.category import Category

REVIEW = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "mood": {"enum": ["good", "bad"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    "required": ["title", "mood", "score"],
}
COLUMNS: tuple[Column, ...] = (
    Sampler(name="topic", params=Category(values=("tent", "lamp", "kettle"))),
    LLMText(name="text", model_alias="writer", prompt="TEXT about a {{ topic }}"),
    LLMText(name="note", model_alias="writer", prompt="NOTE on a {{ topic }}"),
    LLMStructured(name="record", model_alias="writer", prompt="RECORD of {{ text }}", output_format=json.dumps(REVIEW)),
    Expression(name="label", expr="{{ topic }}: {{ record.title }} [{{ record.score }}]"),
)


class Plan:
    """Write the plan of a program, and make its batches."""

    def __init__(self, root: Path, endpoint: str) -> None:
        self.project, self.endpoint = Project(root), endpoint
        self.runtime: dict[str, Any] = {}

    def __call__(self, ranges: dict[str, range], *, columns: tuple[Column, ...] = COLUMNS, parallel: int = 16, **program: Any) -> None:
        """Plan `ranges` of a program with `columns`; `self.runtime` holds prices and a budget, where a test sets them."""
        models = {"writer": Model(provider="lab", provider_type="openai", model="fake", temperature=0.7)}
        fields: dict[str, Any] = {"name": "reviews", "seed": 7, "draw": 0, "reference_date": "2026-01-01", "models": models}
        runtime = Runtime(
            providers={"lab": Provider(endpoint=self.endpoint)},
            limits={"writer": Limits(max_parallel_requests=parallel, max_wait=20)},
            **self.runtime,
        )
        self.write("generation", encode(Program(columns=columns, **(fields | program))))
        self.write("runtime", encode(runtime))
        self.write("ranges", {key: [rows.start, rows.stop] for key, rows in ranges.items()})

    def write(self, name: str, data: Any) -> None:
        """Write one file of the plan."""
        path = self.project.root / "plan" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(data))

    def generate(self, key: str, **options: Any) -> BatchReport:
        """Make one batch."""
        return generate(self.project, key, fingerprint=fingerprint(self.project.generation.read_bytes()), **options)

    def rows(self, *keys: str) -> list[dict[str, Any]]:
        """Return the rows of batches."""
        return [row for key in keys for row in pq.read_table(self.project.batch(key)).to_pylist()]
