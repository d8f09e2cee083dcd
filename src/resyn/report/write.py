"""Write what the report stage writes."""

from __future__ import annotations

import json
from typing import Any

from resyn.export.batches import finished_batches
from resyn.export.counts import read_counts
from resyn.export.rows import read_groups
from resyn.export.spill import spill_folder
from resyn.project import Project
from resyn.report.acceptance import acceptance
from resyn.report.cost import costs
from resyn.report.metrics import metrics, plots
from resyn.report.page import Page, render
from resyn.report.profile import profile
from resyn.report.usage import read_traffic
from resyn.spec.files import read_export, read_program, read_runtime
from resyn.store import atomic

_SAMPLES = 20


def report(project: Project) -> dict[str, Any]:
    """Write metrics.json, plots/columns.json, plots/values.json and report.html from batches, traces and the counts of the export.

    Returns the metrics. The same batches, traces and export options give the same bytes.

    Raises:
        ConfigError: there is no plan.
        ResynError: a batch is not as planned, a trace cannot be read, or a file cannot be written.
        MissingRows: more rows are missing than the config allows.
    """
    program, fingerprint = read_program(project.generation)
    dropped = read_export(project.export).drop
    batches = finished_batches(project, program, fingerprint)
    files = tuple(batches.files.values())
    names = tuple(program.outputs)
    with spill_folder(project) as folder:
        profiles = profile(files, names, folder)
    traffic = read_traffic(project.trace(key) for key in batches.files)
    cost = costs(traffic, read_runtime(project.runtime).prices)
    exported = ("__row", *(name for name in names if name not in dropped))
    first = next(read_groups(files, exported, _SAMPLES), None)
    counts = read_counts(project.dataset)
    page = Page(
        program=program,
        fingerprint=fingerprint,
        batches=batches,
        profiles=profiles,
        traffic=traffic,
        costs=cost,
        counts=counts,
        dropped=dropped,
        samples=first.to_pylist() if first else [],
    )
    numbers = metrics(fingerprint, batches, profiles, traffic, cost, counts)
    if program.accept:
        numbers["accept"] = acceptance(files, traffic)
    for name, points in plots(profiles, traffic, counts).items():
        atomic.write(project.plots / f"{name}.json", _json(points))
    atomic.write(project.report, render(page))
    atomic.write(project.metrics, _json(numbers))
    return numbers


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
