"""Configs that Data Designer's own `write_config` wrote, unchanged."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support.dvc_project import PROVIDERS, DVCProject

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
