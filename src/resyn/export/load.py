"""Read an exported dataset."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from resyn.errors import ResynError
from resyn.export.counts import read_counts
from resyn.export.dataset import OTHERS
from resyn.project import Project
from resyn.spec.files import read_export


def load_dataset(project: Project, name: str = "", split: str = "") -> pa.Table:
    """Return a split of the dataset, or of one that the schema transform `name` wrote; all splits, in their order, where none is named.

    Reads Parquet where it was exported, else the first format.

    Raises:
        ConfigError: there is no plan.
        ResynError: there is no dataset yet, or none of that name, or no such split.
    """
    counts = read_counts(project.dataset)
    splits = counts.datasets.get(name) if name else counts.splits
    if splits is None:
        raise ResynError(f"no processor called '{name}' wrote a dataset", hint=f"Those that did: {', '.join(counts.datasets) or 'none'}.")
    if split and split not in splits:
        raise ResynError(f"there is no split '{split}'", hint=f"Splits: {', '.join(splits)}.")
    folder = project.dataset / OTHERS / name if name else project.dataset
    formats = read_export(project.export).formats
    kind = "parquet" if "parquet" in formats else formats[0]
    return pa.concat_tables([_read(folder / f"{one}.{kind}") for one in ([split] if split else splits)])


def _read(path: Path) -> pa.Table:
    try:
        match path.suffix:
            case ".parquet":
                return pq.read_table(path)
            case ".jsonl":
                return pyarrow.json.read_json(path)
            case _:
                return pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
    except (pa.ArrowException, OSError) as error:
        raise ResynError(f"{path} cannot be read: {error}", hint="Run `dvc repro -f -s export`.") from error
