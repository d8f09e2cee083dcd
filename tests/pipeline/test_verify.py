"""`resyn verify` finds what does not fit, one thing at a time, and passes on what nobody touched; no model is asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.errors import ConfigError
from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject

PAINTER = "  - {alias: painter, model: dall-e-3, provider: lab, inference_parameters: {generation_type: image}}\n"
PICTURE = '  - {name: pic, column_type: image, model_alias: painter, prompt: "PIC of {{ text }}"}\n'


def problems(project: DVCProject) -> str:
    """Return what is found, a line each, and make sure that nothing was asked and nothing written."""
    before = written(project.root)
    found = Pipeline(project.root).verify()
    assert project.requests == 0
    assert written(project.root) == before
    return "\n".join(found)


def written(root: Path) -> dict[str, int]:
    """Return when each file of a project was last written."""
    return {path.relative_to(root).as_posix(): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def rewrite(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the rows of a Parquet file by hand, its metadata kept."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    path.unlink()  # it may be a link into DVC's cache
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def test_the_untouched_pass_in_a_clone_without_a_store_too(finished: DVCProject) -> None:
    """With the exit code CI looks at; the second time with `.resyn` gone."""
    assert problems(finished) == ""
    shutil.rmtree(finished.root / ".resyn")
    done = finished.resyn("verify")
    assert "verified: plan, batches, traces and dataset" in done.stdout
    assert finished.requests == 0


@pytest.mark.parametrize(("column", "value"), [("label", "tent [9]"), ("topic", "anvil"), ("text", "edited")])
def test_a_changed_cell_is_named(finished: DVCProject, column: str, value: str) -> None:
    """A computed one, a drawn one, and one that a model wrote."""
    rewrite(finished.root / "data/batches/b00001.parquet", lambda rows: rows[2].update({column: value}))
    found = problems(finished)
    assert f"data/batches/b00001.parquet: row 6: '{column}' is '{value}', not '" in found
    assert "data/batches/b00001.parquet: is not the file that DVC recorded" in found
    assert "data/dataset" not in found


def test_a_missing_row_is_named(finished: DVCProject) -> None:
    """Its batch and its number."""
    rewrite(finished.root / "data/batches/b00002.parquet", lambda rows: rows.pop(1))
    assert "data/batches/b00002.parquet: row 9 is missing" in problems(finished)


def test_swapped_batches_are_named(finished: DVCProject) -> None:
    """Both, by the rows they hold."""
    one, other = (finished.root / f"data/batches/b0000{number}.parquet" for number in (0, 2))
    content = one.read_bytes()
    other.rename(one)
    other.write_bytes(content)
    found = problems(finished)
    assert "data/batches/b00000.parquet: holds rows 8-12, planned are 0-4" in found
    assert "data/batches/b00002.parquet: holds rows 0-4, planned are 8-12" in found


def test_another_seed_is_found(finished: DVCProject) -> None:
    """Written and not run; and planned and not run."""
    finished.set(seed=8)
    assert "plan: what is written (config, seed, draw, …) makes sha256:" in problems(finished)
    finished.resyn("plan")
    found = problems(finished)
    assert "data/batches/b00000.parquet: is of another config: it was made by sha256:" in found
    assert "b00000: DVC has not recorded it under this identity" in found


def test_an_edited_trace_is_found(finished: DVCProject) -> None:
    """An answer's words change the cell that is made of it, a figure of it the file, a lost turn what can be made at all."""
    trace = finished.root / "data/traces/b00000.parquet"
    kept = trace.read_bytes()

    def reword(rows: list[dict[str, Any]]) -> None:
        body = json.loads(rows[1]["answer"])
        body["choices"][0]["message"]["content"] = '{"title": "another", "score": 1}'
        rows[1]["answer"] = json.dumps(body).encode()

    rewrite(trace, reword)
    assert "data/batches/b00000.parquet: row 0: 'record' is {" in problems(finished)
    trace.write_bytes(kept)
    rewrite(trace, lambda rows: rows[0].update(output_tokens=1))
    assert problems(finished) == "data/traces/b00000.parquet: is not the file that DVC recorded"
    trace.write_bytes(kept)
    rewrite(trace, lambda rows: rows.pop(3))
    found = problems(finished)
    assert "b00000: cannot be made again from its trace" in found
    assert "data/dataset: not compared, since 1 of 3 batches cannot be made again" in found


def test_a_stale_export_is_found(finished: DVCProject) -> None:
    """A file that is edited, one that is not there and one too many."""
    dataset = finished.root / "data/dataset"
    (dataset / "train.csv").unlink()
    (dataset / "train.jsonl").write_text((dataset / "train.jsonl").read_text().replace("tent", "TENT"))
    (dataset / "test.csv").write_text("x")
    assert problems(finished).splitlines() == [
        "data/dataset: train.csv is missing",
        "data/dataset: test.csv should not be there",
        "data/dataset: train.jsonl is not what the batches make",
    ]


def test_a_batch_of_another_config_is_found(finished: DVCProject) -> None:
    """By the identity in it, whatever its rows; the list ends the command with 1."""
    path = finished.root / "data/batches/b00001.parquet"
    table = pq.read_table(path)
    path.unlink()
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"resyn.fingerprint": b"sha256:" + b"0" * 64}), path)
    done = finished.resyn("verify", check=False)
    assert done.returncode == 1
    assert f"data/batches/b00001.parquet: is of another config: it was made by sha256:{'0' * 64}" in done.stdout


def test_what_says_pay_again_pays_for_no_verification(finished: DVCProject) -> None:
    """RESYN_REGENERATE is left in an environment easily, and what verify asked would be thrown away; a plan without its batches needs answers."""
    finished.edit("configs/reviews.yaml", "TEXT about", "WORDS about")
    finished.resyn("plan")
    said = finished.resyn("verify", check=False, RESYN_REGENERATE="1")
    assert said.returncode == 1
    assert finished.requests == 0
    assert "b00000: cannot be made again from its trace: an answer is missing there" in said.stdout


def test_a_picture_that_is_gone_or_another_is_named(project: DVCProject) -> None:
    """Pictures are files of their batch as its rows are, whether or not the dataset has copies."""
    project.edit("configs/reviews.yaml", "  - {alias: writer", PAINTER + "  - {alias: writer")
    project.edit("configs/reviews.yaml", "  - name: record", PICTURE + "  - name: record")
    project.set(num_records=3)
    project.resyn("run")
    assert Pipeline(project.root).verify() == ()
    first, second = sorted((project.root / "data/media/b00000").rglob("*.png"))[:2]
    for path in (first, second):
        path.unlink()
    first.write_bytes(b"another")
    assert Pipeline(project.root).verify() == (
        f"data/media/b00000: media/pic/{second.name} is missing",
        f"data/media/b00000: media/pic/{first.name} is not what the batches make",
    )
    shutil.rmtree(project.root / "data/media/b00000")
    assert Pipeline(project.root).verify() == ("data/media/b00000: is not here",)


def test_a_torn_trace_and_an_absent_batch_are_found(finished: DVCProject) -> None:
    """And nothing else stops the list."""
    trace = finished.root / "data/traces/b00000.parquet"
    content = trace.read_bytes()
    trace.unlink()
    trace.write_bytes(content[:-20])
    (finished.root / "data/batches/b00002.parquet").unlink()
    found = problems(finished)
    assert "data/traces/b00000.parquet: is torn, or not one of ours" in found
    assert "data/batches/b00002.parquet: is not here" in found


def test_what_was_never_made_and_what_was_not_pulled_are_told_apart(
    planned_template: DVCProject, finished: DVCProject, tmp_path: Path
) -> None:
    """A line each, whatever the number of batches; parameters that cannot be read are an error with their place, as anywhere."""
    assert "b00000, b00001, b00002: not made yet" in problems(planned_template.copy(tmp_path / "planned"))
    clone = finished.clone(tmp_path / "clone")
    assert problems(clone).splitlines() == [
        "b00000, b00001, b00002: not here; `dvc pull` fetches what DVC recorded",
        "data/dataset: not compared, since 3 of 3 batches cannot be made again",
    ]
    (clone.root / "params.yaml").write_text("config: [x")
    with pytest.raises(ConfigError, match=r"params\.yaml:1: not YAML"):
        problems(clone)


VERIFY = """\
  verify:
    cmd: resyn verify
    deps:
      - data/dataset
      - data/traces
"""


def test_as_a_stage_of_a_persons_own_it_knows_the_traces_alone(finished: DVCProject) -> None:
    """In the workspace and in an experiment's own folder: the untouched passes, a lost turn is found though the store has its answer."""
    with (finished.root / "dvc.yaml").open("a") as stages:
        stages.write(VERIFY)
    finished.repro()
    finished.commit()
    finished.dvc("exp", "run", "--temp", "-S", "num_records=14")
    answers = Pipeline(finished.root).store_stats().answers
    rewrite(finished.root / "data/traces/b00000.parquet", lambda rows: rows.pop(3))
    failed = finished.dvc("repro", "--single-item", "verify", check=False)
    assert failed.returncode != 0
    assert "b00000: cannot be made again from its trace" in failed.stdout
    assert Pipeline(finished.root).store_stats().answers == answers
