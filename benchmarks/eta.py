"""How right the time to go is: what a run says once a tenth of its cells is made, and later, against when it ended.

Run `python benchmarks/eta.py` (four minutes on two quiet cores). Servers of its own answer, each model's at a latency of its own; several shapes
of work, each from an empty store. Prints for each by what share of the time that was then to go an estimate was off; exits with 1 where one
is off by more than a fifth. What is left of the last tenth hangs on single requests, and is not looked at; with a long tail of latencies the
last single request may take five seconds, so that shape has more records.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import w2

from resyn.engine.progress import Snapshot
from resyn.pipeline import Pipeline

MOST_ERROR = 0.2
SHARES = (0.1, 0.25, 0.5, 0.75)
SHAPES: dict[str, dict[str, Any]] = {
    "one model, two columns": {"records": 3000, "latency_ms": {"fast": 200}, "models": ("fast", "fast")},
    "a fast model, then one four times slower": {"records": 2000, "latency_ms": {"fast": 100, "slow": 400}, "models": ("fast", "slow")},
    "a slow model, then a fast one": {"records": 2000, "latency_ms": {"fast": 100, "slow": 400}, "models": ("slow", "fast")},
    "a long tail of latencies": {"records": 8000, "latency_ms": {"fast": 200}, "models": ("fast", "fast"), "args": "--tail 1"},
    "one in twenty fails": {"records": 3000, "latency_ms": {"fast": 200}, "models": ("fast", "fast"), "args": "--fault-rate 0.05"},
    "32 at a time are allowed": {"records": 2000, "latency_ms": {"fast": 200}, "models": ("fast", "fast"), "args": "--capacity 32"},
}


def main() -> int:
    """Measure, print, and return the exit code."""
    measured = {name: measure(shape) for name, shape in SHAPES.items()}
    print(json.dumps(measured | {"bound": MOST_ERROR, "cpus": os.cpu_count(), "load": os.getloadavg()[0]}, indent=1))
    return int(any(abs(figures[f"off_at_{share:.0%}"]) > MOST_ERROR for figures in measured.values() for share in SHARES))


def measure(shape: dict[str, Any]) -> dict[str, float]:
    """Return how far off the estimates of one run were."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, latency in shape["latency_ms"].items():
            flags = argparse.Namespace(server="", server_args=shape.get("args", ""), latency_ms=latency, jitter=0.2)
            ports[name] = stack.enter_context(w2.server(flags))
        project = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "project"
        make(project, shape, ports)
        seen: list[Snapshot] = []
        Pipeline(project).generate("b00000", watch=seen.append)
    end = seen[-1].seconds
    return {"seconds": round(end, 2)} | {f"off_at_{share:.0%}": round(error(seen, end, share), 3) for share in SHARES}


def error(seen: list[Snapshot], end: float, share: float) -> float:
    """Return by what share of the time to go the first estimate was off once this share of the cells was made."""
    whole = sum(seen[-1].cells.values())
    at = next(snapshot for snapshot in seen if sum(snapshot.cells.values()) >= share * whole)
    left = end - at.seconds
    return ((at.eta or 0.0) - left) / left


def make(project: Path, shape: dict[str, Any], ports: dict[str, int]) -> None:
    """Make and plan a project of two columns, the second of which reads the first."""
    first, second = shape["models"]
    parameters = {"temperature": 0.7, "max_parallel_requests": 64}
    models = [{"alias": name, "model": name, "provider": name, "inference_parameters": parameters} for name in ports]
    columns = [
        {"name": "uid", "column_type": "sampler", "sampler_type": "uuid", "params": {}},
        {"name": "text", "column_type": "llm-text", "model_alias": first, "prompt": "Write about ticket {{ uid }}."},
        {"name": "title", "column_type": "llm-text", "model_alias": second, "prompt": "Give a title to {{ text }}."},
        {"name": "label", "column_type": "expression", "expr": "{{ uid }}: {{ title }}"},
    ]
    providers = [{"name": name, "provider_type": "openai", "endpoint": f"http://127.0.0.1:{port}/v1"} for name, port in ports.items()]
    w2.make_project(project, {"name": "eta", "model_configs": models, "columns": columns}, "", shape["records"], providers)


if __name__ == "__main__":
    sys.exit(main())
