"""A seed dataset in a real project: its content is seen, and no row of it comes twice before all came once."""

import pytest

from support.dvc_project import DVCProject

CITIES = ("Oslo", "Lima", "Pune", "Turin", "Cork", "Bonn")
SEEDED = """\
seed_config: {source: {path: seeds/*.csv}, sampling_strategy: shuffle}
constraints:
  - {constraint_type: expression, expr: "topic != 'tent' or city != 'Cork'"}
columns:
"""


@pytest.mark.slow
def test_a_seed_dataset_is_shuffled_extended_and_edited(project: DVCProject) -> None:
    """Four rows, then six: each city once. An edited seed row makes another dataset of the same `dvc repro`, which asks for that row alone."""
    (project.root / "seeds/cities.csv").write_text("city\n" + "".join(f"{city}\n" for city in CITIES))
    project.edit("configs/reviews.yaml", "columns:\n", SEEDED)
    project.edit("configs/reviews.yaml", "TEXT about a {{ topic }}", "TEXT about {{ city }}")
    project.edit(
        "configs/reviews.yaml", "name: text, column_type: llm-text", "name: text, skip: {when: city == 'Bonn'}, column_type: llm-text"
    )
    project.set(num_records=4)
    project.resyn("plan")
    project.repro()
    first = project.rows()
    project.set(num_records=6)
    project.repro()
    rows = project.rows()
    assert rows[:4] == first
    assert sorted(row["city"] for row in rows) == sorted(CITIES)
    assert all((row["text"] is None) is (row["city"] == "Bonn") for row in rows)
    assert ("tent", "Cork") not in {(row["topic"], row["city"]) for row in rows}
    assert project.requests == 2 * 5
    project.server.reset()
    project.edit("seeds/cities.csv", "Pune", "Poona")
    project.edit("configs/reviews.yaml", "columns:\n", "columns:\n  - {name: city, column_type: seed-dataset, drop: true}\n")
    project.repro()
    after = project.rows()
    assert project.requests == 2
    assert "city" not in after[0]
    changed = [before["city"] for before, now in zip(rows, after, strict=True) if now != {name: before[name] for name in now}]
    assert changed == ["Pune"]
