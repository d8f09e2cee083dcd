"""The dataset card: README.md beside the files, which the Hugging Face libraries and Hub read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from resyn.export.counts import Counts
from resyn.export.files import DatasetFiles
from resyn.export.made import how_made
from resyn.spec import Program

_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}
"""Size classes of the Hub, by their upper end: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md."""


def card(program: Program, fingerprint: str, main: DatasetFiles, others: Mapping[str, DatasetFiles], counts: Counts, folder: Path) -> bytes:
    """Return the card in Markdown of the dataset in `folder`; `load_dataset` of it reads the first format."""
    made = {output: how_made(column, program) for output, column in program.outputs.items()}
    lines = [
        f"# {_text(program.name)}",
        "",
        f"A synthetic dataset of {counts.rows:,} rows and {len(main.columns)} columns, made by resyn.",
        "",
        "| column | type | made by |",
        "| --- | --- | --- |",
        *(f"| {_code(field.name)} | {_code(str(field.type))} | {_text(made[field.name])} |" for field in main.schema),
        "",
        *_splits(main),
        *_processors(counts),
        *(line for name, other in others.items() for line in _other(name, other, folder)),
        f"Identity: `{fingerprint}`, seed {program.seed}, draw {program.draw}.",
        "",
    ]
    return f"---\n{_front_matter(program.name, main, others, folder)}---\n\n".encode() + "\n".join(lines).encode()


def _splits(main: DatasetFiles) -> list[str]:
    """Return how many rows are in which files."""
    if len(main.splits) == 1:
        return [f"The same rows in each of: {', '.join(path.name for path in main.files[main.splits[0]])}.", ""]
    rows = [f"| {split} | {main.rows[split]:,} | {', '.join(path.name for path in main.files[split])} |" for split in main.splits]
    return ["| split | rows | the same rows in each of |", "| --- | --- | --- |", *rows, ""]


def _processors(counts: Counts) -> list[str]:
    """Return what became of the generated rows, in the order it happened."""
    if not counts.processors:
        return []
    rows = [f"| {_text(step.name)} | {step.processor_type} | {step.removed:,} |" for step in counts.processors]
    return ["| processor | type | rows removed |", "| --- | --- | --- |", *rows, ""]


def _other(name: str, other: DatasetFiles, folder: Path) -> list[str]:
    files = ", ".join(path.relative_to(folder).as_posix() for paths in other.files.values() for path in paths)
    columns = ", ".join(_code(column) for column in other.columns)
    return [f"Beside it, {_text(name)}: {sum(other.rows.values()):,} rows of {columns}, in {files}.", ""]


def _front_matter(name: str, main: DatasetFiles, others: Mapping[str, DatasetFiles], folder: Path) -> str:
    rows = sum(main.rows.values())
    size = next((label for end, label in _SIZES.items() if rows < end), "n>10M")
    configs = [_config(called, files, folder) for called, files in {"default": main, **others}.items()]
    data = {"pretty_name": name, "tags": ["synthetic"], "size_categories": [size], "configs": configs}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _config(name: str, files: DatasetFiles, folder: Path) -> dict[str, Any]:
    """Return how one dataset is loaded: the file of each split, in the first format.

    `load_dataset` knows what it has in its cache by what stands here, not by the files: the description tells their content apart, or
    the rows of an earlier export, or of another project with the same files, would come back.
    """
    content = hashlib.sha256()
    first = {split: paths[0] for split, paths in files.files.items()}
    for path in first.values():
        with path.open("rb") as file:
            content.update(hashlib.file_digest(file, "sha256").digest())
    data_files = [{"split": split, "path": path.relative_to(folder).as_posix()} for split, path in first.items()]
    return {"config_name": name, "description": f"sha256:{content.hexdigest()}", "data_files": data_files}


def _text(text: str) -> str:
    """Escape what Markdown would read as markup: a name may hold anything."""
    return "".join(f"\\{char}" if char in r"\`*[]<>|" else char for char in " ".join(text.split()))


def _code(text: str) -> str:
    """Set a text as it is; a pipe would end a table's cell and a backtick the code."""
    return f"`{' '.join(text.split()).replace('|', chr(92) + '|').replace('`', chr(39))}`"
