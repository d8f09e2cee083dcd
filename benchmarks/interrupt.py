"""How long Ctrl-C takes: the seconds from the signal to the end of the command, while every request hangs, the worst that can be in flight.

Run `python benchmarks/interrupt.py` (a minute on two quiet cores). A model server of its own answers some requests and leaves the others
hanging; the whole process group is sent SIGINT, as a terminal does. Prints JSON and exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import w2

from resyn.testing import ModelServer, model_server

MOST_SECONDS = 2.0
RUNS = 3
ROWS = 200
HANGING = {"replies": [{"match": "Write", "reply": "some words"}], "fault_rate": 1.0, "faults": ["timeout"], "hang_s": 120}
"""The first column is answered, the second never."""
COMMANDS = {
    "resyn run": [w2.RESYN, "run"],
    "resyn run --engine sync": [w2.RESYN, "run", "--engine", "sync"],
    "dvc repro": [sys.executable, "-m", "dvc", "repro"],
}


def main() -> int:
    """Measure, print, and return the exit code."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    found = {}
    for name, command in COMMANDS.items():
        seconds = [measure(command) for _ in range(RUNS)]
        found[name] = {"median": round(statistics.median(seconds), 2), "most": round(max(seconds), 2)}
    print(json.dumps(found | {"bound": MOST_SECONDS, "cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}, indent=1))
    return int(any(figures["median"] > MOST_SECONDS for figures in found.values()))


def measure(command: list[str]) -> float:
    """Return the seconds that a command takes to end."""
    with model_server(**HANGING) as server, tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        flags = argparse.Namespace(parallel=64, timeout=120)
        w2.make_project(project, w2.config(flags), server.endpoint, ROWS)
        with subprocess.Popen(
            command, cwd=project, env=w2.environment(), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            wait_until_hanging(server)
            began = time.monotonic()
            os.killpg(process.pid, signal.SIGINT)
            process.wait()
            return time.monotonic() - began


def wait_until_hanging(server: ModelServer) -> None:
    """Wait until answers came, and what is in flight now has been for a while."""
    while not server.stats()["answered"] or not server.stats()["in_flight"]:
        time.sleep(0.05)
    time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
