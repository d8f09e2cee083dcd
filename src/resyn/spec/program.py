"""What a dataset is: everything that can change a value, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from resyn.spec.seed import Seed

FINGERPRINT_VERSION = 1
"""The identity scheme. Two versions cannot be compared: the answer is "unknown", never "changed"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Say what a sampling parameter is drawn from, a number a request: `values`, or [low, high)."""

    low: float = 0.0
    high: float = 0.0
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Say which model is asked and how, as far as it can change an answer."""

    provider: str
    provider_type: str
    model: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    temperature_from: Distribution | None = None
    top_p_from: Distribution | None = None
    encoding_format: str = ""
    dimensions: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Say for which rows a column is not made."""

    when: str = ""
    """A Jinja expression over other columns, without braces; a row for which it is true is skipped. "" is never."""
    value: str = ""
    """What stands in a skipped row, as JSON text; "" is null."""
    propagate: bool = True
    """Whether a row is skipped, too, for which a column was skipped that this one reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Describe one column; each column type adds its own fields in a file of its own."""

    column_type: ClassVar[str]

    name: str
    rng_name: str = ""
    """The name that random keys are made from, so that a renamed column can keep its values; "" is `name`."""
    semantics: int = 1
    """Bumped by hand when parsing or repair of this column type changes what an answer becomes."""
    skip: Skip | None = None

    has_media: ClassVar[bool] = False
    """Whether its values name files that belong to the batch."""

    @property
    def random_name(self) -> str:
        """Return the name random keys are made from."""
        return self.rng_name or self.name

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names this column makes values under, in the order of the dataset: its own, and any beside it, or others."""
        return (self.name,)

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the Jinja texts of this column: what they name are its inputs."""
        return ()

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return inputs that no template names."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """Say what holds in every row: a comparison, or an expression."""

    target_columns: tuple[str, ...] = ()
    """The left side: a column, or the sum of several."""
    operator: str = ""
    """lt, le, gt, ge, eq, ne, in or not_in."""
    rhs: str = ""
    """The right side as JSON text: a number, a text, a switch, a list of them."""
    rhs_column: str = ""
    """The right side where it is a column."""
    expr: str = ""
    """A Jinja expression without braces, in place of all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSet:
    """Say which tools a model may call and how often."""

    tool_alias: str
    providers: tuple[str, ...]
    allow_tools: tuple[str, ...] = ()
    max_tool_call_turns: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Hold one dataset's compiled program: the content of `plan/generation.json`."""

    name: str
    seed: int
    draw: int
    reference_date: str
    columns: tuple[Column, ...]
    models: Mapping[str, Model] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    seed_dataset: Seed | None = None
    pools: Mapping[str, str] = field(default_factory=dict)
    """What values come from beyond the config: Faker's locale data by its sha256, packages that compute distributions by version."""
    tools: Mapping[str, ToolSet] = field(default_factory=dict)
    max_redraws: int = 3
    """How often a row that failed is drawn again before it is given up."""
    accept: tuple[str, ...] = ()
    """Jinja expressions over the columns of a row; one for which they do not all hold is drawn again."""
    max_candidates: int | None = None
    """How often a row may be drawn in all before it is given up as turned down."""
    max_missing_share: float = 0.0
    fingerprint_version: int = FINGERPRINT_VERSION

    @property
    def outputs(self) -> dict[str, Column]:
        """Return every name that has a value in a row, in the order of the dataset, and the column that makes it."""
        return {output: column for column in self.columns for output in column.outputs}

    @property
    def media(self) -> tuple[str, ...]:
        """Return the columns whose values name files of their batch."""
        return tuple(column.name for column in self.columns if column.has_media)
