"""An exported dataset, read back in Python."""

from __future__ import annotations

import pytest

from resyn import Pipeline
from resyn.errors import ResynError
from resyn.export import export
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.spec.processors.split import Share, Split
from support.finished import FinishedProject

PROCESSORS = (
    Split(name="split", shares=(Share(name="train", share=0.5), Share(name="test", share=0.5))),
    SchemaTransform(name="chat", template='{"a": "{{ product }}"}'),
)


@pytest.mark.parametrize("name", ["parquet", "jsonl", "csv"])
def test_splits_and_second_datasets_are_read_back(finished: FinishedProject, name: str) -> None:
    """From any format, one split or all."""
    pipeline = Pipeline(finished.finish(export={"processors": PROCESSORS, "formats": (name,)}).root)
    export(pipeline.project)

    train, test, whole = (pipeline.load_dataset(split) for split in ("train", "test", ""))
    assert whole["ticket_id"].to_pylist() == train["ticket_id"].to_pylist() + test["ticket_id"].to_pylist()
    assert whole.num_rows == 60
    assert pipeline.load_processor_dataset("chat", "test")["a"].to_pylist() == test["product"].to_pylist()


def test_what_is_not_there_is_said(finished: FinishedProject) -> None:
    """With what is."""
    pipeline = Pipeline(finished.finish(export={"processors": PROCESSORS}).root)
    with pytest.raises(ResynError, match="dvc repro"):
        pipeline.load_dataset()
    export(pipeline.project)
    with pytest.raises(ResynError, match=r"no split 'dev'\n.*train, test"):
        pipeline.load_dataset("dev")
    with pytest.raises(ResynError, match=r"no processor called 'chad'(?s:.*)chat"):
        pipeline.load_processor_dataset("chad")
