"""report.html: one file that loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from resyn.export.batches import Finished
from resyn.export.counts import Counts
from resyn.export.made import how_made
from resyn.report.cost import Costs
from resyn.report.profile import Path, Profile
from resyn.report.usage import Traffic
from resyn.spec import Program

_SHOWN_VALUES = 8
_FEW_INTEGERS = 10
"""Up to so many different whole numbers are shown one by one, more as a histogram."""
_SHORT = 48
"""Characters that fit into a narrow cell."""
_MOST_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hold what the report shows; `samples` are rows that begin with `__row`."""

    program: Program
    fingerprint: str
    batches: Finished
    profiles: Mapping[Path, Profile]
    traffic: Traffic
    costs: Costs
    counts: Counts
    dropped: Sequence[str]
    samples: Sequence[Mapping[str, Any]]


def render(page: Page) -> bytes:
    """Return the report; what models wrote is escaped, and the page forbids scripts besides."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("resyn", "report")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    jinja.filters |= {"count": lambda number: f"{number:,}", "dollars": _dollars, "cell": _cell, "deep": _deep}
    made = {output: how_made(column, page.program) for output, column in page.program.outputs.items()}
    columns = [{**column, "made": made[column["name"]], "dropped": column["name"] in page.dropped} for column in _tree(page.profiles, ())]
    return jinja.get_template("page.html.j2").render(page=page, columns=columns).encode()


def _dollars(cost: float | None) -> str:
    """Return a cost as a person reads it; an unknown one is `?`."""
    return "?" if cost is None else f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"


def _tree(profiles: Mapping[Path, Profile], parent: Path) -> list[dict[str, Any]]:
    return [
        {
            "name": path[-1],
            "type": _type(profile.type),
            "nulls": profile.nulls,
            "distinct": profile.distinct,
            "values": _values(profile),
            "spread": profile.spread,
            "fields": _tree(profiles, path),
        }
        for path, profile in profiles.items()
        if path[:-1] == parent
    ]


def _type(kind: pa.DataType) -> str:
    """Return the name of a type; the fields of a struct are listed below it."""
    if pa.types.is_list(kind):
        return f"list of {_type(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else str(kind)


def _values(profile: Profile) -> dict[str, Any] | None:
    """Return the most frequent values and the bar of each in percent of the longest; None where a histogram says more."""
    if not profile.values or (pa.types.is_integer(profile.type) and profile.distinct > _FEW_INTEGERS):
        return None
    shown, others = profile.values[:_SHOWN_VALUES], profile.values[_SHOWN_VALUES:]
    longest = shown[0][1]
    return {
        "bars": [{"label": label, "rows": rows, "percent": round(100 * rows / longest, 2)} for label, rows in shown],
        "others": len(others),
        "other_rows": sum(rows for _, rows in others),
    }


def _cell(value: Any) -> dict[str, Any]:
    """Return how to show a value of a sample row: its kind (null, empty, nested, long, short) and its text."""
    if value is None or value in ("", {}, []):
        return {"kind": "absent", "text": "null" if value is None else "empty"}
    if isinstance(value, dict | list):
        return {"kind": "nested", "value": value}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {
        "kind": "long" if len(text) > _SHORT or "\n" in text else "short",
        "text": text[:_MOST_CHARACTERS],
        "cut": max(0, len(text) - _MOST_CHARACTERS),
    }


def _deep(value: Any) -> bool:
    """Say whether a value needs lines of its own: an object, or a list that holds objects or lists."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict | list) for item in value))
