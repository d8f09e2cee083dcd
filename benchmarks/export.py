"""What export and report cost as a dataset grows: CPU seconds, peak memory, bytes.

    python benchmarks/export.py 1000000 4000000

Makes a dataset of six samplers in batches of 100,000 rows for each size, then exports it plain, in three formats, and through every
processor that has to see all rows, and reports on it; each in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

CONFIG = """
columns:
  - {name: id, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: product, column_type: sampler, sampler_type: category, params: {values: [laptop, phone, router, headset]}}
  - {name: part, column_type: sampler, sampler_type: subcategory, params: {category: product, values: {laptop: [lid, fan], phone: [glass, port], router: [aerial, box], headset: [pad, mic]}}}
  - {name: wait, column_type: sampler, sampler_type: gaussian, params: {mean: 40, stddev: 12}}
  - {name: opened, column_type: sampler, sampler_type: datetime, params: {start: "2020-01-01", end: "2026-01-01", unit: s}}
  - {name: visits, column_type: sampler, sampler_type: poisson, params: {mean: 3}}
"""
EXPORTS = {
    "parquet": "export: {formats: [parquet]}",
    "three formats": "export: {formats: [parquet, jsonl, csv]}",
    "filter, split": "processors: [{processor_type: filter, condition: \"product != 'phone'\"}, {processor_type: split, shares: {train: 0.9, test: 0.1}}]",
    "filter numbers": 'processors: [{processor_type: filter, condition: "wait > 40"}]',
    "schema transform": 'processors: [{processor_type: schema_transform, name: chat, template: {messages: [{role: user, content: "{{ product }} {{ part }}"}, {role: assistant, content: "{{ wait | round(1) }}"}]}}]',
    "sort": "processors: [{processor_type: sort, by: [-wait]}]",
    "deduplicate": "processors: [{processor_type: deduplicate, column_names: [wait, id]}]",
    "deduplicate few": "processors: [{processor_type: deduplicate, column_names: [part, visits]}]",
}
MEASURE = """
import json, resource, sys
from resyn import Pipeline
getattr(Pipeline("."), sys.argv[1])()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def main(sizes: list[int]) -> None:
    """Print a table of figures, a line for each size and export."""
    print(f"{'rows':>12} {'what':18} {'CPU s':>8} {'peak MB':>8} {'MB out':>8}")
    for rows in sizes:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
            project = Path(folder)
            make(project, rows)
            for what, options in EXPORTS.items():
                configure(project, options)
                show(rows, what, *measured(project, "export"), size_of(project / "data/dataset"))
            show(rows, "report", *measured(project, "report"), size_of(project / "report.html"))


def make(project: Path, rows: int) -> None:
    """Make a project and its batches, without DVC's part."""
    run(project, "git", "init", "--quiet")
    run(project, sys.executable, "-m", "dvc", "init", "--quiet")
    for name in ("configs", "plugins", "seeds"):
        (project / name).mkdir()
    (project / "params.yaml").write_text(
        f'config: configs/x.yaml\nnum_records: {rows}\nbatch_size: 100000\nseed: 1\nreference_date: "2026-01-01"\n'
    )
    configure(project, "")
    generate = "from resyn import Pipeline; p = Pipeline('.'); import json; [p.generate(k) for k in json.load(open('plan/ranges.json'))]"
    run(project, sys.executable, "-c", generate)


def configure(project: Path, options: str) -> None:
    """Write the config and plan it."""
    (project / "configs/x.yaml").write_text(CONFIG + options + "\n")
    run(project, sys.executable, "-c", "from resyn import Pipeline; Pipeline('.').plan()")


def measured(project: Path, verb: str) -> tuple[float, float]:
    """Return CPU seconds and peak memory in MB of one verb."""
    seconds, peak = json.loads(run(project, sys.executable, "-c", textwrap.dedent(MEASURE), verb))
    return seconds, peak


def show(rows: int, what: str, seconds: float, peak: float, size: float) -> None:
    """Print one line."""
    print(f"{rows:12,} {what:18} {seconds:8.1f} {peak:8.0f} {size:8.1f}", flush=True)


def size_of(path: Path) -> float:
    """Return the size of a file or folder in MB."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def run(project: Path, *command: str) -> str:
    """Run a command in the project and return what it prints."""
    done = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000_000, 4_000_000])
