"""The names of a project's files, and how batches are called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BATCHES_PER_SHARD = 10
"""DVC rewrites a whole dvc.lock for each stage, so shards stay small: 100 stages took 33 s in one file, 6.5 s in ten (docs/dvc.md)."""
MAX_BATCHES = 100_000


@dataclass(frozen=True, slots=True)
class Project:
    """Name every file of the project in folder `root`."""

    root: Path

    @property
    def params(self) -> Path:
        """Return params.yaml, what a person changes between runs."""
        return self.root / "params.yaml"

    @property
    def providers(self) -> Path:
        """Return providers.yaml, where models are."""
        return self.root / "providers.yaml"

    @property
    def generation(self) -> Path:
        """Return the compiled program; its SHA-256 is the fingerprint."""
        return self.root / "plan" / "generation.json"

    @property
    def export(self) -> Path:
        """Return the compiled export options."""
        return self.root / "plan" / "export.json"

    @property
    def ranges(self) -> Path:
        """Return the rows of each batch."""
        return self.root / "plan" / "ranges.json"

    @property
    def runtime(self) -> Path:
        """Return endpoints and limits, which no stage depends on."""
        return self.root / "plan" / "runtime.json"

    @property
    def grown(self) -> Path:
        """Return the out of the grow stage."""
        return self.root / "plan" / "grown.json"

    @property
    def batches(self) -> Path:
        """Return the folder of finished batches."""
        return self.root / "data" / "batches"

    @property
    def traces(self) -> Path:
        """Return the folder of traces, one file a batch."""
        return self.root / "data" / "traces"

    @property
    def dataset(self) -> Path:
        """Return the folder of the exported dataset."""
        return self.root / "data" / "dataset"

    @property
    def metrics(self) -> Path:
        """Return metrics.json."""
        return self.root / "metrics.json"

    @property
    def plots(self) -> Path:
        """Return the folder of the JSON files that `dvc plots` draws."""
        return self.root / "plots"

    @property
    def report(self) -> Path:
        """Return report.html."""
        return self.root / "report.html"

    def batch(self, key: str) -> Path:
        """Return the rows of one batch."""
        return self.batches / f"{key}.parquet"

    def trace(self, key: str) -> Path:
        """Return the model answers behind one batch."""
        return self.traces / f"{key}.parquet"

    def media(self, key: str) -> Path:
        """Return the folder of the files that one batch's rows name; only datasets with such columns have it."""
        return self.root / "data" / "media" / key

    def shard(self, key: str) -> Path:
        """Return the folder whose dvc.yaml and dvc.lock hold one batch's stage."""
        return self.root / "batches" / f"{batch_number(key) // BATCHES_PER_SHARD:03d}"

    def stage(self, key: str) -> str:
        """Return the DVC address of one batch's stage."""
        return f"{self.shard(key).relative_to(self.root)}/dvc.yaml:batch@{key}"


def batch_key(number: int) -> str:
    """Return the key of batch `number`; it begins with a letter because YAML reads an unquoted 00008 as a number."""
    return f"b{number:05d}"


def batch_number(key: str) -> int:
    """Return the number of a batch key."""
    return int(key[1:])
