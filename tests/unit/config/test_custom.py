"""What a person may write about functions of plugins, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Limits
from resyn.spec.columns.custom import Custom, SideEffect

Write = Callable[[str, str], None]
Refused = Callable[[], ConfigError]

CONFIG = """\
model_configs:
  - {{alias: writer, model: m, provider: embedded}}
columns:
  - {{name: n, column_type: sampler, sampler_type: poisson, params: {{mean: 3}}}}
  - name: x
    column_type: custom
    generator_function: plugins.mine:{}
"""
PLUGIN = """\
from pydantic import BaseModel, Field
from resyn import custom_column_generator
from typing import TypedDict

class Params(BaseModel):
    by: int = Field(default=2, ge=1)

class Answer(TypedDict):
    score: int
    why: list[str]

@custom_column_generator(required_columns=["n"], side_effect_columns={"why": "list[str]"}, model_aliases=["writer"])
def all(row, generator_params: Params, models, rng) -> int: ...

def plain(row) -> str | None: ...
def struct(row) -> Answer: ...
def block(df) -> list[float]: ...
def untyped(row): ...
def as_dict(row) -> dict: ...
def odd(row, temperature): ...
def nothing(): ...
def block_of_models(df, models) -> list[int]: ...
def block_with_rng(df, rng) -> list[int]: ...

@custom_column_generator(["m"])
def lost(row) -> int: ...
"""


@pytest.fixture(autouse=True)
def plugins(project: Project) -> None:
    """Have a plugin."""
    (project.root / "plugins").mkdir()
    (project.root / "plugins/mine.py").write_text(PLUGIN)


def configured(project: Project, write: Write, function: str, *keys: str) -> Custom:
    """Return the column of a config."""
    write("configs/tickets.yaml", CONFIG.format(function) + "".join(f"    {key}\n" for key in keys))
    column = load(project).program.columns[1]
    assert isinstance(column, Custom)
    return column


def test_a_function_says_what_it_reads_makes_and_asks(project: Project, write: Write) -> None:
    """By its decorator and its annotations; defaults of its parameters are spelled out."""
    column = configured(project, write, "all", "timeout: 7", "generator_params: {}")
    assert column == Custom(
        name="x",
        generator_function="plugins.mine:all",
        dtype="int",
        reads=("n",),
        side_effects=(SideEffect(name="why", dtype="list[str]"),),
        generator_params={"by": 2},
        model_aliases=("writer",),
    )
    assert load(project).runtime.limits["column x"] == Limits(timeout=7, skip_health_check=True)


@pytest.mark.parametrize(
    ("function", "keys", "dtype"),
    [
        ("plain", (), "str"),
        ("struct", (), "{score: int, why: list[str]}"),
        ("block", ("generation_strategy: full_column",), "float"),
        ("untyped", ("dtype: bool",), "bool"),
        ("untyped", ("dtype: {a: int, b: [str]}",), "{a: int, b: list[str]}"),
        ("as_dict", ("dtype: 'list[{a: float}]'",), "list[{a: float}]"),
    ],
)
def test_types_come_from_annotations_or_keys(project: Project, write: Write, function: str, keys: tuple[str, ...], dtype: str) -> None:
    """Never from values."""
    assert configured(project, write, function, *keys).dtype == dtype


@pytest.mark.parametrize(
    ("function", "keys", "message"),
    [
        ("untyped", (), ":7: column 'x': nothing says which type its values have"),
        ("as_dict", (), "nothing says which type its values have"),
        ("untyped", ("dtype: number",), ":8: column 'x': 'dtype' is no type: 'number' is no type: write str, int,"),
        ("odd", ("dtype: int",), "plugins.mine:odd: it takes `temperature`, and what it may take is `generator_params`, `models`"),
        ("nothing", (), "plugins.mine:nothing: its first parameter must be `row`, or one of"),
        ("block", (), "the function takes a block (`df`), and 'generation_strategy' is cell_by_cell"),
        ("plain", ("generation_strategy: full_column",), "the function takes a row, and 'generation_strategy' is full_column"),
        ("block_of_models", ("generation_strategy: full_column",), "a function that asks models takes a row"),
        ("block_with_rng", ("generation_strategy: full_column",), "the function takes `rng`: write `seeds`"),
        (
            "all",
            ("generator_params: {by: 0}",),
            ":8: column 'x': 'generator_params' do not fit Params: by: Input should be greater than or equal",
        ),
        ("lost", (), "the function needs 'm', and there is no such column"),
        ("all", ("models: [righter]",), "there is no model 'righter' in 'model_configs' (did you mean 'writer'?)"),
        ("plain", ("generator_function: score",), "is given twice"),
    ],
)
def test_what_cannot_be_used_is_told_when_planning(
    write: Write, refused: Refused, function: str, keys: tuple[str, ...], message: str
) -> None:
    """With its line."""
    write("configs/tickets.yaml", CONFIG.format(function) + "".join(f"    {key}\n" for key in keys))
    assert message in refused().message
