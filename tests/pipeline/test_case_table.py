"""What plain `dvc repro` does, by case: one command each, shrinking aside, and what it cost."""

import shutil
import time

from support.dvc_project import DVCProject

BATCHES = [f"batches/000/dvc.yaml:batch@b0000{n}" for n in range(3)]


def batches_in(stages: list[str]) -> list[str]:
    """Return the batch stages among stages."""
    return [stage for stage in stages if "batch@" in stage]


def test_the_first_run_makes_every_batch_and_the_dataset(project: DVCProject) -> None:
    """Plan, batches, export, report: 12 rows, two requests each, nothing for git to trip over."""
    project.repro()
    assert len(project.rows()) == 12
    assert (project.asked("TEXT"), project.asked("RECORD")) == (12, 12)
    assert project.data_in_git_status() == []
    assert "up to date" in project.dvc("status").stdout


def test_nothing_changed_means_nothing_runs(finished: DVCProject) -> None:
    """The second run skips every stage and contacts nothing."""
    said = finished.repro()
    assert finished.stages_run(said) == []
    assert finished.requests == 0
    assert finished.git("status", "--porcelain") == ""


def test_edits_that_cannot_change_a_value_run_plan_and_no_batch(finished: DVCProject) -> None:
    """A comment, a timeout, a concurrency limit and another endpoint leave the identity as it is."""
    before = finished.fingerprint
    finished.edit("configs/reviews.yaml", "name: reviews", "# a comment\nname: reviews")
    finished.edit("configs/reviews.yaml", "max_parallel_requests: 8", "max_parallel_requests: 3, timeout: 9")
    finished.edit("providers.yaml", "127.0.0.1", "localhost")
    said = finished.repro()
    assert finished.stages_run(said) == ["plan"]
    assert (finished.fingerprint, finished.requests) == (before, 0)


def test_an_edited_prompt_asks_for_that_column_and_what_reads_it_only(finished: DVCProject) -> None:
    """The last model column's prompt: 12 requests, all its own. Back again: the run cache, no request, no batch made."""
    original = finished.dataset()
    finished.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    said = finished.repro()
    assert batches_in(finished.stages_run(said)) == BATCHES
    assert (finished.requests, finished.asked("NEW RECORD of")) == (12, 12)
    assert finished.dataset() != original
    finished.edit("configs/reviews.yaml", "NEW RECORD of", "RECORD of")
    said = finished.repro()
    assert batches_in(finished.stages_run(said)) == []
    assert (finished.requests, finished.dataset()) == (12, original)


def test_more_rows_keep_those_that_are_finished(finished: DVCProject) -> None:
    """12 to 14 to 25 rows: the short last batch is completed from answers; in total what 25 rows at once cost; re-cut, byte for byte the same."""
    finished.set(num_records=14)
    said = finished.repro()
    assert batches_in(finished.stages_run(said)) == ["batches/000/dvc.yaml:batch@b00003"]
    finished.set(num_records=25)
    finished.repro()
    assert finished.requests == 2 * (25 - 12)
    grown = finished.dataset()
    finished.set(batch_size=3)
    finished.repro()
    assert (finished.requests, finished.dataset()) == (26, grown)


def test_planned_beforehand_each_batch_is_made_by_the_one_dvc_that_was_started(finished: DVCProject) -> None:
    """`resyn plan`, then `dvc repro`: it knows the new stages, so that grow starts no other for them; without the plan, grow makes the new ones alone."""
    finished.set(num_records=14)
    finished.resyn("plan")
    time.sleep(0.2)  # a file of the same moment is taken for one that may have come later
    assert "4 batches, none of them to be made here" in finished.repro().stdout
    assert (len(finished.rows()), finished.requests) == (14, 4)
    finished.set(num_records=52, batch_size=4)
    assert "13 batches, 10 of them to be made here" in finished.repro().stdout
    assert (len(finished.rows()), finished.requests) == (52, 2 * 40)


def test_fewer_rows_stop_once_and_say_so_and_come_back_for_free(finished: DVCProject) -> None:
    """12 to 4 rows: exit code 3 in words, then two batches fewer; to 12 again: DVC's cache, no request."""
    original = finished.dataset()
    finished.set(num_records=4)
    stopped = finished.repro(check=False)
    assert stopped.returncode != 0
    assert "the plan now has 1 batches (was 3)" in stopped.stdout.replace("1 batch ", "1 batches ")
    assert "run `dvc repro` again" in stopped.stdout
    finished.repro()
    assert len(finished.rows()) == 4
    assert sorted(path.name for path in (finished.root / "data/batches").glob("*.parquet")) == ["b00000.parquet"]
    finished.set(num_records=12)
    finished.repro()
    assert (finished.requests, finished.dataset()) == (0, original)


def test_a_shrunken_target_needs_one_resyn_run(finished: DVCProject) -> None:
    """`resyn run` plans before DVC starts, so it need not stop."""
    finished.set(num_records=5)
    finished.resyn("run")
    assert (len(finished.rows()), finished.requests) == (5, 0)


def test_edited_export_options_run_export_and_report_only(finished: DVCProject) -> None:
    """Formats and dropped columns are no part of the rows."""
    finished.edit("configs/reviews.yaml", "formats: [parquet, jsonl, csv]", "formats: [jsonl]")
    finished.edit("configs/reviews.yaml", "{name: topic,", "{name: topic, drop: true,")
    said = finished.repro()
    assert finished.stages_run(said) == ["plan", "export", "report"]
    assert finished.requests == 0
    assert [path.name for path in sorted((finished.root / "data/dataset").glob("train.*"))] == ["train.jsonl"]
    assert '"topic"' not in (finished.root / "data/dataset/train.jsonl").read_text()


def test_deleted_or_edited_batch_stages_are_refused_by_name(finished: DVCProject) -> None:
    """A missing shard and an edited one end grow and export with the command that mends it; after it, nothing is asked."""
    shard = finished.root / "batches/000/dvc.yaml"
    shard.write_text(shard.read_text().replace("batch:", "batch:", 1) + "# edited\n")
    refused = finished.resyn("grow", check=False)
    assert refused.returncode == 2
    assert "batches/000/dvc.yaml" in refused.stdout
    assert "run `resyn plan`" in refused.stdout
    shutil.rmtree(shard.parent)
    assert finished.resyn("export", check=False).returncode == 2
    finished.resyn("plan")
    finished.repro()
    assert finished.requests == 0


def test_a_second_experiment_and_back_costs_only_its_own_column(finished: DVCProject) -> None:
    """`config:` switched to a config with one other prompt asks for that column; switched back, nothing."""
    original = finished.dataset()
    text = (finished.root / "configs/reviews.yaml").read_text()
    (finished.root / "configs/formal.yaml").write_text(text.replace("RECORD of", "FORMAL RECORD of"))
    finished.set(config="configs/formal.yaml")
    finished.repro()
    assert finished.requests == finished.asked("FORMAL RECORD") == 12
    finished.set(config="configs/reviews.yaml")
    finished.repro()
    assert (finished.requests, finished.dataset()) == (12, original)


def test_another_draw_gives_new_answers_and_the_old_ones_come_back(finished: DVCProject) -> None:
    """`draw` asks for new samples under the same config; set back, the first ones return for free."""
    original = finished.dataset()
    finished.set(draw=1)
    finished.repro()
    assert finished.requests == 24
    assert finished.dataset() != original
    finished.set(draw=0)
    finished.repro()
    assert (finished.requests, finished.dataset()) == (24, original)


def test_a_torn_lock_is_named_with_the_way_out_and_costs_nothing(finished: DVCProject) -> None:
    """DVC writes locks in place; without the torn file, its cache brings everything back."""
    original, lock = finished.dataset(), finished.root / "batches/000/dvc.lock"
    lock.write_bytes(lock.read_bytes()[:200])
    refused = finished.resyn("run", check=False)
    assert refused.returncode == 1
    assert "DVC cannot read batches/000/dvc.lock: a kill tore it" in refused.stdout
    assert "rm batches/000/dvc.lock" in refused.stdout
    lock.unlink()
    finished.resyn("run")
    assert (finished.requests, finished.dataset()) == (0, original)
