"""What a run would ask and cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resyn.engine.making import Orders
from resyn.engine.stage import stage
from resyn.plan.plan import compare
from resyn.plan.write import write
from resyn.project import Project
from resyn.run.choice import Bounds
from resyn.run.estimate import estimate
from resyn.store.spend import read_spent
from resyn.testing import ModelServer, model_server
from support.dvc_project import CONFIG, PARAMS, PROVIDERS

PRICES = "    prices: {fake: {input: 1.0, output: 10.0}}\n"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Run a model server for one test."""
    with model_server() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, server: ModelServer) -> Project:
    """Return what a person wrote, not planned: a TEXT and a RECORD that reads it, in 12 rows."""
    for folder in ("configs", "plugins", "seeds"):
        (tmp_path / folder).mkdir()
    (tmp_path / "configs/reviews.yaml").write_text(CONFIG)
    (tmp_path / "params.yaml").write_text(PARAMS)
    providers = PROVIDERS.format(endpoint=server.endpoint).replace(
        "{name: lab, provider_type: openai, endpoint: ", "name: lab\n    endpoint: "
    )
    (tmp_path / "providers.yaml").write_text(providers.replace('"}\n', '"\n') + PRICES)
    return Project(tmp_path)


def files(project: Project) -> dict[Path, bytes]:
    """Return every file of a project but SQLite's own beside a database."""
    return {
        path: path.read_bytes() for path in project.root.rglob("*") if path.is_file() and path.suffix not in {".sqlite-shm", ".sqlite-wal"}
    }


def test_requests_whose_inputs_are_known_are_looked_up_and_others_estimated(project: Project, server: ModelServer) -> None:
    """Of an empty store: every TEXT for certain, every RECORD likely; nothing is asked, and not a byte is written."""
    before = files(project)
    found = estimate(project, Bounds())
    text, record = found.columns
    assert (found.batches, found.rows) == (3, 12)
    assert (text.column, text.model, text.stored, text.exact, text.estimated) == ("text", "lab/fake", 0, 12, 0)
    assert (record.stored, record.exact, record.estimated) == (0, 0, 12)
    assert found.dollars == pytest.approx(sum((c.input_tokens * 1.0 + c.output_tokens * 10.0) / 1e6 for c in found.columns))
    assert files(project) == before
    assert server.stats()["requests"] == 0


ASKING = """\
from resyn import custom_column_generator
@custom_column_generator(required_columns=["topic"], model_aliases=["writer"], dtype="str")
def ask(row, models):
    return models["writer"].generate(row["topic"])[0]
"""
MORE = """\
  - {name: vector, column_type: embedding, model_alias: reader, target_column: topic}
  - {name: verdict, column_type: custom, generator_function: "plugins.asking:ask"}
"""
READER = "model_configs:\n  - {alias: reader, model: vectors, provider: lab, inference_parameters: {generation_type: embedding}}\n"


def test_texts_that_rows_share_count_once_and_functions_that_ask_are_named(project: Project) -> None:
    """Over all batches: as many vectors as a run then asks for; what a function will ask nobody knows, so no total cost is named."""
    config = (project.root / "configs/reviews.yaml").read_text()
    assert "model_configs:\n" in config
    more = config.replace("model_configs:\n", READER).replace("columns:\n", f"columns:\n{MORE}")
    (project.root / "configs/reviews.yaml").write_text(more)
    (project.root / "plugins/asking.py").write_text(ASKING)
    _, changes, _ = compare(project)
    write(changes.steps)
    found = estimate(project, Bounds())
    (vector,) = (column for column in found.columns if column.column == "vector")
    assert (found.uncounted, found.dollars) == (("verdict",), None)
    stage(project, {"b00000": range(4), "b00001": range(4, 8), "b00002": range(8, 12)}, Orders())
    vectors = read_spent(project.root / ".resyn/spend.sqlite", "reviews")["lab/vectors"].requests
    assert (vector.stored, vector.exact, vector.estimated) == (0, vectors, 0)
    assert estimate(project, Bounds()).uncounted == ()


def test_what_is_stored_is_not_asked_and_counts_exactly(project: Project, server: ModelServer) -> None:
    """After two of three batches: the last one's requests, no others; the answers seen say how long the next will be."""
    _, changes, _ = compare(project)
    write(changes.steps)
    stage(project, {"b00000": range(4), "b00001": range(4, 8)}, Orders())
    asked = server.stats()["requests"]
    found = estimate(project, Bounds())
    assert (found.batches, found.rows, found.exact, found.estimated) == (1, 4, 4, 4)
    assert found.columns[0].output_tokens == pytest.approx(4 * server.stats()["output_tokens"] / 16, rel=0.5)
    assert estimate(project, Bounds(count=0)).exact == 0
    assert server.stats()["requests"] == asked
