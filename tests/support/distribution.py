"""A distribution as an installer leaves it: a package, and beside it a folder that says what it is and which column type it has."""

from __future__ import annotations

from pathlib import Path

CONFIG = """\
from typing import ClassVar, Literal

from resyn.config.columns.column import SingleColumnConfig

from resyn_shout.spec import Shout


class ShoutColumnConfig(SingleColumnConfig):
    \"\"\"Another column in capital letters.\"\"\"

    column_type: Literal["shout"] = "shout"
    of: str
    \"\"\"The column.\"\"\"
    marks: int = 1
    \"\"\"How many exclamation marks follow.\"\"\"

    def compile(self) -> Shout:
        return Shout(name=self.name, rng_name=self.rng_name, of=self.of, marks=self.marks)
"""
SPEC = """\
from dataclasses import dataclass
from typing import ClassVar

from resyn.spec import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Shout(Column):
    column_type: ClassVar[str] = "shout"

    of: str
    marks: int = 1

    @property
    def required_columns(self) -> tuple[str, ...]:
        return (self.of,)
"""
CODE = """\
import pyarrow as pa


class ShoutColumn:
    arrow_type = pa.string()

    def __init__(self, spec) -> None:
        self._spec = spec

    def compute(self, block):
        loud = (text.upper() + "!" * self._spec.marks for text in block.columns[self._spec.of].to_pylist())
        return pa.array(loud, self.arrow_type)


def build(column, program):
    return ShoutColumn(column)
"""


def install(folder: Path, *, distribution: str = "resyn-shout", version: str = "1.0", **files: str) -> Path:
    """Put the distribution into a folder; `files` are modules that are not as above. Return the folder of the package."""
    package = folder / "resyn_shout"
    package.mkdir(parents=True, exist_ok=True)
    for name, text in ({"__init__": "", "config": CONFIG, "spec": SPEC, "column": CODE} | files).items():
        (package / f"{name}.py").write_text(text)
    about = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text("[resyn.column_types]\nshout = resyn_shout\n")
    return package
