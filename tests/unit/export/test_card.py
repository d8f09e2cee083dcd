"""The dataset card."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import yaml

from resyn.export import export
from resyn.export.card import card
from resyn.export.counts import Counts
from resyn.export.files import DatasetFiles
from resyn.spec import Program
from resyn.spec.columns.expression import Expression
from support.finished import COLUMNS, FinishedProject


def test_the_card_says_how_each_column_was_made(finished: FinishedProject) -> None:
    """Name, type, and sampler, expression or model; the identity; no time of day."""
    export(finished.finish(export={"formats": ("csv", "parquet")}))
    text = (finished.project.dataset / "README.md").read_text()

    assert "| `product` | `string` | category sampler |" in text
    assert "| `note` | `string` | expression |" in text
    assert "| `body` | `string` | llm-text by fake-1.5 (lab) |" in text
    assert finished.fingerprint in text
    assert text.count("\n| `") == len(COLUMNS)


def test_the_front_matter_names_the_first_format_asked_for(finished: FinishedProject) -> None:
    """`load_dataset` of the folder reads one file a split, not the same rows three times."""
    export(finished.finish(export={"formats": ("csv", "parquet")}))
    front = yaml.safe_load((finished.project.dataset / "README.md").read_text().split("---\n")[1])

    (config,) = front["configs"]
    assert (config["config_name"], config["data_files"]) == ("default", [{"split": "train", "path": "train.csv"}])
    assert front["size_categories"] == ["n<1K"]


def test_names_cannot_break_out_of_their_place(tmp_path: Path) -> None:
    """A name may hold what YAML, Markdown tables and HTML give a meaning to."""
    name = '---\n| <b>"x": `y`'
    program = Program(name=name, seed=0, draw=0, reference_date="2026-01-01", columns=(Expression(name=name, expr="1"),))

    main = DatasetFiles(tmp_path, ["parquet"], [], pa.schema([(name, pa.string())]))

    with main:
        pass
    text = card(program, "sha256:0", main, {}, Counts(rows=1, splits=main.rows), tmp_path).decode()

    assert yaml.safe_load(text.split("\n---\n")[0])["pretty_name"] == name
    assert "# --- \\| \\<b\\>" in text
    assert "| `--- \\| <b>\"x\": 'y'` | `string` | expression |" in text
