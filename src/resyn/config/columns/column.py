"""What every column has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self

from pydantic import ValidationInfo, field_validator

from resyn.config.problem import Problem
from resyn.config.skip import SkipConfig
from resyn.config.written import Name, Written, refusal
from resyn.spec import Column, Limits, Provider


class SingleColumnConfig(Written, ABC):
    """Hold the keys that every column type takes."""

    template_fields: ClassVar[tuple[str, ...]] = ()
    """The keys that hold Jinja texts."""
    asks: ClassVar[tuple[str, ...]] = ("chat-completion",)
    """What the models it asks must be for, of the `generation_type`s."""
    can_skip: ClassVar[bool] = True
    """Whether `skip` means something for this column type."""
    is_written: ClassVar[bool] = True
    """Whether a person wrote the column down."""

    name: Name
    """What the column is called, in the dataset and in templates."""
    drop: bool = False
    """Leave the column out of the exported dataset; other columns can use it."""
    rng_name: str = ""
    """The name random numbers are drawn under: a renamed column that keeps its old name here keeps its values."""
    skip: SkipConfig | None = None
    """For which rows the column is not made."""
    propagate_skip: bool = True
    """Skip a row, too, for which a column was skipped that this one reads."""

    @property
    def model_aliases(self) -> tuple[str, ...]:
        """Return the models the column asks."""
        return ()

    @property
    def services(self) -> tuple[dict[str, Provider], dict[str, Limits]]:
        """Return what else the column asks beside models: providers by name, bounds by alias; no part of the identity."""
        return {}, {}

    @field_validator("skip")
    @classmethod
    def _can_be_skipped(cls, skip: SkipConfig | None) -> SkipConfig | None:
        if skip and not cls.can_skip:
            raise refusal("is not for columns of this type", hint="let a column that reads it be skipped, such as an expression")
        return skip

    @field_validator("rng_name")
    @classmethod
    def _its_own_name_is_the_default(cls, rng_name: str, info: ValidationInfo) -> str:
        return "" if rng_name == info.data.get("name") else rng_name

    def completed(self, root: Path) -> Self:  # noqa: ARG002 - for column types to fill
        """Return the column with what files of the project, in folder `root`, say of it.

        Raises:
            Incomplete: one of them cannot be used.
        """
        return self

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:  # noqa: ARG002 - for column types to fill
        """Yield what is wrong between this column and all columns, compiled; places count from the column."""
        yield from ()

    @abstractmethod
    def compile(self) -> Column:
        """Return the column as the engine reads it."""
