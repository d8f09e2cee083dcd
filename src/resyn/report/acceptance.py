"""How many candidates the accepted rows took, and what the others cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from resyn.report.usage import Traffic


def acceptance(batches: Iterable[Path], traffic: Traffic) -> dict[str, Any]:
    """Return what the conditions of `accept` did, counted in the files of the batches.

    `rate` is of all candidates; `conditions` says for how many of them each condition held; `rows_by_candidates` how many rows took so
    many; `redrawn` is what was asked for attempts that a later one replaced.
    """
    counts: Counter[str] = Counter()
    held: Counter[str] = Counter()
    rows: Counter[int] = Counter()
    for path in batches:
        said = json.loads(pq.read_metadata(path).metadata[b"resyn.accept"])
        counts.update(candidates=said["candidates"], accepted=said["accepted"])
        held.update(said["conditions"])
        rows.update({int(number): many for number, many in said["rows_by_candidates"].items()})
    return {
        "candidates": counts["candidates"],
        "accepted": counts["accepted"],
        "rate": round(counts["accepted"] / counts["candidates"], 6) if counts["candidates"] else 0.0,
        "conditions": dict(held),
        "rows_by_candidates": {str(number): rows[number] for number in sorted(rows)},
        "redrawn": asdict(traffic.replaced),
    }
