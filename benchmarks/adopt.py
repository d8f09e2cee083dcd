"""What a staged batch costs in `dvc repro`: the time of its stage, and how that grows with the number of batches.

Run `python benchmarks/adopt.py` (five minutes on two quiet cores). It stages batches of samplers in temporary projects, has DVC adopt them, prints
JSON and exits with 1 where a bound is missed.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from batches import CONFIG, run

from resyn.engine.making import Orders
from resyn.engine.stage import stage
from resyn.pipeline import Pipeline
from resyn.spec.files import read_ranges

FEW, MANY = 100, 1_000
ROWS = 10
MOST_GROWTH = 1.5
MOST_SECONDS = 250.0
MOST_STAGE_SECONDS = 0.15
_STAGE_RUNS = 15


def main() -> int:
    """Measure, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (measure(Path(folder), count) for count in (FEW, MANY))
    growth = many["seconds_a_batch"] / few["seconds_a_batch"]
    figures = {str(FEW): few, str(MANY): many, "growth": round(growth, 3), "cpus": os.cpu_count(), "load": os.getloadavg()[0]}
    bounds = {"growth": MOST_GROWTH, "seconds": MOST_SECONDS, "stage_seconds": MOST_STAGE_SECONDS}
    print(json.dumps(figures | {"bounds": bounds}, indent=1))
    missed = growth > MOST_GROWTH or many["seconds"] > MOST_SECONDS or few["stage_seconds"] > MOST_STAGE_SECONDS
    return int(missed)


def measure(folder: Path, batches: int) -> dict[str, float]:
    """Stage so many batches, have DVC adopt them; return what that costs beside one stage alone."""
    project = folder / str(batches)
    run(folder, "resyn", "init", project.name)
    (project / "configs/numbers.yaml").write_text(CONFIG)
    params = project / "params.yaml"
    for name, value in {"config": "configs/numbers.yaml", "num_records": batches * ROWS, "batch_size": ROWS}.items():
        params.write_text(re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", params.read_text()))
    pipeline = Pipeline(project)
    pipeline.plan()
    began = time.monotonic()
    made = stage(pipeline.project, read_ranges(pipeline.project.ranges), Orders())
    assert len(made.batches) == batches
    staging = time.monotonic() - began
    alone = [one_stage(project) for _ in range(_STAGE_RUNS)]
    for path in (*(project / "data/batches").glob("b*"), *(project / "data/traces").glob("b*")):
        path.unlink()
    seconds, cpu = run(project, "dvc", "repro")
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "seconds_a_batch": round(seconds / batches, 4),
        "cpu_seconds_a_batch": round(cpu / batches, 4),
        "staging_seconds_a_batch": round(staging / batches, 4),
        "stage_seconds": round(statistics.median(wall for wall, _ in alone), 4),
        "stage_cpu_seconds": round(statistics.median(cpu for _, cpu in alone), 4),
    }


def one_stage(project: Path) -> tuple[float, float]:
    """Return seconds on the clock and of CPU of a stage that adopts, DVC's share left out."""
    return run(project, "resyn", "generate", "b00000")


if __name__ == "__main__":
    sys.exit(main())
