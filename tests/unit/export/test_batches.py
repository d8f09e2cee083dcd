"""Every way in which a batch can differ from the plan, and what the person is told."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.errors import ResynError
from resyn.export.batches import Finished, finished_batches
from resyn.spec.files import read_program
from support.finished import FinishedProject

SECOND = range(20, 40)


def check(finished: FinishedProject) -> Finished:
    """Return what is finished, or raise what is wrong."""
    return finished_batches(finished.project, *read_program(finished.project.generation))


def _absent(finished: FinishedProject) -> None:
    finished.project.batch("b00001").unlink()


def _torn(finished: FinishedProject) -> None:
    path = finished.project.batch("b00001")
    path.write_bytes(path.read_bytes()[:-100])


def _foreign(finished: FinishedProject) -> None:
    pq.write_table(pa.table({"__row": [1]}), finished.project.batch("b00001"))


def _older(finished: FinishedProject) -> None:
    finished.batch("b00001", SECOND, made_by="sha256:0ld")


def _shorter(finished: FinishedProject) -> None:
    finished.batch("b00001", range(20, 35))


def _twice(finished: FinishedProject) -> None:
    finished.batch("b00001", SECOND, [20, 21, 21, *range(23, 40)])


def _disordered(finished: FinishedProject) -> None:
    finished.batch("b00001", SECOND, reversed(SECOND))


def _outside(finished: FinishedProject) -> None:
    finished.batch("b00001", SECOND, range(21, 41))


def _columns(finished: FinishedProject) -> None:
    table = pq.read_table(finished.project.batch("b00001"))
    finished.write_batch("b00001", SECOND, table.drop_columns("note"))


def _types(finished: FinishedProject) -> None:
    table = pq.read_table(finished.project.batch("b00001"))
    finished.write_batch("b00001", SECOND, table.set_column(6, "contacts", table["contacts"].cast(pa.string())))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_absent, "is not there"),
        (_torn, "is torn, or no batch of resyn"),
        (_foreign, "is torn, or no batch of resyn"),
        (_older, "was made by sha256:0ld, the plan is sha256:"),
        (_shorter, "holds rows 20-35, planned 20-40"),
        (_twice, "rows twice, out of order or outside 20-40"),
        (_disordered, "rows twice, out of order or outside 20-40"),
        (_outside, "rows twice, out of order or outside 20-40"),
        (_columns, "has the columns __row, ticket_id"),
        (_types, "other types than the batches before it"),
    ],
)
def test_a_batch_that_is_not_as_planned_is_named(finished: FinishedProject, spoil: Callable[[FinishedProject], None], message: str) -> None:
    """The message says which batch, how it differs, and the commands that mend it."""
    finished.finish()
    spoil(finished)

    with pytest.raises(ResynError, match=f"b00001: .*{message}") as caught:
        check(finished)
    assert "Run `dvc repro`;" in caught.value.hint
    assert "dvc repro -f -s batches/000/dvc.yaml:batch@b00001" in caught.value.hint


def test_many_bad_batches_are_counted_not_listed(finished: FinishedProject) -> None:
    """A dataset whose data was never pulled does not fill the screen."""
    finished.plan(rows=100, batch_size=5)

    with pytest.raises(ResynError) as caught:
        check(finished)
    assert caught.value.message.count("is not there") == 5
    assert caught.value.message.endswith("and 15 more batches")


def test_a_batch_that_the_plan_does_not_name_is_not_looked_at(finished: FinishedProject) -> None:
    """Nothing globs for batches: what a longer plan left behind is no part of the dataset."""
    finished.finish(60, 20)
    finished.plan(40, 20)

    assert list(check(finished).files) == ["b00000", "b00001"]
