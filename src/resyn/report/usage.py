"""What the models were asked, counted from the traces alone, so that a replay counts the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.errors import ResynError
from resyn.models.completion import CUT
from resyn.models.request import Status

_READ = ["__row", "column", "attempt", "provider", "model", "status", "input_tokens", "output_tokens", "retries", "latency_ms"]
"""All but the texts."""
_CUT = rf'"(?:finish|stop)_reason"\s*:\s*"(?:{"|".join(sorted(CUT))})"'
"""What a body says of an answer that is not whole; in the words of a model the quotes have backslashes before them."""
_BODIES_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Usage:
    """Count answers of models: each one a request, a refusal among them; `retries` are attempts that failed before it.

    `cut` are answers that ended at `max_tokens` or at the model's context, and not where the model wanted them to.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    retries: int = 0
    refused: int = 0
    cut: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


@dataclass(frozen=True, slots=True)
class Latency:
    """Hold the median and the 95th percentile of the time an answer took, in milliseconds."""

    median: int
    p95: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Hold usage by column and `provider/model`, and the number of rows that were drawn again."""

    pairs: Mapping[tuple[str, str], Usage] = field(default_factory=dict)
    latencies: Mapping[str, Latency] = field(default_factory=dict)
    redrawn: int = 0
    replaced: Usage = Usage()
    """What was asked for attempts at a row that a later one replaced."""

    @property
    def columns(self) -> Mapping[str, Usage]:
        """Return usage by column."""
        return _summed((column, usage) for (column, _), usage in self.pairs.items())

    @property
    def models(self) -> Mapping[str, Usage]:
        """Return usage by `provider/model`."""
        return _summed((model, usage) for (_, model), usage in self.pairs.items())

    def usage(self, column: str) -> Usage:
        """Return the usage of a column, whether or not it asked a model."""
        return self.columns.get(column, Usage())

    @property
    def total(self) -> Usage:
        """Return usage over all columns."""
        return sum(self.pairs.values(), Usage())


def read_traffic(files: Iterable[Path]) -> Traffic:
    """Return what the traces of a dataset's batches count up to; reads one file at a time.

    Raises:
        ResynError: a trace is absent or unreadable.
    """
    pairs: dict[tuple[str, str], Usage] = defaultdict(Usage)
    times: dict[str, list[int]] = defaultdict(list)
    redrawn, replaced = 0, Usage()
    for path in files:
        table = _read(path)
        replaced += _replaced(table)
        redrawn += pc.count_distinct(table.filter(pc.greater(table["attempt"], 0))["__row"]).as_py()
        for group in _grouped(table):
            usage = Usage(*(group[f"{item.name}_sum"] for item in fields(Usage)))
            name = f"{group['provider']}/{group['model']}"
            pairs[group["column"], name] += usage
            times[name].extend(group["latency_ms_list"])
    latencies = {name: _latency(values) for name, values in times.items()}
    return Traffic(dict(sorted(pairs.items())), latencies, redrawn, replaced)


def _summed(parts: Iterable[tuple[str, Usage]]) -> Mapping[str, Usage]:
    sums: dict[str, Usage] = defaultdict(Usage)
    for name, usage in parts:
        sums[name] += usage
    return dict(sorted(sums.items()))


def _read(path: Path) -> pa.Table:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            cut = [_is_cut(bodies["answer"]) for bodies in file.iter_batches(_BODIES_AT_ONCE, columns=["answer"])]
            return file.read(columns=_READ).append_column("cut", pa.chunked_array(cut, pa.int64()))
    except (pa.ArrowException, OSError) as error:
        raise ResynError(f"the trace {path} cannot be read ({error})", hint="Run `dvc repro`.") from error


def _is_cut(bodies: pa.Array) -> pa.Array:
    return pc.match_substring_regex(bodies, _CUT).fill_null(False).cast(pa.int64())


def _replaced(table: pa.Table) -> Usage:
    """Return the usage of attempts that are not the last of their row."""
    last = table.group_by("__row").aggregate([("attempt", "max")])
    earlier = table.join(last, "__row").filter(pc.field("attempt") < pc.field("attempt_max"))
    parts = (Usage(*(group[f"{item.name}_sum"] for item in fields(Usage))) for group in _grouped(earlier.drop_columns("attempt_max")))
    return sum(parts, Usage())


def _grouped(table: pa.Table) -> list[dict[str, Any]]:
    refused = pc.equal(table["status"], Status.REFUSED.value).cast(pa.int64())
    counted = table.append_column("requests", pa.repeat(1, table.num_rows)).append_column("refused", refused)
    sums = [(item.name, "sum") for item in fields(Usage)]
    grouped: list[dict[str, Any]] = counted.group_by(["column", "provider", "model"]).aggregate([*sums, ("latency_ms", "list")]).to_pylist()
    return grouped


def _latency(milliseconds: Sequence[int]) -> Latency:
    ordered = sorted(milliseconds)
    return Latency(ordered[(len(ordered) - 1) // 2], ordered[(len(ordered) - 1) * 95 // 100])
