"""The files of the report stage."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from resyn.errors import ResynError
from resyn.export import export
from resyn.project import Project
from resyn.report import report
from resyn.spec import Price
from resyn.spec.processors.filter import Filter
from resyn.spec.processors.split import Share, Split
from support.finished import COLUMNS, HOSTILE, FinishedProject

FILES = ("metrics.json", "plots/columns.json", "plots/values.json", "report.html")
USAGE = ("requests", "input_tokens", "output_tokens", "retries", "refused", "cut")


def reported(project: Project) -> dict[str, Any]:
    """Export, then report."""
    export(project)
    return report(project)


def content(root: Path) -> dict[str, bytes]:
    """Return the bytes of each file of the report."""
    return {name: (root / name).read_bytes() for name in FILES}


def test_metrics_count_rows_and_every_traced_answer(finished: FinishedProject) -> None:
    """Two answers a row, and in each tenth row a refusal, a retry of each and a second attempt."""
    metrics = reported(finished.finish())

    assert json.loads(finished.project.metrics.read_bytes()) == metrics
    assert metrics["fingerprint"] == finished.fingerprint
    assert (metrics["rows"], metrics["missing"], metrics["redrawn"]) == (60, 0, 6)
    assert [metrics[name] for name in USAGE] == [126, 120 * 12, 120 * 30, 12, 6, 0]
    assert metrics["models"] == {"lab/fake-1.5": {name: metrics[name] for name in USAGE}}


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (b'{"choices":[{"message":{"content":"half a"},"finish_reason":"length"}]}', True),
        (b'{"choices": [{"finish_reason" : "max_tokens"}]}', True),
        (b'{"type":"message","content":[],"stop_reason":"model_context_window_exceeded"}', True),
        (b'{"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}', False),
        (rb'{"choices":[{"message":{"content":"say \"finish_reason\":\"length\""},"finish_reason":"stop"}]}', False),
        (b"", False),
    ],
)
def test_answers_that_were_cut_are_counted(finished: FinishedProject, body: bytes, is_cut: bool) -> None:
    """By their own words, of whatever provider; the report says so where there are any."""
    finished.finish()
    finished.trace("b00001", range(20, 40), body)
    metrics = reported(finished.project)
    assert (metrics["cut"], metrics["columns"]["triage"]["cut"]) == ((42, 20) if is_cut else (0, 0))
    assert ("answers cut at max_tokens" in finished.project.report.read_text()) == is_cut


def test_metrics_of_a_column_count_nulls_and_values(finished: FinishedProject) -> None:
    """A column that asked a model has its usage beside them, another has none."""
    columns = reported(finished.finish())["columns"]

    assert list(columns) == [column.name for column in COLUMNS]
    assert columns["product"] == {"nulls": 0, "distinct": 4}
    assert columns["note"] == {"nulls": 9, "distinct": 6}
    assert columns["body"] == dict(zip(("nulls", "distinct", *USAGE), (0, 60, 66, 720, 1800, 6, 6, 0), strict=True))


def test_the_same_rows_give_the_same_files_however_they_are_cut(finished: FinishedProject) -> None:
    """A rerun, and one in batches of another size, changes no byte."""
    reported(finished.finish(60, 20))
    first = content(finished.project.root)
    reported(finished.project)
    assert content(finished.project.root) == first

    reported(finished.finish(60, 17))

    assert content(finished.project.root) == first


def test_plots_are_lists_of_points(finished: FinishedProject) -> None:
    """One point a column, and one for each frequent value, fields of structs among them."""
    reported(finished.finish())
    columns = json.loads((finished.project.plots / "columns.json").read_bytes())
    values = json.loads((finished.project.plots / "values.json").read_bytes())

    assert {"column": "product", "nulls": 0, "distinct": 4} | dict.fromkeys(USAGE, 0) in columns
    assert [point["rows"] for point in values if point["value"].startswith("product = ")] == [28, 19, 10, 3]
    assert any(point["value"].startswith("triage.urgency = ") for point in values)


def test_missing_rows_are_counted(finished: FinishedProject) -> None:
    """Rows the config allows to be missing are in no count but their own, and the report says so."""
    finished.finish(max_missing_share=0.1)
    finished.batch("b00000", range(20), range(1, 20))

    metrics = reported(finished.project)

    assert (metrics["rows"], metrics["missing"]) == (59, 1)
    assert "rows missing" in finished.project.report.read_text()


def test_a_dataset_that_lost_every_row_still_has_a_reported(finished: FinishedProject) -> None:
    """All missing, and allowed to be."""
    finished.finish(20, 20, max_missing_share=1.0)
    finished.batch("b00000", range(20), [])

    assert reported(finished.project)["rows"] == 0


def test_a_trace_that_is_not_there_is_named(finished: FinishedProject) -> None:
    """Numbers that left some answers out would be wrong without a word."""
    finished.finish()
    finished.project.trace("b00001").unlink()

    with pytest.raises(ResynError, match=r"b00001\.parquet cannot be read(?s:.*)dvc repro"):
        reported(finished.project)
    assert not finished.project.metrics.exists()


class _Page(HTMLParser):
    """Collect what a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and the names of its attributes."""
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_the_page_runs_and_loads_nothing(finished: FinishedProject) -> None:
    """No script, link, image, frame or handler, whatever models wrote; what they wrote can be read."""
    reported(finished.finish(name=f"name {HOSTILE}"))
    text = finished.project.report.read_text()
    page = _Page(text)

    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"}
    assert not {name for name in page.attributes if name.startswith("on") or name in {"src", "href", "srcdoc"}}
    assert "&lt;script&gt;" in text
    assert not re.search(r"url\(|@import|https?:", text)
    assert "default-src 'none'" in text


def test_the_page_shows_every_column_model_and_the_first_rows(finished: FinishedProject) -> None:
    """Dropped columns are profiled and marked, but are no part of the sample rows."""
    reported(finished.finish(export={"drop": ("ticket_id",)}))
    text = finished.project.report.read_text()

    assert all(f"<h3>{column.name}</h3>" in text for column in COLUMNS)
    assert "not exported" in text
    assert "<dt>ticket_id</dt>" not in text
    assert "lab/fake-1.5" in text
    assert text.count('class="card sample"') == 20


def test_dvc_reads_metrics_and_plots(finished: FinishedProject) -> None:
    """`dvc metrics show` flattens the numbers and `dvc plots show` finds its points."""
    reported(finished.finish())
    root = finished.project.root
    (root / "dvc.yaml").write_text(
        "metrics: [metrics.json]\n"
        "plots:\n"
        "  - values: {template: bar_horizontal, x: {plots/values.json: rows}, y: {plots/values.json: value}}\n"
    )

    def dvc(*words: str) -> str:
        return subprocess.run([sys.executable, "-m", "dvc", *words], cwd=root, check=True, capture_output=True, text=True).stdout

    dvc("init", "--no-scm", "-q")
    dvc("config", "core.analytics", "false")
    (shown,) = json.loads(dvc("metrics", "show", "--json"))[""]["data"].values()

    assert shown["data"]["columns"]["product"]["distinct"] == 4
    assert "product = laptop" in json.dumps(json.loads(dvc("plots", "show", "--json")))


def test_what_answers_cost_is_counted_by_column_and_model(finished: FinishedProject) -> None:
    """Tokens and attempts of the traces, times the prices of the plan; twice gives the same bytes."""
    finished.prices = {"lab/fake-1.5": Price(input=2.0, output=10.0, request=0.001)}
    metrics = reported(finished.finish())
    first = content(finished.project.root)

    assert metrics["dollars"] == round((126 + 12) * 0.001 + (1440 * 2.0 + 3600 * 10.0) / 1e6, 6)
    assert sum(column.get("dollars", 0) for column in metrics["columns"].values()) == pytest.approx(metrics["dollars"])
    assert metrics["models"]["lab/fake-1.5"]["dollars"] == metrics["dollars"]
    assert "<dt>cost</dt><dd>$0.1769</dd>" in finished.project.report.read_text()
    reported(finished.project)
    assert content(finished.project.root) == first


def test_what_nobody_knows_the_price_of_costs_an_unknown_sum(finished: FinishedProject) -> None:
    """No sum is better than half of one."""
    metrics = reported(finished.finish())
    assert "dollars" not in metrics
    assert "<dt>cost</dt>" not in finished.project.report.read_text()


def test_splits_and_processors_are_counted(finished: FinishedProject) -> None:
    """Rows that were generated and are in no file are in the metrics, the plots and the page."""
    shares = (Share(name="train", share=0.5), Share(name="test", share=0.5))
    processors = (Filter(name=f"laptops {HOSTILE}", condition="product == 'laptop'"), Split(name="split", shares=shares))
    metrics = reported(finished.finish(export={"processors": processors}))

    assert metrics["rows"] == 60
    assert metrics["exported"] == sum(metrics["splits"].values()) == 60 - metrics["removed"][f"laptops {HOSTILE}"]
    values = json.loads((finished.project.plots / "values.json").read_bytes())
    assert {"value": "split test", "rows": metrics["splits"]["test"]} in values
    page = finished.project.report.read_text()
    assert "rows exported" in page
    assert HOSTILE not in page


def test_without_an_export_there_is_no_report(finished: FinishedProject) -> None:
    """The message names the stage to run."""
    with pytest.raises(ResynError, match=r"rows\.json cannot be read(?s:.*)dvc repro -f -s export"):
        report(finished.finish())
