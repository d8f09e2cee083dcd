"""Request counts by the server after edits of what answers have to be."""

from __future__ import annotations

from support.dvc_project import DVCProject

PROPERTIES = "properties: {title: {type: string}, score: {type: integer, minimum: 1, maximum: 5}}"


def test_a_schema_that_stored_answers_satisfy_asks_nothing(finished: DVCProject) -> None:
    """A property more, a condition on rows; then a bound that some answers break, and those alone are asked for again."""
    rows = finished.rows()
    finished.edit("configs/reviews.yaml", PROPERTIES, PROPERTIES.replace("5}}", "9}, note: {type: string}}"))
    finished.edit("configs/reviews.yaml", "name: reviews", "name: reviews\naccept: record.score >= 1")
    said = finished.repro()
    assert "12 answers fit the edited schema of record" in said.stdout
    assert finished.rows() == [row | {"record": row["record"] | {"note": None}} for row in rows]
    assert finished.requests == 0
    finished.edit("configs/reviews.yaml", "maximum: 9", "maximum: 3")
    finished.repro()
    broken = sum(row["record"]["score"] > 3 for row in rows)
    assert 0 < broken < 12
    assert (finished.asked("TEXT"), finished.asked("RECORD")) == (0, broken)
    assert [new["record"]["score"] for new, row in zip(finished.rows(), rows, strict=True) if row["record"]["score"] <= 3] == [
        row["record"]["score"] for row in rows if row["record"]["score"] <= 3
    ]
