"""Hundreds of batches; what they cost is measured in benchmarks/batches.py."""

import pyarrow.parquet as pq
import pytest

from resyn.engine.compiled import compile_program
from resyn.spec.files import read_program
from support.dvc_project import DVCProject

BATCHES, ROWS = 400, 5
CONFIG = """\
name: numbers
columns:
  - {name: id, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: kind, column_type: sampler, sampler_type: category, params: {values: [tent, lamp, kettle]}}
  - {name: n, column_type: sampler, sampler_type: poisson, params: {mean: 3}}
  - {name: label, column_type: expression, expr: "{{ kind }} {{ n }}"}
export: {formats: [parquet]}
"""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_four_hundred_batches_complete_in_one_run(project: DVCProject) -> None:
    """One `dvc repro` plans and makes them all, a second runs no stage, and the rows are those of one block."""
    (project.root / "configs/numbers.yaml").write_text(CONFIG)
    project.set(config="configs/numbers.yaml", num_records=BATCHES * ROWS, batch_size=ROWS)
    project.repro()
    assert len(list((project.root / "batches").glob("*/dvc.lock"))) == BATCHES // 10
    assert project.data_in_git_status() == []
    assert project.stages_run(project.repro()) == []
    program, _ = read_program(project.root / "plan/generation.json")
    block = compile_program(program).root_block(range(BATCHES * ROWS), attempt=0)
    table = pq.read_table(project.root / "data/dataset/train.parquet")
    assert table.to_pydict() == {name: values.to_pylist() for name, values in block.items()}
