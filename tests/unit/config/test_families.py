"""A type is a file to add, and no file to edit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.dataset import COLUMNS
from resyn.config.families import Family
from resyn.spec.program import Column

ECHO = """
from typing import Literal
from resyn.config.columns.column import SingleColumnConfig

class {name}ColumnConfig(SingleColumnConfig):
    column_type: Literal["{tag}"]
    word: str

    def compile(self):
        raise NotImplementedError
"""


def test_a_file_that_is_added_is_a_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are found by looking; a type that Data Designer has stops being one to come."""
    package = tmp_path / "column_files"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "echo.py").write_text(ECHO.format(name="Echo", tag="echo"))
    (package / "llm_judge.py").write_text(ECHO.format(name="Judge", tag="llm-judge"))
    monkeypatch.syspath_prepend(tmp_path)
    family = Family("column_files", SingleColumnConfig, "column_type", not_yet=("llm-judge", "image"))
    assert list(family.members) == ["echo", "llm-judge"]
    column = TypeAdapter(family.union).validate_python({"name": "x", "column_type": "llm-judge", "word": "hi"})
    assert type(column).__name__ == "JudgeColumnConfig"
    with pytest.raises(ValidationError, match="is 'image', which resyn does not have yet"):
        TypeAdapter(family.union).validate_python({"name": "x", "column_type": "image"})
    for module in [name for name in sys.modules if name.startswith("column_files")]:
        monkeypatch.delitem(sys.modules, module)


def test_every_type_has_its_spec() -> None:
    """Each config class compiles to the class of the same type in the spec."""
    for name, model in COLUMNS.members.items():
        assert issubclass(model, SingleColumnConfig)
        compiled = model.compile.__annotations__["return"]
        spec = getattr(sys.modules[model.__module__], compiled)
        assert issubclass(spec, Column)
        assert spec.column_type == name
