"""Configs that Data Designer's own `write_config` wrote, unchanged."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from support import tool_server
from support.dvc_project import PROVIDERS, DVCProject
from support.verdicts import verdict_server

WRITTEN = Path(__file__).parents[1] / "unit/config/data"


def use(project: DVCProject, name: str) -> None:
    """Make one of the written configs the project's, on the test server."""
    (project.root / "configs" / name).write_bytes((WRITTEN / name).read_bytes())
    one = PROVIDERS.format(endpoint=project.server.endpoint)
    (project.root / "providers.yaml").write_text(
        one + "".join(one.partition("\n")[2].replace("lab", other) for other in ("nvidia", "fake"))
    )
    project.set(config=f"configs/{name}", num_records=6, batch_size=6)


def test_the_basics_run_as_they_are(project: DVCProject) -> None:
    """Every column is there, the second text names the first, and the request is what the file says."""
    use(project, "the-basics.yaml")
    project.resyn("run")
    rows = project.rows()
    assert [*rows[0]] == [
        *("product_category", "product_subcategory", "target_age_range", "customer", "number_of_stars", "review_style"),
        *("product_name", "customer_review"),
    ]
    assert len(rows) == 6
    assert {type(row["number_of_stars"]) for row in rows} == {int}
    assert all(18 <= row["customer"]["age"] <= 70 for row in rows)
    log = project.server.requests()
    assert {request["model"] for request in log} == {"nvidia/nemotron-3-nano-30b-a3b"}
    reviews = {request["text"] for request in log if "write a review" in request["text"].lower()}
    assert reviews == {
        f"You are a customer named {row['customer']['first_name']} from {row['customer']['city']}, {row['customer']['state']}. You are "
        f"{row['customer']['age']} years old and recently purchased a product called {row['product_name']}. Write a review of this "
        f"product, which you gave a rating of {row['number_of_stars']} stars. The style of the review should be '{row['review_style']}'. "
        "Respond with only the review, no other text."
        for row in rows
    }
    assert len(log) == 12


@pytest.mark.parametrize(
    ("name", "code", "verdict"),
    [("text_to_python.yaml", "code_implementation", "code_validity_result"), ("text_to_sql.yaml", "sql", "code_validity_result")],
)
def test_code_is_written_judged_and_validated(project: DVCProject, name: str, code: str, verdict: str) -> None:
    """The code stands without its fence, each score has its reasons, and every row has its verdict."""
    use(project, name)
    project.resyn("run")
    rows = project.rows()
    assert len(rows) == 6
    assert all(row[code] and "```" not in row[code] for row in rows)
    judges = [value for row in rows for column, value in row.items() if column.endswith("judge_result")]
    assert judges
    assert all(score["reasoning"] and 0 <= score["score"] <= 4 for judge in judges for score in judge.values())
    assert all(row[verdict]["is_valid"] in (True, False) for row in rows)


def test_every_kind_of_model_is_asked(project: DVCProject) -> None:
    """Chats with traces, reasoning and drawn parameters, vectors in base64, pictures as files: what the file asks for is there."""
    project.server.configure(reasoning_words=3)
    use(project, "llm.yaml")
    project.resyn("run")
    rows = project.rows()
    assert len(rows) == 6
    for row in rows:
        assert row["order"]["mood"] in ("good", "bad")
        assert row["judge"]["quality"]["score"] in (1, 2, 3)
        assert (row["vec"]["num_embeddings"], row["vec"]["dimension"]) == (1, 8)
        assert all((project.root / "data/dataset" / name).read_bytes().startswith(b"\x89PNG") for name in row["pic"])
    kept = pq.read_table(project.root / "data/batches/b00000.parquet").to_pylist()
    assert [[message["role"] for message in row["txt__trace"]] for row in kept] == [["system", "user", "assistant"]] * 6
    assert all(len(row["txt__reasoning_content"].split()) == 3 for row in kept)
    asked = [json.loads(text) for text in pq.read_table(project.root / "data/traces/b00000.parquet")["request"].to_pylist()]
    drawn = {request["parameters"]["temperature"] for request in asked if "temperature" in request["parameters"]}
    assert len(drawn) > 6
    assert all(0.5 <= temperature < 0.9 for temperature in drawn)
    project.server.reset()
    shutil.rmtree(project.root / "data")
    project.repro()
    assert project.rows() == rows
    assert project.requests == 0


def batch(project: DVCProject) -> list[dict[str, Any]]:
    """Plan the project and make its only batch, by the stage's own command; return its rows."""
    project.resyn("plan")
    project.resyn("generate", "b00000")
    rows: list[dict[str, Any]] = pq.read_table(project.root / "data/batches/b00000.parquet").to_pylist()
    return rows


def asked_of(project: DVCProject) -> list[dict[str, Any]]:
    """Return what was asked, by the traces."""
    return [json.loads(text) for text in pq.read_table(project.root / "data/traces/b00000.parquet")["request"].to_pylist()]


def test_a_validator_s_endpoint_judges_rows(project: DVCProject) -> None:
    """Each row has its own verdict; rows that look the same are asked about once."""
    with verdict_server(lambda row: {"is_valid": row["x"] > 5}) as judge:
        use(project, "remote.yaml")
        project.edit("configs/remote.yaml", "http://127.0.0.1:8099/v", judge.url)
        rows = batch(project)
        assert [row["rv"]["is_valid"] for row in rows] == [row["x"] > 5 for row in rows]
        assert sorted(row["x"] for row in judge.rows) == sorted({row["x"] for row in rows})


def test_a_model_calls_a_tool(project: DVCProject, tmp_path: Path) -> None:
    """A server of the protocol, started from providers.yaml, is called once a row, and its answer is shown to the model."""
    calls = tmp_path / "calls"
    use(project, "tools.yaml")
    with (project.root / "providers.yaml").open("a") as providers:
        providers.write(f'mcp_providers:\n  - {{name: calc, command: "{sys.executable}", args: ["{tool_server.__file__}", "{calls}"]}}\n')
    assert all(row["ans"] for row in batch(project))
    assert len(calls.read_text().splitlines()) == 6
    assert sum(request["model"] == "add" for request in asked_of(project)) == 6
    assert {len(request["messages"]) for request in asked_of(project) if request.get("kind", "chat") == "chat"} == {1, 3}


def test_a_model_is_shown_an_address(project: DVCProject) -> None:
    """The image's address goes out as it is, before the words."""
    use(project, "vision.yaml")
    assert all(row["cap"] for row in batch(project))
    shown = [request["messages"][-1]["content"] for request in asked_of(project)]
    assert [[part["type"] for part in parts] for parts in shown] == [["image_url", "text"]] * 6
    assert shown[0][0]["image_url"]["url"] == "http://127.0.0.1:1/a.png"
