"""Configs that Data Designer's own `write_config` wrote, unchanged."""

from pathlib import Path

import pytest

from support.dvc_project import PROVIDERS, DVCProject

WRITTEN = Path(__file__).parents[1] / "unit/config/data"


def use(project: DVCProject, name: str) -> None:
    """Make one of the written configs the project's, on the test server."""
    (project.root / "configs" / name).write_bytes((WRITTEN / name).read_bytes())
    (project.root / "providers.yaml").write_text(PROVIDERS.format(endpoint=project.server.endpoint).replace("lab", "nvidia"))
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


@pytest.mark.parametrize("name", ["text_to_python.yaml", "text_to_sql.yaml"])
def test_a_column_type_that_does_not_exist_yet_is_named(project: DVCProject, name: str) -> None:
    """With file and line; the plan stays as it was."""
    use(project, name)
    before = project.git("status", "--porcelain")
    refused = project.resyn("plan", check=False)
    assert refused.returncode == 2
    assert f"configs/{name}:" in refused.stdout
    assert "'validation'" in refused.stdout
    assert project.git("status", "--porcelain") == before
    assert project.requests == 0
