"""What plain `dvc repro`, one batch after the other, takes beside `resyn run`, all of them at once: the adapted limit carries over from batch to batch.

    python benchmarks/repro.py --records 5000 --batch-size 500 --latency-ms 200

Both begin with an empty store, in turn, and end with the exported dataset. Prints medians as JSON; exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

import w2
from batches import run

MOST = 1.6
COMMANDS = {"run": ("resyn", "run"), "repro": ("dvc", "repro")}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--batch-size", type=int, default=500)
    parser.add_argument("--parallel", type=int, default=64, help="requests in flight")
    parser.add_argument("--latency-ms", type=float, default=200)
    parser.add_argument("--runs", type=int, default=3)
    flags = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with (
        w2.server(argparse.Namespace(server="", server_args="", latency_ms=flags.latency_ms, jitter=0.2)) as port,
        tempfile.TemporaryDirectory() as folder,
    ):
        for number in range(flags.runs):
            for name, command in COMMANDS.items():
                project = Path(folder) / f"{name}{number}"
                w2.reset(port)
                w2.make_project(
                    project,
                    w2.config(argparse.Namespace(parallel=flags.parallel, timeout=60)),
                    f"http://127.0.0.1:{port}/v1",
                    flags.records,
                )
                cut(project, flags.batch_size)
                seconds[name].append(run(project, *command)[0])
    middle = {name: round(statistics.median(taken), 2) for name, taken in seconds.items()}
    ratio = middle["repro"] / middle["run"]
    ideal = 2 * flags.records * flags.latency_ms / 1000 / flags.parallel
    print(
        json.dumps(
            {
                "seconds": middle,
                "ratio": round(ratio, 3),
                "bound": MOST,
                "ideal_seconds": ideal,
                "cpus": os.cpu_count(),
                "load": os.getloadavg()[0],
            }
        )
    )
    return int(ratio > MOST)


def cut(project: Path, batch_size: int) -> None:
    """Cut the dataset of a project into batches."""
    params = project / "params.yaml"
    params.write_text(re.sub(r"(?m)^batch_size: .*$", f"batch_size: {batch_size}", params.read_text()))
    run(project, "resyn", "plan")


if __name__ == "__main__":
    sys.exit(main())
