"""Processors on real DVC: only export and report run, and nothing is asked."""

from __future__ import annotations

import json
from typing import Any

import pyarrow.parquet as pq

from support.dvc_project import DVCProject

PROCESSORS = """
processors:
  - {processor_type: filter, condition: "topic != 'kettle'"}
  - {processor_type: schema_transform, name: chat, template: {messages: [{role: user, content: "{{ text }}"}]}}
  - {processor_type: sort, by: [-topic, record.score]}
  - {processor_type: split, shares: {train: 0.5, test: 0.5}}
  - {processor_type: drop_columns, column_names: ["la*"]}
export:"""


def split(project: DVCProject, name: str) -> list[dict[str, Any]]:
    """Return the rows of an exported split."""
    rows: list[dict[str, Any]] = pq.read_table(project.root / "data/dataset" / f"{name}.parquet").to_pylist()
    return rows


def test_processors_and_drop_run_export_and_report_alone_and_ask_nothing(finished: DVCProject) -> None:
    """Added, then a column dropped: batches and identity stay, no request. Then 12 rows become 20: no row changes its split."""
    identity = finished.fingerprint
    finished.edit("configs/reviews.yaml", "\nexport:", PROCESSORS)
    said = finished.repro()
    assert finished.stages_run(said) == ["plan", "export", "report"]
    assert (finished.requests, finished.fingerprint) == (0, identity)
    splits = {name: {row["text"] for row in split(finished, name)} for name in ("train", "test")}
    rows = [*split(finished, "train"), *split(finished, "test")]
    assert list(rows[0]) == ["topic", "text", "record"]
    assert {row["topic"] for row in rows} == {"tent", "lamp"}
    metrics = json.loads((finished.root / "metrics.json").read_text())
    assert metrics["rows"] == 12 == len(rows) + metrics["removed"]["filter"]
    assert metrics["splits"] == {name: len(split(finished, name)) for name in ("train", "test")}
    chat = pq.read_table(finished.root / "data/dataset/processors-files/chat/train.parquet")
    assert {row["messages"][0]["content"] for row in chat.to_pylist()} == splits["train"] | splits["test"]

    finished.edit("configs/reviews.yaml", 'prompt: "RECORD of', 'drop: true\n    prompt: "RECORD of')
    said = finished.repro()
    assert finished.stages_run(said) == ["plan", "export", "report"]
    assert list(split(finished, "train")[0]) == ["topic", "text"]

    finished.set(num_records=20)
    finished.repro()
    longer = {name: {row["text"] for row in split(finished, name)} for name in ("train", "test")}
    assert all(splits[name] <= longer[name] for name in splits)
    assert finished.requests == 16
