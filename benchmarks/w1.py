"""Samplers only, beside Data Designer: uuid, category, subcategory, gaussian, datetime, person and an expression.

    python benchmarks/w1.py
    python benchmarks/w1.py --peer dd_w1.py --peer-python peer/bin/python --peer-records 100000

Makes 100,000, 1 million and 10 million rows with `resyn generate`, as one batch and one process, its start included; and 10 million with
`dvc repro`, and once more with the same commands without DVC, which shows DVC's share (of CPU: seconds on the clock are those of a quiet machine or of none). The peer's script takes `--records`, `--artifacts`
and `--quiet`, and prints `RESULT {"rows": …}`. Prints JSON; exits with 1 where a bound is missed. Megabytes are the peak of one process.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LEAST_RATIO = {100_000: 50.0, 1_000_000: 100.0}
"""Rows → how many times Data Designer's records a second, at least."""
MOST_MEGABYTES = 300.0
BATCH = 1_000_000
CONFIG = """\
name: w1
columns:
  - {name: uid, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: category, column_type: sampler, sampler_type: category, params: {values: [electronics, books, home], weights: [0.5, 0.3, 0.2]}}
  - name: sub
    column_type: sampler
    sampler_type: subcategory
    params: {category: category, values: {electronics: [phone, laptop, tv], books: [novel, manual], home: [lamp, chair, rug]}}
  - {name: price, column_type: sampler, sampler_type: gaussian, params: {mean: 100, stddev: 15}}
  - {name: when, column_type: sampler, sampler_type: datetime, params: {start: "2024-01-01", end: "2025-01-01"}}
  - {name: person, column_type: sampler, sampler_type: person_from_faker, params: {locale: en_US}}
  - {name: label, column_type: expression, expr: "{{ person.first_name }} bought {{ sub }} ({{ category }}) for {{ price | round(2) }}"}
"""


def main() -> int:
    """Measure, print, and return the exit code."""
    flags = parse()
    figures: dict[str, Any] = {"cpus": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        peer = figures["peer"] = _peer(Path(folder), flags) if flags.peer else None
        figures["generate"] = {rows: _generate(Path(folder), rows) for rows in flags.rows}
        figures["dvc repro"] = _repro(Path(folder), flags.dvc_rows) if flags.dvc_rows else None
    missed = [f"{rows} rows: memory" for rows, found in figures["generate"].items() if found["megabytes"] > MOST_MEGABYTES]
    for rows, found in figures["generate"].items():
        if peer is None:
            break
        found["times_the_peer"] = round(found["records_a_second"] / peer["records_a_second"], 1)
        missed += [f"{rows} rows: speed"] if found["times_the_peer"] < LEAST_RATIO.get(rows, 0) else []
    print(json.dumps(figures | {"missed": missed}, indent=1))
    return int(bool(missed))


def parse() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--dvc-rows", type=int, default=10_000_000, help="rows to make with `dvc repro`; 0 for none")
    parser.add_argument("--peer", help="Data Designer's script")
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--peer-records", type=int, default=100_000)
    return parser.parse_args()


def _peer(folder: Path, flags: argparse.Namespace) -> dict[str, float]:
    script, out = Path(flags.peer).resolve(), folder / "peer.txt"
    command = [flags.peer_python, str(script), "--records", str(flags.peer_records), "--artifacts", str(folder / "peer"), "--quiet"]
    took = _run(command, script.parent, out)
    (result,) = (json.loads(line[7:]) for line in out.read_text().splitlines() if line.startswith("RESULT "))
    return _figures(result["rows"], took)


def _generate(folder: Path, rows: int) -> dict[str, float]:
    """Return what one batch of so many rows takes, without DVC."""
    project = _project(folder, rows, rows)
    took = _run(_resyn("generate", "b00000"), project)
    size = (project / "data/batches/b00000.parquet").stat().st_size
    shutil.rmtree(project)
    return _figures(rows, took) | {"megabytes_on_disk": round(size / 1e6, 1)}


def _repro(folder: Path, rows: int) -> dict[str, float]:
    """Return what a dataset of so many rows takes, in batches of a million: with DVC, and the same commands without it."""
    project = _project(folder, rows, min(rows, BATCH))
    keys = json.loads((project / "plan/ranges.json").read_text())
    commands = [_resyn("plan"), *(_resyn("generate", key) for key in keys), _resyn("export"), _resyn("report")]
    alone = [_run(command, project) for command in commands]
    shutil.rmtree(project)
    project = _project(folder, rows, min(rows, BATCH))
    took = _run([sys.executable, "-m", "dvc", "repro"], project)
    size = sum(path.stat().st_size for path in (project / "data/dataset").iterdir())
    shutil.rmtree(project)
    without = sum(took["cpu_seconds"] for took in alone)
    return _figures(rows, took) | {
        "seconds_without_dvc": round(sum(took["seconds"] for took in alone), 1),
        "cpu_seconds_without_dvc": round(without, 1),
        "cpu_seconds_of_dvc": round(took["cpu_seconds"] - without, 1),
        "most_megabytes_of_a_stage": round(max(took["megabytes"] for took in alone)),
        "megabytes_of_the_dataset": round(size / 1e6),
    }


def _project(folder: Path, rows: int, batch_size: int) -> Path:
    """Return a planned project."""
    project = folder / "project"
    _run(_resyn("init", project.name), folder)
    (project / "configs/w1.yaml").write_text(CONFIG)
    params = project / "params.yaml"
    for name, value in {"config": "configs/w1.yaml", "num_records": rows, "batch_size": batch_size}.items():
        params.write_text(re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", params.read_text()))
    _run(_resyn("plan"), project)
    return project


def _resyn(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "resyn"), *arguments]


def _run(command: list[str], folder: Path, out: Path | None = None) -> dict[str, float]:
    """Run a command; return seconds on the clock, of CPU, and the peak memory of its process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "RESYN_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    site = {"DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(folder.parent / ".site"), "GIT_CONFIG_GLOBAL": os.devnull}
    began = time.monotonic()
    with (out or Path(os.devnull)).open("w") as written:
        process = subprocess.Popen(command, cwd=folder, env={**kept, "PATH": path, **site}, stdout=written, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    largest = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)
    return {"seconds": time.monotonic() - began, "cpu_seconds": used.ru_utime + used.ru_stime, "megabytes": largest}


def _figures(rows: int, took: dict[str, float]) -> dict[str, float]:
    return {"records_a_second": round(rows / took["seconds"])} | {name: round(value, 2) for name, value in took.items()}


if __name__ == "__main__":
    sys.exit(main())
