"""The `subcategory` sampler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeGuard, cast

import pyarrow as pa
from pydantic import Field

from resyn.columns.conversion import conversion_of
from resyn.columns.samplers.category import ARROW_TYPES
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.samplers.values import Plain, Values, dtype, not_convertible, typed
from resyn.config.written import Name
from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.subcategory import Subcategory


class SubcategorySamplerParams(SamplerParamsConfig):
    """One of the values listed under the value of a category column."""

    sampler_type: Literal["subcategory"] = "subcategory"
    category: Name
    """The category column."""
    values: Annotated[dict[str, Values], Field(min_length=1)]
    """For each value of the category column, the values to draw from."""

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why not, for the first value that is no number."""
        return super().cannot_become(convert_to) or not_convertible(self._all_values(), convert_to)

    def problems(self, column: str, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield what is wrong between the values here and those of the category column."""
        parent = columns.get(self.category)
        if not _is_category(parent):
            categories = [name for name, other in columns.items() if _is_category(other)]
            why = "which is not a category sampler" if parent else "which does not exist"
            message = f"column '{column}': 'category' names '{self.category}', {why}{did_you_mean(self.category, categories)}"
            yield Problem(loc=("category",), message=message)
            return
        above = _texts(parent)
        for value in above:
            if value not in self.values:
                yield Problem(loc=("values",), message=f"column '{column}': no values for '{value}' of column '{self.category}'")
        for value in self.values:
            if value not in above:
                message = f"column '{column}': '{value}' is no value of column '{self.category}'{did_you_mean(value, above)}"
                yield Problem(loc=("values", value), message=message)

    @property
    def kind(self) -> str:
        """Return what Arrow makes of the values."""
        return dtype(self._all_values())

    def compile(self) -> Subcategory:
        """Return the parameters as the engine reads them."""
        kind = self.kind
        return Subcategory(category=self.category, values={key: typed(values, kind) for key, values in self.values.items()}, dtype=kind)

    def _all_values(self) -> list[Plain]:
        return [value for values in self.values.values() for value in values]


def _is_category(column: Column | None) -> TypeGuard[Sampler]:
    return isinstance(column, Sampler) and isinstance(column.params, Category)


def _texts(column: Sampler) -> list[str]:
    """Return the values of a category column as the rows hold them, as text."""
    return list(dict.fromkeys(text for params in column.every_params for text in _converted(cast(Category, params), column.convert_to)))


def _converted(drawn: Category, convert_to: str) -> list[str]:
    arrow_type = ARROW_TYPES[drawn.dtype]
    return [str(value) for value in conversion_of(arrow_type, convert_to).apply(pa.array(drawn.values, arrow_type)).to_pylist()]
