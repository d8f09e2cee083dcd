"""The numbers that `dvc metrics` and `dvc plots` read; docs/formats.md freezes their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from resyn.export.batches import Finished
from resyn.export.counts import Counts
from resyn.report.cost import Costs
from resyn.report.profile import Path, Profile
from resyn.report.usage import Traffic

_MOST_VALUES = 20


def metrics(
    fingerprint: str, batches: Finished, profiles: Mapping[Path, Profile], traffic: Traffic, costs: Costs, counts: Counts
) -> dict[str, Any]:
    """Return metrics.json: counts alone, no times, so that every rerun gives the same; a column that asked no model has no usage."""
    columns = {}
    for (name, *fields), profile in profiles.items():
        if not fields:
            asked = {**asdict(traffic.usage(name)), **_dollars(costs.columns.get(name))} if name in traffic.columns else {}
            columns[name] = {"nulls": profile.nulls, "distinct": profile.distinct, **asked}
    return {
        "fingerprint": fingerprint,
        "rows": batches.rows,
        "exported": counts.rows,
        "splits": dict(counts.splits),
        "removed": counts.removed,
        "missing": len(batches.missing),
        "redrawn": traffic.redrawn,
        **asdict(traffic.total),
        **_dollars(costs.total),
        "columns": columns,
        "models": {name: {**asdict(usage), **_dollars(costs.models.get(name))} for name, usage in traffic.models.items()},
    }


def _dollars(cost: float | None) -> dict[str, float]:
    return {} if cost is None else {"dollars": cost}


def plots(profiles: Mapping[Path, Profile], traffic: Traffic, counts: Counts) -> dict[str, list[dict[str, Any]]]:
    """Return the content of plots/<name>.json: `columns`, one point a column, and `values`, one a frequent value."""
    total = [
        {"column": name, "nulls": profile.nulls, "distinct": profile.distinct, **asdict(traffic.usage(name))}
        for (name, *fields), profile in profiles.items()
        if not fields
    ]
    whole = [{"value": f"split {split}", "rows": rows} for split, rows in counts.splits.items() if len(counts.splits) > 1]
    whole += [{"value": f"removed by {step.name}", "rows": step.removed} for step in counts.processors if step.removed]
    values = [
        {"value": f"{'.'.join(path)} = {value}", "rows": rows}
        for path, profile in profiles.items()
        for value, rows in profile.values[:_MOST_VALUES]
    ]
    return {"columns": total, "values": whole + values}
