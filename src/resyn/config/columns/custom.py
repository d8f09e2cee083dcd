"""The `custom` column: what a function of a plugin makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PrivateAttr, ValidationError, WithJsonSchema, field_validator

from resyn.columns.dtype import arrow_type_of, dtype_of, written
from resyn.config.columns.column import SingleColumnConfig
from resyn.config.function import FunctionName
from resyn.config.names import GenerationStrategy, Word
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Incomplete, Problem
from resyn.config.written import Name, Number, refusal
from resyn.errors import ConfigError
from resyn.plugins.call import DEFAULT_TIMEOUT
from resyn.plugins.declared import Declared, declared
from resyn.plugins.load import load
from resyn.spec import Column, Limits, Provider
from resyn.spec.columns.custom import Custom, SideEffect


def _as_text(value: Any) -> Any:
    try:
        return value if value is None else written(value)
    except ValueError as error:
        raise refusal(f"is no type: {error}") from error


def _is_a_type(value: str | None) -> str | None:
    try:
        if value:
            arrow_type_of(value)
    except ValueError as error:
        raise refusal(f"is no type: {error}") from error
    return value


DType = Annotated[
    str | None, BeforeValidator(_as_text), AfterValidator(_is_a_type), WithJsonSchema({"type": ["string", "object", "array", "null"]})
]
"""str, int, float, bool, list[…] or {name: …}."""


if TYPE_CHECKING:
    GeneratorParams = dict[str, Any] | BaseModel
else:
    GeneratorParams = dict[str, Any]


class CustomColumnConfig(SingleColumnConfig):
    """What a function of yours in plugins/ makes."""

    column_type: Literal["custom"] = "custom"
    generator_function: FunctionName
    """The function, as `plugins.<file>:<function>`."""
    generation_strategy: Word[GenerationStrategy] = "cell_by_cell"
    """Whether it takes a row (`row`) or a block of rows; how blocks are cut must not matter to it."""
    generator_params: GeneratorParams | None = None
    """What it is given as `generator_params`; checked by the class that annotates the parameter."""
    dtype: DType = None
    """What it makes, where neither its decorator nor its annotation says so."""
    required_columns: list[Name] | None = None
    """The columns it is given, in place of those that its decorator names."""
    side_effect_columns: dict[Name, DType] | None = None
    """Columns it makes beside its own and their types, in place of those that its decorator names."""
    models: list[Name] | None = None
    """The models it may ask, in place of those that its decorator names."""
    timeout: Number = Field(default=DEFAULT_TIMEOUT, gt=0)
    """Seconds that a call may take, not counted while it waits for a model."""
    store: bool = False
    """Store what it makes like a model's answer, so that it is made once; for functions that are slow or cost something."""
    _declared: Declared = PrivateAttr(default_factory=Declared)
    _params: dict[str, Any] = PrivateAttr(default_factory=dict)

    @field_validator("generator_params", mode="before")
    @classmethod
    def _are_values(cls, given: Any) -> Any:
        """Take an instance of the class that checks them, in a config written in Python, for its values."""
        return given.model_dump(mode="json") if isinstance(given, BaseModel) else given

    def completed(self, root: Path) -> Self:
        """Return the column with what its function declares.

        Raises:
            Incomplete: the function cannot be loaded or used, or its parameters are not what it takes.
        """
        try:
            function = load(root, str(self.generator_function))
            found = declared(function)
            params = _checked(dict(self.generator_params or {}), found.params_class, self.name)
        except ConfigError as error:
            raise self._incomplete(error.message, hint=error.hint) from error
        except ValueError as error:
            raise self._incomplete(f"{self.generator_function}: {error}") from error
        column = self.model_copy()
        column._declared, column._params = found, params  # noqa: SLF001 - its own
        return column

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield what is wrong between the function and the column."""
        is_of_rows = self._declared.first == "row"
        if is_of_rows != (self.generation_strategy == "cell_by_cell"):
            what = "takes a row" if is_of_rows else f"takes a block (`{self._declared.first}`)"
            message = f"column '{self.name}': the function {what}, and 'generation_strategy' is {self.generation_strategy}"
            yield Problem(loc=("generation_strategy",), message=message)
        if not self._dtype:
            hint = "annotate what the function returns, or write `dtype`: str, int, float, bool, list[…] or {name: …}"
            yield Problem(loc=("generator_function",), message=f"column '{self.name}': nothing says which type its values have", hint=hint)
        for wrong, right in (("seed", "seeds"), ("rng", "seeds")) if not is_of_rows else (("seeds", "seed"),):
            if wrong in self._declared.asks_for:
                yield Problem(loc=("generator_function",), message=f"column '{self.name}': the function takes `{wrong}`: write `{right}`")
        if "models" in self._declared.asks_for and (not is_of_rows or self.store):
            message = f"column '{self.name}': a function that asks models takes a row, and their answers are stored without 'store'"
            yield Problem(loc=("generator_function",), message=message)
        if self.store and not is_of_rows:
            yield Problem(loc=("store",), message=f"column '{self.name}': 'store' is for functions that take a row")
        made = [output for column in columns.values() for output in column.outputs]
        for name in self._reads:
            if name not in made or name in self.compile().outputs:
                message = f"column '{self.name}': the function needs '{name}', and there is no such column{did_you_mean(name, made)}"
                yield Problem(loc=("required_columns",), message=message)

    @property
    def model_aliases(self) -> tuple[str, ...]:
        """Return the models that the function may ask."""
        return self._declared.model_aliases if self.models is None else tuple(self.models)

    @property
    def services(self) -> tuple[dict[str, Provider], dict[str, Limits]]:
        """Return the bounds of calls."""
        limits = Limits(timeout=self.timeout, skip_health_check=True)
        return ({"plugins": Provider()} if self.store else {}), {f"column {self.name}": limits}

    def compile(self) -> Custom:
        """Return the column as the engine reads it."""
        given = self._declared.side_effect_columns if self.side_effect_columns is None else self.side_effect_columns
        return Custom(
            name=self.name,
            rng_name=self.rng_name,
            generator_function=str(self.generator_function),
            generation_strategy=self.generation_strategy,
            dtype=self._dtype,
            reads=self._reads,
            side_effects=tuple(SideEffect(name=name, dtype=dtype or "str") for name, dtype in given.items()),
            generator_params=self._params,
            model_aliases=self.model_aliases,
            store=self.store or None,
        )

    @property
    def _dtype(self) -> str:
        of_values = self._declared.returns
        if self.generation_strategy == "full_column":
            inner = dtype_of(of_values)
            annotated = inner[5:-1] if inner.startswith("list[") else ""
        else:
            annotated = dtype_of(of_values)
        return self.dtype or self._declared.dtype or annotated

    @property
    def _reads(self) -> tuple[str, ...]:
        return self._declared.required_columns if self.required_columns is None else tuple(self.required_columns)

    def _incomplete(self, message: str, hint: str = "") -> Incomplete:
        return Incomplete(Problem(loc=("generator_function",), message=f"column '{self.name}': {message}", hint=hint))


def _checked(params: dict[str, Any], kind: Any, column: str) -> dict[str, Any]:
    """Return parameters as the class that the function names has them, defaults and all.

    Raises:
        Incomplete: they are not what it takes.
    """
    if not isinstance(kind, type) or not issubclass(kind, BaseModel):
        return params
    try:
        return kind.model_validate(params).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"column '{column}': 'generator_params' do not fit {kind.__name__}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Incomplete(Problem(loc=("generator_params", *first["loc"]), message=message)) from error
