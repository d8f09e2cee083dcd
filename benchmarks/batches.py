"""What a batch costs as batches grow in number, and what `dvc repro` costs when there is nothing to do; no model is asked.

Run `python benchmarks/batches.py` (ten minutes on two cores). It makes projects in a temporary folder, prints JSON and exits with 1 where
a bound is missed. CPU seconds are those of DVC and all its stages.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FEW, MANY = 50, 400
ROWS = 10
"""Rows in a batch: few, so that what a batch costs besides its rows is measured."""
MOST_GROWTH = 1.4
MOST_IDLE_SECONDS = 12.0
CONFIG = """\
name: numbers
columns:
  - {name: id, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: kind, column_type: sampler, sampler_type: category, params: {values: [tent, lamp, kettle]}}
  - {name: n, column_type: sampler, sampler_type: poisson, params: {mean: 3}}
  - {name: label, column_type: expression, expr: "{{ kind }} {{ n }}"}
"""


def main() -> int:
    """Measure, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (measure(Path(folder), count) for count in (FEW, MANY))
    growth = many["seconds_a_batch"] / few["seconds_a_batch"]
    idle = many["nothing_to_do_seconds"]
    figures = {str(FEW): few, str(MANY): many, "growth": round(growth, 3), "cpus": os.cpu_count()}
    print(json.dumps(figures | {"bounds": {"growth": MOST_GROWTH, "nothing_to_do_seconds": MOST_IDLE_SECONDS}}, indent=1))
    return int(growth > MOST_GROWTH or idle > MOST_IDLE_SECONDS)


def measure(folder: Path, batches: int) -> dict[str, float]:
    """Return what the first `dvc repro` of so many batches costs, and the cheapest of three after it."""
    project = folder / str(batches)
    run(folder, "resyn", "init", project.name)
    (project / "configs/numbers.yaml").write_text(CONFIG)
    params = project / "params.yaml"
    wanted = {"config": "configs/numbers.yaml", "num_records": batches * ROWS, "batch_size": ROWS}
    for name, value in wanted.items():
        params.write_text(re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", params.read_text()))
    first, first_cpu = run(project, "dvc", "repro")
    idle, idle_cpu = min(run(project, "dvc", "repro") for _ in range(3))
    return {
        "seconds_a_batch": round(first / batches, 3),
        "cpu_seconds_a_batch": round(first_cpu / batches, 3),
        "nothing_to_do_seconds": round(idle, 2),
        "nothing_to_do_cpu_seconds": round(idle_cpu, 2),
    }


def run(folder: Path, *command: str) -> tuple[float, float]:
    """Run one of this Python's commands; return seconds on the clock and of CPU."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "RESYN_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    site = {"DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(folder / ".site"), "GIT_CONFIG_GLOBAL": os.devnull}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=folder, env={**kept, "PATH": path, **site}, check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
