"""What does not grow with a dataset: the memory that one batch takes, also while one row waits all the time, and the speed of a replay.

Run `python benchmarks/size.py` (twenty minutes on two quiet cores; `--rows` and `--cells` for less). A model server of its own answers at once; rows have a uuid and
one llm-text column, replayed ones those of `benchmarks/w2.py`. Prints JSON and exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import w2

from resyn.testing import ModelServer, model_server

FEW = 10_000
MOST_MB = 250.0
MOST_GROWTH = 1.1
"""Times the memory of few rows."""
LEAST_CELLS_A_SECOND = 20_000
REPLAYS = 3


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--cells", type=int, default=200_000)
    given = parser.parse_args()
    found: dict[str, Any] = {"cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory() as folder:
        if given.cells:
            found["replay"] = replay(Path(folder) / "replay", given.cells)
        if given.rows:
            found["memory"] = memory(Path(folder), given.rows)
    print(json.dumps(found, indent=1))
    is_slow = bool(given.cells) and found["replay"]["cells_a_second"] < LEAST_CELLS_A_SECOND
    peaks = found.get("memory", {"few": {"peak_mb": 0.0}})
    is_large = max(run["peak_mb"] for run in peaks.values()) > min(MOST_MB, MOST_GROWTH * peaks["few"]["peak_mb"])
    return int(is_slow or (bool(given.rows) and is_large))


def replay(project: Path, cells: int) -> dict[str, float]:
    """Return how fast a batch is made again from stored answers, process start and Parquet included: the median of three."""
    with model_server() as server:
        flags = argparse.Namespace(parallel=64, timeout=60)
        w2.make_project(project, w2.config(flags), server.endpoint, cells // 2)
        w2.generate(project)
        made = (project / "data/batches/b00000.parquet").read_bytes()
        server.reset()
        runs = []
        for _ in range(REPLAYS):
            for path in (project / "data").rglob("b00000.parquet"):
                path.unlink()
            runs.append(timed(project))
            assert (project / "data/batches/b00000.parquet").read_bytes() == made
        assert not server.stats()["requests"]
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return {name: round(value, 2) for name, value in middle.items()} | {"cells_a_second": round(cells / middle["seconds"])}


def memory(folder: Path, rows: int) -> dict[str, dict[str, float]]:
    """Return what one batch takes of few rows, of many, and of many while the answer of the first is awaited to the end."""
    with model_server() as server:
        few = one(server, folder / "few", FEW)
        many = one(server, folder / "many", rows)
        first = pq.read_table(folder / "few/data/batches/b00000.parquet", columns=["uid"])["uid"][0].as_py()  # that of any longer dataset
        seconds = 1.15 * many["seconds"]
        server.configure(replies=[{"match": first, "reply": "late", "seconds": seconds}])
        stalled = one(server, folder / "stalled", rows)
        assert stalled["seconds"] > seconds
    return {"few": few, "many": many, "stalled": stalled}


def one(server: ModelServer, project: Path, rows: int) -> dict[str, float]:
    """Make one batch in a new project."""
    server.reset()
    model = {"alias": "gen", "model": "any", "provider": "fake", "inference_parameters": {"max_parallel_requests": 64, "timeout": 3600}}
    columns = [
        {"name": "uid", "column_type": "sampler", "sampler_type": "uuid", "params": {}},
        {"name": "text", "column_type": "llm-text", "model_alias": "gen", "prompt": "Describe {{ uid }}."},
    ]
    w2.make_project(project, {"name": "size", "model_configs": [model], "columns": columns}, server.endpoint, rows)
    used = timed(project)
    assert pq.ParquetFile(project / "data/batches/b00000.parquet").metadata.num_rows == rows
    return {name: round(value, 1) for name, value in used.items()}


def timed(project: Path) -> dict[str, float]:
    """Make the batch of a project; return seconds on the clock and of CPU, and the most memory it held, in MB."""
    began = time.monotonic()
    used = w2.spend([sys.executable, *w2.GENERATE], cwd=project, env=w2.environment(), stdout=subprocess.DEVNULL)
    return used | {"seconds": time.monotonic() - began}


if __name__ == "__main__":
    sys.exit(main())
