"""The dataset card: README.md beside the files, which the Hugging Face libraries and Hub read."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import yaml

from resyn.export.made import how_made
from resyn.spec import Program

_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}
"""Size classes of the Hub, by their upper end: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md."""


def card(program: Program, fingerprint: str, schema: pa.Schema, rows: int, files: Sequence[str]) -> bytes:
    """Return the card in Markdown; `files` are those of the train split, and `load_dataset` of the folder reads the first."""
    made = {output: how_made(column, program) for output, column in program.outputs.items()}
    lines = [
        f"# {_text(program.name)}",
        "",
        f"A synthetic dataset of {rows:,} rows and {len(schema)} columns, made by resyn.",
        "",
        "| column | type | made by |",
        "| --- | --- | --- |",
        *(f"| {_code(field.name)} | {_code(str(field.type))} | {_text(made[field.name])} |" for field in schema),
        "",
        f"The same rows in each of: {', '.join(files)}.",
        "",
        f"Identity: `{fingerprint}`, seed {program.seed}, draw {program.draw}.",
        "",
    ]
    return f"---\n{_front_matter(program.name, rows, files[0])}---\n\n".encode() + "\n".join(lines).encode()


def _front_matter(name: str, rows: int, file: str) -> str:
    size = next((label for end, label in _SIZES.items() if rows < end), "n>10M")
    data = {
        "pretty_name": name,
        "tags": ["synthetic"],
        "size_categories": [size],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": file}]}],
    }
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _text(text: str) -> str:
    """Escape what Markdown would read as markup: a name may hold anything."""
    return "".join(f"\\{char}" if char in r"\`*[]<>|" else char for char in " ".join(text.split()))


def _code(text: str) -> str:
    """Set a text as it is; a pipe would end a table's cell and a backtick the code."""
    return f"`{' '.join(text.split()).replace('|', chr(92) + '|').replace('`', chr(39))}`"
