"""The project's own dvc.yaml: a person's stages in it, and what DVC's commands read through it."""

import json

from support.dvc_project import DVCProject

TRAIN = """
  train:
    cmd: wc -l < data/dataset/train.jsonl > model.txt
    deps:
      - data/dataset
    outs:
      - model.txt
"""


def test_a_stage_of_ones_own_runs_after_the_dataset_and_stays_as_written(finished: DVCProject) -> None:
    """It runs alone when it is new, then whenever the dataset changed; resyn leaves the file as it is."""
    own = finished.root / "dvc.yaml"
    own.write_text(own.read_text() + TRAIN)
    written = own.read_bytes()
    assert finished.stages_run(finished.repro()) == ["train"]
    finished.set(num_records=14)
    assert "train" in finished.stages_run(finished.repro())
    assert (finished.root / "model.txt").read_text().strip() == "14"
    assert own.read_bytes() == written


def test_dvc_shows_the_metrics_and_draws_the_plots(finished: DVCProject) -> None:
    """`dvc metrics show` reads metrics.json, and `dvc plots show` writes a page with both plots."""
    metrics = json.loads(finished.dvc("metrics", "show", "--json").stdout)[""]["data"]["metrics.json"]["data"]
    assert (metrics["rows"], metrics["columns"]["text"]["requests"]) == (12, 12)
    finished.dvc("plots", "show")
    page = (finished.root / "dvc_plots/index.html").read_text()
    for words in ("Requests per column", "Frequent values", '"topic = lamp"', '"column": "record"'):
        assert words in page
    assert finished.git("status", "--porcelain") == ""


def test_what_editors_keep_beside_an_open_config_stops_no_repro(finished: DVCProject) -> None:
    """Emacs a link that leads nowhere, which DVC cannot hash, vim a copy that changes all the time."""
    configs = finished.root / "configs"
    (configs / ".#reviews.yaml").symlink_to("somebody@somewhere.123:456")
    (configs / ".reviews.yaml.swp").write_text("half a line")
    done = finished.repro()
    assert "up to date" in done.stdout
    assert finished.stages_run(done) == []
